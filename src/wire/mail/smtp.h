// SMTP replies (RFC 5321 section 4.2, enhanced codes RFC 3463) and what EHLO announces.
//
// Replies are taken off the front of a buffer as they become whole; a server that lies about its codes, never
// ends a reply or sends endless lines is an error.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace utsyn::wire {

inline constexpr std::size_t smtp_line_limit = 2048;
inline constexpr std::size_t smtp_reply_lines = 100;

struct SmtpReply {
  unsigned code = 0;               // 200 to 599
  std::vector<std::string> lines;  // texts after the code, control bytes made printable
  std::optional<std::array<unsigned, 3>>
      enhanced;  // {4, 7, 0}, when the first line has one of the same class
  bool bare_line_feed = false;

  bool positive() const { return code >= 200 && code < 300; }
  bool transient() const { return code >= 400 && code < 500; }
  std::string text() const;  // the whole reply, "250-first\n250 last"
  bool operator==(const SmtpReply&) const = default;
};

enum class SmtpError {
  line_too_long,
  too_many_lines,
  bad_code,       // not three digits from 200 to 599
  bad_separator,  // after the code neither '-', space nor the end
  mixed_codes     // lines of one reply with different codes
};
std::string_view smtp_error_name(SmtpError error);

// Takes one whole reply off the front of `buffer`. No reply yet: empty, and the buffer is as before.
Result<std::optional<SmtpReply>, SmtpError> take_smtp_reply(std::string_view& buffer);

struct SmtpExtension {
  std::string keyword;                  // upper case
  std::vector<std::string> parameters;  // as written
  bool operator==(const SmtpExtension&) const = default;
};

struct SmtpCapabilities {
  std::string server_name;  // first word of the first line
  std::vector<SmtpExtension> extensions;

  const SmtpExtension* find(std::string_view keyword) const;
  bool has(std::string_view keyword) const { return find(keyword) != nullptr; }
  std::vector<std::string> login_methods() const;  // AUTH, the old "AUTH=" form too; upper case
  bool operator==(const SmtpCapabilities&) const = default;
};
SmtpCapabilities smtp_capabilities(const SmtpReply& ehlo_reply);

}  // namespace utsyn::wire
