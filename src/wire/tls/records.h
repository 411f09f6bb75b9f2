// TLS records one at a time (RFC 8446 section 5.1), for what comes after the first flight: alerts,
// heartbeats, change cipher spec. Holds at most one record.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace utsyn::wire {

namespace record_type {
inline constexpr std::uint8_t change_cipher_spec = 20;
inline constexpr std::uint8_t alert = 21;
inline constexpr std::uint8_t handshake = 22;
inline constexpr std::uint8_t application_data = 23;
inline constexpr std::uint8_t heartbeat = 24;
}  // namespace record_type

inline constexpr std::size_t max_record_bytes = 16384 + 2048;

struct TlsRecord {
  std::uint8_t type = 0;
  std::uint16_t version = 0;
  Bytes body;
};

class TlsRecordReader {
 public:
  void feed(ByteView bytes);
  // The next whole record, or nothing when more bytes are needed or the stream is broken.
  std::optional<TlsRecord> next();
  // The stream is not TLS (wrong content type, wrong major version, a record above the bound). It stays
  // broken.
  bool broken() const { return broken_; }

 private:
  Bytes pending_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

// One record around a body of at most 16384 bytes.
Bytes build_record(std::uint8_t type, std::uint16_t version, ByteView body);

struct Alert {
  std::uint8_t level = 0;  // 1 warning, 2 fatal
  std::uint8_t description = 0;
  bool fatal() const { return level == 2; }
  bool operator==(const Alert&) const = default;
};
std::optional<Alert> parse_alert(ByteView body);

}  // namespace utsyn::wire
