// Ownership and small readings of OpenSSL's objects, for this folder only.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <climits>
#include <memory>
#include <optional>
#include <string>

#include "base/text.h"
#include "base/time.h"

namespace utsyn::wire::openssl {

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
template <class T, auto free_function>
using Owned = std::unique_ptr<T, Free<free_function>>;

using OwnedX509 = Owned<X509, X509_free>;
using OwnedBignum = Owned<BIGNUM, BN_free>;
using OwnedBignumContext = Owned<BN_CTX, BN_CTX_free>;
using OwnedBio = Owned<BIO, BIO_free>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;

// OpenSSL keeps a queue of errors per thread; what a peer's bytes put there must not surprise the next
// caller.
class QuietErrors {
 public:
  QuietErrors() = default;
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors() { ERR_clear_error(); }
};

// The certificate and how many bytes it took; null when unreadable.
inline OwnedX509 read_x509(ByteView der, std::size_t* used = nullptr) {
  if (der.empty() || der.size() > LONG_MAX) return nullptr;
  const unsigned char* at = der.data();
  OwnedX509 out(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (used) *used = static_cast<std::size_t>(at - der.data());
  return out;
}

// `encode(out)` is an i2d function with its object bound.
template <class Encode>
Bytes encoded(Encode encode) {
  unsigned char* buffer = nullptr;
  const int length = encode(&buffer);
  if (length <= 0 || !buffer) return {};
  Bytes out(buffer, buffer + length);
  OPENSSL_free(buffer);
  return out;
}

inline std::optional<UtcTime> read_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{year{parts.tm_year + 1900}, month{static_cast<unsigned>(parts.tm_mon + 1)},
                            day{static_cast<unsigned>(parts.tm_mday)}};
  if (!date.ok()) return std::nullopt;
  return UtcTime{sys_days{date} + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec}};
}

inline ByteView view(const ASN1_STRING* text) {
  if (!text) return {};
  return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// Dotted numbers; an arc of OpenSSL's limit or more gives an empty text.
inline std::string oid_text(const ASN1_OBJECT* object) {
  char buffer[256];
  const int length = object ? OBJ_obj2txt(buffer, sizeof buffer, object, 1) : 0;
  if (length <= 0 || static_cast<std::size_t>(length) >= sizeof buffer) return {};
  return buffer;
}

inline Bytes big_endian(const BIGNUM* number) {
  Bytes out(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, out.data());
  return out;
}

}  // namespace utsyn::wire::openssl
