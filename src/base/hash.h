// SHA-256, SHA-512 and HMAC, by OpenSSL.
#pragma once

#include <string>

#include "base/text.h"

namespace utsyn {

Bytes sha256(ByteView bytes);
Bytes sha512(ByteView bytes);
Bytes hmac_sha256(ByteView key, ByteView bytes);  // RFC 2104
inline std::string sha256_hex(std::string_view text) { return to_hex(sha256(as_bytes(text))); }

}  // namespace utsyn
