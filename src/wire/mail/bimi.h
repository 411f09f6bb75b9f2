// BIMI assertion records (the BIMI draft): a logo and the certificate that vouches for it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace utsyn::wire {

struct BimiRecord {
  std::string location;   // l, an https address; empty with an empty `authority` declines
  std::string authority;  // a, an https address of a PEM file; may be empty
  bool declined() const { return location.empty() && authority.empty(); }
  bool operator==(const BimiRecord&) const = default;
};

enum class BimiError {
  not_bimi,
  too_long,
  malformed_tag,
  repeated_tag,
  missing_location,
  bad_location,
  bad_authority
};
std::string_view bimi_error_name(BimiError error);

bool is_bimi(std::string_view txt);
Result<BimiRecord, BimiError> parse_bimi(std::string_view txt);

}  // namespace utsyn::wire
