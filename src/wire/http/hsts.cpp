#include "wire/http/hsts.h"

#include <vector>

#include "wire/http/token.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxValue = 4096;

// Splits at semicolons outside quoted strings; nothing when a quote is left open.
std::optional<std::vector<std::string_view>> directives_of(std::string_view value) {
  std::vector<std::string_view> out;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (quoted && value[i] == '\\') {
      ++i;
    } else if (value[i] == '"') {
      quoted = !quoted;
    } else if (value[i] == ';' && !quoted) {
      out.push_back(trim(value.substr(start, i - start)));
      start = i + 1;
    }
  }
  if (quoted) return std::nullopt;
  out.push_back(trim(value.substr(start)));
  return out;
}

}  // namespace

std::string_view describe(HstsError error) {
  switch (error) {
    case HstsError::absent:
      return "no Strict-Transport-Security was sent";
    case HstsError::too_long:
      return "Strict-Transport-Security is unreasonably long";
    case HstsError::bad_syntax:
      return "Strict-Transport-Security does not follow RFC 6797";
    case HstsError::missing_max_age:
      return "Strict-Transport-Security has no max-age";
    case HstsError::bad_max_age:
      return "max-age is not a number of seconds";
    case HstsError::duplicate_directive:
      return "a directive is given twice";
  }
  return "Strict-Transport-Security cannot be read";
}

Result<Hsts, HstsError> parse_hsts(std::string_view value) {
  if (value.size() > kMaxValue) return unexpected(HstsError::too_long);
  const auto directives = directives_of(value);
  if (!directives) return unexpected(HstsError::bad_syntax);
  Hsts hsts;
  bool max_age_seen = false;
  std::vector<std::string> seen;
  for (auto directive : *directives) {
    if (directive.empty()) continue;
    const bool has_value = directive.find('=') != std::string_view::npos;
    const auto name = lower(trim(cut(directive, '=')));
    auto text = trim(directive);
    if (!is_http_token(name)) return unexpected(HstsError::bad_syntax);
    for (const auto& earlier : seen) {
      if (earlier == name) return unexpected(HstsError::duplicate_directive);
    }
    seen.push_back(name);
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    if (quoted) text = text.substr(1, text.size() - 2);
    if (name == "max-age") {
      max_age_seen = true;
      const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
      if (!digits) return unexpected(HstsError::bad_max_age);
      hsts.max_age_seconds =
          parse_uint(text).value_or(UINT64_MAX);  // more digits than fit is still a long time
      continue;
    }
    if (has_value && !quoted && !is_http_token(text)) return unexpected(HstsError::bad_syntax);
    if (name == "includesubdomains") {
      if (has_value) return unexpected(HstsError::bad_syntax);
      hsts.include_subdomains = true;
    } else if (name == "preload" && !has_value) {
      hsts.preload = true;
    }
  }
  if (!max_age_seen) return unexpected(HstsError::missing_max_age);
  return hsts;
}

Result<Hsts, HstsError> read_hsts(const Headers& headers) {
  const auto field = headers.first("strict-transport-security");
  if (!field) return unexpected(HstsError::absent);
  return parse_hsts(*field);
}

}  // namespace utsyn::wire
