// The issuer of the certificate in use is among those CAA allows (RFC 8659 section 4.2). CAA counts when a
// certificate is issued, so a mismatch is no fault of the certificate; but the next renewal will be refused.
//
// Issuers are known by the organisation in their name; the domain names they look for in CAA are from their
// own published statements, as the CCADB collects them (report AllCAAIdentifiersReport; compared in November
// 2026 with a public copy of it).
#include <algorithm>
#include <array>

#include "base/text.h"
#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/dns/caa.h"
#include "wire/tls/x509.h"

namespace utsyn::checks::dns_caa_matches_issuer {
namespace {

struct Issuer {
  std::string_view organisation;  // begins with
  std::string_view names;         // in CAA, blanks between
};
constexpr std::array kIssuers = {
    Issuer{"Let's Encrypt", "letsencrypt.org"},
    Issuer{"Internet Security Research Group", "letsencrypt.org"},
    Issuer{"DigiCert",
           "digicert.com www.digicert.com digicert.ne.jp cybertrust.ne.jp symantec.com thawte.com "
           "geotrust.com rapidssl.com digitalcertvalidation.com"},
    Issuer{"QuoVadis",
           "quovadisglobal.com digicert.com digicert.ne.jp cybertrust.ne.jp symantec.com thawte.com "
           "geotrust.com rapidssl.com digitalcertvalidation.com"},
    Issuer{"Sectigo", "sectigo.com comodo.com comodoca.com usertrust.com trust-provider.com"},
    Issuer{"COMODO", "sectigo.com comodo.com comodoca.com usertrust.com trust-provider.com"},
    Issuer{"ZeroSSL", "sectigo.com comodo.com comodoca.com usertrust.com trust-provider.com"},
    Issuer{"Buypass", "buypass.com buypass.no"},
    Issuer{"GlobalSign", "globalsign.com"},
    Issuer{"Google Trust Services", "pki.goog google.com"},
    Issuer{"Amazon", "amazon.com amazontrust.com awstrust.com amazonaws.com aws.amazon.com"},
    Issuer{"GoDaddy", "godaddy.com starfieldtech.com"},
    Issuer{"Starfield", "godaddy.com starfieldtech.com"},
    Issuer{"Entrust", "entrust.net affirmtrust.com"},
    Issuer{"Microsoft", "microsoft.com"},
    Issuer{"Hellenic Academic", "harica.gr"},
    Issuer{"Actalis", "actalis.it"},
    Issuer{"SSL Corp", "ssl.com"},
    Issuer{"Unizeto", "certum.pl certum.eu"},
    Issuer{"Asseco", "certum.pl certum.eu"},
    Issuer{"SwissSign",
           "swisssign.com swisssign.net swissign.com swisssign.ch swisssign.li swissign.li swisssign.org "
           "swisssign.biz"},
    Issuer{"Telia", "telia.com telia.fi telia.se trust.telia.com"},
    Issuer{"Certigna", "certigna.fr"},
    Issuer{"Dhimyotis", "certigna.fr"},
    Issuer{"Deutsche Telekom Security", "telesec.de pki.dfn.de dfn.de"},
    Issuer{"Network Solutions", "web.com networksolutions.com"},
    Issuer{"Trustwave", "trustwave.com securetrust.com"},
    Issuer{"IdenTrust", "identrust.com"},
    Issuer{"D-Trust", "d-trust.net dtrust.net d-trust.de dtrust.de"},
};

std::vector<std::string_view> caa_names_of(std::string_view organisation) {
  for (const auto& issuer : kIssuers) {
    if (istarts_with(organisation, issuer.organisation)) return split(issuer.names, ' ');
  }
  return {};
}

// The issuers that CAA allows for a host name; the wildcard set counts for wildcard certificates when there
// is one.
struct Allowed {
  bool restricts = false;
  std::vector<std::string> issuers;
};
Allowed allowed_by(const wire::CaaClimb& climb, bool wildcard) {
  Allowed plain;
  Allowed wild;
  for (const auto& value : climb.values) {
    const auto record = wire::record_as<wire::CaaRecord>(wire::RecordType::caa, value);
    if (!record) continue;
    auto* set = iequals(record->tag, "issue") ? &plain : iequals(record->tag, "issuewild") ? &wild : nullptr;
    if (set == nullptr) continue;
    set->restricts = true;
    if (const auto property = wire::parse_caa(*record); property && !property->issuer.empty())
      set->issuers.push_back(property->issuer);
  }
  return wildcard && wild.restricts ? wild : plain;
}

Verdict judge(const wire::CaaClimb& climb, const TlsEndpoint& endpoint) {
  if (endpoint.available.seen() == nullptr) return could_not_look(endpoint.available.unseen());
  if (endpoint.available.is(false)) return {Outcome::not_applicable, "no-tls"};
  const auto* sent = endpoint.chain();
  const auto ders = sent == nullptr || sent->pem.empty() ? std::vector<Bytes>{}
                                                         : wire::certificates_from_pem(sent->pem.front(), 1);
  const auto leaf =
      ders.empty() ? unexpected(wire::CertificateError::empty) : wire::parse_certificate(ders.front());
  if (!leaf) return could_not_look(sent == nullptr ? Unseen::not_measured : Unseen::malformed);
  const bool wildcard =
      std::ranges::any_of(leaf->dns_names, [](const auto& name) { return name.starts_with("*."); });
  const auto allowed = allowed_by(climb, wildcard);
  if (!allowed.restricts) return {Outcome::not_applicable, "not-restricted"};
  const auto names = caa_names_of(leaf->issuer_organisation);
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict).with("issuer", leaf->issuer_organisation).with("allowed", allowed.issuers);
  };
  if (names.empty()) return with_facts({Outcome::unknown, "issuer-not-known"});
  const bool match = std::ranges::any_of(names, [&](std::string_view name) {
    return std::ranges::find(allowed.issuers, name) != allowed.issuers.end();
  });
  return with_facts(match ? Verdict{Outcome::pass, "allowed"} : Verdict{Outcome::warn, "not-allowed"});
}

Verdict evaluate(const Evidence& evidence) {
  const EvidenceAnswers answers(evidence.dns);
  const auto climb = wire::climb_caa(evidence.host, answers);
  if (!climb.complete()) return answers.trouble();
  if (climb.found_at.empty()) return {Outcome::not_applicable, "not-restricted"};
  return worst_of(evidence.tls, [&](const TlsEndpoint& endpoint) { return judge(climb, endpoint); });
}

// A certificate whose issuer is called "Let's Encrypt".
const char* const kCertificate = R"(-----BEGIN CERTIFICATE-----
MIIB1TCCAXqgAwIBAgIUKHMLBBMvvLt26meqYlj/+oT3V1owCgYIKoZIzj0EAwIw
MTEWMBQGA1UECgwNTGV0J3MgRW5jcnlwdDEXMBUGA1UEAwwORXhhbXBsZSBpc3N1
ZXIwIBcNMjYxMTIxMDMyNjM4WhgPMjEyNjEwMjgwMzI2MzhaMDExFjAUBgNVBAoM
DUxldCdzIEVuY3J5cHQxFzAVBgNVBAMMDkV4YW1wbGUgaXNzdWVyMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAER5YQVKzqctdgxGZ3ynpS7sPGIXFf4HqBLbMAYItO
VtpTlph7d9egKmAj6q+35nvkwxRtPi0BQBgbcR6z1i0OFaNuMGwwHQYDVR0OBBYE
FAetN7dUldRJYfbefxprB6lyZVE7MB8GA1UdIwQYMBaAFAetN7dUldRJYfbefxpr
B6lyZVE7MA8GA1UdEwEB/wQFMAMBAf8wGQYDVR0RBBIwEIIOd3d3LmV4YW1wbGUu
bm8wCgYIKoZIzj0EAwIDSQAwRgIhAN4g+oHRWygaxm30d7V6nQt92aVvY9JTMqwF
ORxL16MvAiEA3FK3+s2F/VPd6AbfYmj2ei2zGfCjHrOCJNwzRCT5jbM=
-----END CERTIFICATE-----)";

Evidence with(DnsAnswer caa, bool served = true) {
  auto evidence = web_asset({nodata("www.example.no", "CAA"), std::move(caa), nodata("no", "CAA")});
  TlsEndpoint endpoint;
  endpoint.host = evidence.host;
  endpoint.address = "192.0.2.1";
  if (served) {
    endpoint.available = true;
    endpoint.chains = {{"default", {kCertificate}}};
  } else {
    endpoint.available = Unseen::timed_out;
  }
  evidence.tls = {endpoint};
  return evidence;
}

std::vector<Example> examples() {
  const auto caa = [](std::vector<std::string> records) {
    return found("example.no", "CAA", std::move(records));
  };
  return {
      {"the issuer is allowed", with(caa({"0 issue \"letsencrypt.org\""})), Outcome::pass, "allowed"},
      {"one of two",
       with(caa({"0 issue \"buypass.com\"", "0 issue \"letsencrypt.org; validationmethods=dns-01\""})),
       Outcome::pass, "allowed"},
      {"the wildcard set is not for this certificate",
       with(caa({"0 issue \"letsencrypt.org\"", "0 issuewild \";\""})), Outcome::pass, "allowed"},
      {"another issuer is allowed", with(caa({"0 issue \"buypass.com\""})), Outcome::warn, "not-allowed"},
      {"nobody is allowed", with(caa({"0 issue \";\""})), Outcome::warn, "not-allowed"},
      {"only an address for reports", with(caa({"0 iodef \"mailto:ca@example.no\""})),
       Outcome::not_applicable, "not-restricted"},
      {"no CAA", with(nodata("example.no", "CAA")), Outcome::not_applicable, "not-restricted"},
      {"the host was silent", with(caa({"0 issue \"letsencrypt.org\""}), false), Outcome::unknown,
       "timed-out"},
      {"CAA could not be asked", with(failed("example.no", "CAA")), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_caa_matches_issuer

UTSYN_CHECK(dns_caa_matches_issuer) = {
    .id = "dns.caa.matches-issuer",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::dns_caa_matches_issuer::evaluate,
    .examples = utsyn::checks::dns_caa_matches_issuer::examples,
};
