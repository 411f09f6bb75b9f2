// DMARC policy records: the tags of RFC 7489 and of RFC 9989, which replaces it.
//
// Unknown tags are skipped and remembered; a policy tag we know but cannot read is an error, so that a typo
// is never taken for a policy. Other tags fall back to their default with a remark, as the RFCs ask.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace utsyn::wire {

// Whether a TXT value is meant as a DMARC record: the first tag is v=DMARC1, exactly that case (RFC
// 9989 4.7).
bool is_dmarc(std::string_view txt);
// One that is wrong only in blanks before it, the case or the place of the version: worth telling its owner.
bool looks_like_dmarc(std::string_view txt);

enum class DmarcPolicy { none, quarantine, reject };  // rising
std::string_view dmarc_policy_name(DmarcPolicy policy);
enum class DmarcAlignment { relaxed, strict };
enum class DmarcPsd { unknown, yes, no };

struct DmarcUri {
  std::string uri;     // without the size limit
  std::string scheme;  // lower case
  std::string domain;  // of a mailto address, or the host of a web address; lower case, empty when unreadable
  std::optional<std::uint64_t> size_limit_bytes;
  bool operator==(const DmarcUri&) const = default;
};

enum class DmarcRemark {
  no_policy,  // no p, rua present: taken as none
  unknown_tag,
  repeated_tag,   // the first one counts
  empty_tag,      // two separators in a row
  malformed_tag,  // without '=' or with an odd name: skipped
  bad_alignment,  // adkim, aspf
  bad_fo,
  bad_percent,
  bad_interval,
  bad_testing,
  bad_psd,
  bad_report_uri,
  historic_tag,  // pct, rf, ri: gone in RFC 9989
  upper_case_policy
};
std::string_view dmarc_remark_name(DmarcRemark remark);  // "unknown-tag"

struct DmarcRecord {
  DmarcPolicy policy = DmarcPolicy::none;
  std::optional<DmarcPolicy> subdomain_policy;    // sp
  std::optional<DmarcPolicy> nonexistent_policy;  // np
  DmarcAlignment dkim_alignment = DmarcAlignment::relaxed;
  DmarcAlignment spf_alignment = DmarcAlignment::relaxed;
  std::vector<std::string> failure_options;  // fo
  std::vector<DmarcUri> aggregate_uris;      // rua, the readable ones
  std::vector<DmarcUri> failure_uris;        // ruf
  std::string report_format;                 // rf
  std::optional<std::uint32_t> report_interval_seconds;
  std::optional<unsigned> percent;
  bool testing = false;  // t=y
  DmarcPsd psd = DmarcPsd::unknown;
  bool policy_given = true;
  std::vector<std::string> unknown_tags;
  std::vector<DmarcRemark> remarks;  // each at most once, rising

  bool has(DmarcRemark remark) const;
  bool operator==(const DmarcRecord&) const = default;
};

enum class DmarcError {
  not_dmarc,
  too_long,        // over 64 KiB
  unknown_policy,  // p, sp or np
  missing_policy   // no p and no report address that can be read
};
std::string_view dmarc_error_name(DmarcError error);  // "unknown-policy"

Result<DmarcRecord, DmarcError> parse_dmarc(std::string_view txt);

}  // namespace utsyn::wire
