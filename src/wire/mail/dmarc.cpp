#include "wire/mail/dmarc.h"

#include <algorithm>

#include "base/text.h"
#include "wire/mail/tag_list.h"

namespace utsyn::wire {
namespace {

std::optional<DmarcPolicy> policy_named(std::string_view text) {
  if (iequals(text, "none")) return DmarcPolicy::none;
  if (iequals(text, "quarantine")) return DmarcPolicy::quarantine;
  if (iequals(text, "reject")) return DmarcPolicy::reject;
  return std::nullopt;
}

// URI [ "!" DIGITS [ "k" / "m" / "g" / "t" ] ], RFC 7489 section 6.4.
std::optional<DmarcUri> read_uri(std::string_view text) {
  DmarcUri uri;
  const auto mark = text.rfind('!');
  if (mark != std::string_view::npos) {
    auto limit = text.substr(mark + 1);
    unsigned shift = 0;
    if (!limit.empty()) {
      const auto unit = std::string_view("kmgt").find(static_cast<char>(limit.back() | 0x20));
      if (unit != std::string_view::npos) {
        shift = 10U * static_cast<unsigned>(unit + 1);
        limit.remove_suffix(1);
      }
    }
    const auto number = parse_uint(limit);
    if (!number || *number > (UINT64_MAX >> shift)) return std::nullopt;
    uri.size_limit_bytes = *number << shift;
    text = text.substr(0, mark);
  }
  auto address = read_report_address(text);
  if (address.domain.empty()) return std::nullopt;
  uri.uri = text;
  uri.scheme = std::move(address.scheme);
  uri.domain = std::move(address.domain);
  return uri;
}

class DmarcReader {
 public:
  std::optional<DmarcError> read(const Tag& tag) {
    const bool name_good = !tag.name.empty() && std::ranges::all_of(tag.name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!tag.has_equals || !name_good) {
      remark(DmarcRemark::malformed_tag);
      return std::nullopt;
    }
    const auto name = lower(tag.name);
    if (std::ranges::find(seen_, name) != seen_.end()) {
      remark(DmarcRemark::repeated_tag);
      return std::nullopt;
    }
    seen_.push_back(name);
    if (name == "p") return read_policy(tag.value, policy_);
    if (name == "sp") return read_policy(tag.value, record_.subdomain_policy);
    if (name == "np") return read_policy(tag.value, record_.nonexistent_policy);
    read_other(name, tag.value);
    return std::nullopt;
  }

  void note_empty_parts(unsigned count) {
    if (count > 0) remark(DmarcRemark::empty_tag);
  }

  Result<DmarcRecord, DmarcError> take() {
    record_.policy_given = policy_.has_value();
    record_.policy = policy_.value_or(DmarcPolicy::none);
    if (!policy_) {
      if (record_.aggregate_uris.empty()) return unexpected(DmarcError::missing_policy);
      remark(DmarcRemark::no_policy);
    }
    std::ranges::sort(record_.remarks);
    return std::move(record_);
  }

 private:
  void remark(DmarcRemark remark) {
    if (!record_.has(remark)) record_.remarks.push_back(remark);
  }

  std::optional<DmarcError> read_policy(std::string_view value, std::optional<DmarcPolicy>& place) {
    place = policy_named(value);
    if (!place) return DmarcError::unknown_policy;
    if (lower(value) != value) remark(DmarcRemark::upper_case_policy);
    return std::nullopt;
  }

  void read_other(const std::string& name, std::string_view value) {
    if (name == "adkim") return read_alignment(value, record_.dkim_alignment);
    if (name == "aspf") return read_alignment(value, record_.spf_alignment);
    if (name == "rua") return read_uris(value, record_.aggregate_uris);
    if (name == "ruf") return read_uris(value, record_.failure_uris);
    if (name == "fo") return read_failure_options(value);
    if (name == "t") {
      if (iequals(value, "y"))
        record_.testing = true;
      else if (!iequals(value, "n"))
        remark(DmarcRemark::bad_testing);
      return;
    }
    if (name == "psd") {
      if (iequals(value, "y"))
        record_.psd = DmarcPsd::yes;
      else if (iequals(value, "n"))
        record_.psd = DmarcPsd::no;
      else if (!iequals(value, "u"))
        remark(DmarcRemark::bad_psd);
      return;
    }
    if (name == "pct") {
      remark(DmarcRemark::historic_tag);
      const auto percent = parse_uint(value);
      if (percent && *percent <= 100)
        record_.percent = static_cast<unsigned>(*percent);
      else
        remark(DmarcRemark::bad_percent);
      return;
    }
    if (name == "ri") {
      remark(DmarcRemark::historic_tag);
      const auto seconds = parse_uint(value);
      if (seconds && *seconds <= UINT32_MAX)
        record_.report_interval_seconds = static_cast<std::uint32_t>(*seconds);
      else
        remark(DmarcRemark::bad_interval);
      return;
    }
    if (name == "rf") {
      remark(DmarcRemark::historic_tag);
      record_.report_format = printable(value, 256);
      return;
    }
    remark(DmarcRemark::unknown_tag);
    record_.unknown_tags.push_back(name);
  }

  void read_alignment(std::string_view value, DmarcAlignment& place) {
    if (iequals(value, "s"))
      place = DmarcAlignment::strict;
    else if (!iequals(value, "r"))
      remark(DmarcRemark::bad_alignment);
  }

  void read_failure_options(std::string_view value) {
    for (const auto part : split(value, ':')) {
      const auto option = lower(trim(part));
      if (option == "0" || option == "1" || option == "d" || option == "s")
        record_.failure_options.push_back(option);
      else
        remark(DmarcRemark::bad_fo);
    }
  }

  void read_uris(std::string_view value, std::vector<DmarcUri>& place) {
    for (const auto part : split(value, ',')) {
      auto uri = read_uri(trim(part));
      if (uri)
        place.push_back(std::move(*uri));
      else
        remark(DmarcRemark::bad_report_uri);
    }
  }

  DmarcRecord record_;
  std::optional<DmarcPolicy> policy_;
  std::vector<std::string> seen_{"v"};
};

}  // namespace

bool is_dmarc(std::string_view txt) {
  auto value = cut(txt, ';');
  if (value.empty() || (value.front() != 'v' && value.front() != 'V')) return false;
  return iequals(trim(cut(value, '=')), "v") && trim(value) == "DMARC1";
}

bool looks_like_dmarc(std::string_view txt) {
  if (is_dmarc(txt)) return false;
  std::string packed;
  for (const char c : txt.substr(0, 4096)) {
    if (c != ' ' && c != '\t') packed += c;
  }
  return lower(packed).find("v=dmarc") != std::string::npos;
}

std::string_view dmarc_policy_name(DmarcPolicy policy) {
  switch (policy) {
    case DmarcPolicy::none:
      return "none";
    case DmarcPolicy::quarantine:
      return "quarantine";
    case DmarcPolicy::reject:
      return "reject";
  }
  return "none";
}

std::string_view dmarc_remark_name(DmarcRemark remark) {
  switch (remark) {
    case DmarcRemark::no_policy:
      return "no-policy";
    case DmarcRemark::unknown_tag:
      return "unknown-tag";
    case DmarcRemark::repeated_tag:
      return "repeated-tag";
    case DmarcRemark::empty_tag:
      return "empty-tag";
    case DmarcRemark::malformed_tag:
      return "malformed-tag";
    case DmarcRemark::bad_alignment:
      return "bad-alignment";
    case DmarcRemark::bad_fo:
      return "bad-fo";
    case DmarcRemark::bad_percent:
      return "bad-percent";
    case DmarcRemark::bad_interval:
      return "bad-interval";
    case DmarcRemark::bad_testing:
      return "bad-testing";
    case DmarcRemark::bad_psd:
      return "bad-psd";
    case DmarcRemark::bad_report_uri:
      return "bad-report-uri";
    case DmarcRemark::historic_tag:
      return "historic-tag";
    case DmarcRemark::upper_case_policy:
      return "upper-case-policy";
  }
  return "odd";
}

std::string_view dmarc_error_name(DmarcError error) {
  switch (error) {
    case DmarcError::not_dmarc:
      return "not-dmarc";
    case DmarcError::too_long:
      return "too-long";
    case DmarcError::unknown_policy:
      return "unknown-policy";
    case DmarcError::missing_policy:
      return "missing-policy";
  }
  return "unreadable";
}

bool DmarcRecord::has(DmarcRemark remark) const {
  return std::ranges::find(remarks, remark) != remarks.end();
}

Result<DmarcRecord, DmarcError> parse_dmarc(std::string_view txt) {
  if (!is_dmarc(txt)) return unexpected(DmarcError::not_dmarc);
  if (txt.size() > tag_list_bytes) return unexpected(DmarcError::too_long);
  cut(txt, ';');
  const auto list = split_tags(txt);
  DmarcReader reader;
  reader.note_empty_parts(list.empty_parts);
  for (const auto& tag : list.tags) {
    if (const auto error = reader.read(tag)) return unexpected(*error);
  }
  return reader.take();
}

}  // namespace utsyn::wire
