// Do transparency logs know certificates for the domain that its CAA records would not have allowed? CAA is
// read as it is today, so only recent certificates are held against it, and a finding is a question to the
// owner, not a proof. A name below the domain may have records of its own; where those were not asked for,
// nothing is said.
#include <algorithm>
#include <chrono>
#include <initializer_list>
#include "base/name.h"
#include "base/text.h"
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"
#include "checks/dns_reading.h"
#include "wire/dns/caa.h"

namespace utsyn::checks::cert_ct_unexpected_issuance {
namespace {

// Utsyn's own policy: older certificates may well have been allowed when they were issued.
constexpr std::chrono::days kRecent{90};
constexpr std::size_t kShown = 10;

// Which domains in CAA allow which issuers, as the CAs state in their practice statements: the beginning of
// the organisation in the issuer's name. An issuer that is not here is not judged.
struct Identity {
  std::string_view organisation;
  std::initializer_list<std::string_view> domains;
};
const Identity kIdentities[] = {
    {"Let's Encrypt", {"letsencrypt.org"}},
    {"Internet Security Research Group", {"letsencrypt.org"}},
    {"DigiCert",
     {"digicert.com", "digicert.ne.jp", "symantec.com", "geotrust.com", "rapidssl.com", "thawte.com",
      "www.digicert.com", "cybertrust.ne.jp", "quovadisglobal.com", "volusion.digitalcertvalidation.com",
      "stratossl.digitalcertvalidation.com", "intermediatecertificate.digitalcertvalidation.com",
      "1and1.digitalcertvalidation.com", "amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}},
    {"Sectigo", {"sectigo.com", "comodo.com", "comodoca.com", "usertrust.com", "trust-provider.com"}},
    {"COMODO CA Limited",
     {"sectigo.com", "comodo.com", "comodoca.com", "usertrust.com", "trust-provider.com"}},
    {"ZeroSSL", {"sectigo.com", "comodo.com", "comodoca.com", "usertrust.com", "trust-provider.com"}},
    {"GlobalSign", {"globalsign.com"}},
    {"Google Trust Services", {"pki.goog", "google.com"}},
    {"Amazon", {"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}},
    {"GoDaddy.com", {"godaddy.com", "starfieldtech.com"}},
    {"Starfield Technologies", {"godaddy.com", "starfieldtech.com"}},
    {"Buypass", {"buypass.com", "buypass.no"}},
    {"Commfides", {"commfides.com", "commfides.no"}},
    {"Actalis", {"actalis.it"}},
    {"Asseco Data Systems", {"certum.pl", "certum.eu"}},
    {"Unizeto", {"certum.pl", "certum.eu"}},
    {"IdenTrust", {"identrust.com"}},
    {"SwissSign", {"swisssign.com", "swisssign.net", "swissign.com", "swisssign.ch"}},
    {"D-Trust", {"d-trust.net", "dtrust.de", "d-trust.de", "dtrust.net"}},
    {"SSL Corp", {"ssl.com"}},
};

// The value of O= in a distinguished name, whichever way round it is written.
std::string organisation_of(std::string_view issuer) {
  for (std::size_t at = issuer.find("O="); at != std::string_view::npos; at = issuer.find("O=", at + 1)) {
    if (at != 0 && issuer[at - 1] != ',' && issuer[at - 1] != ' ' && issuer[at - 1] != '/') continue;
    std::string out;
    for (const char c : issuer.substr(at + 2)) {
      if (c != '\\' && c != '"') out += c;  // an escaped comma belongs to the name
    }
    return out;
  }
  return {};
}

const Identity* identity_of(std::string_view issuer) {
  const auto organisation = organisation_of(issuer);
  const auto at = std::ranges::find_if(kIdentities, [&](const Identity& identity) {
    return istarts_with(organisation, identity.organisation);
  });
  return at == std::end(kIdentities) ? nullptr : at;
}

enum class Allowed { yes, no, cannot_tell };

// RFC 8659 section 4: issuewild, where there is one, decides alone about wildcards.
Allowed allowed_for(std::string_view name, const Identity& issuer, const wire::AnswerSource& answers) {
  const bool wildcard = name.starts_with("*.");
  const auto climb = wire::climb_caa(wildcard ? name.substr(2) : name, answers);
  if (!climb.complete()) return Allowed::cannot_tell;
  std::vector<std::string> named;
  std::vector<std::string> named_wild;
  bool any = false;
  bool any_wild = false;
  for (const auto& value : climb.values) {
    const auto record = wire::record_as<wire::CaaRecord>(wire::RecordType::caa, value);
    if (!record) return Allowed::cannot_tell;
    const auto property = wire::parse_caa(*record);
    if (!property) return Allowed::cannot_tell;
    if (property->kind == wire::CaaKind::issue) {
      any = true;
      named.push_back(property->issuer);
    } else if (property->kind == wire::CaaKind::issuewild) {
      any_wild = true;
      named_wild.push_back(property->issuer);
    }
  }
  const bool by_wild = wildcard && any_wild;
  if (!any && !by_wild) return Allowed::yes;
  const auto& who = by_wild ? named_wild : named;
  const bool found = std::ranges::any_of(
      issuer.domains, [&](std::string_view domain) { return std::ranges::find(who, domain) != who.end(); });
  return found ? Allowed::yes : Allowed::no;
}

Verdict evaluate(const Evidence& evidence) {
  const auto* logged = evidence.logged_certificates.seen();
  if (logged == nullptr) return could_not_look(evidence.logged_certificates.unseen());
  const EvidenceAnswers answers(evidence.dns);
  const auto climb = wire::climb_caa(evidence.domain, answers);
  if (!climb.complete()) return answers.trouble();
  std::vector<std::string> not_allowed;
  bool unsure = false;
  bool any = false;
  for (const auto& certificate : *logged) {
    if (from_unix(certificate.not_before) < evidence.as_of - kRecent) continue;
    const auto* issuer = identity_of(certificate.issuer);
    for (const auto& name : certificate.names) {
      const auto bare = std::string_view(name).substr(name.starts_with("*.") ? 2 : 0);
      if (!is_subdomain(bare, evidence.domain)) continue;
      any = true;
      const auto allowed = issuer == nullptr ? Allowed::cannot_tell : allowed_for(name, *issuer, answers);
      unsure = unsure || allowed == Allowed::cannot_tell;
      if (allowed == Allowed::no && not_allowed.size() < kShown)
        not_allowed.push_back(name + " by " + certificate.issuer);
    }
  }
  if (!not_allowed.empty())
    return Verdict{Outcome::warn, "not-allowed"}.with("certificates", not_allowed).held(Confidence::weak);
  if (climb.found_at.empty()) return {Outcome::not_applicable, "no-caa"};
  if (unsure) return {Outcome::unknown, "cannot-tell"};
  return {Outcome::pass, any ? "all-allowed" : "none-recent"};
}

std::vector<Example> examples() {
  const auto caa = found("example.no", "CAA", {"0 issue \"letsencrypt.org\"", "0 issuewild \";\""});
  const auto logged = [](std::vector<DnsAnswer> dns, std::vector<LoggedCertificate> certificates) {
    auto evidence = domain_asset();
    for (auto& answer : dns) evidence.dns.add(std::move(answer));
    evidence.logged_certificates = std::move(certificates);
    return evidence;
  };
  constexpr std::int64_t day = 86400;
  const auto by = [](std::string issuer, std::vector<std::string> names, std::int64_t age = 10 * day) {
    return LoggedCertificate{std::string(64, 'a'), std::move(issuer), std::move(names), kExampleDay - age};
  };
  const std::string lets_encrypt = "C=US, O=Let's Encrypt, CN=R11";
  const std::string go_daddy = "CN=Go Daddy Secure Certificate Authority - G2,O=GoDaddy.com\\, Inc.,C=US";
  return {
      {"the CA that is allowed", logged({caa}, {by(lets_encrypt, {"example.no"})}), Outcome::pass,
       "all-allowed"},
      {"nothing was issued lately", logged({caa}, {}), Outcome::pass, "none-recent"},
      {"a CA that is not allowed", logged({caa}, {by(go_daddy, {"example.no"})}), Outcome::warn,
       "not-allowed"},
      {"allowed, but not for wildcards", logged({caa}, {by(lets_encrypt, {"*.example.no"})}), Outcome::warn,
       "not-allowed"},
      {"long ago", logged({caa}, {by(go_daddy, {"example.no"}, 200 * day)}), Outcome::pass, "none-recent"},
      {"the name of someone else on the same certificate", logged({caa}, {by(go_daddy, {"example.org"})}),
       Outcome::pass, "none-recent"},
      {"a name below with records of its own",
       logged({caa, found("shop.example.no", "CAA", {"0 issue \"godaddy.com\""})},
              {by(go_daddy, {"shop.example.no"})}),
       Outcome::pass, "all-allowed"},
      {"a name below whose records were not asked for", logged({caa}, {by(go_daddy, {"shop.example.no"})}),
       Outcome::unknown, "cannot-tell"},
      {"a CA that is not known here", logged({caa}, {by("C=NO, O=Example Trust AS, CN=X", {"example.no"})}),
       Outcome::unknown, "cannot-tell"},
      {"no CAA to hold it against",
       logged({nodata("example.no", "CAA"), nodata("no", "CAA")}, {by(go_daddy, {"example.no"})}),
       Outcome::not_applicable, "no-caa"},
      {"CAA was not answered", logged({failed("example.no", "CAA")}, {by(go_daddy, {"example.no"})}),
       Outcome::unknown, "timed-out"},
      {"no logs were read", domain_asset({caa}), Outcome::unknown, "not-measured"},

  };
}

}  // namespace
}  // namespace utsyn::checks::cert_ct_unexpected_issuance

UTSYN_CHECK(cert_ct_unexpected_issuance) = {
    .id = "cert.ct.unexpected-issuance",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::logged_certificates,
    .evaluate = utsyn::checks::cert_ct_unexpected_issuance::evaluate,
    .examples = utsyn::checks::cert_ct_unexpected_issuance::examples,
};
