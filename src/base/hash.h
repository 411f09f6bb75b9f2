// SHA-256 and SHA-512, by OpenSSL.
#pragma once

#include <string>

#include "base/text.h"

namespace utsyn {

Bytes sha256(ByteView bytes);
Bytes sha512(ByteView bytes);
inline std::string sha256_hex(std::string_view text) { return to_hex(sha256(as_bytes(text))); }

}  // namespace utsyn
