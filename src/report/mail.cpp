#include "report/mail.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"

namespace utsyn::report {
namespace {

// A header value must not carry a line end, whoever chose the name of the organisation.
std::string encoded_word(std::string_view text) {
  std::string out;
  // RFC 2047 section 2: at most 75 characters a word; cut between characters of UTF-8.
  while (!text.empty()) {
    auto size = std::min<std::size_t>(text.size(), 42);
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
    out +=
        (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + to_base64(as_bytes(text.substr(0, size))) + "?=";
    text.remove_prefix(size);
  }
  return out;
}

void add_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void add_base64(std::string& out, std::string_view content) {
  const auto body = to_base64(as_bytes(content));
  out.reserve(out.size() + body.size() / 76 * 78 + 80);
  for (std::size_t at = 0; at < body.size(); at += 76)
    out.append(std::string_view(body).substr(at, 76)).append("\r\n");
}

void add_text(std::string& out, std::string_view text) {
  add_header(out, "Content-Type", "text/plain; charset=UTF-8");
  add_header(out, "Content-Transfer-Encoding", "base64");
  out += "\r\n";
  add_base64(out, text);
}

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

// For those that do not read RFC 2231: what is plain, and a hyphen for the rest of each run.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (plain(c)) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

// RFC 2231 section 4 in pieces of section 3, so that no line is longer than 78.
std::string whole_name(std::string_view name) {
  constexpr std::size_t kPiece = 45;
  std::string out;
  std::string piece;
  int number = 0;
  const auto end_piece = [&] {
    out += fmt::format(";\r\n filename*{}*={}{}", number, number == 0 ? "UTF-8''" : "", piece);
    piece.clear();
    ++number;
  };
  for (const char c : name) {
    if (piece.size() >= kPiece) end_piece();
    piece += plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  end_piece();
  return out;
}

void add_attachment(std::string& out, const Attachment& attachment) {
  const auto short_name = plain_name(attachment.name);
  add_header(out, "Content-Type", attachment.type);
  add_header(out, "Content-Transfer-Encoding", "base64");
  auto disposition =
      fmt::format("attachment;\r\n filename=\"{}\"", std::string_view(short_name).substr(0, 60));
  if (short_name != attachment.name) disposition = "attachment" + whole_name(attachment.name);
  add_header(out, "Content-Disposition", disposition);
  out += "\r\n";
  add_base64(out, attachment.content);
}

}  // namespace

std::string mail_of(const Letter& letter, std::string_view from, std::string_view to,
                    std::string_view message_id, UtcTime now) {
  std::string out;
  add_header(out, "Date", fmt::format("{:%a, %d %b %Y %H:%M:%S +0000}", fmt::gmtime(to_unix(now))));
  add_header(out, "From", fmt::format("Utsyn <{}>", from));
  add_header(out, "To", fmt::format("<{}>", to));
  add_header(out, "Message-ID", fmt::format("<{}>", message_id));
  add_header(out, "Subject", encoded_word(letter.subject));
  add_header(out, "Auto-Submitted", "auto-generated");
  add_header(out, "MIME-Version", "1.0");
  if (!letter.attachment) {
    add_text(out, letter.body);
    return out;
  }
  // No line of base64 holds an underscore.
  const auto boundary = "_utsyn_" + to_hex(sha256(as_bytes(message_id))).substr(0, 32);
  add_header(out, "Content-Type", fmt::format("multipart/mixed;\r\n boundary=\"{}\"", boundary));
  out += "\r\n--" + boundary + "\r\n";
  add_text(out, letter.body);
  out += "--" + boundary + "\r\n";
  add_attachment(out, *letter.attachment);
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace utsyn::report
