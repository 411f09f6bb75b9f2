// What a server answers to a ClientHello, read as the bytes come (RFC 5246 section 7.4, RFC 8446 section 4):
// alert, ServerHello, and up to TLS 1.2 the clear messages to ServerHelloDone. Records may carry parts of
// messages and several messages; lengths may lie. Only the message at hand is held, never a whole record, so
// a connection that stops after ServerHello costs a few hundred bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "wire/tls/records.h"

namespace utsyn::wire {

// RFC 8446 section 4.1.3: what a server that could do better puts at the end of its random.
enum class DowngradeMarker : std::uint8_t { none, to_tls12, to_tls11_or_lower };

struct ServerHello {
  std::uint16_t version = 0;         // as negotiated: supported_versions when there, else legacy_version
  std::uint16_t legacy_version = 0;  // as written
  std::array<std::uint8_t, 32> random{};
  bool is_hello_retry_request = false;
  Bytes session_id;
  std::uint16_t suite = 0;
  std::uint8_t compression = 0;
  DowngradeMarker downgrade = DowngradeMarker::none;

  std::vector<std::uint16_t> extensions;  // types in the order sent
  bool duplicate_extension = false;
  std::optional<std::uint16_t> selected_group;  // key_share, also of a HelloRetryRequest
  Bytes key_share;                              // the server's public value; empty in a HelloRetryRequest
  Bytes cookie;
  std::string alpn;
  std::optional<Bytes> renegotiation_info;  // its content: empty at a first handshake
  bool extended_master_secret = false;
  bool encrypt_then_mac = false;
  bool status_request = false;
  bool session_ticket = false;
  bool server_name = false;
  std::optional<std::uint8_t> heartbeat;  // mode
  Bytes signed_certificate_timestamps;    // a SignedCertificateTimestampList; see sct.h
  std::optional<std::vector<std::string>> next_protocols;

  // The first four bytes of the random, which old servers fill with their clock.
  std::uint32_t unix_time() const;
  bool has(std::uint16_t extension_type) const;
  bool operator==(const ServerHello&) const = default;
};

struct ServerKeyExchange {
  enum class Kind : std::uint8_t { ecdhe, dhe, rsa_export, other };
  Kind kind = Kind::other;
  // ecdhe
  std::uint16_t group = 0;      // 0 with explicit parameters
  bool explicit_curve = false;  // RFC 4492 curve types 1 and 2
  Bytes point;
  // dhe (and rsa_export: modulus in dh_p, exponent in dh_g)
  Bytes dh_p, dh_g, dh_public;
  // TLS 1.2: hash and signature as one SignatureScheme; none earlier, or when nobody signs
  std::optional<std::uint16_t> signature_scheme;
  bool operator==(const ServerKeyExchange&) const = default;
};

struct CertificateRequest {
  Bytes certificate_types;
  std::vector<std::uint16_t> signature_schemes;
  std::vector<Bytes> authorities;  // DER names, the first 64
  std::size_t authority_count = 0;
  bool operator==(const CertificateRequest&) const = default;
};

class ServerFlight {
 public:
  // hello: stop at ServerHello. done: read on to ServerHelloDone (TLS 1.3: there is nothing more in the
  // clear).
  enum class Until : std::uint8_t { hello, done };
  enum class State : std::uint8_t {
    need_more,  // nothing decided yet
    hello,      // ServerHello is there; final with Until::hello, else more is to come
    done,   // ServerHelloDone, or a HelloRetryRequest, or a TLS 1.3 ServerHello, or the abbreviated handshake
    alert,  // fatal, or close_notify
    not_tls,    // the first bytes are no record
    malformed,  // lengths or order that no TLS server sends, or more bytes than the bound
  };

  explicit ServerFlight(Until until = Until::done) : until_(until) {}

  State feed(ByteView bytes);
  State state() const { return state_; }
  // No later bytes will change the state.
  bool finished() const;

  const std::optional<ServerHello>& hello() const { return hello_; }
  const std::optional<Alert>& alert() const { return alert_; }  // the one that ended it
  const std::vector<Alert>& warnings() const { return warnings_; }
  // The chain as sent, leaf first as the RFC wants it. Empty list with certificate_seen(): the server sent
  // none.
  const std::vector<Bytes>& certificates() const { return certificates_; }
  bool certificate_seen() const { return certificate_seen_; }
  const Bytes& ocsp_response() const { return ocsp_response_; }  // stapled, DER; empty when none
  bool certificate_status_seen() const { return certificate_status_seen_; }
  const std::optional<ServerKeyExchange>& key_exchange() const { return key_exchange_; }
  const std::optional<CertificateRequest>& certificate_request() const { return certificate_request_; }
  bool change_cipher_spec_seen() const { return change_cipher_spec_seen_; }
  // The session ticket of an abbreviated handshake (NewSessionTicket), empty when none.
  const Bytes& session_ticket() const { return session_ticket_; }
  std::uint32_t session_ticket_lifetime() const { return session_ticket_lifetime_; }
  // The first bytes received, at most 64: what a server that is no TLS server said.
  const Bytes& preview() const { return preview_; }
  // Why malformed: "record-length", "certificate-list"...; empty otherwise.
  std::string_view fault() const { return fault_; }
  std::size_t received_bytes() const { return received_bytes_; }

  static constexpr std::size_t max_message_bytes = 256 * 1024;
  static constexpr std::size_t max_total_bytes = 512 * 1024;
  static constexpr std::size_t max_certificates = 64;

 private:
  void record_header();
  void record_body(ByteView part);
  void handshake_bytes(ByteView part);
  bool may_come(std::uint8_t type, std::size_t length);
  void message(std::uint8_t type, ByteView body);
  void server_hello(ByteView body);
  void certificate(ByteView body);
  void certificate_status(ByteView body);
  void server_key_exchange(ByteView body);
  void read_certificate_request(ByteView body);
  void new_session_ticket(ByteView body);
  void fail(std::string_view fault);

  Until until_;
  State state_ = State::need_more;
  std::string_view fault_;
  std::size_t received_bytes_ = 0;
  Bytes preview_;

  std::array<std::uint8_t, 5> header_{};
  std::size_t header_filled_ = 0;
  std::uint8_t record_type_ = 0;
  std::size_t record_left_ = 0;
  bool any_record_ = false;

  Bytes message_;  // 4-byte header and what has come of the body
  Bytes alert_bytes_;
  unsigned records_without_progress_ = 0;

  std::optional<ServerHello> hello_;
  std::optional<Alert> alert_;
  std::vector<Alert> warnings_;
  std::vector<Bytes> certificates_;
  bool certificate_seen_ = false;
  Bytes ocsp_response_;
  bool certificate_status_seen_ = false;
  std::optional<ServerKeyExchange> key_exchange_;
  std::optional<CertificateRequest> certificate_request_;
  bool change_cipher_spec_seen_ = false;
  Bytes session_ticket_;
  std::uint32_t session_ticket_lifetime_ = 0;
};

// Reads one ServerHello body (without the 4-byte header); nothing when its lengths lie.
std::optional<ServerHello> parse_server_hello(ByteView body);
// Writes one, for simulators and tests: the handshake message with its header.
Bytes build_server_hello_message(const ServerHello& hello);
// Handshake messages of a given type with their header: 11 certificate, 14 hello done...
Bytes build_handshake_message(std::uint8_t type, ByteView body);

}  // namespace utsyn::wire
