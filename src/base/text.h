// Small text helpers that everything uses. ASCII only: names on the wire are ASCII, and locale is never
// asked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace utsyn {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// Takes what stands before `separator` off the front of `rest` (all of it when there is none).
std::string_view cut(std::string_view& rest, char separator);
std::string_view trim(std::string_view text);  // spaces, tabs, CR and LF at both ends
std::string lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);
std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty fields
std::string join(std::span<const std::string> parts, std::string_view separator);

// Decimal digits only, no sign, no blanks; nothing when it does not fit.
std::optional<std::uint64_t> parse_uint(std::string_view digits);

std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view hex);
std::string to_base64(ByteView bytes);                      // RFC 4648 section 4, padded
std::optional<Bytes> from_base64(std::string_view base64);  // strict; blanks are skipped

bool valid_utf8(std::string_view text);  // no overlong forms, no surrogates
// Foreign bytes as text that is safe to store and to print: control and non-ASCII bytes become \xHH, at most
// `limit` bytes are taken.
std::string printable(std::string_view foreign, std::size_t limit = 1024);

// '*' any run, '?' one character; for --only and for opt-out lists.
bool glob_match(std::string_view pattern, std::string_view text);

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace utsyn
