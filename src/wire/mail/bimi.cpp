#include "wire/mail/bimi.h"

#include <optional>

#include "base/text.h"
#include "wire/mail/tag_list.h"

namespace utsyn::wire {
namespace {

bool is_https(std::string_view uri) {
  const auto address = read_report_address(uri);
  return address.scheme == "https" && !address.domain.empty();
}

}  // namespace

std::string_view bimi_error_name(BimiError error) {
  switch (error) {
    case BimiError::not_bimi:
      return "not-bimi";
    case BimiError::too_long:
      return "too-long";
    case BimiError::malformed_tag:
      return "malformed-tag";
    case BimiError::repeated_tag:
      return "repeated-tag";
    case BimiError::missing_location:
      return "missing-location";
    case BimiError::bad_location:
      return "bad-location";
    case BimiError::bad_authority:
      return "bad-authority";
  }
  return "unreadable";
}

bool is_bimi(std::string_view txt) {
  auto value = cut(txt, ';');
  return iequals(trim(cut(value, '=')), "v") && iequals(trim(value), "BIMI1");
}

Result<BimiRecord, BimiError> parse_bimi(std::string_view txt) {
  if (!is_bimi(txt)) return unexpected(BimiError::not_bimi);
  if (txt.size() > tag_list_bytes) return unexpected(BimiError::too_long);
  cut(txt, ';');
  std::optional<std::string> location;
  std::optional<std::string> authority;
  for (const auto& tag : split_tags(txt).tags) {
    if (!tag.has_equals || tag.name.empty()) return unexpected(BimiError::malformed_tag);
    auto* const place = iequals(tag.name, "l") ? &location : iequals(tag.name, "a") ? &authority : nullptr;
    if (!place) continue;  // later drafts add tags
    if (*place) return unexpected(BimiError::repeated_tag);
    *place = tag.value;
  }
  if (!location) return unexpected(BimiError::missing_location);
  BimiRecord record{std::move(*location), std::move(authority).value_or("")};
  if (!record.authority.empty() && !is_https(record.authority)) return unexpected(BimiError::bad_authority);
  if (record.location.empty() ? !record.authority.empty() : !is_https(record.location)) {
    return unexpected(BimiError::bad_location);
  }
  return record;
}

}  // namespace utsyn::wire
