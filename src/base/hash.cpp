#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace utsyn {

Bytes sha256(ByteView bytes) {
  Bytes digest(SHA256_DIGEST_LENGTH);
  SHA256(bytes.data(), bytes.size(), digest.data());
  return digest;
}

Bytes sha512(ByteView bytes) {
  Bytes digest(SHA512_DIGEST_LENGTH);
  SHA512(bytes.data(), bytes.size(), digest.data());
  return digest;
}

Bytes hmac_sha256(ByteView key, ByteView bytes) {
  Bytes digest(SHA256_DIGEST_LENGTH);
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(), digest.data(),
       nullptr);
  return digest;
}

}  // namespace utsyn
