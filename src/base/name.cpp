#include "base/name.h"

#include <idn2.h>

#include <algorithm>

#include "base/ip.h"
#include "base/text.h"

namespace utsyn {

std::string_view describe(NameError error) {
  switch (error) {
    case NameError::empty:
      return "the name is empty";
    case NameError::too_long:
      return "the name is longer than 253 characters";
    case NameError::label_too_long:
      return "a part of the name is longer than 63 characters";
    case NameError::empty_label:
      return "the name has two dots in a row or starts with one";
    case NameError::bad_character:
      return "the name has a character that host names cannot have";
    case NameError::bad_idn:
      return "the name is not a valid internationalised name (IDNA 2008)";
    case NameError::is_address:
      return "this is an address; give the organisation's domain name";
    case NameError::single_label:
      return "the name has no dot; give a full domain name such as example.no";
  }
  return "the name is not valid";
}

Result<std::string, NameError> normalise_name(std::string_view typed) {
  typed = trim(typed);
  if (typed.empty()) return unexpected(NameError::empty);
  if (IpAddress::parse(typed)) return unexpected(NameError::is_address);
  if (typed.size() > 1000) return unexpected(NameError::too_long);
  if (typed.find('\0') != std::string_view::npos) return unexpected(NameError::bad_character);
  if (typed.ends_with('.')) typed.remove_suffix(1);
  if (IpAddress::parse(typed)) return unexpected(NameError::is_address);
  std::string name(typed);
  const bool ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) {
    if (!valid_utf8(name)) return unexpected(NameError::bad_idn);
    char* converted = nullptr;
    const int status = idn2_to_ascii_8z(name.c_str(), &converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    if (status == IDN2_TOO_BIG_DOMAIN) return unexpected(NameError::too_long);
    if (status == IDN2_TOO_BIG_LABEL || status == IDN2_PUNYCODE_BIG_OUTPUT)
      return unexpected(NameError::label_too_long);
    if (status != IDN2_OK) return unexpected(NameError::bad_idn);
    name = converted;
    idn2_free(converted);
    if (name.ends_with('.')) name.pop_back();  // an ideographic full stop at the end
  }
  name = lower(name);
  if (name.size() > 253) return unexpected(NameError::too_long);
  for (const auto label : split(name, '.')) {
    if (label.empty()) return unexpected(NameError::empty_label);
    if (label.size() > 63) return unexpected(NameError::label_too_long);
    const bool good = std::all_of(label.begin(), label.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!good || label.front() == '-' || label.back() == '-') return unexpected(NameError::bad_character);
  }
  // "300.1.1.1" is no address, but no name either: no top level is a number.
  const auto last = std::string_view(name).substr(name.rfind('.') + 1);
  if (last.find_first_not_of("0123456789") == std::string_view::npos)
    return unexpected(NameError::bad_character);
  if (name.find('.') == std::string::npos) return unexpected(NameError::single_label);
  return name;
}

std::string display_name(std::string_view name) {
  char* converted = nullptr;
  if (name.size() > 1000 || name.find('\0') != std::string_view::npos) return printable(name);
  if (idn2_to_unicode_8z8z(std::string(name).c_str(), &converted, 0) != IDN2_OK) return std::string(name);
  std::string out = converted;
  idn2_free(converted);
  return out;
}

std::string_view parent_name(std::string_view name) {
  cut(name, '.');
  return name;
}

bool is_subdomain(std::string_view name, std::string_view of) {
  return name == of ||
         (name.size() > of.size() && name.ends_with(of) && name[name.size() - of.size() - 1] == '.');
}

}  // namespace utsyn
