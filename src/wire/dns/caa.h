// CAA (RFC 8659, parameters RFC 8657, issuemail RFC 9495): what the property values say, and where a CA
// looks.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "wire/dns/lookup.h"
#include "wire/dns/records.h"

namespace utsyn::wire {

enum class CaaError {
  bad_tag,          // empty, over 15 characters or not letters and digits
  bad_issuer,       // not a domain name before the parameters
  bad_parameter,    // not NAME=VALUE
  bad_iodef,        // not a mailto, http or https URL
  unknown_critical  // a tag we do not know, with the critical bit
};
std::string_view describe(CaaError error);

enum class CaaKind { issue, issuewild, issuemail, iodef, contact, unknown };

enum class CaaRemark {
  unknown_tag,               // without the critical bit: ignored by issuers
  reserved_flags,            // bits other than 128
  quotes_in_value,           // typed quotes that became part of the value
  unknown_validation_method  // not in the IANA registry of RFC 8657
};

struct CaaProperty {
  CaaKind kind = CaaKind::unknown;
  bool critical = false;
  std::string issuer;  // lower case; empty means nobody may issue
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string account_uri;                      // RFC 8657
  std::vector<std::string> validation_methods;  // RFC 8657
  std::string url;                              // iodef
  std::vector<CaaRemark> remarks;
};
Result<CaaProperty, CaaError> parse_caa(const CaaRecord& record);

// Climbs from `name` towards the top-level domain; the first name with CAA records decides. Aliases are
// followed by the source at each step, never climbed from (RFC 8659 section 3).
struct CaaClimb {
  std::string found_at;               // empty when there is none
  std::vector<std::string> values;    // presentation text
  bool error = false;                 // a name on the way could not be asked: the result is not known
  std::vector<WantedLookup> missing;  // at most one: the next step
  std::vector<std::string> asked;
  bool complete() const { return !error && missing.empty(); }
};
CaaClimb climb_caa(std::string_view name, const AnswerSource& source);

}  // namespace utsyn::wire
