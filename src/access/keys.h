// The service's own secret and what hangs on it: sealing (AES-256-GCM) and keyed hashes (HMAC-SHA-256), each
// purpose with a key of its own (HKDF, RFC 5869). And the hash of random tokens, which needs no key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/text.h"

namespace utsyn::access {

inline std::string token_hash(std::string_view token) { return sha256_hex(token); }

class Keys {
 public:
  explicit Keys(ByteView master);  // 32 bytes

  // Opens only with the same `purpose`, which names what it is and whose: "totp:USER".
  std::string seal(std::string_view plain, std::string_view purpose) const;
  std::optional<std::string> open(std::string_view sealed, std::string_view purpose) const;

  // 52 characters of base32 over purpose and text.
  std::string mac(std::string_view purpose, std::string_view text) const;

 private:
  Bytes seal_key_;
  Bytes mac_key_;
};

}  // namespace utsyn::access
