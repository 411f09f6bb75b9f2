// One real TLS session by OpenSSL over memory buffers, on any Connection: for what needs keys (the chain at
// TLS 1.3, ALPN, tickets, renegotiation, and the streams that HTTP and SMTP talk through). It costs as much
// as 35 hellos, so it is set up once or a few times for an endpoint and never to enumerate.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evidence/tls.h"
#include "probe/network.h"
#include "probe/trust_store.h"

namespace utsyn::probe {

struct SessionOptions {
  std::string sni;  // empty, or an address: no SNI
  std::vector<std::string> alpn;
  int max_version = 0;     // TLS1_2_VERSION...; 0: the highest
  std::string signatures;  // what may sign, in OpenSSL's words; empty: everything
  bool status_request = false;
  bool timestamps = false;  // ask for SCTs
};

class TlsSession {
 public:
  TlsSession(std::unique_ptr<Connection> connection, const SessionOptions& options);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // true: set up. false: the peer refused by an alert or closed; see alert(). Unseen: it could not be tried.
  Task<Observed<bool>> handshake();
  // One more handshake inside the session (TLS 1.2 and below), same answers.
  Task<Observed<bool>> renegotiate();
  // TLS 1.3 sends tickets when it likes: waits for the first, as long as the connection's patience lasts.
  Task<void> read_tickets();
  Task<Observed<std::size_t>> read_some(std::span<std::uint8_t> into);
  Task<Observed<std::size_t>> write(ByteView bytes);
  void finish() { connection_->finish(); }
  void set_answer_timeout(std::chrono::milliseconds patience) { connection_->set_answer_timeout(patience); }

  std::optional<int> alert() const { return alert_; }  // received, fatal or no_renegotiation
  int version() const;                                 // 0x0303...
  std::uint16_t suite() const;
  std::string alpn() const;
  std::vector<Bytes> chain() const;         // as sent, leaf first
  Bytes stapled() const;                    // OCSP response; empty when none
  std::vector<SctSeen> timestamps() const;  // of the TLS extension only
  Bytes key_share() const;                  // the server's ephemeral public value
  bool heard() const { return heard_; }     // anything at all came from the peer
  bool certificate_requested() const { return certificate_requested_; }

  // Of the NewSessionTicket messages read so far.
  int tickets() const { return tickets_; }
  int ticket_lifetime_s() const { return ticket_lifetime_s_; }
  bool early_data() const { return early_data_; }

 private:
  template <class Operation>
  Task<Observed<bool>> drive(Operation operation);
  Task<std::optional<Unseen>> flush();
  static SSL_CTX* context();

  std::unique_ptr<Connection> connection_;
  OpensslOwned<SSL, SSL_free> ssl_;
  BIO* in_ = nullptr;   // owned by ssl_
  BIO* out_ = nullptr;  // owned by ssl_
  std::optional<int> alert_;
  bool closed_ = false;  // by the peer, in order
  bool heard_ = false;
  bool certificate_requested_ = false;
  int tickets_ = 0;
  int ticket_lifetime_s_ = 0;
  bool early_data_ = false;
};

// A bound on how many sessions a thread has open at the same time: each holds some tens of kilobytes. Waits
// for a place; the place is given back when the value dies.
class SessionPlace {
 public:
  static Task<std::unique_ptr<SessionPlace>> wait();
  ~SessionPlace();
  SessionPlace(const SessionPlace&) = delete;
  SessionPlace& operator=(const SessionPlace&) = delete;

 private:
  SessionPlace() = default;
};

// Is the leaf of `chain` issued to this name or address (subjectAltName only)?
bool leaf_matches(const std::vector<Bytes>& chain, const std::string& name);

}  // namespace utsyn::probe
