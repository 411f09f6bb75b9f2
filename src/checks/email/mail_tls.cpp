#include "checks/email/mail_tls.h"

#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "base/hash.h"
#include "wire/http/psl.h"
#include "wire/tls/x509.h"

namespace utsyn::checks {
namespace {

// The SubjectPublicKeyInfo inside a certificate, which selector 1 is about.
Bytes public_key_info(const Bytes& der) {
  const auto* at = der.data();
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free);
  if (!certificate) return {};
  unsigned char* out = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &out);
  if (size <= 0) return {};
  Bytes info(out, out + size);
  OPENSSL_free(out);
  return info;
}

std::vector<Bytes> sent_chain(const TlsEndpoint& endpoint) {
  std::vector<Bytes> chain;
  const auto* sent = endpoint.chain();
  if (sent == nullptr) return chain;
  for (const auto& pem : sent->pem) {
    for (auto& der : wire::certificates_from_pem(pem, 1)) chain.push_back(std::move(der));
  }
  return chain;
}

bool names_host(const Bytes& leaf, const std::string& host) {
  const auto certificate = wire::parse_certificate(leaf);
  return certificate && wire::certificate_matches(*certificate, host, wire::is_public_suffix);
}

Verdict unseen_endpoint(const TlsEndpoint& endpoint) {
  return could_not_look(endpoint.available.seen() == nullptr ? endpoint.available.unseen()
                                                             : Unseen::not_measured);
}

}  // namespace

Verdict judge_pkix(const TlsEndpoint& endpoint, const std::string& host, UtcTime now) {
  const auto chain = sent_chain(endpoint);
  if (chain.empty()) return unseen_endpoint(endpoint);
  const auto* path = endpoint.path.seen();
  if (path == nullptr) return could_not_look(endpoint.path.unseen());
  if (!path->trusted) return Verdict{Outcome::fail, "not-trusted"}.with("error", path->error);
  // The path is trusted without regard to time, so that an old one can be told from a strange one.
  const auto leaf = wire::parse_certificate(chain.front());
  if (leaf && leaf->not_after < now)
    return Verdict{Outcome::fail, "not-trusted"}.with("error", "certificate-has-expired");
  if (!names_host(chain.front(), host)) return {Outcome::fail, "wrong-name"};
  return {Outcome::pass, "trusted"};
}

DaneView dane_of(const Evidence& evidence) {
  DaneView view;
  const auto* tlsa = evidence.dns.find("_25._tcp." + evidence.host, "TLSA");
  if (!answered(tlsa)) {
    view.trouble = no_answer(tlsa);
    return view;
  }
  if (tlsa->status != DnsStatus::found) {
    view.state = DaneView::State::none;
    return view;
  }
  view.records = typed_records<wire::TlsaRecord>(*tlsa);
  const auto* mx = evidence.dns.find(evidence.domain, "MX");
  std::vector<const DnsAnswer*> parts{tlsa, mx};
  for (const std::string_view type : {"A", "AAAA"}) {
    const auto* address = evidence.dns.find(evidence.host, type);
    if (address != nullptr && address->status == DnsStatus::found) parts.push_back(address);
  }
  for (const auto* part : parts) {
    if (part == nullptr || part->status == DnsStatus::error) {
      view.trouble = no_answer(part);
      return view;
    }
    if (part->security == Security::unchecked || part->security == Security::indeterminate) {
      view.trouble = could_not_look(Unseen::not_measured);
      return view;
    }
  }
  const bool secure =
      std::ranges::all_of(parts, [](const auto* part) { return part->security == Security::secure; });
  view.state = secure ? DaneView::State::secure : DaneView::State::insecure;
  return view;
}

Verdict judge_dane(const DaneView& dane, const TlsEndpoint& endpoint, const std::string& host) {
  const auto sent = sent_chain(endpoint);
  if (sent.empty()) return unseen_endpoint(endpoint);
  std::vector<wire::ChainCertificate> chain;
  chain.reserve(sent.size());
  for (const auto& der : sent) chain.push_back({der, public_key_info(der)});
  const auto verdicts = wire::match_tlsa(dane.records, chain);
  bool usable = false;
  for (const auto& one : verdicts) {
    if (one.fitness == wire::TlsaFitness::duplicate) continue;
    usable = usable || one.fitness == wire::TlsaFitness::usable;
    if (one.fitness != wire::TlsaFitness::usable || !one.matched_at) continue;
    // Usage 2 vouches for an issuer, so the name still counts; usage 3 for this very certificate.
    if (!one.needs_name_check || names_host(sent.front(), host)) return {Outcome::pass, "matches"};
  }
  return usable ? Verdict{Outcome::fail, "no-match"} : Verdict{Outcome::fail, "unusable"};
}

bool answered_hello(const SmtpTalk& said) {
  return said.ehlo_code == 250 || said.ehlo_code == 500 || said.ehlo_code == 502;
}

bool never_offers_starttls(const Evidence& evidence) {
  if (evidence.smtp.empty()) return false;
  return std::ranges::all_of(evidence.smtp, [](const SmtpServer& server) {
    const auto* said = server.talk.seen();
    return said != nullptr && answered_hello(*said) && !said->starttls_offered;
  });
}

std::string example_certificate() {
  return R"(
-----BEGIN CERTIFICATE-----
MIIBozCCAUqgAwIBAgIUWncpvTlbDiAYZJvroKlFzG+4wDcwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwObXgxLmV4YW1wbGUubm8wIBcNMjYxMTIxMDMwNjM4WhgPMjEy
NjEwMjgwMzA2MzhaMBkxFzAVBgNVBAMMDm14MS5leGFtcGxlLm5vMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEldTSgZjtvMLwwpmX3/ZR6aBNQYWv2ZFdGrLxcAiY
PArktezDUijf5YH/W5kCdIRbLAExrp+ZM+p3dJkdVDMRiaNuMGwwHQYDVR0OBBYE
FF39Ki68vySAW+CsDgeQ+SSuDVbBMB8GA1UdIwQYMBaAFF39Ki68vySAW+CsDgeQ
+SSuDVbBMA8GA1UdEwEB/wQFMAMBAf8wGQYDVR0RBBIwEIIObXgxLmV4YW1wbGUu
bm8wCgYIKoZIzj0EAwIDRwAwRAIgOaSpY8LbJy2x87ZJVFkLwHBHICbd439kLjVz
2OD6M18CIFbmirCA9HCz7VzqMB72UcLk/BEFutRp4DEvzfA+V7z9
-----END CERTIFICATE-----
)";
}

std::string example_tlsa(bool right) {
  const auto certificates = wire::certificates_from_pem(example_certificate());
  auto hash = certificates.empty() ? Bytes(32) : sha256(public_key_info(certificates.front()));
  if (!right) hash.front() ^= 1U;
  return "3 1 1 " + to_hex(hash);
}

TlsEndpoint mail_endpoint(bool trusted, std::string error) {
  TlsEndpoint endpoint;
  endpoint.host = "mx1.example.no";
  endpoint.address = "192.0.2.25";
  endpoint.port = 25;
  endpoint.starttls = "smtp";
  endpoint.available = true;
  endpoint.chains = {{"default", {example_certificate()}}};
  PathCheck path;
  path.trusted = trusted;
  if (!trusted) path.error = std::move(error);
  endpoint.path = path;
  return endpoint;
}

SmtpTalk talk(bool starttls) {
  SmtpTalk said;
  said.greeting_code = 220;
  said.banner = "mx1.example.no ESMTP";
  said.ehlo_code = 250;
  said.capabilities = {"PIPELINING", "8BITMIME"};
  said.starttls_offered = starttls;
  if (starttls) {
    said.capabilities.emplace_back("STARTTLS");
    said.starttls_code = 220;
    said.tls_established = true;
  }
  return said;
}

Evidence mail_server(std::vector<DnsAnswer> dns, std::vector<TlsEndpoint> tls) {
  auto evidence = mail_asset();
  for (auto& answer : dns) evidence.dns.add(std::move(answer));
  evidence.smtp = {{"mx1.example.no", "192.0.2.25", 25, talk(true)}};
  evidence.tls = std::move(tls);
  return evidence;
}

std::vector<DnsAnswer> dane_answers(std::vector<std::string> tlsa, Security security) {
  return {with_security(found("example.no", "MX", {"10 mx1.example.no"}), security),
          with_security(found("mx1.example.no", "A", {"192.0.2.25"}), security),
          nodata("mx1.example.no", "AAAA"),
          tlsa.empty() ? nodata("_25._tcp.mx1.example.no", "TLSA")
                       : with_security(found("_25._tcp.mx1.example.no", "TLSA", std::move(tlsa)), security)};
}

}  // namespace utsyn::checks
