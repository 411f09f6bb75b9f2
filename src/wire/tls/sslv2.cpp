// See sslv2.h.
#include "wire/tls/sslv2.h"

#include <algorithm>

#include "base/bytes.h"
#include "wire/tls/suites.h"

namespace utsyn::wire {
namespace {

constexpr std::uint8_t type_error = 0;
constexpr std::uint8_t type_client_hello = 1;
constexpr std::uint8_t type_server_hello = 4;

}  // namespace

Bytes build_sslv2_client_hello(const Sslv2ClientHello& hello) {
  auto kinds = hello.kinds;
  if (kinds.empty())
    for (const auto& cipher : all_sslv2_ciphers()) kinds.push_back(cipher.kind);
  kinds.resize(std::min<std::size_t>(kinds.size(), 256));
  auto challenge = hello.challenge;
  challenge.resize(std::clamp<std::size_t>(challenge.size(), 16, 32));

  ByteWriter body;
  body.u8(type_client_hello);
  body.u16(0x0002);
  body.u16(static_cast<unsigned>(kinds.size() * 3));
  body.u16(0);  // no session to resume
  body.u16(static_cast<unsigned>(challenge.size()));
  for (const auto kind : kinds) body.u24(kind);
  body.bytes(challenge);

  ByteWriter out;
  out.u16(0x8000U | static_cast<unsigned>(body.size()));  // the high bit: a two-byte header, no padding
  out.bytes(body.view());
  return out.take();
}

Result<Sslv2ServerHello, Sslv2Error> parse_sslv2_server_hello(ByteView bytes) {
  ByteReader reader(bytes);
  const auto first = reader.u8();
  if (!first) return unexpected(Sslv2Error::need_more);
  const auto second = reader.u8();
  if (!second)
    return unexpected(*first == 0x15 || *first == 0x16 ? Sslv2Error::not_sslv2 : Sslv2Error::need_more);
  // A three-byte header (high bit clear, padding) is only legal once keys are agreed; but servers that speak
  // before that in it exist, and text as well as TLS begins with the high bit clear.
  const bool long_header = (*first & 0x80U) == 0;
  const std::size_t length =
      (static_cast<std::size_t>(*first & (long_header ? 0x3FU : 0x7FU)) << 8U) | *second;
  std::size_t padding = 0;
  if (long_header) {
    if (*first & 0x40U) return unexpected(Sslv2Error::not_sslv2);  // letters, and the security-escape bit
    if ((*first == 0x15 || *first == 0x16) && *second == 3) return unexpected(Sslv2Error::not_sslv2);
    const auto pad = reader.u8();
    if (!pad) return unexpected(Sslv2Error::need_more);
    padding = *pad;
  }
  const auto type = reader.u8();
  if (!type) return unexpected(Sslv2Error::need_more);
  if (*type == type_error && length == 3 + padding) {
    const auto code = reader.u16();
    if (!code) return unexpected(Sslv2Error::need_more);
    return unexpected(*code >= 1 && *code <= 6 ? Sslv2Error::refused : Sslv2Error::not_sslv2);
  }
  if (*type != type_server_hello || length < 11 + padding) return unexpected(Sslv2Error::not_sslv2);

  Sslv2ServerHello hello;
  const auto hit = reader.u8();
  const auto certificate_type = reader.u8();
  const auto version = reader.u16();
  if (version && *version != 0x0002) return unexpected(Sslv2Error::not_sslv2);
  const auto certificate_length = reader.u16();
  const auto kinds_length = reader.u16();
  const auto connection_length = reader.u16();
  if (!connection_length) return unexpected(Sslv2Error::need_more);
  if (*kinds_length % 3 != 0 ||
      std::size_t{11} + *certificate_length + *kinds_length + *connection_length + padding != length)
    return unexpected(Sslv2Error::malformed);
  const auto certificate = reader.take(*certificate_length);
  const auto kinds = reader.take(*kinds_length);
  const auto connection = reader.take(*connection_length);
  if (!certificate || !kinds || !connection) return unexpected(Sslv2Error::need_more);

  hello.session_id_hit = *hit != 0;
  hello.certificate_type = *certificate_type;
  hello.version = *version;
  hello.certificate.assign(certificate->begin(), certificate->end());
  ByteReader list(*kinds);
  while (const auto kind = list.u24()) hello.kinds.push_back(*kind);
  hello.connection_id.assign(connection->begin(), connection->end());
  return hello;
}

}  // namespace utsyn::wire
