#include "base/id.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace utsyn {

Bytes random_bytes(std::size_t count) {
  Bytes out(count);
  if (RAND_bytes(out.data(), static_cast<int>(count)) != 1)
    throw std::runtime_error("the random generator of OpenSSL failed");
  return out;
}

std::string to_base32(ByteView bytes) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out;
  out.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const auto byte : bytes) {
    held = (held << 8U) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += kAlphabet[held >> bits & 31U];
    }
    held &= (1U << bits) - 1;
  }
  if (bits > 0) out += kAlphabet[held << (5 - bits) & 31U];
  return out;
}

std::string new_id() { return to_base32(random_bytes(16)); }

std::string random_token() { return to_base32(random_bytes(32)); }

bool equal_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace utsyn
