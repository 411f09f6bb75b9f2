// Signed certificate timestamps (RFC 6962 section 3.3): the promise of a log, carried in the certificate, in
// the handshake or in an OCSP response.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace utsyn::wire {

struct Sct {
  std::uint8_t version = 0;
  Bytes log_id;                        // 32 bytes: SHA-256 of the log's key
  std::uint64_t timestamp_ms = 0;      // since 1970
  std::uint16_t signature_scheme = 0;  // hash and signature algorithm
  Bytes raw;                           // the whole SerializedSCT
  std::string log_id_hex() const { return to_hex(log_id); }
  bool operator==(const Sct&) const = default;
};

enum class SctError : std::uint8_t { bad_length, too_many };
inline constexpr std::size_t max_scts = 64;

// Entries of an unknown version are kept with their raw bytes only, as the RFC asks.
Result<std::vector<Sct>, SctError> parse_sct_list(ByteView list);

}  // namespace utsyn::wire
