// ClientHello, SSLv3 to TLS 1.3, built and read (RFC 6101, RFC 5246, RFC 8446). The builder writes what it is
// told, also what no library would: that is the point of a scanner. It never invents: random, session id and
// key shares come from the caller, so the same value always gives the same bytes.
//
// A TLS 1.3 hello with an empty list of key shares is legal and makes the server answer HelloRetryRequest,
// which names suite and group without any asymmetric work on either side.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace utsyn::wire {

namespace tls {
inline constexpr std::uint16_t ssl2 = 0x0002;
inline constexpr std::uint16_t ssl3 = 0x0300;
inline constexpr std::uint16_t tls10 = 0x0301;
inline constexpr std::uint16_t tls11 = 0x0302;
inline constexpr std::uint16_t tls12 = 0x0303;
inline constexpr std::uint16_t tls13 = 0x0304;
}  // namespace tls

namespace extension {
inline constexpr std::uint16_t server_name = 0;
inline constexpr std::uint16_t status_request = 5;
inline constexpr std::uint16_t supported_groups = 10;
inline constexpr std::uint16_t ec_point_formats = 11;
inline constexpr std::uint16_t signature_algorithms = 13;
inline constexpr std::uint16_t heartbeat = 15;
inline constexpr std::uint16_t alpn = 16;
inline constexpr std::uint16_t signed_certificate_timestamp = 18;
inline constexpr std::uint16_t padding = 21;
inline constexpr std::uint16_t encrypt_then_mac = 22;
inline constexpr std::uint16_t extended_master_secret = 23;
inline constexpr std::uint16_t compress_certificate = 27;
inline constexpr std::uint16_t session_ticket = 35;
inline constexpr std::uint16_t supported_versions = 43;
inline constexpr std::uint16_t cookie = 44;
inline constexpr std::uint16_t psk_key_exchange_modes = 45;
inline constexpr std::uint16_t key_share = 51;
inline constexpr std::uint16_t next_protocol_negotiation = 13172;
inline constexpr std::uint16_t renegotiation_info = 0xFF01;
}  // namespace extension

struct KeyShare {
  std::uint16_t group = 0;
  Bytes public_key;
  bool operator==(const KeyShare&) const = default;
};

struct RawExtension {
  std::uint16_t type = 0;
  Bytes body;
  bool operator==(const RawExtension&) const = default;
};

struct ClientHello {
  std::uint16_t record_version = tls::tls10;
  std::uint16_t legacy_version = tls::tls12;
  std::array<std::uint8_t, 32> random{};
  Bytes session_id;  // at most 32 bytes
  std::vector<std::uint16_t> suites;
  std::vector<std::uint8_t> compression_methods{0};

  // Extensions. None of them set and no padding asked for: the hello ends after the compression methods, as
  // SSLv3 and very old servers want.
  std::optional<std::string> sni;
  std::vector<std::uint16_t> supported_versions;
  std::vector<std::uint16_t> groups;
  std::vector<std::uint16_t> signature_schemes;
  std::optional<std::vector<KeyShare>> key_shares;  // an empty list asks for HelloRetryRequest
  std::vector<std::string> alpn;
  bool ec_point_formats = false;        // "uncompressed"
  std::optional<Bytes> session_ticket;  // empty: "I would like one"
  bool extended_master_secret = false;
  bool encrypt_then_mac = false;
  bool status_request = false;  // OCSP, no responder list
  bool signed_certificate_timestamp = false;
  bool next_protocol_negotiation = false;
  bool psk_dhe_ke = false;                  // psk_key_exchange_modes: psk_dhe_ke
  std::optional<std::uint8_t> heartbeat;    // 1: the peer may send requests, 2: it may not
  std::optional<Bytes> renegotiation_info;  // empty at a first handshake
  Bytes cookie;                             // of a HelloRetryRequest
  std::vector<RawExtension> extra;          // written after the others, as given

  // Reserved values of RFC 8701 in suites, groups, versions and extensions, chosen by the first bytes of
  // `random`.
  bool grease = false;
  // Whole size of the handshake message (4-byte header included) that a padding extension shall reach.
  // Smaller than the hello already is: no padding.
  std::size_t padded_size = 0;

  bool operator==(const ClientHello&) const = default;
};

// The hello in one or more records. Lists longer than the format can carry are cut to what fits.
Bytes build_client_hello(const ClientHello& hello);
// Only the handshake message, for a handshake inside a session (renegotiation) or over QUIC.
Bytes build_client_hello_message(const ClientHello& hello);

// The second hello after HelloRetryRequest: the first with the cookie echoed and one share of the group asked
// for.
ClientHello second_client_hello(ClientHello first, Bytes cookie, KeyShare share);

// A hello as an ordinary modern client sends it, for `server_name` (none: no SNI), offering `suites`.
// Versions up to `version`; TLS 1.3 gets supported_versions and an empty list of key shares.
ClientHello plain_client_hello(std::uint16_t version, std::optional<std::string> server_name,
                               std::vector<std::uint16_t> suites);

enum class HelloError : std::uint8_t {
  truncated,            // more bytes may make it whole
  not_client_hello,     // another record or another message
  bad_length,           // a length that contradicts the one around it
  duplicate_extension,  // RFC 8446 section 4.2
  too_large,            // above 64 kB
};
// Reads what a client sent, for simulators and tests. Values of RFC 8701 stay where they were found and
// `grease` is not set; padding and unknown extensions go to `extra`.
Result<ClientHello, HelloError> parse_client_hello(ByteView records);

}  // namespace utsyn::wire
