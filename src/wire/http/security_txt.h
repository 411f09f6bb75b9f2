// security.txt (RFC 9116). A clear-text signature (RFC 9580 section 7) is taken off, not verified.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace utsyn::wire {

inline constexpr std::size_t kMaxSecurityTxtBytes = 102400;

enum class SecurityTxtError { empty, too_large, not_utf8, html, broken_signature, no_fields };
std::string_view describe(SecurityTxtError error);

enum class SecurityTxtFault {
  no_contact,
  bad_contact,  // not mailto:, https: or tel:
  no_expires,
  several_expires,
  bad_expires,  // not an RFC 3339 time
  several_languages,
  bad_url,  // another field that wants a web address has none with https
  bad_line,
  long_line,
};
std::string_view code(SecurityTxtFault fault);  // "no-contact"...

struct SecurityTxt {
  std::vector<std::string> contact;
  std::optional<UtcTime> expires;  // only when there is exactly one, and it is readable
  std::vector<std::string> canonical;
  std::vector<std::string> encryption;
  std::vector<std::string> policy;
  std::vector<std::string> acknowledgments;
  std::vector<std::string> hiring;
  std::vector<std::string> csaf;
  std::string preferred_languages;
  std::vector<std::string> unknown_fields;  // names
  bool is_signed = false;
  std::vector<SecurityTxtFault> faults;  // each kind once, in the order of the enum

  bool has_fault(SecurityTxtFault fault) const;
};

Result<SecurityTxt, SecurityTxtError> parse_security_txt(std::string_view body);

}  // namespace utsyn::wire
