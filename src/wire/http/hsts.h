// Strict-Transport-Security (RFC 6797 section 6.1). A browser reads the first field only and ignores a faulty
// one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "wire/http/message.h"

namespace utsyn::wire {

enum class HstsError { absent, too_long, bad_syntax, missing_max_age, bad_max_age, duplicate_directive };
std::string_view describe(HstsError error);

struct Hsts {
  std::uint64_t max_age_seconds = 0;  // 0 asks the browser to forget
  bool include_subdomains = false;
  bool preload = false;
  bool operator==(const Hsts&) const = default;
};

Result<Hsts, HstsError> parse_hsts(std::string_view value);
Result<Hsts, HstsError> read_hsts(const Headers& headers);  // the first field; `absent` when there is none

}  // namespace utsyn::wire
