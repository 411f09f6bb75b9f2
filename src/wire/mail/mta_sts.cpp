#include "wire/mail/mta_sts.h"

#include <algorithm>
#include <optional>

#include "base/characters.h"
#include "base/text.h"
#include "wire/mail/tag_list.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t mx_pattern_limit = 1000;

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && is_alphanumeric(name.front()) &&
         std::ranges::all_of(name,
                             [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

bool is_pattern(std::string_view pattern) {
  if (pattern.starts_with("*.")) pattern.remove_prefix(2);
  return is_host_name(pattern);
}

struct PolicyReader {
  MtaStsPolicy policy;
  bool version = false;
  std::optional<MtaStsMode> mode;
  std::optional<std::uint32_t> max_age;

  // Of all but mx only the first counts (section 3.2).
  std::optional<MtaStsPolicyError> read(std::string_view key, std::string_view value) {
    if (key == "version") {
      if (!version && value != "STSv1") return MtaStsPolicyError::bad_version;
      version = true;
    } else if (key == "mode") {
      if (mode) return std::nullopt;
      if (value == "enforce")
        mode = MtaStsMode::enforce;
      else if (value == "testing")
        mode = MtaStsMode::testing;
      else if (value == "none")
        mode = MtaStsMode::none;
      else
        return MtaStsPolicyError::bad_mode;
    } else if (key == "max_age") {
      if (max_age) return std::nullopt;
      const auto seconds = parse_uint(value);
      if (!seconds || value.size() > 10 || *seconds > mta_sts_max_age_limit)
        return MtaStsPolicyError::bad_max_age;
      max_age = static_cast<std::uint32_t>(*seconds);
    } else if (key == "mx") {
      if (!is_pattern(value) || policy.mx.size() >= mx_pattern_limit) return MtaStsPolicyError::bad_mx;
      policy.mx.push_back(lower(value));
    } else {
      policy.extensions.emplace_back(key);
    }
    return std::nullopt;
  }

  Result<MtaStsPolicy, MtaStsPolicyError> take() {
    if (!version) return unexpected(MtaStsPolicyError::bad_version);
    if (!mode) return unexpected(MtaStsPolicyError::missing_mode);
    if (!max_age) return unexpected(MtaStsPolicyError::missing_max_age);
    if (policy.mx.empty() && *mode != MtaStsMode::none) return unexpected(MtaStsPolicyError::missing_mx);
    policy.mode = *mode;
    policy.max_age_seconds = *max_age;
    return std::move(policy);
  }
};

}  // namespace

std::string_view mta_sts_record_error_name(MtaStsRecordError error) {
  switch (error) {
    case MtaStsRecordError::not_mta_sts:
      return "not-mta-sts";
    case MtaStsRecordError::too_long:
      return "too-long";
    case MtaStsRecordError::malformed_field:
      return "malformed-field";
    case MtaStsRecordError::missing_id:
      return "missing-id";
    case MtaStsRecordError::bad_id:
      return "bad-id";
    case MtaStsRecordError::repeated_id:
      return "repeated-id";
  }
  return "unreadable";
}

bool is_mta_sts(std::string_view txt) {
  constexpr std::string_view version = "v=STSv1";
  if (!txt.starts_with(version)) return false;
  const auto after = txt.find_first_not_of(" \t", version.size());
  return after != std::string_view::npos && txt[after] == ';';
}

Result<MtaStsRecord, MtaStsRecordError> parse_mta_sts_record(std::string_view txt) {
  if (!is_mta_sts(txt)) return unexpected(MtaStsRecordError::not_mta_sts);
  if (txt.size() > tag_list_bytes) return unexpected(MtaStsRecordError::too_long);
  cut(txt, ';');
  const auto list = split_tags(txt);
  if (list.empty_parts > 0) return unexpected(MtaStsRecordError::malformed_field);
  MtaStsRecord record;
  for (const auto& tag : list.tags) {
    if (!tag.has_equals || !is_field_name(tag.name)) return unexpected(MtaStsRecordError::malformed_field);
    if (tag.name != "id") {
      const bool value_good = !tag.value.empty() && std::ranges::all_of(tag.value, [](char c) {
        return c > 0x20 && c < 0x7F && c != '=';
      });
      if (!value_good) return unexpected(MtaStsRecordError::malformed_field);
      record.extensions.emplace_back(tag.name);
      continue;
    }
    if (!record.id.empty()) return unexpected(MtaStsRecordError::repeated_id);
    const bool id_good =
        !tag.value.empty() && tag.value.size() <= 32 && std::ranges::all_of(tag.value, is_alphanumeric);
    if (!id_good) return unexpected(MtaStsRecordError::bad_id);
    record.id = tag.value;
  }
  if (record.id.empty()) return unexpected(MtaStsRecordError::missing_id);
  return record;
}

std::string_view mta_sts_mode_name(MtaStsMode mode) {
  switch (mode) {
    case MtaStsMode::none:
      return "none";
    case MtaStsMode::testing:
      return "testing";
    case MtaStsMode::enforce:
      return "enforce";
  }
  return "none";
}

std::string_view mta_sts_policy_error_name(MtaStsPolicyError error) {
  switch (error) {
    case MtaStsPolicyError::too_long:
      return "too-long";
    case MtaStsPolicyError::malformed_line:
      return "malformed-line";
    case MtaStsPolicyError::bad_version:
      return "bad-version";
    case MtaStsPolicyError::missing_mode:
      return "missing-mode";
    case MtaStsPolicyError::bad_mode:
      return "bad-mode";
    case MtaStsPolicyError::missing_max_age:
      return "missing-max-age";
    case MtaStsPolicyError::bad_max_age:
      return "bad-max-age";
    case MtaStsPolicyError::missing_mx:
      return "missing-mx";
    case MtaStsPolicyError::bad_mx:
      return "bad-mx";
  }
  return "unreadable";
}

Result<MtaStsPolicy, MtaStsPolicyError> parse_mta_sts_policy(std::string_view file) {
  if (file.size() > mta_sts_policy_bytes) return unexpected(MtaStsPolicyError::too_long);
  PolicyReader reader;
  while (!trim(file).empty()) {  // blank lines at the end do no harm
    const bool ends = file.find('\n') != std::string_view::npos;
    auto line = cut(file, '\n');
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    else if (ends)
      reader.policy.bare_line_feeds = true;
    auto value = line;
    const auto key = cut(value, ':');
    const bool value_good =
        std::ranges::all_of(value, [](char c) { return c == '\t' || (c >= 0x20 && c != 0x7F) || c < 0; });
    if (key.size() == line.size() || !is_field_name(key) || trim(value).empty() || !value_good) {
      return unexpected(MtaStsPolicyError::malformed_line);
    }
    if (const auto error = reader.read(key, trim(value))) return unexpected(*error);
  }
  return reader.take();
}

bool mta_sts_matches(std::string_view pattern, std::string_view mx_name) {
  if (mx_name.ends_with('.')) mx_name.remove_suffix(1);
  if (!pattern.starts_with("*.")) return iequals(pattern, mx_name);
  const auto label = cut(mx_name, '.');
  return !label.empty() && iequals(pattern.substr(2), mx_name);
}

bool mta_sts_allows(const MtaStsPolicy& policy, std::string_view mx_name) {
  return std::ranges::any_of(policy.mx,
                             [&](const auto& pattern) { return mta_sts_matches(pattern, mx_name); });
}

}  // namespace utsyn::wire
