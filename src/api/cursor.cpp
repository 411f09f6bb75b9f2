// base64url( checksum of 6 bytes, then each part as a length of two bytes and its text ).
#include "api/cursor.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

constexpr std::size_t kChecksumBytes = 6;
constexpr std::size_t kMostParts = 8;
constexpr std::size_t kMostCharacters = 4096;

std::string url_safe(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace

std::string write_cursor(const std::vector<std::string>& sort_key) {
  Bytes content;
  for (const auto& part : sort_key) {
    const auto size = std::min<std::size_t>(part.size(), 0xFFFF);
    content.push_back(static_cast<std::uint8_t>(size >> 8U));
    content.push_back(static_cast<std::uint8_t>(size & 0xFFU));
    content.insert(content.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(size));
  }
  auto sum = sha256(content);
  sum.resize(kChecksumBytes);
  sum.insert(sum.end(), content.begin(), content.end());
  return url_safe(to_base64(sum));
}

std::optional<std::vector<std::string>> read_cursor(std::string_view cursor) {
  if (cursor.empty() || cursor.size() > kMostCharacters) return std::nullopt;
  std::string padded(cursor);
  for (auto& c : padded) {
    if (c == '+' || c == '/' || c == '=' || c == ' ' || c == '\t' || c == '\r' || c == '\n')
      return std::nullopt;
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  padded.append((4 - padded.size() % 4) % 4, '=');
  const auto bytes = from_base64(padded);
  if (!bytes || bytes->size() < kChecksumBytes) return std::nullopt;
  const auto content = ByteView(*bytes).subspan(kChecksumBytes);
  const auto sum = sha256(content);
  if (!std::equal(bytes->begin(), bytes->begin() + kChecksumBytes, sum.begin())) return std::nullopt;

  std::vector<std::string> parts;
  for (std::size_t at = 0; at < content.size();) {
    if (content.size() - at < 2 || parts.size() == kMostParts) return std::nullopt;
    const auto size = std::size_t{content[at]} << 8U | content[at + 1];
    at += 2;
    if (content.size() - at < size) return std::nullopt;
    const auto part = as_text(content.subspan(at, size));
    if (!valid_utf8(part) || part.find('\0') != std::string_view::npos) return std::nullopt;
    parts.emplace_back(part);
    at += size;
  }
  if (parts.empty()) return std::nullopt;
  return parts;
}

}  // namespace utsyn::api
