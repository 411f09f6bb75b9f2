// MTA-STS (RFC 8461): the TXT record, the policy file, and which MX names a policy allows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace utsyn::wire {

struct MtaStsRecord {
  std::string id;
  std::vector<std::string> extensions;  // names of fields not known here
  bool operator==(const MtaStsRecord&) const = default;
};

enum class MtaStsRecordError {
  not_mta_sts,  // does not begin with v=STSv1;
  too_long,
  malformed_field,
  missing_id,
  bad_id,  // not 1 to 32 letters and digits
  repeated_id
};
std::string_view mta_sts_record_error_name(MtaStsRecordError error);

bool is_mta_sts(std::string_view txt);
Result<MtaStsRecord, MtaStsRecordError> parse_mta_sts_record(std::string_view txt);

enum class MtaStsMode { none, testing, enforce };
std::string_view mta_sts_mode_name(MtaStsMode mode);

struct MtaStsPolicy {
  MtaStsMode mode = MtaStsMode::none;
  std::vector<std::string> mx;  // lower case
  std::uint32_t max_age_seconds = 0;
  bool bare_line_feeds = false;         // some line ends in LF alone, which the grammar also allows
  std::vector<std::string> extensions;  // keys not known here
  bool operator==(const MtaStsPolicy&) const = default;
};

inline constexpr std::size_t mta_sts_policy_bytes = 65536;
inline constexpr std::uint32_t mta_sts_max_age_limit = 31557600;

enum class MtaStsPolicyError {
  too_long,
  malformed_line,
  bad_version,  // absent or not STSv1
  missing_mode,
  bad_mode,
  missing_max_age,
  bad_max_age,
  missing_mx,  // mode enforce or testing without a pattern
  bad_mx
};
std::string_view mta_sts_policy_error_name(MtaStsPolicyError error);

Result<MtaStsPolicy, MtaStsPolicyError> parse_mta_sts_policy(std::string_view file);

// "*." stands for exactly one label (section 4.1).
bool mta_sts_matches(std::string_view pattern, std::string_view mx_name);
bool mta_sts_allows(const MtaStsPolicy& policy, std::string_view mx_name);

}  // namespace utsyn::wire
