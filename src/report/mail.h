// An e-mail as bytes: RFC 5322, a subject of RFC 2047, plain text in UTF-8, and at most one file with it (RFC
// 2045, 2046, 2183, its name by RFC 2231). Bodies are base64, so that no line is too long and no byte is
// changed on the way. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace utsyn::report {

struct Attachment {
  std::string name;  // as people read it: "Utsyn Blåvik kommune 2026-11-21.pdf"
  std::string type;  // "application/pdf"
  std::string content;
};

struct Letter {
  std::string subject;
  std::string body;  // plain text, lines of any length
  std::optional<Attachment> attachment;
};

// A relay takes ten million bytes unless told otherwise (Postfix: message_size_limit 10240000); base64 makes
// 78 of 57.
inline constexpr std::size_t kMostAttachment = 7'000'000;

// Lines end in CRLF. `from`, `to` and `message_id` are bare and without line ends.
std::string mail_of(const Letter& letter, std::string_view from, std::string_view to,
                    std::string_view message_id, UtcTime now);

}  // namespace utsyn::report
