// See server_flight.h.
#include "wire/tls/server_flight.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "wire/tls/hello.h"
#include "wire/tls/suites.h"

namespace utsyn::wire {
namespace {

namespace message_type {
constexpr std::uint8_t hello_request = 0;
constexpr std::uint8_t server_hello = 2;
constexpr std::uint8_t new_session_ticket = 4;
constexpr std::uint8_t certificate = 11;
constexpr std::uint8_t server_key_exchange = 12;
constexpr std::uint8_t certificate_request = 13;
constexpr std::uint8_t server_hello_done = 14;
constexpr std::uint8_t certificate_status = 22;
}  // namespace message_type

constexpr std::size_t preview_bytes = 64;
constexpr std::size_t max_small_message_bytes = 64 * 1024;  // all but the certificate and its status
constexpr unsigned max_empty_records = 32;
constexpr std::size_t max_warnings = 8;
constexpr std::size_t max_authorities = 64;

// RFC 8446 section 4.1.3: SHA-256 of "HelloRetryRequest".
constexpr std::array<std::uint8_t, 32> retry_random = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};
constexpr std::array<std::uint8_t, 7> downgrade_words = {0x44, 0x4F, 0x57, 0x4E, 0x47, 0x52, 0x44};

Bytes copy(ByteView view) { return {view.begin(), view.end()}; }

DowngradeMarker downgrade_marker(const std::array<std::uint8_t, 32>& random) {
  if (!std::equal(downgrade_words.begin(), downgrade_words.end(), random.begin() + 24))
    return DowngradeMarker::none;
  if (random[31] == 1) return DowngradeMarker::to_tls12;
  return random[31] == 0 ? DowngradeMarker::to_tls11_or_lower : DowngradeMarker::none;
}

bool read_key_share(ServerHello& hello, ByteReader reader) {
  const auto group = reader.u16();
  if (!group) return false;
  hello.selected_group = group;
  if (hello.is_hello_retry_request) return reader.empty();
  const auto share = reader.block16();
  if (!share || !reader.empty()) return false;
  hello.key_share = copy(*share);
  return true;
}

bool read_next_protocols(ServerHello& hello, ByteReader reader) {
  hello.next_protocols.emplace();
  while (!reader.empty()) {
    const auto name = reader.block8();
    if (!name) return false;
    hello.next_protocols->emplace_back(as_text(*name));
  }
  return true;
}

bool read_alpn(ServerHello& hello, ByteReader reader) {
  const auto list = reader.block16();
  if (!list || !reader.empty()) return false;
  ByteReader names(*list);
  const auto name = names.block8();
  if (!name || !names.empty()) return false;  // exactly one, RFC 7301 section 3.1
  hello.alpn = std::string(as_text(*name));
  return true;
}

bool read_extension(ServerHello& hello, std::uint16_t type, ByteView body) {
  namespace ext = extension;
  ByteReader reader(body);
  switch (type) {
    case ext::supported_versions: {
      const auto version = reader.u16();
      if (!version || !reader.empty()) return false;
      hello.version = *version;
      return true;
    }
    case ext::key_share:
      return read_key_share(hello, reader);
    case ext::cookie: {
      const auto cookie = reader.block16();
      if (!cookie || !reader.empty()) return false;
      hello.cookie = copy(*cookie);
      return true;
    }
    case ext::alpn:
      return read_alpn(hello, reader);
    case ext::renegotiation_info: {
      const auto data = reader.block8();
      if (!data || !reader.empty()) return false;
      hello.renegotiation_info = copy(*data);
      return true;
    }
    case ext::heartbeat:
      if (body.size() != 1) return false;
      hello.heartbeat = body[0];
      return true;
    case ext::extended_master_secret:
      hello.extended_master_secret = true;
      return true;
    case ext::encrypt_then_mac:
      hello.encrypt_then_mac = true;
      return true;
    case ext::status_request:
      hello.status_request = true;
      return true;
    case ext::session_ticket:
      hello.session_ticket = true;
      return true;
    case ext::server_name:
      hello.server_name = true;
      return true;
    case ext::signed_certificate_timestamp:
      hello.signed_certificate_timestamps = copy(body);
      return true;
    case ext::next_protocol_negotiation:
      return read_next_protocols(hello, reader);
    default:
      return true;
  }
}

// The group and public value of an elliptic exchange (RFC 8422 section 5.4), leaving the signature in
// `reader`.
bool read_ecdhe(ServerKeyExchange& out, ByteReader& reader) {
  out.kind = ServerKeyExchange::Kind::ecdhe;
  const auto curve_type = reader.u8();
  if (!curve_type) return false;
  if (*curve_type == 1 || *curve_type == 2) {
    // Explicit prime or binary curve: nobody should; the fact is enough and what follows is not read.
    out.explicit_curve = true;
    reader.skip(reader.left());
    return true;
  }
  if (*curve_type != 3) return false;
  const auto group = reader.u16();
  const auto point = reader.block8();
  if (!group || !point) return false;
  out.group = *group;
  out.point = copy(*point);
  return true;
}

bool read_dhe(ServerKeyExchange& out, ByteReader& reader) {
  out.kind = ServerKeyExchange::Kind::dhe;
  const auto p = reader.block16();
  const auto g = reader.block16();
  const auto public_value = reader.block16();
  if (!p || !g || !public_value) return false;
  out.dh_p = copy(*p);
  out.dh_g = copy(*g);
  out.dh_public = copy(*public_value);
  return true;
}

bool read_rsa_export(ServerKeyExchange& out, ByteReader& reader) {
  out.kind = ServerKeyExchange::Kind::rsa_export;
  const auto modulus = reader.block16();
  const auto exponent = reader.block16();
  if (!modulus || !exponent) return false;
  out.dh_p = copy(*modulus);
  out.dh_g = copy(*exponent);
  return true;
}

bool read_key_exchange(ServerKeyExchange& out, ByteView body, const ServerHello& hello) {
  ByteReader reader(body);
  const auto* suite = find_suite(hello.suite);
  const auto exchange = suite ? suite->key_exchange : KeyExchange::none;
  bool is_signed = false;
  switch (exchange) {
    case KeyExchange::ecdhe_psk:
    case KeyExchange::dhe_psk:
      if (!reader.block16()) return false;  // the identity hint stands first, RFC 4279 and RFC 5489
      if (!(exchange == KeyExchange::dhe_psk ? read_dhe(out, reader) : read_ecdhe(out, reader))) return false;
      break;
    case KeyExchange::ecdhe:
    case KeyExchange::anon_ecdh:
      if (!read_ecdhe(out, reader)) return false;
      is_signed = exchange == KeyExchange::ecdhe && !out.explicit_curve;
      break;
    case KeyExchange::dhe:
    case KeyExchange::anon_dh:
      if (!read_dhe(out, reader)) return false;
      is_signed = exchange == KeyExchange::dhe;
      break;
    case KeyExchange::rsa:
      // Only export suites send one: the ephemeral key of at most 512 bits (RFC 2246 section 7.4.3).
      if (!read_rsa_export(out, reader)) return false;
      is_signed = true;
      break;
    default:
      return true;  // SRP, plain PSK and the rest: noted, not read
  }
  if (!is_signed) return true;
  if (hello.version >= tls::tls12) {
    const auto scheme = reader.u16();
    if (!scheme) return false;
    out.signature_scheme = scheme;
  }
  return reader.block16().has_value() && reader.empty();
}

}  // namespace

std::uint32_t ServerHello::unix_time() const { return *ByteReader(random).u32(); }

bool ServerHello::has(std::uint16_t extension_type) const {
  return std::ranges::find(extensions, extension_type) != extensions.end();
}

std::optional<ServerHello> parse_server_hello(ByteView body) {
  ByteReader reader(body);
  ServerHello hello;
  const auto version = reader.u16();
  const auto random = reader.take(32);
  const auto session = reader.block8();
  const auto suite = reader.u16();
  const auto compression = reader.u8();
  if (!version || !random || !session || !suite || !compression || session->size() > 32) return std::nullopt;
  hello.version = hello.legacy_version = *version;
  std::ranges::copy(*random, hello.random.begin());
  hello.is_hello_retry_request = hello.random == retry_random;
  hello.downgrade = downgrade_marker(hello.random);
  hello.session_id = copy(*session);
  hello.suite = *suite;
  hello.compression = *compression;
  if (reader.empty()) return hello;

  const auto extensions = reader.block16();
  if (!extensions || !reader.empty()) return std::nullopt;
  ByteReader each(*extensions);
  hello.extensions.reserve(8);  // more than most send
  while (!each.empty()) {
    const auto type = each.u16();
    const auto content = each.block16();
    if (!type || !content) return std::nullopt;
    if (hello.has(*type)) hello.duplicate_extension = true;
    hello.extensions.push_back(*type);
    if (hello.extensions.size() > 256) return std::nullopt;
    if (!read_extension(hello, *type, *content)) return std::nullopt;
  }
  return hello;
}

Bytes build_handshake_message(std::uint8_t type, ByteView body) {
  ByteWriter out;
  out.u8(type);
  out.u24(body.size());
  out.bytes(body);
  return out.take();
}

Bytes build_server_hello_message(const ServerHello& hello) {
  namespace ext = extension;
  ByteWriter body;
  body.u16(hello.legacy_version);
  body.bytes(hello.is_hello_retry_request ? ByteView(retry_random) : ByteView(hello.random));
  const auto session = body.open(1);
  body.bytes(hello.session_id);
  body.close(session, 1);
  body.u16(hello.suite);
  body.u8(hello.compression);

  ByteWriter list;
  const auto add = [&](std::uint16_t type, ByteView content) {
    list.u16(type);
    list.u16(static_cast<unsigned>(content.size()));
    list.bytes(content);
  };
  const auto prefixed = [](std::size_t length_size, ByteView content) {
    ByteWriter out;
    const auto mark = out.open(length_size);
    out.bytes(content);
    out.close(mark, length_size);
    return out.take();
  };
  if (hello.version != hello.legacy_version) {
    ByteWriter version;
    version.u16(hello.version);
    add(ext::supported_versions, version.view());
  }
  if (hello.selected_group) {
    ByteWriter share;
    share.u16(*hello.selected_group);
    if (!hello.is_hello_retry_request) share.bytes(prefixed(2, hello.key_share));
    add(ext::key_share, share.view());
  }
  if (!hello.cookie.empty()) add(ext::cookie, prefixed(2, hello.cookie));
  if (hello.renegotiation_info) add(ext::renegotiation_info, prefixed(1, *hello.renegotiation_info));
  if (!hello.alpn.empty()) add(ext::alpn, prefixed(2, prefixed(1, as_bytes(hello.alpn))));
  if (hello.extended_master_secret) add(ext::extended_master_secret, {});
  if (hello.encrypt_then_mac) add(ext::encrypt_then_mac, {});
  if (hello.status_request) add(ext::status_request, {});
  if (hello.session_ticket) add(ext::session_ticket, {});
  if (hello.server_name) add(ext::server_name, {});
  if (hello.heartbeat) add(ext::heartbeat, Bytes{*hello.heartbeat});
  if (!hello.signed_certificate_timestamps.empty())
    add(ext::signed_certificate_timestamp, hello.signed_certificate_timestamps);
  if (hello.next_protocols) {
    Bytes names;
    for (const auto& name : *hello.next_protocols) {
      const auto one = prefixed(1, as_bytes(name));
      names.insert(names.end(), one.begin(), one.end());
    }
    add(ext::next_protocol_negotiation, names);
  }
  if (list.size() > 0) {
    body.u16(static_cast<unsigned>(list.size()));
    body.bytes(list.view());
  }
  return build_handshake_message(message_type::server_hello, body.view());
}

bool ServerFlight::finished() const {
  switch (state_) {
    case State::need_more:
      return false;
    case State::hello:
      return until_ == Until::hello;
    default:
      return true;
  }
}

void ServerFlight::fail(std::string_view fault) {
  fault_ = fault;
  state_ = State::malformed;
  message_ = {};
}

ServerFlight::State ServerFlight::feed(ByteView bytes) {
  if (preview_.size() < preview_bytes) {
    const auto part = bytes.first(std::min(bytes.size(), preview_bytes - preview_.size()));
    preview_.insert(preview_.end(), part.begin(), part.end());
  }
  received_bytes_ += bytes.size();
  while (!bytes.empty() && !finished()) {
    if (record_left_ == 0) {
      const auto part = bytes.first(std::min(bytes.size(), header_.size() - header_filled_));
      std::ranges::copy(part, header_.begin() + static_cast<std::ptrdiff_t>(header_filled_));
      header_filled_ += part.size();
      bytes = bytes.subspan(part.size());
      record_header();
      continue;
    }
    const auto part = bytes.first(std::min(bytes.size(), record_left_));
    bytes = bytes.subspan(part.size());
    record_left_ -= part.size();
    record_body(part);
  }
  if (!finished() && received_bytes_ > max_total_bytes) fail("too-many-bytes");
  return state_;
}

// Judges as much of the header as has come, so that a server that says "220 ready" is known by its first
// byte.
void ServerFlight::record_header() {
  const auto no_record = [&] {
    if (any_record_) {
      fail("record-header");
    } else {
      state_ = State::not_tls;
    }
  };
  if (header_[0] < record_type::change_cipher_spec || header_[0] > record_type::heartbeat) return no_record();
  if (header_filled_ >= 2 && header_[1] != 3) return no_record();
  if (header_filled_ < header_.size()) return;
  header_filled_ = 0;
  any_record_ = true;
  record_type_ = header_[0];
  record_left_ = static_cast<std::size_t>(header_[3]) << 8U | header_[4];
  if (record_left_ > max_record_bytes) return fail("record-length");
  if (record_left_ == 0 && ++records_without_progress_ > max_empty_records) return fail("empty-records");
  if (record_type_ != record_type::handshake && !message_.empty()) return fail("interleaved-message");
  alert_bytes_.clear();
}

void ServerFlight::record_body(ByteView part) {
  switch (record_type_) {
    case record_type::handshake:
      return handshake_bytes(part);
    case record_type::alert: {
      if (alert_bytes_.size() + part.size() > 2) return fail("alert-length");
      alert_bytes_.insert(alert_bytes_.end(), part.begin(), part.end());
      if (record_left_ > 0) return;
      const auto alert = parse_alert(alert_bytes_);
      if (!alert) return fail("alert");
      if (alert->fatal() || alert->description == 0) {
        alert_ = alert;
        state_ = State::alert;
        return;
      }
      if (warnings_.size() >= max_warnings) return fail("too-many-warnings");
      warnings_.push_back(*alert);
      return;
    }
    case record_type::change_cipher_spec:
      if (part.size() != 1 || part[0] != 1 || record_left_ > 0) return fail("change-cipher-spec");
      if (!hello_) return fail("change-cipher-spec-before-hello");
      change_cipher_spec_seen_ = true;
      // The abbreviated handshake: what follows is encrypted.
      state_ = State::done;
      return;
    default:
      return fail("unexpected-record");
  }
}

// May a message of this type and length come now? If not, that was the end.
bool ServerFlight::may_come(std::uint8_t type, std::size_t length) {
  const bool may_be_large = type == message_type::certificate || type == message_type::certificate_status;
  if (!hello_ && type != message_type::server_hello && type != message_type::hello_request) {
    fail("message-before-hello");
    return false;
  }
  if (length > (may_be_large ? max_message_bytes : max_small_message_bytes)) {
    fail("message-length");
    return false;
  }
  return true;
}

void ServerFlight::handshake_bytes(ByteView part) {
  while (!part.empty() && !finished()) {
    // Nearly every message comes in one piece and needs no copy.
    if (message_.empty() && part.size() >= 4) {
      ByteReader reader(part);
      const auto type = *reader.u8();
      const std::size_t length = *reader.u24();
      if (!may_come(type, length)) return;
      if (const auto body = reader.take(length)) {
        part = reader.rest();
        message(type, *body);
        continue;
      }
    }
    if (message_.size() < 4) {
      const auto head = part.first(std::min(part.size(), 4 - message_.size()));
      message_.insert(message_.end(), head.begin(), head.end());
      part = part.subspan(head.size());
      if (message_.size() < 4) return;
    }
    ByteReader header(message_);
    const auto type = *header.u8();
    const std::size_t length = *header.u24();
    if (!may_come(type, length)) return;
    const auto body = part.first(std::min(part.size(), length + 4 - message_.size()));
    message_.insert(message_.end(), body.begin(), body.end());
    part = part.subspan(body.size());
    if (message_.size() < length + 4) return;
    const Bytes whole = std::exchange(message_, {});
    message(type, ByteView(whole).subspan(4));
  }
}

void ServerFlight::message(std::uint8_t type, ByteView body) {
  switch (type) {
    case message_type::hello_request:
      if (!body.empty()) return fail("hello-request");
      if (++records_without_progress_ > max_empty_records) return fail("hello-requests");
      return;
    case message_type::server_hello:
      return server_hello(body);
    case message_type::certificate:
      return certificate(body);
    case message_type::certificate_status:
      return certificate_status(body);
    case message_type::server_key_exchange:
      return server_key_exchange(body);
    case message_type::certificate_request:
      return read_certificate_request(body);
    case message_type::new_session_ticket:
      return new_session_ticket(body);
    case message_type::server_hello_done:
      if (!body.empty()) return fail("server-hello-done");
      state_ = State::done;
      return;
    default:
      return fail("unexpected-message");
  }
}

void ServerFlight::server_hello(ByteView body) {
  if (hello_) return fail("second-server-hello");
  hello_ = parse_server_hello(body);
  if (!hello_) return fail("server-hello");
  const bool nothing_more_in_clear = hello_->is_hello_retry_request || hello_->version >= tls::tls13;
  state_ = nothing_more_in_clear ? State::done : State::hello;
}

void ServerFlight::certificate(ByteView body) {
  if (certificate_seen_) return fail("second-certificate");
  ByteReader reader(body);
  const auto list = reader.block24();
  if (!list || !reader.empty()) return fail("certificate-list");
  ByteReader each(*list);
  while (!each.empty()) {
    const auto der = each.block24();
    if (!der) return fail("certificate-list");
    if (certificates_.size() >= max_certificates) return fail("too-many-certificates");
    certificates_.push_back(copy(*der));
  }
  certificate_seen_ = true;
}

void ServerFlight::certificate_status(ByteView body) {
  if (certificate_status_seen_) return fail("second-certificate-status");
  ByteReader reader(body);
  const auto kind = reader.u8();
  const auto response = reader.block24();
  if (!kind || *kind != 1 || !response || !reader.empty()) return fail("certificate-status");
  certificate_status_seen_ = true;
  ocsp_response_ = copy(*response);
}

void ServerFlight::server_key_exchange(ByteView body) {
  if (key_exchange_) return fail("second-key-exchange");
  ServerKeyExchange exchange;
  if (!read_key_exchange(exchange, body, *hello_)) return fail("server-key-exchange");
  key_exchange_ = std::move(exchange);
}

void ServerFlight::read_certificate_request(ByteView body) {
  if (certificate_request_) return fail("second-certificate-request");
  ByteReader reader(body);
  CertificateRequest request;
  const auto types = reader.block8();
  if (!types) return fail("certificate-request");
  request.certificate_types = copy(*types);
  if (hello_->version >= tls::tls12) {
    const auto schemes = reader.block16();
    if (!schemes || schemes->size() % 2 != 0) return fail("certificate-request");
    ByteReader each(*schemes);
    while (const auto scheme = each.u16()) request.signature_schemes.push_back(*scheme);
  }
  const auto names = reader.block16();
  if (!names || !reader.empty()) return fail("certificate-request");
  ByteReader each(*names);
  while (!each.empty()) {
    const auto name = each.block16();
    if (!name) return fail("certificate-request");
    ++request.authority_count;
    if (request.authorities.size() < max_authorities) request.authorities.push_back(copy(*name));
  }
  certificate_request_ = std::move(request);
}

void ServerFlight::new_session_ticket(ByteView body) {
  ByteReader reader(body);
  const auto lifetime = reader.u32();
  const auto ticket = reader.block16();
  if (!lifetime || !ticket || !reader.empty()) return fail("new-session-ticket");
  session_ticket_lifetime_ = *lifetime;
  session_ticket_ = copy(*ticket);
}

}  // namespace utsyn::wire
