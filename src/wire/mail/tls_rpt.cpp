#include "wire/mail/tls_rpt.h"

#include "base/text.h"
#include "wire/mail/tag_list.h"

namespace utsyn::wire {

std::string_view tls_rpt_error_name(TlsRptError error) {
  switch (error) {
    case TlsRptError::not_tls_rpt:
      return "not-tls-rpt";
    case TlsRptError::too_long:
      return "too-long";
    case TlsRptError::malformed_field:
      return "malformed-field";
    case TlsRptError::missing_rua:
      return "missing-rua";
    case TlsRptError::repeated_rua:
      return "repeated-rua";
    case TlsRptError::bad_uri:
      return "bad-uri";
  }
  return "unreadable";
}

bool is_tls_rpt(std::string_view txt) {
  constexpr std::string_view opening = "v=TLSRPTv1";
  if (!txt.starts_with(opening)) return false;
  const auto after = txt.find_first_not_of(" \t", opening.size());
  return after != std::string_view::npos && txt[after] == ';';
}

Result<TlsRptRecord, TlsRptError> parse_tls_rpt(std::string_view txt) {
  if (!is_tls_rpt(txt)) return unexpected(TlsRptError::not_tls_rpt);
  if (txt.size() > tag_list_bytes) return unexpected(TlsRptError::too_long);
  cut(txt, ';');
  const auto list = split_tags(txt);
  if (list.empty_parts > 0) return unexpected(TlsRptError::malformed_field);
  TlsRptRecord record;
  for (const auto& tag : list.tags) {
    if (!tag.has_equals || tag.name.empty() || tag.value.empty())
      return unexpected(TlsRptError::malformed_field);
    if (tag.name != "rua") {
      record.extensions.push_back(printable(tag.name, 64));
      continue;
    }
    if (!record.uris.empty()) return unexpected(TlsRptError::repeated_rua);
    for (const auto part : split(tag.value, ',')) {
      auto address = read_report_address(trim(part));
      const bool scheme_good = address.scheme == "mailto" || address.scheme == "https";
      if (!scheme_good || address.domain.empty()) return unexpected(TlsRptError::bad_uri);
      record.uris.push_back({std::string(trim(part)), std::move(address.scheme), std::move(address.domain)});
    }
  }
  if (record.uris.empty()) return unexpected(TlsRptError::missing_rua);
  return record;
}

}  // namespace utsyn::wire
