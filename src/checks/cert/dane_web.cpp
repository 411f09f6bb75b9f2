// Where the zone publishes TLSA records for the web server (RFC 6698, RFC 7671), does one of them vouch for
// the certificate? No browser asks, so having none is fine; records that are wrong show that nobody looks.
// Without DNSSEC they say nothing.
#include <openssl/x509.h>
#include <memory>
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"
#include "checks/dns_reading.h"
#include "wire/http/psl.h"
#include "wire/mail/tlsa_match.h"

namespace utsyn::checks::cert_dane_web {
namespace {

enum Usage : std::uint8_t { pkix_authority, pkix_leaf, dane_authority, dane_leaf };

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

// Usages 0 and 1 match as 2 and 3 do, and ask for a trusted path besides.
bool vouches(const wire::TlsaRecord& record, const Leaf& leaf,
             const std::vector<wire::ChainCertificate>& chain, const std::string& host) {
  auto as_dane = record;
  const bool pkix = record.usage == pkix_authority || record.usage == pkix_leaf;
  if (pkix) as_dane.usage = record.usage == pkix_authority ? dane_authority : dane_leaf;
  if (!wire::match_tlsa({&as_dane, 1}, chain).front().matched_at) return false;
  const auto* path = leaf.endpoint->path.seen();
  if (pkix && (path == nullptr || !path->trusted)) return false;
  return as_dane.usage == dane_leaf || wire::der_matches(leaf.sent.front(), host, wire::is_public_suffix);
}

Verdict judge(const Leaf& leaf, const DnsAnswer& answer, const std::string& host) {
  const auto records = typed_records<wire::TlsaRecord>(answer);
  std::vector<wire::ChainCertificate> chain;
  chain.reserve(leaf.sent.size());
  for (const auto& der : leaf.sent) chain.push_back({der, public_key_info(der)});
  bool may_be_the_root = false;
  for (const auto& record : records) {
    if (vouches(record, leaf, chain, host)) return {Outcome::pass, "matches"};
    // A root is not sent, so a record about it cannot be held against anything here.
    may_be_the_root = may_be_the_root || record.usage == pkix_authority;
  }
  if (may_be_the_root) return {Outcome::unknown, "names-an-issuer-not-sent"};
  return Verdict{Outcome::fail, "no-match"}.weighing(Severity::medium).with("records", answer.records);
}

Verdict evaluate(const Evidence& evidence) {
  const auto* answer = evidence.dns.find("_443._tcp." + evidence.host, "TLSA");
  if (!answered(answer)) return no_answer(answer);
  if (answer->status != DnsStatus::found) return {Outcome::not_applicable, "none"};
  if (answer->security == Security::bogus || answer->security == Security::indeterminate ||
      answer->security == Security::unchecked)
    return {Outcome::unknown, "not-validated"};
  if (answer->security == Security::insecure) return {Outcome::warn, "without-dnssec"};
  return for_each_leaf(evidence, [&](const Leaf& leaf) { return judge(leaf, *answer, evidence.host); });
}

std::vector<Example> examples() {
  using namespace example_certificates;
  const auto certificate = wire::parse_certificate(wire::certificates_from_pem(leaf).front()).value();
  const auto issuer = wire::parse_certificate(wire::certificates_from_pem(intermediate).front()).value();
  const auto with = [](const std::string& record, Security security = Security::secure) {
    auto evidence = site(leaf);
    evidence.dns.add(with_security(found("_443._tcp.www.example.no", "TLSA", {record}), security));
    return evidence;
  };
  const auto of_leaf = "3 1 1 " + certificate.spki_sha256;
  auto absent = site(leaf);
  absent.dns.add(nxdomain("_443._tcp.www.example.no", "TLSA"));
  auto no_word = site(leaf);
  no_word.dns.add(failed("_443._tcp.www.example.no", "TLSA", Unseen::server_failure));
  auto silent = with(of_leaf);
  silent.tls = {silent_endpoint()};
  auto forgotten = with(of_leaf);
  forgotten.tls = {also(serving_leaf(leaf), "rsa", {rsa_2048, intermediate})};
  auto not_trusted = with("1 1 1 " + certificate.spki_sha256);
  not_trusted.tls = {untrusted({leaf, intermediate}, "self-signed-cert-in-chain", 2)};
  return {
      {"the key is named", with(of_leaf), Outcome::pass, "matches"},
      {"the issuer is named", with("2 0 1 " + issuer.sha256), Outcome::pass, "matches"},
      {"the key is named, and the path is trusted", with("1 1 1 " + certificate.spki_sha256), Outcome::pass,
       "matches"},
      {"the key is named, and the path is not trusted", not_trusted, Outcome::fail, "no-match"},
      {"another key", with("3 1 1 " + std::string(64, '0')), Outcome::fail, "no-match"},
      {"the second certificate was forgotten", forgotten, Outcome::fail, "no-match"},
      {"a public root that is not sent", with("0 0 1 " + std::string(64, '0')), Outcome::unknown,
       "names-an-issuer-not-sent"},
      {"the zone is not signed", with(of_leaf, Security::insecure), Outcome::warn, "without-dnssec"},
      {"nobody validated", with(of_leaf, Security::unchecked), Outcome::unknown, "not-validated"},
      {"no records", absent, Outcome::not_applicable, "none"},
      {"the name server failed", no_word, Outcome::unknown, "server-failure"},
      {"the server was silent", silent, Outcome::unknown, "timed-out"},

  };
}

}  // namespace
}  // namespace utsyn::checks::cert_dane_web

UTSYN_CHECK(cert_dane_web) = {
    .id = "cert.dane.web",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_dane_web::evaluate,
    .examples = utsyn::checks::cert_dane_web::examples,
};
