// OpenSSL's certificates, read from DER and written back.
#pragma once

#include <openssl/crypto.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "probe/trust_store.h"

namespace utsyn::probe {

using OwnedX509 = OpensslOwned<X509, X509_free>;

// Empty when the bytes are no certificate.
inline OwnedX509 read_certificate(ByteView der) {
  const unsigned char* at = der.data();
  return OwnedX509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

inline Bytes der_of(const X509* certificate) {
  unsigned char* buffer = nullptr;
  const int length = i2d_X509(certificate, &buffer);
  if (length <= 0) return {};
  Bytes out(buffer, buffer + length);
  OPENSSL_free(buffer);
  return out;
}

}  // namespace utsyn::probe
