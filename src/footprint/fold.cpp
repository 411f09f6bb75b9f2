#include "footprint/fold.h"

#include <array>
#include <cstdint>

namespace utsyn::footprint {
namespace {

// One code point off the front; 0 bytes long when it is no UTF-8.
struct Letter {
  std::uint32_t code = 0;
  std::size_t size = 0;
};
Letter letter_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
  if (byte(0) < 0x80) return {byte(0), 1};
  if ((byte(0) & 0xE0U) == 0xC0U && follows(1))
    return {static_cast<std::uint32_t>((byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU)), 2};
  if ((byte(0) & 0xF0U) == 0xE0U && follows(1) && follows(2))
    return {
        static_cast<std::uint32_t>((byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU)),
        3};
  return {byte(0), 0};
}

// The letters from U+00C0 to U+017F without their accents. '?' stays what it was.
constexpr std::string_view kLatin1 =
    "aaaa?a?ceeeeiiiidnooooo??uuuuyt?"   // C0-DF; the Norwegian letters are answered before
    "aaaa?a?ceeeeiiiidnooooo??uuuuyty";  // E0-FF
constexpr std::string_view kExtended =
    "aaaaaaccccccccddddeeeeeeeeeegggg"   // 100-11F
    "gggghhhhiiiiiiiiii??jjkkklllllll"   // 120-13F
    "lllnnnnnnnnnoooooooorrrrrrssssss"   // 140-15F
    "ssttttttuuuuuuuuuuuuwwyyyzzzzzz?";  // 160-17F

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [code, size] = letter_at(text);
    if (size == 0) {
      out.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    const auto as_is = text.substr(0, size);
    text.remove_prefix(size);
    if (code < 0x80) {
      const char c = static_cast<char>(code);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        if (!out.empty() && out.back() != ' ') out.push_back(' ');
      } else {
        out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
      }
    } else if (code == 0xC6 || code == 0xE6 || code == 0xC4 || code == 0xE4) {
      out += "\xC3\xA6";  // æ
    } else if (code == 0xD8 || code == 0xF8 || code == 0xD6 || code == 0xF6) {
      out += "\xC3\xB8";  // ø
    } else if (code == 0xC5 || code == 0xE5) {
      out += "\xC3\xA5";  // å
    } else if (code == 0xA0) {
      if (!out.empty() && out.back() != ' ') out.push_back(' ');
    } else if (code >= 0xC0 && code <= 0xFF && kLatin1[code - 0xC0] != '?') {
      out.push_back(kLatin1[code - 0xC0]);
    } else if (code >= 0x100 && code <= 0x17F && kExtended[code - 0x100] != '?') {
      out.push_back(kExtended[code - 0x100]);
    } else {
      out += as_is;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string sort_key(std::string_view name) {
  const auto small = folded(name);
  std::string out;
  for (std::size_t i = 0; i < small.size() && out.size() < 120; ++i) {
    // The three characters after 'z' stand for the three letters after z.
    if (small.compare(i, 2, "\xC3\xA6") == 0) {
      out.push_back('{');
      ++i;
    } else if (small.compare(i, 2, "\xC3\xB8") == 0) {
      out.push_back('|');
      ++i;
    } else if (small.compare(i, 2, "\xC3\xA5") == 0) {
      out.push_back('}');
      ++i;
    } else if (static_cast<std::uint8_t>(small[i]) < 0x80) {
      out.push_back(small[i]);
    } else {
      out.push_back('~');  // other scripts after the alphabet, told apart by the id
    }
  }
  return out;
}

std::vector<std::string> words_of(std::string_view folded_name, std::size_t most) {
  std::vector<std::string> out;
  std::string word;
  const auto finish = [&] {
    if (!word.empty() && out.size() < most) out.push_back(word);
    word.clear();
  };
  for (const char c : folded_name) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool letter = byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter) {
      finish();
    } else if (word.size() < 60) {
      word.push_back(c);
    }
  }
  finish();
  return out;
}

}  // namespace utsyn::footprint
