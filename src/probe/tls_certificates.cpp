// See tls_certificates.h.
#include "probe/tls_certificates.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "probe/dns.h"
#include "probe/owned_x509.h"
#include "probe/tls_session.h"
#include "wire/http/message.h"
#include "wire/http/url.h"
#include "wire/tls/ocsp.h"
#include "wire/tls/x509.h"

namespace utsyn::probe {
namespace {

namespace tls = wire::tls;
using std::chrono::milliseconds;

constexpr int most_stapling_handshakes = 3;
constexpr milliseconds stapling_pause{2000};
constexpr milliseconds ticket_patience{500};
constexpr milliseconds renegotiation_patience{3000};
constexpr int most_renegotiations = 11;
constexpr std::size_t most_crl_bytes = 1024 * 1024;
constexpr int no_such_protocol_alert = 120;
constexpr std::size_t most_judged_certificates = 3;  // leaf and two intermediates

ServedChain served(std::string when, const std::vector<Bytes>& chain) {
  ServedChain out{std::move(when), {}};
  for (const auto& der : chain) out.pem.push_back(wire::certificate_to_pem(der));
  return out;
}

// A session and its place among those that are open; the session is closed first.
struct PlacedSession {
  std::unique_ptr<SessionPlace> place;
  std::unique_ptr<TlsSession> session;
  TlsSession* operator->() const { return session.get(); }
};

// A session that was set up, or why there is none.
Task<Observed<PlacedSession>> open_session(TlsInquiry& inquiry, SessionOptions options) {
  auto& asker = inquiry.asker;
  Unseen why = Unseen::timed_out;
  for (int attempt = 1; attempt <= 2; ++attempt) {
    PlacedSession placed{co_await SessionPlace::wait(), nullptr};
    auto opened = co_await asker.open();
    if (!opened.seen()) {
      why = opened.unseen();
    } else {
      placed.session = std::make_unique<TlsSession>(std::move(*opened.seen()), options);
      const auto done = co_await placed->handshake();
      if (done.is(true)) co_return placed;
      if (done.seen()) co_return Unseen::tls_failed;
      why = done.unseen();
    }
    if (why != Unseen::timed_out && why != Unseen::reset) break;
  }
  co_return why;
}

SessionOptions ordinary(const TlsInquiry& inquiry) {
  SessionOptions options;
  options.sni = inquiry.asker.sni().value_or("");
  options.status_request = true;
  options.timestamps = true;
  if (inquiry.asker.target().starttls.empty()) options.alpn = {"h2", "http/1.1"};
  return options;
}

bool same_timestamp(const SctSeen& a, const SctSeen& b) {
  return a.source == b.source && a.log_id_hex == b.log_id_hex && a.timestamp_ms == b.timestamp_ms;
}

void add_timestamps(TlsEndpoint& out, const std::vector<wire::Sct>& scts, const char* source) {
  for (const auto& sct : scts) {
    if (sct.log_id.empty()) continue;
    SctSeen seen;
    seen.log_id_hex = sct.log_id_hex();
    seen.timestamp_ms = static_cast<std::int64_t>(sct.timestamp_ms);
    seen.source = source;
    out.scts.push_back(std::move(seen));
  }
}

// Tickets, ALPN and whatever else is not about the certificate.
Task<void> read_session(TlsInquiry& inquiry, TlsSession& session) {
  auto& out = inquiry.out;
  if (session.version() >= tls::tls13) {
    session.set_answer_timeout(ticket_patience);
    co_await session.read_tickets();
    out.early_data = session.early_data();
  }
  out.ticket_lifetime_s =
      std::max(session.ticket_lifetime_s(), out.ticket_lifetime_s.seen() ? *out.ticket_lifetime_s.seen() : 0);
  if (session.certificate_requested()) {
    out.client_certificate_requested = true;
  } else if (!out.client_certificate_requested.seen()) {
    out.client_certificate_requested = false;
  }
  const auto protocol = session.alpn();
  if (!protocol.empty() && std::ranges::find(out.alpn, protocol) == out.alpn.end()) {
    out.alpn.push_back(protocol);
    std::ranges::sort(out.alpn);
  }
}

void read_stapled(TlsEndpoint& out, const Bytes& response, const std::vector<Bytes>& chain,
                  const FoundPath& path) {
  out.stapling_offered = true;
  // The issuer may be a root that was not sent.
  const Bytes* issuer = path.path.size() > 1 ? &path.path[1] : chain.size() > 1 ? &chain[1] : nullptr;
  if (issuer == nullptr) issuer = &chain.front();
  const auto answer = wire::parse_ocsp_response(response, chain.front(), *issuer);
  if (answer.status == wire::OcspAnswer::Status::malformed) {
    out.stapled = Unseen::malformed;
    return;
  }
  StapledResponse stapled;
  if (answer.status == wire::OcspAnswer::Status::good) stapled.status = RevocationStatus::good;
  if (answer.status == wire::OcspAnswer::Status::revoked) stapled.status = RevocationStatus::revoked;
  stapled.signature_valid = answer.signature_valid;
  stapled.this_update = to_unix(answer.this_update);
  if (answer.next_update) stapled.next_update = to_unix(*answer.next_update);
  RevocationAnswer revocation{"stapled", to_hex(sha256(chain.front())), RevocationStatus::unknown};
  if (stapled.signature_valid) revocation.status = stapled.status;
  out.revocation.push_back(std::move(revocation));
  out.stapled = stapled;
  add_timestamps(out, answer.scts, "ocsp");
}

// --- revocation lists (RFC 5280 section 5)

using OwnedCrl = OpensslOwned<X509_CRL, X509_CRL_free>;

}  // namespace

RevocationStatus read_revocation_list(ByteView der, const Bytes& certificate, const Bytes& issuer,
                                      UtcTime now) {
  auto result = RevocationStatus::unknown;
  const unsigned char* at = der.data();
  const OwnedCrl list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  const auto subject = read_certificate(certificate);
  const auto signer = read_certificate(issuer);
  if (list && subject && signer) {
    auto moment = static_cast<std::time_t>(to_unix(now));
    const auto* next = X509_CRL_get0_nextUpdate(list.get());
    const bool fresh = next != nullptr && X509_cmp_time(next, &moment) > 0;
    const bool is_signed = X509_CRL_verify(list.get(), X509_get0_pubkey(signer.get())) == 1;
    X509_REVOKED* entry = nullptr;
    // 1: revoked, 2: removed from the list again.
    const int found = X509_CRL_get0_by_cert(list.get(), &entry, subject.get());
    if (fresh && is_signed) result = found == 1 ? RevocationStatus::revoked : RevocationStatus::good;
  }
  ERR_clear_error();
  return result;
}

namespace {

Task<Bytes> fetch(Visit& visit, Resolver& resolver, wire::Url url) {
  if (visit.network().refuses(url.host)) co_return Bytes{};
  std::vector<IpAddress> addresses;
  if (const auto literal = url.address()) {
    addresses.push_back(*literal);
  } else {
    addresses = (co_await resolver.addresses(visit, url.host)).addresses;
  }
  if (addresses.empty()) co_return Bytes{};
  const Endpoint server{addresses.front(), url.port};
  auto opened = co_await visit.connect(server);
  if (!opened.seen()) co_return Bytes{};
  const auto connection = std::move(*opened.seen());
  const wire::Headers headers{
      {"User-Agent", visit.network().settings().user_agent}, {"Accept", "*/*"}, {"Connection", "close"}};
  const auto request = wire::build_request("GET", url.target, url.authority(), headers);
  if (!(co_await connection->write(as_bytes(request))).seen()) co_return Bytes{};
  wire::ResponseLimits limits;
  limits.body_bytes = most_crl_bytes;
  wire::ResponseParser parser("GET", limits);
  const auto buffer = std::make_unique<std::array<std::uint8_t, 16384>>();
  while (parser.state() == wire::ParseState::need_more) {
    const auto size = co_await connection->read_some(*buffer);
    if (!size.seen()) co_return Bytes{};
    if (*size.seen() == 0) {
      parser.close();
      break;
    }
    parser.feed(ByteView(*buffer).first(*size.seen()));
  }
  connection->finish();
  const auto& response = parser.response();
  if (parser.state() != wire::ParseState::done || response.status != 200 || response.truncated)
    co_return Bytes{};
  const auto body = as_bytes(response.body);
  co_return Bytes(body.begin(), body.end());
}

Task<void> ask_revocation_lists(TlsInquiry& inquiry, const TrustStore& trust,
                                std::shared_ptr<const FoundPath> path) {
  auto* resolver = inquiry.asker.target().resolver;
  if (resolver == nullptr) co_return;
  auto& visit = inquiry.asker.visit();
  const auto now = visit.network().now();
  for (std::size_t i = 0; i + 1 < path->path.size() && i < most_judged_certificates; ++i) {
    const auto certificate = wire::parse_certificate(path->path[i]);
    if (!certificate) continue;
    for (const auto& text : certificate->crl_urls) {
      const auto url = wire::parse_url(text);
      if (!url || url->is_https()) continue;
      auto list = trust.impl().kept_list(text, now);
      if (!list) {
        auto fetched = co_await fetch(visit, *resolver, *url);
        trust.impl().keep_list(text, fetched, now);
        list = std::make_shared<const Bytes>(std::move(fetched));
      }
      const auto status = list->empty() ? RevocationStatus::unknown
                                        : read_revocation_list(*list, path->path[i], path->path[i + 1], now);
      inquiry.out.revocation.push_back({"crl", certificate->sha256, status});
      break;
    }
  }
}

// TLS 1.3 answers ALPN under encryption: a whole handshake is needed to see the refusal.
Task<void> ask_strange_protocol(TlsInquiry& inquiry, SessionOptions options) {
  auto& out = inquiry.out;
  const auto place = co_await SessionPlace::wait();
  auto opened = co_await inquiry.asker.open();
  if (!opened.seen()) {
    out.alpn_strict = opened.unseen();
    co_return;
  }
  options.alpn = {"utsyn-x"};
  TlsSession strange(std::move(*opened.seen()), options);
  const auto done = co_await strange.handshake();
  if (!done.seen()) {
    out.alpn_strict = done.unseen();
  } else if (*done.seen()) {
    out.alpn_strict = false;
  } else if (strange.alert() == no_such_protocol_alert) {
    out.alpn_strict = true;
  } else {
    out.alpn_strict = Unseen::rejected;
  }
}

// A server that speaks only TLS 1.3 shows its certificates to whole handshakes only.
Task<void> see_other_chains(TlsInquiry& inquiry, bool default_is_rsa) {
  auto& out = inquiry.out;
  auto options = ordinary(inquiry);
  options.signatures = default_is_rsa ? "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448"
                                      : "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
                                        "RSA+SHA256:RSA+SHA384:RSA+SHA512";
  if (const auto other = co_await open_session(inquiry, options); other.seen()) {
    const auto chain = other.seen()->session->chain();
    if (!chain.empty()) out.chains.push_back(served(default_is_rsa ? "ecdsa" : "rsa", chain));
  }
  if (inquiry.asker.sni()) {
    options = ordinary(inquiry);
    options.sni.clear();
    if (const auto nameless = co_await open_session(inquiry, options); nameless.seen()) {
      const auto chain = nameless.seen()->session->chain();
      if (!chain.empty()) out.chains.push_back(served("no-sni", chain));
    }
  }
  if (!inquiry.asker.target().starttls.empty()) co_return;
  options = ordinary(inquiry);
  co_await ask_strange_protocol(inquiry, options);
  if (out.alpn.size() == 1) {
    options.alpn = {out.alpn.front() == "h2" ? "http/1.1" : "h2"};
    if (const auto other = co_await open_session(inquiry, options); other.seen()) {
      if (other.seen()->session->alpn() == options.alpn.front()) out.alpn.push_back(options.alpn.front());
      std::ranges::sort(out.alpn);
    }
  }
}

}  // namespace

Task<void> inspect_certificates(TlsInquiry& inquiry, const TrustStore& trust) {
  auto& out = inquiry.out;
  const bool only_13 = inquiry.newest_below_13() == nullptr;
  auto chain = inquiry.seen.first_chain;
  Bytes stapled;
  bool session_stands = false;
  {
    const auto opened = co_await open_session(inquiry, ordinary(inquiry));
    if (opened.seen()) {
      auto& session = *opened.seen()->session;
      session_stands = true;
      if (auto sent = session.chain(); !sent.empty()) chain = std::move(sent);
      stapled = session.stapled();
      out.scts = session.timestamps();
      co_await read_session(inquiry, session);
    } else {
      out.stapling_offered = opened.unseen();
      out.stapled = opened.unseen();
      out.ticket_lifetime_s = opened.unseen();
      if (!out.client_certificate_requested.seen()) out.client_certificate_requested = opened.unseen();
      if (chain.empty()) out.path = opened.unseen();
    }
  }
  if (inquiry.seen.certificate_requested.value_or(false)) out.client_certificate_requested = true;
  if (chain.empty()) co_return;

  out.chains.push_back(served("default", chain));
  const auto leaf = wire::parse_certificate(chain.front());
  const bool default_is_rsa = leaf && leaf->key.algorithm.starts_with("rsa");
  if (only_13) {
    if (leaf) out.chains.push_back(served(default_is_rsa ? "rsa" : "ecdsa", chain));
    co_await see_other_chains(inquiry, default_is_rsa);
  }
  const auto path = trust.impl().find_path(chain);
  out.path = trust.impl().check(chain, inquiry.asker.visit().network().now());

  // The first handshake after a restart often comes without the answer that the server then fetches.
  const bool worth_waiting = leaf && (leaf->must_staple || !leaf->ocsp_urls.empty());
  for (int i = 1; session_stands && stapled.empty() && worth_waiting && i < most_stapling_handshakes; ++i) {
    co_await inquiry.asker.visit().sleep(stapling_pause);
    const auto again = co_await open_session(inquiry, ordinary(inquiry));
    if (again.seen()) stapled = again.seen()->session->stapled();
  }
  if (!stapled.empty()) {
    read_stapled(out, stapled, chain, *path);
  } else if (session_stands) {
    out.stapling_offered = false;
  }

  if (leaf) add_timestamps(out, leaf->scts, "certificate");
  std::ranges::sort(out.scts, [](const SctSeen& a, const SctSeen& b) {
    return std::tie(a.source, a.log_id_hex, a.timestamp_ms) <
           std::tie(b.source, b.log_id_hex, b.timestamp_ms);
  });
  const auto doubled = std::ranges::unique(out.scts, same_timestamp);
  out.scts.erase(doubled.begin(), doubled.end());
  co_await ask_revocation_lists(inquiry, trust, path);
}

Task<void> count_renegotiations(TlsInquiry& inquiry) {
  auto& out = inquiry.out;
  const auto* base = inquiry.newest_below_13();
  if (base == nullptr || base->version < tls::tls10) co_return;
  auto options = ordinary(inquiry);
  options.max_version = TLS1_2_VERSION;
  options.status_request = options.timestamps = false;
  const auto opened = co_await open_session(inquiry, options);
  if (!opened.seen()) {
    out.client_renegotiations = opened.unseen();
    co_return;
  }
  auto& session = *opened.seen()->session;
  if (session.tickets() > 0) {
    out.ticket_lifetime_s = std::max(session.ticket_lifetime_s(),
                                     out.ticket_lifetime_s.seen() ? *out.ticket_lifetime_s.seen() : 0);
  }
  session.set_answer_timeout(renegotiation_patience);
  int let_through = 0;
  while (let_through < most_renegotiations && (co_await session.renegotiate()).is(true)) ++let_through;
  out.client_renegotiations = let_through;
}

}  // namespace utsyn::probe
