// The "tag=value; tag=value" form that DKIM made (RFC 6376 section 3.2) and DMARC, MTA-STS, TLS-RPT and BIMI
// share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace utsyn::wire {

inline constexpr std::size_t tag_list_bytes = 65536;

struct Tag {
  std::string_view name;   // blanks taken off
  std::string_view value;  // blanks taken off
  bool has_equals = true;
};

// Every part between semicolons, in order. Parts that are empty are left out; `empty_parts` counts those that
// are not the last one.
struct TagList {
  std::vector<Tag> tags;
  unsigned empty_parts = 0;

  const Tag* find(std::string_view name) const;  // any case; the first
};
TagList split_tags(std::string_view txt);

// The host a report address points to: the domain of a mailto address or the host of a web address, lower
// case. Empty when there is none or it is not a host name.
struct ReportAddress {
  std::string scheme;  // lower case
  std::string domain;
};
ReportAddress read_report_address(std::string_view uri);

// A host name by letters, digits and hyphens, with at least two labels.
bool is_host_name(std::string_view name);

}  // namespace utsyn::wire
