// Which DMARC record speaks for a domain, by both methods in use: the tree walk of RFC 9989 section 4.10 and
// the suffix list of RFC 7489 section 6.6.3. Tools and receivers differ today, so we run both.
//
// NXDOMAIN and NODATA both mean "not here". An error is not absence: no fallback is made from it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/dns/lookup.h"
#include "wire/mail/dmarc.h"

namespace utsyn::wire {

inline constexpr unsigned dmarc_walk_queries = 8;

enum class DmarcDiscoveryStatus {
  found,      // `owner` has the record
  none,       // nobody on the way has one
  error,      // a look-up that decides failed: we do not know
  incomplete  // ask what `missing` names, then again
};

struct DmarcDiscovery {
  DmarcDiscoveryStatus status = DmarcDiscoveryStatus::none;
  std::string owner;  // the domain under whose _dmarc label the record lies
  std::string text;   // the record
  std::optional<DmarcRecord> record;
  std::optional<DmarcError> parse_error;  // found, but cannot be read
  bool inherited = false;                 // owner is not the domain itself
  std::string organisational_domain;      // as this method sees it; empty when not known
  std::vector<std::string> several_at;    // names with more than one record, which count as none
  std::vector<std::string> asked;
  std::vector<WantedLookup> missing;
};

DmarcDiscovery discover_dmarc_by_walk(std::string_view domain, const AnswerSource& source);
DmarcDiscovery discover_dmarc_by_suffix_list(std::string_view domain, std::string_view organisational_domain,
                                             const AnswerSource& source);
// The same record (or the same absence) by both; false while either is an error or incomplete.
bool same_outcome(const DmarcDiscovery& a, const DmarcDiscovery& b);

struct EffectivePolicy {
  DmarcPolicy policy = DmarcPolicy::none;
  std::string tag;                  // "p", "sp" or "np": where it comes from
  bool lowered_by_testing = false;  // t=y took it one step down (RFC 9989 section 4.7)
  unsigned percent = 100;           // historic pct
  bool operator==(const EffectivePolicy&) const = default;
};
// The policy for mail from the domain asked about. `domain_exists` false makes an inherited np count.
EffectivePolicy effective_policy(const DmarcRecord& record, bool inherited, bool domain_exists = true);
// The policy at the owner for its subdomains, existing or not.
EffectivePolicy subdomain_policy(const DmarcRecord& record, bool exists);

}  // namespace utsyn::wire
