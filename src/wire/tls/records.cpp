// See records.h.
#include "wire/tls/records.h"

#include <algorithm>

namespace utsyn::wire {

void TlsRecordReader::feed(ByteView bytes) {
  if (broken_) return;
  if (at_ > 0) {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
  }
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
}

std::optional<TlsRecord> TlsRecordReader::next() {
  if (broken_) return std::nullopt;
  ByteReader reader(ByteView(pending_).subspan(at_));
  if (reader.empty()) return std::nullopt;
  TlsRecord record;
  record.type = *reader.u8();
  if (record.type < record_type::change_cipher_spec || record.type > record_type::heartbeat) {
    broken_ = true;
    return std::nullopt;
  }
  const auto version = reader.u16();
  if (!version) return std::nullopt;
  record.version = *version;
  const auto length = reader.u16();
  if (*version >> 8U != 3 || (length && *length > max_record_bytes)) {
    broken_ = true;
    return std::nullopt;
  }
  if (!length) return std::nullopt;
  const auto body = reader.take(*length);
  if (!body) return std::nullopt;
  record.body.assign(body->begin(), body->end());
  at_ += reader.position();
  return record;
}

Bytes build_record(std::uint8_t type, std::uint16_t version, ByteView body) {
  body = body.first(std::min<std::size_t>(body.size(), 16384));
  ByteWriter out;
  out.u8(type);
  out.u16(version);
  out.u16(static_cast<unsigned>(body.size()));
  out.bytes(body);
  return out.take();
}

std::optional<Alert> parse_alert(ByteView body) {
  if (body.size() != 2 || (body[0] != 1 && body[0] != 2)) return std::nullopt;
  return Alert{body[0], body[1]};
}

}  // namespace utsyn::wire
