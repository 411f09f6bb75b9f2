#include "api/target.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace utsyn::api {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Nothing when a percent sign is not followed by two hexadecimal digits, or when what comes out is no text.
std::optional<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  const bool has_control = std::ranges::any_of(out, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  if (has_control || !valid_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace

Result<Target, std::string> parse_target(std::string_view target) {
  if (target.size() > max_target_bytes)
    return unexpected(std::string("the address is longer than 8192 bytes"));
  if (target.empty() || target.front() != '/')
    return unexpected(std::string("the address does not begin with a slash"));
  auto rest = target.substr(0, target.find('#'));
  const auto path = cut(rest, '?');
  Target out;
  out.path = path;
  for (const auto segment : split(path.substr(1), '/')) {
    auto decoded = decode(segment, false);
    if (!decoded) return unexpected(std::string("the path is not percent-encoded UTF-8 text"));
    out.segments.push_back(std::move(*decoded));
  }
  while (!rest.empty()) {
    auto value = cut(rest, '&');
    if (value.empty()) continue;
    const auto name = cut(value, '=');
    auto decoded_name = decode(name, true);
    auto decoded_value = decode(value, true);
    if (!decoded_name || !decoded_value)
      return unexpected(std::string("the query is not percent-encoded UTF-8 text"));
    if (out.query.size() == max_query_parameters)
      return unexpected(std::string("the query has more than 100 parameters"));
    out.query.emplace(std::move(*decoded_name), std::move(*decoded_value));
  }
  return out;
}

}  // namespace utsyn::api
