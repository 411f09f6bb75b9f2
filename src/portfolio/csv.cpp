#include "portfolio/csv.h"

namespace utsyn::portfolio {
namespace {

bool like_a_formula(std::string_view field) {
  if (field.empty()) return false;
  // A negative number, with or without decimals, is one in any spreadsheet.
  const auto digits = field.find_first_not_of("0123456789", 1);
  const bool number = field.size() > 1 && field[0] == '-' && field[1] >= '0' && field[1] <= '9' &&
                      (digits == std::string_view::npos ||
                       ((field[digits] == '.' || field[digits] == ',') && digits + 1 < field.size() &&
                        field.find_first_not_of("0123456789", digits + 1) == std::string_view::npos));
  return !number && std::string_view("=+-@\t\r").find(field[0]) != std::string_view::npos;
}

}  // namespace

std::string csv_line(std::span<const std::string> fields, char separator) {
  std::string line;
  bool first = true;
  for (const auto& given : fields) {
    if (!first) line += separator;
    first = false;
    const auto field = like_a_formula(given) ? "'" + given : given;
    if (field.find_first_of(std::string("\"\r\n") + separator) == std::string::npos) {
      line += field;
      continue;
    }
    line += '"';
    for (const char c : field) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  line += "\r\n";
  return line;
}

}  // namespace utsyn::portfolio
