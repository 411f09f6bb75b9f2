// The SPF tree of the organisation's domain, walked again over what was fetched.
#pragma once

#include <string>
#include <vector>

#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/mail/spf_walk.h"

namespace utsyn::checks {

struct SpfView {
  wire::SpfWalk walk;
  // The domain's own TXT records were seen: `walk.selected` is the truth.
  bool apex_seen = false;
  // unknown, with the reason of the first look-up that failed: to be given when that matters.
  Verdict trouble;
};
SpfView spf_of(const Evidence& evidence);

// What the checks of the whole tree answer before they look at it: the apex could not be asked (unknown), or
// there is no one readable record to walk (not applicable; other checks say so).
std::optional<Verdict> no_tree(const SpfView& view);
// The domain says that nobody sends mail in its name: the record is "v=spf1 -all".
bool sends_nothing(const SpfView& view);

// Words for examples: the domain's record, and those of others.
inline Evidence spf(const std::string& record, std::vector<DnsAnswer> others = {}) {
  auto evidence = domain_asset({txt("example.no", {record})});
  for (auto& answer : others) evidence.dns.add(std::move(answer));
  return evidence;
}

}  // namespace utsyn::checks
