// Faults of TLS servers that only show when asked for: Heartbleed (RFC 6520, CVE-2014-0160), a
// ChangeCipherSpec before there are keys (CVE-2014-0224), a second handshake without RFC 5746
// (CVE-2009-3555), and RSA key exchange that tells right padding from wrong (ROBOT, CVE-2017-13099).
//
// The heartbeat claims one byte more than RFC 6520 lets it, and that byte is our own padding: whoever answers
// has not checked the length, and gives nothing away by it.
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include "probe/active_questions.h"
#include "probe/tls_enumerate.h"
#include "probe/tls_session.h"
#include "wire/tls/records.h"
#include "wire/tls/suites.h"

namespace utsyn::probe {
namespace {

namespace tls = wire::tls;

constexpr std::uint8_t alert_bad_record_mac = 20;
constexpr std::uint8_t alert_decryption_failed = 21;
constexpr std::size_t most_bytes = 64 * 1024;  // behind the first flight
constexpr int most_records = 16;

// What a connection says after the first flight: a record, or how it came to an end.
struct Heard {
  enum class Kind : std::uint8_t { record, closed, not_tls, endless, unseen };
  Kind kind = Kind::unseen;
  wire::TlsRecord record;
  Unseen why = Unseen::not_measured;
};

// A connection whose server has said ServerHelloDone and waits for us.
class Waiting {
 public:
  // `patience`: how long an answer may take.
  Waiting(std::unique_ptr<Connection> connection, std::unique_ptr<wire::ServerFlight> flight,
          std::chrono::milliseconds patience)
      : connection_(std::move(connection)), flight_(std::move(flight)), patience_(patience) {}

  const wire::ServerFlight& flight() const { return *flight_; }
  std::uint16_t version() const { return flight_->hello()->version; }

  Task<std::optional<Unseen>> send(Bytes bytes) {
    const auto sent = co_await connection_->write(bytes);
    if (sent.seen() == nullptr) co_return sent.unseen();
    co_return std::nullopt;
  }
  // The next record. `shortly`: silence is expected, and there is more to say after it.
  Task<Heard> listen(bool shortly = false) {
    connection_->set_answer_timeout(shortly ? patience_ * 2 / 5 : patience_);
    Heard out;
    std::array<std::uint8_t, 1024> buffer;
    for (;;) {
      if (auto record = reader_.next()) {
        out.kind = ++records_ > most_records ? Heard::Kind::endless : Heard::Kind::record;
        out.record = std::move(*record);
        co_return out;
      }
      if (reader_.broken() || bytes_ > most_bytes) {
        out.kind = reader_.broken() ? Heard::Kind::not_tls : Heard::Kind::endless;
        co_return out;
      }
      const auto size = co_await connection_->read_some(buffer);
      if (size.seen() == nullptr) {
        out.why = size.unseen();
        co_return out;
      }
      if (*size.seen() == 0) {
        out.kind = Heard::Kind::closed;
        co_return out;
      }
      bytes_ += *size.seen();
      reader_.feed(ByteView(buffer).first(*size.seen()));
    }
  }

 private:
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<wire::ServerFlight> flight_;
  std::chrono::milliseconds patience_;
  wire::TlsRecordReader reader_;
  std::size_t bytes_ = 0;
  int records_ = 0;
};

// Says hello and reads to ServerHelloDone. Unseen when the server does not come that far.
Task<Observed<std::unique_ptr<Waiting>>> come_to_wait(HelloAsker& asker, wire::ClientHello hello) {
  auto opened = co_await asker.open();
  if (opened.seen() == nullptr) co_return opened.unseen();
  auto connection = std::move(*opened.seen());
  const auto sent = co_await connection->write(hello_bytes(std::move(hello)));
  if (sent.seen() == nullptr) co_return sent.unseen();
  auto flight = std::make_unique<wire::ServerFlight>();
  std::array<std::uint8_t, 1024> buffer;
  while (!flight->finished()) {
    if (asker.over()) co_return Unseen::timed_out;
    const auto size = co_await connection->read_some(buffer);
    if (size.seen() == nullptr) co_return size.unseen();
    if (*size.seen() == 0) co_return Unseen::reset;
    flight->feed(ByteView(buffer).first(*size.seen()));
  }
  if (flight->state() == wire::ServerFlight::State::alert) co_return Unseen::rejected;
  if (flight->state() != wire::ServerFlight::State::done) co_return Unseen::malformed;
  co_return std::make_unique<Waiting>(std::move(connection), std::move(flight),
                                      asker.visit().network().settings().answer_timeout);
}

// The newest version below TLS 1.3 that is spoken, and its suites.
struct OldVersion {
  std::uint16_t version = 0;
  std::vector<std::uint16_t> suites;
};

std::optional<OldVersion> old_version(const TlsEndpoint& known) {
  constexpr std::array<std::pair<std::string_view, std::uint16_t>, 4> versions = {
      std::pair{std::string_view("TLSv1.2"), tls::tls12}, std::pair{std::string_view("TLSv1.1"), tls::tls11},
      std::pair{std::string_view("TLSv1.0"), tls::tls10}, std::pair{std::string_view("SSLv3"), tls::ssl3}};
  for (const auto& [name, number] : versions) {
    const auto* protocol = known.protocol(name);
    if (protocol == nullptr || !protocol->offered.is(true)) continue;
    OldVersion out{number, {}};
    for (const auto& cipher : protocol->ciphers) {
      if (const auto* suite = wire::find_suite(std::string_view(cipher))) out.suites.push_back(suite->id);
    }
    if (!out.suites.empty()) return out;
  }
  return std::nullopt;
}

// Why nothing can be asked of a server of which no old version is known: that it speaks none, or that the
// core questions did not come so far.
Unseen why_no_old_version(const TlsEndpoint& known) {
  if (known.available.seen() == nullptr) return known.available.unseen();
  for (const auto& protocol : known.protocols) {
    if (protocol.offered.seen() == nullptr) return protocol.offered.unseen();
  }
  return Unseen::not_measured;
}

// --- Heartbleed

constexpr std::size_t heartbeat_payload = 16;
constexpr std::size_t heartbeat_padding = 16;
constexpr std::uint8_t heartbeat_request = 1;
constexpr std::uint8_t heartbeat_response = 2;

Bytes heartbeat(std::uint16_t version, std::uint8_t filling, std::size_t claimed) {
  Bytes body = {heartbeat_request, static_cast<std::uint8_t>(claimed >> 8U),
                static_cast<std::uint8_t>(claimed & 0xFFU)};
  body.insert(body.end(), heartbeat_payload + heartbeat_padding, filling);
  return wire::build_record(wire::record_type::heartbeat, version, body);
}

constexpr std::size_t heartbeat_bytes = 3 + heartbeat_payload + heartbeat_padding;

Task<Observed<HeartbeatAnswer>> ask_heartbeat(HelloAsker& asker, OldVersion old) {
  constexpr std::uint8_t lie = 0x5A;
  constexpr std::uint8_t honest = 0x33;
  auto hello = hello_for(asker, old.version, old.suites);
  hello.heartbeat = 1;
  auto waiting = co_await come_to_wait(asker, std::move(hello));
  if (waiting.seen() == nullptr) co_return waiting.unseen();
  auto& server = **waiting.seen();
  if (!server.flight().hello()->heartbeat) co_return HeartbeatAnswer{LyingHeartbeat::not_offered, 0};
  if (const auto why = co_await server.send(heartbeat(server.version(), lie, heartbeat_payload + 1)))
    co_return *why;
  bool asked_honestly = false;
  for (;;) {
    const auto heard = co_await server.listen(!asked_honestly);
    switch (heard.kind) {
      case Heard::Kind::closed:
      case Heard::Kind::not_tls:
        co_return HeartbeatAnswer{LyingHeartbeat::refused, 0};
      case Heard::Kind::endless:
        co_return Unseen::malformed;
      case Heard::Kind::unseen:
        if (heard.why != Unseen::timed_out || asked_honestly) co_return heard.why;
        asked_honestly = true;
        if (const auto why = co_await server.send(heartbeat(server.version(), honest, heartbeat_payload)))
          co_return *why;
        continue;
      case Heard::Kind::record:
        break;
    }
    const auto& record = heard.record;
    if (record.type == wire::record_type::alert) co_return HeartbeatAnswer{LyingHeartbeat::refused, 0};
    if (record.type != wire::record_type::heartbeat) continue;
    const bool reply = record.body.size() > 3 && record.body[0] == heartbeat_response;
    if (!reply) co_return Unseen::malformed;
    if (record.body[3] == lie && record.body.size() > heartbeat_bytes) {
      co_return HeartbeatAnswer{LyingHeartbeat::answered,
                                static_cast<int>(record.body.size() - heartbeat_bytes)};
    }
    if (record.body[3] == honest && asked_honestly) co_return HeartbeatAnswer{LyingHeartbeat::dropped, 0};
    co_return Unseen::malformed;  // an answer to something else
  }
}

// --- ChangeCipherSpec before there are keys

Task<Observed<EarlyChangeCipher>> ask_early_change(HelloAsker& asker, OldVersion old) {
  Observed<EarlyChangeCipher> out = Unseen::timed_out;
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto waiting = co_await come_to_wait(asker, hello_for(asker, old.version, old.suites));
    if (waiting.seen() == nullptr) co_return waiting.unseen();
    auto& server = **waiting.seen();
    const auto change = wire::build_record(wire::record_type::change_cipher_spec, server.version(), Bytes{1});
    bool silent = false;
    for (int sent = 1; sent <= 2 && (sent == 1 || silent); ++sent) {
      if (const auto why = co_await server.send(change)) co_return *why;
      silent = false;
      const auto heard = co_await server.listen(sent == 1);
      if (heard.kind == Heard::Kind::closed) co_return EarlyChangeCipher{false, 0};
      if (heard.kind == Heard::Kind::not_tls || heard.kind == Heard::Kind::endless)
        co_return Unseen::malformed;
      if (heard.kind == Heard::Kind::unseen) {
        if (heard.why != Unseen::timed_out) co_return heard.why;
        silent = true;
        continue;
      }
      const auto alert =
          heard.record.type == wire::record_type::alert ? wire::parse_alert(heard.record.body) : std::nullopt;
      if (!alert) co_return Unseen::malformed;
      const bool cannot_decrypt =
          alert->description == alert_bad_record_mac || alert->description == alert_decryption_failed;
      // Of the first one no server can say that: it is not encrypted to anybody's mind.
      co_return EarlyChangeCipher{sent == 2 && cannot_decrypt, alert->description};
    }
    if (asker.over()) break;
  }
  co_return out;
}

// --- a second handshake that nothing binds to the first

Task<Observed<bool>> ask_insecure_renegotiation(HelloAsker& asker) {
  auto opened = co_await asker.open();
  if (opened.seen() == nullptr) co_return opened.unseen();
  const auto place = co_await SessionPlace::wait();
  SessionOptions options;
  options.sni = asker.sni().value_or("");
  options.max_version = TLS1_2_VERSION;
  TlsSession session(std::move(*opened.seen()), options);
  const auto first = co_await session.handshake();
  if (first.seen() == nullptr) co_return first.unseen();
  if (!*first.seen()) co_return Unseen::tls_failed;
  co_return co_await session.renegotiate();
}

// --- RSA padding

struct RsaKey {
  OpensslOwned<BIGNUM, BN_free> modulus;
  OpensslOwned<BIGNUM, BN_free> exponent;
  std::size_t bytes = 0;
};

std::optional<RsaKey> rsa_key(ByteView der) {
  const auto* data = der.data();
  const OpensslOwned<X509, X509_free> certificate(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
  if (!certificate) return std::nullopt;
  const auto* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return std::nullopt;
  BIGNUM* n = nullptr;
  BIGNUM* e = nullptr;
  EVP_PKEY_get_bn_param(key, "n", &n);
  EVP_PKEY_get_bn_param(key, "e", &e);
  RsaKey out{OpensslOwned<BIGNUM, BN_free>(n), OpensslOwned<BIGNUM, BN_free>(e), 0};
  if (!out.modulus || !out.exponent) return std::nullopt;
  out.bytes = static_cast<std::size_t>(BN_num_bytes(out.modulus.get()));
  if (out.bytes < 96 || out.bytes > 1024) return std::nullopt;
  return out;
}

constexpr int paddings = 5;

// The pre-master secret of a ClientKeyExchange, rightly padded (0) or wrongly in four ways.
Bytes padded_secret(int padding, std::size_t size, std::uint16_t version) {
  constexpr std::size_t secret = 48;
  Bytes out(size, 0x5D);
  out[0] = 0;
  out[1] = 2;
  const auto zero = size - secret - 1;
  out[zero] = 0;
  out[zero + 1] = static_cast<std::uint8_t>(version >> 8U);
  out[zero + 2] = static_cast<std::uint8_t>(version & 0xFFU);
  switch (padding) {
    case 1:  // begins wrongly
      out[0] = 0x01;
      out[1] = 0x17;
      break;
    case 2:  // the zero in the wrong place
      out[zero] = 0x11;
      out[size - 3] = 0;
      break;
    case 3:  // no zero at all
      out[zero] = 0x11;
      out[zero + 1] = 0x11;
      break;
    case 4:  // another version inside
      out[zero + 1] = 0x02;
      out[zero + 2] = 0x02;
      break;
    default:
      break;
  }
  return out;
}

std::optional<Bytes> encrypted(const RsaKey& key, const Bytes& clear) {
  const OpensslOwned<BN_CTX, BN_CTX_free> context(BN_CTX_new());
  const OpensslOwned<BIGNUM, BN_free> message(
      BN_bin2bn(clear.data(), static_cast<int>(clear.size()), nullptr));
  const OpensslOwned<BIGNUM, BN_free> power(BN_new());
  if (!context || !message || !power ||
      BN_mod_exp(power.get(), message.get(), key.exponent.get(), key.modulus.get(), context.get()) != 1)
    return std::nullopt;
  Bytes out(key.bytes);
  if (BN_bn2binpad(power.get(), out.data(), static_cast<int>(out.size())) < 0) return std::nullopt;
  return out;
}

// ClientKeyExchange, ChangeCipherSpec and a Finished that nobody can decrypt.
Bytes key_exchange(std::uint16_t version, const Bytes& secret) {
  Bytes message = {16, 0, static_cast<std::uint8_t>((secret.size() + 2) >> 8U),
                   static_cast<std::uint8_t>((secret.size() + 2) & 0xFFU)};
  if (version > tls::ssl3) {
    message.push_back(static_cast<std::uint8_t>(secret.size() >> 8U));
    message.push_back(static_cast<std::uint8_t>(secret.size() & 0xFFU));
  } else {
    message[2] = static_cast<std::uint8_t>(secret.size() >> 8U);
    message[3] = static_cast<std::uint8_t>(secret.size() & 0xFFU);
  }
  message.insert(message.end(), secret.begin(), secret.end());
  auto out = wire::build_record(wire::record_type::handshake, version, message);
  const auto change = wire::build_record(wire::record_type::change_cipher_spec, version, Bytes{1});
  const auto finished = wire::build_record(wire::record_type::handshake, version, Bytes(64, 0x77));
  out.insert(out.end(), change.begin(), change.end());
  out.insert(out.end(), finished.begin(), finished.end());
  return out;
}

// How the server answers one padding: "alert:20", "closed", "reset", "silent".
Task<Observed<std::string>> ask_padding(HelloAsker& asker, OldVersion old, int padding) {
  auto waiting = co_await come_to_wait(asker, hello_for(asker, old.version, old.suites));
  if (waiting.seen() == nullptr) co_return waiting.unseen();
  auto& server = **waiting.seen();
  const auto& chain = server.flight().certificates();
  const auto key = chain.empty() ? std::nullopt : rsa_key(chain.front());
  if (!key) co_return Unseen::malformed;
  const auto secret = encrypted(*key, padded_secret(padding, key->bytes, old.version));
  if (!secret) co_return Unseen::local_error;
  if (const auto why = co_await server.send(key_exchange(server.version(), *secret))) co_return *why;
  const auto heard = co_await server.listen();
  switch (heard.kind) {
    case Heard::Kind::closed:
      co_return std::string("closed");
    case Heard::Kind::not_tls:
    case Heard::Kind::endless:
      co_return Unseen::malformed;
    case Heard::Kind::unseen:
      if (heard.why == Unseen::timed_out) co_return std::string("silent");
      if (heard.why == Unseen::reset) co_return std::string("reset");
      co_return heard.why;
    case Heard::Kind::record:
      break;
  }
  const auto alert =
      heard.record.type == wire::record_type::alert ? wire::parse_alert(heard.record.body) : std::nullopt;
  co_return alert ? "alert:" + std::to_string(alert->description)
                  : "record:" + std::to_string(heard.record.type);
}

Task<Observed<PaddingAnswers>> ask_paddings(HelloAsker& asker, OldVersion old) {
  constexpr int rounds = 3;
  std::erase_if(old.suites, [](std::uint16_t id) {
    const auto* suite = wire::find_suite(id);
    return suite == nullptr || suite->key_exchange != wire::KeyExchange::rsa || suite->export_grade;
  });
  if (old.suites.empty()) co_return PaddingAnswers::no_rsa;
  std::array<std::string, paddings> first;
  for (int round = 0; round < rounds; ++round) {
    for (int padding = 0; padding < paddings; ++padding) {
      const auto answer = co_await ask_padding(asker, old, padding);
      if (answer.seen() == nullptr) co_return answer.unseen();
      auto& known = first.at(static_cast<std::size_t>(padding));
      if (round == 0) {
        known = *answer.seen();
      } else if (known != *answer.seen()) {
        co_return PaddingAnswers::unsteady;
      }
    }
    if (std::ranges::all_of(first, [&](const auto& one) { return one == first.front(); })) {
      // Nothing was said to any of them: that may as well be somebody in between.
      if (first.front() == "silent") co_return Unseen::timed_out;
      if (first.front() == "reset") co_return Unseen::reset;
      co_return PaddingAnswers::alike;
    }
  }
  co_return PaddingAnswers::differing;
}

}  // namespace

Task<ActiveTls> probe_active_tls(Visit& visit, TlsTarget target, const TlsEndpoint& known) {
  ActiveTls out;
  out.host = target.host;
  out.address = target.server.address.str();
  out.port = target.server.port;
  const auto old = old_version(known);
  if (!old) {
    const auto why = why_no_old_version(known);
    out.heartbeat = why;
    out.early_change_cipher = why;
    out.insecure_renegotiation = why;
    out.rsa_padding = why;
    co_return out;
  }
  HelloAsker asker(visit, std::move(target));
  if (known.heartbeat.is(false)) {
    out.heartbeat = HeartbeatAnswer{LyingHeartbeat::not_offered, 0};
  } else {
    out.heartbeat = co_await ask_heartbeat(asker, *old);
  }
  out.early_change_cipher = co_await ask_early_change(asker, *old);
  if (known.secure_renegotiation.is(false)) {
    out.insecure_renegotiation = co_await ask_insecure_renegotiation(asker);
  } else if (known.secure_renegotiation.seen() == nullptr) {
    out.insecure_renegotiation = known.secure_renegotiation.unseen();
  }
  out.rsa_padding = co_await ask_paddings(asker, *old);
  co_return out;
}

}  // namespace utsyn::probe
