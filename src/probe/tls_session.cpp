// See tls_session.h.
#include "probe/tls_session.h"

#include <openssl/ct.h>
#include <openssl/err.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <stdexcept>

#include "probe/owned_x509.h"
#include "wire/http/psl.h"
#include "wire/tls/x509.h"

namespace utsyn::probe {
namespace {

constexpr int most_sessions_on_a_thread = 64;
constexpr std::size_t session_piece = 4096;
constexpr long most_chain_bytes = 256 * 1024;
// What an ordinary client offers, and behind it what only old servers still want: the session shall come
// about, the judging is done elsewhere.
constexpr const char* suites_below_13 = "ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0";
constexpr const char* suites_of_13 =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:"
    "TLS_AES_128_CCM_8_SHA256";
constexpr const char* groups =
    "X25519:P-256:X448:P-384:P-521:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:P-224:P-192:"
    "ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192";

struct Places {
  int taken = 0;
  std::deque<std::weak_ptr<boost::asio::steady_timer>> waiting;
};
Places& places() {
  static thread_local Places of_this_thread;
  return of_this_thread;
}

}  // namespace

SSL_CTX* TlsSession::context() {
  static thread_local const auto of_this_thread = [] {
    OpensslOwned<SSL_CTX, SSL_CTX_free> made(SSL_CTX_new(TLS_client_method()));
    if (!made) throw std::runtime_error("OpenSSL has no TLS client");
    auto* context = made.get();
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_cipher_list(context, suites_below_13);
    SSL_CTX_set_ciphersuites(context, suites_of_13);
    SSL_CTX_set1_groups_list(context, groups);
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_TLSEXT_PADDING);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_max_cert_list(context, most_chain_bytes);
    // Nothing is ever resumed: the cache is on only so that tickets are handed to us as they come.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* session) {
      if (auto* self = static_cast<TlsSession*>(SSL_get_app_data(ssl));
          self && SSL_SESSION_has_ticket(session)) {
        ++self->tickets_;
        self->ticket_lifetime_s_ = std::max(
            self->ticket_lifetime_s_, static_cast<int>(std::min<unsigned long>(
                                          SSL_SESSION_get_ticket_lifetime_hint(session), 0x7FFFFFFFUL)));
        if (SSL_SESSION_get_max_early_data(session) > 0) self->early_data_ = true;
      }
      return 0;
    });
    SSL_CTX_set_client_cert_cb(context, [](SSL* ssl, X509**, EVP_PKEY**) {
      if (auto* self = static_cast<TlsSession*>(SSL_get_app_data(ssl))) self->certificate_requested_ = true;
      return 0;
    });
    SSL_CTX_set_info_callback(context, [](const SSL* ssl, int where, int value) {
      if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT) return;
      const int level = value >> 8;
      const int description = value & 0xFF;
      auto* self = static_cast<TlsSession*>(SSL_get_app_data(ssl));
      if (self && (level == SSL3_AL_FATAL || description == SSL_AD_NO_RENEGOTIATION))
        self->alert_ = description;
    });
    // The path is judged by TrustStore, once for each distinct chain.
    SSL_CTX_set_cert_verify_callback(context, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
    return made;
  }();
  return of_this_thread.get();
}

TlsSession::TlsSession(std::unique_ptr<Connection> connection, const SessionOptions& options)
    : connection_(std::move(connection)), ssl_(SSL_new(context())) {
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  if (!ssl_ || !in_ || !out_) throw std::runtime_error("no memory for a TLS session");
  SSL_set_bio(ssl_.get(), in_, out_);
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_connect_state(ssl_.get());
  if (options.max_version != 0) SSL_set_max_proto_version(ssl_.get(), options.max_version);
  if (!options.signatures.empty()) SSL_set1_sigalgs_list(ssl_.get(), options.signatures.c_str());
  if (!options.sni.empty() && !IpAddress::parse(options.sni))
    SSL_set_tlsext_host_name(ssl_.get(), options.sni.c_str());
  if (!options.alpn.empty()) {
    Bytes list;
    for (const auto& name : options.alpn) {
      if (name.empty() || name.size() > 255) continue;
      list.push_back(static_cast<std::uint8_t>(name.size()));
      list.insert(list.end(), name.begin(), name.end());
    }
    SSL_set_alpn_protos(ssl_.get(), list.data(), static_cast<unsigned>(list.size()));
  }
  if (options.status_request) SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp);
  if (options.timestamps) SSL_enable_ct(ssl_.get(), SSL_CT_VALIDATION_PERMISSIVE);
}

TlsSession::~TlsSession() {
  if (ssl_) SSL_set_app_data(ssl_.get(), nullptr);
}

Task<std::optional<Unseen>> TlsSession::flush() {
  for (;;) {
    const char* data = nullptr;
    const long pending = BIO_get_mem_data(out_, &data);
    if (pending <= 0) co_return std::nullopt;
    Bytes bytes(data, data + pending);
    BIO_reset(out_);
    const auto written = co_await connection_->write(bytes);
    if (!written.seen()) co_return written.unseen();
  }
}

// Carries one operation of OpenSSL to its end: what it wants to send is sent, what it wants to read is read.
template <class Operation>
Task<Observed<bool>> TlsSession::drive(Operation operation) {
  for (;;) {
    ERR_clear_error();
    const int result = operation(ssl_.get());
    const int error = SSL_get_error(ssl_.get(), result);
    ERR_clear_error();
    if (const auto why = co_await flush()) {
      // The peer may have said why before it closed.
      if (error != SSL_ERROR_WANT_READ || *why != Unseen::reset) co_return *why;
    }
    if (error == SSL_ERROR_NONE) co_return true;
    if (error == SSL_ERROR_ZERO_RETURN || closed_) co_return false;
    if (error != SSL_ERROR_WANT_READ) co_return false;
    std::array<std::uint8_t, session_piece> buffer;
    const auto size = co_await connection_->read_some(buffer);
    if (!size.seen()) co_return size.unseen();
    if (*size.seen() == 0) {
      closed_ = true;
      BIO_set_mem_eof_return(in_, 0);
    } else {
      heard_ = true;
      BIO_write(in_, buffer.data(), static_cast<int>(*size.seen()));
    }
  }
}

Task<Observed<bool>> TlsSession::handshake() {
  co_return co_await drive([](SSL* ssl) { return SSL_do_handshake(ssl); });
}

Task<Observed<bool>> TlsSession::renegotiate() {
  alert_.reset();
  if (closed_ || SSL_renegotiate(ssl_.get()) != 1) co_return false;
  // SSL_do_handshake comes back as soon as nothing is pending: only a finished second handshake counts.
  const auto done = co_await drive([](SSL* ssl) { return SSL_do_handshake(ssl); });
  if (!done.seen() || !*done.seen()) co_return done;
  co_return SSL_renegotiate_pending(ssl_.get()) == 0 && !closed_;
}

Task<void> TlsSession::read_tickets() {
  std::uint8_t first = 0;
  std::size_t size = 0;
  co_await drive([&](SSL* ssl) {
    const int result = SSL_peek_ex(ssl, &first, 1, &size);
    return tickets_ > 0 ? 1 : result;
  });
}

Task<Observed<std::size_t>> TlsSession::read_some(std::span<std::uint8_t> into) {
  std::size_t size = 0;
  const auto done = co_await drive(
      [&size, into](SSL* ssl) { return SSL_read_ex(ssl, into.data(), into.size(), &size) == 1 ? 1 : 0; });
  if (!done.seen()) co_return done.unseen();
  if (!*done.seen() && alert_) co_return Unseen::reset;
  co_return *done.seen() ? size : std::size_t{0};
}

Task<Observed<std::size_t>> TlsSession::write(ByteView bytes) {
  const auto whole = bytes.size();
  while (!bytes.empty()) {
    std::size_t size = 0;
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), 16384));
    const auto done = co_await drive(
        [&size, part](SSL* ssl) { return SSL_write_ex(ssl, part.data(), part.size(), &size) == 1 ? 1 : 0; });
    if (!done.seen()) co_return done.unseen();
    if (!*done.seen() || size == 0) co_return Unseen::reset;
    bytes = bytes.subspan(size);
  }
  co_return whole;
}

int TlsSession::version() const { return SSL_version(ssl_.get()); }

std::uint16_t TlsSession::suite() const {
  const auto* cipher = SSL_get_current_cipher(ssl_.get());
  return cipher == nullptr ? std::uint16_t{0} : SSL_CIPHER_get_protocol_id(cipher);
}

std::string TlsSession::alpn() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return name == nullptr ? std::string() : std::string(as_text({name, length}));
}

std::vector<Bytes> TlsSession::chain() const {
  std::vector<Bytes> out;
  auto* sent = SSL_get_peer_cert_chain(ssl_.get());
  out.reserve(static_cast<std::size_t>(std::max(0, sk_X509_num(sent))));
  for (int i = 0; i < sk_X509_num(sent); ++i) out.push_back(der_of(sk_X509_value(sent, i)));
  return out;
}

Bytes TlsSession::stapled() const {
  const unsigned char* response = nullptr;
  const long size = SSL_get_tlsext_status_ocsp_resp(ssl_.get(), static_cast<void*>(&response));
  if (size <= 0 || response == nullptr) return {};
  return {response, response + size};
}

std::vector<SctSeen> TlsSession::timestamps() const {
  std::vector<SctSeen> out;
  const auto* all = SSL_get0_peer_scts(ssl_.get());
  for (int i = 0; i < sk_SCT_num(all) && i < 64; ++i) {
    const auto* one = sk_SCT_value(all, i);
    if (SCT_get_source(one) != SCT_SOURCE_TLS_EXTENSION) continue;
    unsigned char* log = nullptr;
    const auto size = SCT_get0_log_id(one, &log);
    SctSeen seen;
    seen.log_id_hex = to_hex({log, size});
    seen.timestamp_ms = static_cast<std::int64_t>(SCT_get_timestamp(one));
    seen.source = "tls";
    out.push_back(std::move(seen));
  }
  ERR_clear_error();
  return out;
}

Bytes TlsSession::key_share() const {
  EVP_PKEY* key = nullptr;
  if (SSL_get_peer_tmp_key(ssl_.get(), static_cast<void*>(&key)) != 1) return {};
  const OpensslOwned<EVP_PKEY, EVP_PKEY_free> owned(key);
  unsigned char* encoded = nullptr;
  const auto size = EVP_PKEY_get1_encoded_public_key(key, &encoded);
  if (size == 0) return {};
  Bytes out(encoded, encoded + size);
  OPENSSL_free(encoded);
  return out;
}

Task<std::unique_ptr<SessionPlace>> SessionPlace::wait() {
  while (places().taken >= most_sessions_on_a_thread) {
    const auto turn = std::make_shared<boost::asio::steady_timer>(co_await boost::asio::this_coro::executor,
                                                                  Clock::time_point::max());
    places().waiting.push_back(turn);
    co_await turn->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  ++places().taken;
  co_return std::unique_ptr<SessionPlace>(new SessionPlace);
}

SessionPlace::~SessionPlace() {
  --places().taken;
  while (!places().waiting.empty()) {
    const auto next = places().waiting.front().lock();
    places().waiting.pop_front();
    if (!next) continue;  // its coroutine is gone
    next->cancel();
    return;
  }
}

bool leaf_matches(const std::vector<Bytes>& chain, const std::string& name) {
  if (chain.empty()) return false;
  if (const auto address = IpAddress::parse(name)) {
    const auto leaf = wire::parse_certificate(chain.front());
    return leaf && wire::certificate_matches(*leaf, *address);
  }
  return wire::der_matches(chain.front(), name,
                           [](std::string_view of) { return wire::is_public_suffix(of); });
}

namespace {

class SecuredConnection final : public Connection {
 public:
  explicit SecuredConnection(std::unique_ptr<TlsSession> session) : session_(std::move(session)) {}
  Task<Observed<std::size_t>> read_some(std::span<std::uint8_t> into) override {
    co_return co_await session_->read_some(into);
  }
  Task<Observed<std::size_t>> write(ByteView bytes) override { co_return co_await session_->write(bytes); }
  void finish() override { session_->finish(); }
  void set_answer_timeout(std::chrono::milliseconds patience) override {
    session_->set_answer_timeout(patience);
  }

 private:
  std::unique_ptr<TlsSession> session_;
};

}  // namespace

Task<Observed<SecureStream>> start_tls(Visit& visit, const TrustStore& trust,
                                       std::unique_ptr<Connection> connection, std::string name,
                                       std::vector<std::string> alpn) {
  SessionOptions options;
  options.sni = name;
  options.alpn = std::move(alpn);
  auto session = std::make_unique<TlsSession>(std::move(connection), options);
  const auto done = co_await session->handshake();
  if (!done.seen()) co_return done.unseen();
  // Closed without a word is as good as broken off: which of the two it looks like is chance.
  if (!*done.seen()) co_return session->heard() ? Unseen::tls_failed : Unseen::reset;

  SecureStream out;
  const auto chain = session->chain();
  const auto path = trust.impl().check(chain, visit.network().now());
  const auto* checked = path.seen();
  if (checked == nullptr) {
    out.error = "no-trust-store";
  } else if (!checked->error.empty()) {
    out.error = checked->error;
  } else if (!leaf_matches(chain, name)) {
    out.error = "name-mismatch";
  }
  out.certificate_valid = out.error.empty();
  out.alpn = session->alpn();
  out.connection = std::make_unique<SecuredConnection>(std::move(session));
  co_return out;
}

}  // namespace utsyn::probe
