// The Norwegian organisation number: nine digits without meaning, the last one a check modulo 11. Kept as
// nine digits, shown in groups of three.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace utsyn::footprint {

// The ninth digit for the first eight; nothing when no number begins with these (remainder 1).
constexpr std::optional<char> check_digit(std::string_view first_eight) {
  constexpr int weights[] = {3, 2, 7, 6, 5, 4, 3, 2};
  int sum = 0;
  for (std::size_t i = 0; i < 8; ++i) sum += (first_eight[i] - '0') * weights[i];
  const int rest = sum % 11;
  if (rest == 1) return std::nullopt;
  return static_cast<char>('0' + (rest == 0 ? 0 : 11 - rest));
}

// "974 760 673", "974760673", "NO 974 760 673 MVA" -> "974760673". Nothing when it is no such number.
inline std::optional<std::string> organisation_number(std::string_view typed) {
  std::string kept;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    // Spreadsheets separate groups with a space that does not break (U+00A0, U+202F).
    if (typed.substr(i, 2) == "\xC2\xA0") {
      i += 1;
    } else if (typed.substr(i, 3) == "\xE2\x80\xAF") {
      i += 2;
    } else if (typed[i] != ' ' && typed[i] != '\t' && typed[i] != '\r' && typed[i] != '\n') {
      kept.push_back(typed[i] >= 'a' && typed[i] <= 'z' ? static_cast<char>(typed[i] - 'a' + 'A') : typed[i]);
    }
    if (kept.size() > 14) return std::nullopt;
  }
  if (kept.starts_with("NO")) {
    kept.erase(0, 2);
    if (kept.ends_with("MVA")) kept.erase(kept.size() - 3);
  }
  if (kept.size() != 9) return std::nullopt;
  for (const char digit : kept) {
    if (digit < '0' || digit > '9') return std::nullopt;
  }
  if (check_digit(kept) != kept[8]) return std::nullopt;
  return kept;
}

// As people write it: "974 760 673".
inline std::string shown_number(std::string_view number) {
  if (number.size() != 9) return std::string(number);
  return std::string(number.substr(0, 3)) + " " + std::string(number.substr(3, 3)) + " " +
         std::string(number.substr(6, 3));
}

}  // namespace utsyn::footprint
