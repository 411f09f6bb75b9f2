// SSL 2.0, as far as a scanner needs it: CLIENT-HELLO out, SERVER-HELLO in (draft-hickman-netscape-ssl-00).
// No library speaks it any more. A SERVER-HELLO with an empty list of ciphers still means that SSLv2 is on
// (CVE-2015-3197); a line of text or a TLS alert means that it is not.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace utsyn::wire {

struct Sslv2ClientHello {
  std::vector<std::uint32_t> kinds;  // empty: all seven
  Bytes challenge;                   // 16 to 32 bytes; filled up or cut to that
};
Bytes build_sslv2_client_hello(const Sslv2ClientHello& hello);

struct Sslv2ServerHello {
  bool session_id_hit = false;
  std::uint8_t certificate_type = 0;
  std::uint16_t version = 0;
  Bytes certificate;                 // DER; may be empty
  std::vector<std::uint32_t> kinds;  // may be empty
  Bytes connection_id;
  bool operator==(const Sslv2ServerHello&) const = default;
};

enum class Sslv2Error : std::uint8_t {
  need_more,  // so far it could be one
  not_sslv2,  // text, TLS, anything else
  refused,    // an SSLv2 ERROR message: the server speaks it and wants none of this
  malformed,  // a SERVER-HELLO whose lengths lie
};
Result<Sslv2ServerHello, Sslv2Error> parse_sslv2_server_hello(ByteView bytes);

}  // namespace utsyn::wire
