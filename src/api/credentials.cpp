#include "api/credentials.h"

#include <algorithm>

#include "base/text.h"

namespace utsyn::api {

std::optional<std::string> cookie_value(std::string_view cookie_header, std::string_view name) {
  std::optional<std::string> found;
  while (!cookie_header.empty()) {
    auto value = trim(cut(cookie_header, ';'));
    if (value.find('=') == std::string_view::npos) continue;
    if (trim(cut(value, '=')) != name) continue;
    if (found) return std::nullopt;
    value = trim(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    const bool good = std::ranges::all_of(
        value, [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\'; });
    if (value.empty() || value.size() > 256 || !good) return std::nullopt;
    found = std::string(value);
  }
  return found;
}

std::optional<std::string> bearer_token(std::string_view header) {
  auto rest = trim(header);
  if (!iequals(cut(rest, ' '), "bearer")) return std::nullopt;
  const auto token = trim(rest);
  if (token.empty() || token.size() > 512) return std::nullopt;
  const auto end = token.find_last_not_of('=');
  if (end == std::string_view::npos) return std::nullopt;
  const bool good = std::ranges::all_of(token.substr(0, end + 1), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == '+' || c == '/';
  });
  if (!good) return std::nullopt;
  return std::string(token);
}

std::string wanted_language(std::string_view header) {
  std::string best;
  int best_weight = 0;
  for (int languages = 0; !header.empty() && languages < 30; ++languages) {
    auto parameters = cut(header, ',');
    const auto tag = lower(trim(cut(parameters, ';')));
    auto name = tag.substr(0, 2);
    if (name == "no") name = "nb";
    if ((tag.size() > 2 && tag[2] != '-') || (name != "nb" && name != "nn" && name != "en")) continue;
    int weight = 1000;
    auto value = trim(parameters);
    if (trim(cut(value, '=')) == "q") {
      // "0.8" in thousandths, at most three digits after the point.
      value = trim(value);
      auto decimals = value;
      const auto whole = cut(decimals, '.');
      std::string thousandths(decimals.substr(0, 3));
      thousandths.append(3 - thousandths.size(), '0');
      const auto part = parse_uint(thousandths);
      weight = whole == "1" ? 1000 : whole == "0" && part ? static_cast<int>(*part) : 0;
    }
    if (weight > best_weight) {
      best_weight = weight;
      best = name;
    }
  }
  return best;
}

}  // namespace utsyn::api
