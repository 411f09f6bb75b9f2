// The DMARC record that speaks for the organisation's domain, found again over what was fetched.
#pragma once

#include <optional>
#include <string>

#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/mail/dmarc_discovery.h"

namespace utsyn::checks {

struct DmarcView {
  wire::DmarcDiscovery found;      // by the tree walk of RFC 9989
  bool methods_differ = false;     // the suffix list of RFC 7489 leads elsewhere
  std::optional<Verdict> trouble;  // unknown: a look-up that decides failed
};
DmarcView dmarc_of(const Evidence& evidence);

// unknown when it could not be looked up, not applicable when there is no readable record; else nothing.
std::optional<Verdict> no_record(const DmarcView& view);
// Forged mail from the domain is put away or refused by receivers.
bool enforces(const DmarcView& view);

// Words for examples: the domain's own DMARC record, or none.
inline Evidence dmarc(const std::string& record, std::vector<DnsAnswer> others = {}) {
  auto evidence = domain_asset({txt("_dmarc.example.no", {record}), nxdomain("_dmarc.no", "TXT")});
  for (auto& answer : others) evidence.dns.add(std::move(answer));
  return evidence;
}
inline Evidence without_dmarc(std::vector<DnsAnswer> others = {}) {
  auto evidence = domain_asset({nxdomain("_dmarc.example.no", "TXT"), nxdomain("_dmarc.no", "TXT")});
  for (auto& answer : others) evidence.dns.add(std::move(answer));
  return evidence;
}
inline Evidence silent_dmarc() {
  return domain_asset(
      {failed("_dmarc.example.no", "TXT", Unseen::server_failure), nxdomain("_dmarc.no", "TXT")});
}

}  // namespace utsyn::checks
