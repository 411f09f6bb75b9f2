// One OCSP response (RFC 6960), stapled or fetched: what it says of a certificate and whether the one who
// says so may. Freshness is left to the caller, who has the clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "wire/tls/sct.h"

namespace utsyn::wire {

struct OcspAnswer {
  enum class Status : std::uint8_t {
    good,
    revoked,
    unknown,       // the responder does not know the certificate
    not_answered,  // a response, but not about this certificate
    error,         // tryLater, unauthorized...: see response_status
    malformed,
  };
  Status status = Status::malformed;
  int response_status = 0;  // OCSPResponseStatus
  UtcTime this_update{};
  std::optional<UtcTime> next_update;
  std::optional<UtcTime> produced_at;
  std::optional<UtcTime> revoked_at;
  int revocation_reason = -1;
  bool signature_valid = false;  // by the issuer, or by a responder that the issuer empowered for it
  std::vector<Sct> scts;         // RFC 6962 section 3.3
};
std::string_view ocsp_status_name(OcspAnswer::Status status);

inline constexpr std::size_t max_ocsp_bytes = 256 * 1024;

// `certificate` is the one asked about, `issuer` the one that issued it, all DER.
OcspAnswer parse_ocsp_response(ByteView response, ByteView certificate, ByteView issuer);
// The request to post to the responder; empty when a certificate is unreadable. No nonce: caches may answer.
Bytes build_ocsp_request(ByteView certificate, ByteView issuer);

}  // namespace utsyn::wire
