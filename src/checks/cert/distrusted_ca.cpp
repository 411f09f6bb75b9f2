// Has a CA of the chain lost, or is it losing, the trust of browsers? Each row says who, from which day
// browsers act, and whether only certificates issued after a day are refused. The day of issue is the
// earliest timestamp of a transparency log, else the beginning of validity.
#include <chrono>
#include <optional>
#include "base/text.h"
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"
#include "checks/dns_reading.h"

namespace utsyn::checks::cert_distrusted_ca {
namespace {

// Public facts as the root programmes of Chrome and Mozilla announced them. Compared in November 2026 with:
// WoSign and StartCom, Chrome's notice of 2017-07-06 (all of them from version 61, mid-September); Symantec's
// brands, DigiCert's alert 2530 on Chrome 70; Camerfirma, Chrome 90 (mid-April 2021); TrustCor, Chrome's
// notice of January 2023 (all of them from version 111); GLOBALTRUST, Mozilla's notice of 2024-06-11; Entrust
// with AffirmTrust, and Chunghwa Telecom with NetLock, Chrome's notices of 2024-06-27 (as amended) and
// 2025-05-30. The days of DigiNotar, CNNIC, PROCERT, Certinomis and Izenpe are not compared. The names are
// those of the issuers' certificates: of the organisation, or of the hierarchy where the organisation now
// sells under the root of another. One name is enough; both are beginnings.
struct Distrust {
  std::string_view organisation;
  std::string_view common_name;
  std::string_view effective;     // browsers act from this day
  std::string_view issued_after;  // empty: every certificate is refused
};
constexpr Distrust kDistrusts[] = {
    {"DigiNotar", "", "2011-08-29", ""},
    {"CNNIC", "", "2015-04-01", "2015-04-01"},
    {"WoSign CA Limited", "", "2017-09-15", ""},
    {"StartCom Ltd.", "", "2017-09-15", ""},
    {"PROCERT", "", "2017-10-16", ""},
    {"Symantec Corporation", "", "2018-10-16", ""},
    {"VeriSign, Inc.", "", "2018-10-16", ""},
    {"GeoTrust Inc.", "", "2018-10-16", ""},
    {"thawte, Inc.", "", "2018-10-16", ""},
    {"Certinomis", "", "2019-07-09", ""},
    {"AC Camerfirma S", "", "2021-04-14", ""},
    {"TrustCor Systems", "", "2023-03-07", ""},
    {"e-commerce monitoring GmbH", "", "2024-06-30", "2024-06-30"},
    {"", "Entrust Certification Authority - ", "2024-11-12", "2024-11-11"},
    {"", "Entrust Root Certification Authority", "2024-11-12", "2024-11-11"},
    {"", "Entrust.net Certification Authority (2048)", "2024-11-12", "2024-11-11"},
    {"AffirmTrust", "", "2024-11-12", "2024-11-11"},
    {"Chunghwa Telecom", "", "2025-08-01", "2025-07-31"},
    {"NetLock", "", "2025-08-01", "2025-07-31"},
    {"IZENPE S.A.", "", "2026-04-16", "2026-04-15"},
};

bool concerns(const Distrust& row, const wire::Certificate& certificate) {
  return (!row.organisation.empty() && issuer_named(certificate, row.organisation)) ||
         (!row.common_name.empty() && istarts_with(certificate.issuer_common_name, row.common_name));
}

UtcTime issued(const Leaf& leaf) {
  std::optional<UtcTime> earliest;
  for (const auto& sct : leaf.endpoint->scts) {
    if (leaf.when != "default" || sct.signature_valid.is(false)) continue;
    const auto at = from_unix(sct.timestamp_ms / 1000);
    if (!earliest || at < *earliest) earliest = at;
  }
  return earliest.value_or(leaf.certificate.not_before);
}

Verdict judge(const Leaf& leaf, UtcTime now) {
  if (leaf.certificate.self_signed) return {Outcome::not_applicable, "self-signed"};
  if (leaf.when == "default" && root_of(*leaf.endpoint) == Root::of_the_operator)
    return {Outcome::not_applicable, "private-root"};
  Gravest gravest;
  for (const auto& certificate : used_chain(leaf)) {
    for (const auto& row : kDistrusts) {
      if (!concerns(row, certificate)) continue;
      const auto say = [&](Verdict verdict) {
        return std::move(verdict)
            .with("issuer", certificate.issuer)
            .with("effective", std::string(row.effective))
            .with("issued", format_time(issued(leaf)));
      };
      // The last day is a whole one.
      const auto last_day = parse_time(row.issued_after);
      if (last_day && issued(leaf) < *last_day + std::chrono::days(1)) {
        gravest.add(say({Outcome::pass, "issued-before"}));
      } else if (now < parse_time(row.effective).value()) {
        gravest.add(say({Outcome::warn, "scheduled"}));
      } else {
        gravest.add(say({Outcome::fail, "distrusted"}));
      }
    }
  }
  return std::move(gravest).take({Outcome::pass, "not-listed"});
}

Verdict evaluate(const Evidence& evidence) {
  return for_each_leaf(evidence, [&](const Leaf& leaf) { return judge(leaf, evidence.as_of); });
}

std::vector<Example> examples() {
  using namespace example_certificates;
  const auto at = [](Evidence evidence, std::string_view day) {
    evidence.as_of = parse_time(day).value();
    return evidence;
  };
  auto logged_early = serving_leaf(by_entrust);
  logged_early.scts = {{std::string(64, 'a'), to_unix(parse_time("2024-11-11T20:00:00Z").value()) * 1000,
                        "certificate", Unseen::not_measured, ""}};
  auto forged_early = logged_early;
  forged_early.scts.front().signature_valid = false;
  return {
      {"a CA in good standing", site(leaf), Outcome::pass, "not-listed"},
      {"a CA that is refused altogether",
       tls_asset({untrusted({by_symantec}, "unable-to-get-issuer-cert-locally")}), Outcome::fail,
       "distrusted"},
      {"issued after the CA's last day", site(by_entrust), Outcome::fail, "distrusted"},
      {"issued before it", at(site(by_entrust_early), "2025-09-01"), Outcome::pass, "issued-before"},
      {"a log saw it on the last day", tls_asset({logged_early}), Outcome::pass, "issued-before"},
      {"a forged timestamp does not help", tls_asset({forged_early}), Outcome::fail, "distrusted"},
      {"before the day on which browsers act", at(site(by_symantec), "2018-08-01"), Outcome::warn,
       "scheduled"},
      {"an old brand under a new owner", site(by_digicert_geotrust), Outcome::pass, "not-listed"},
      {"a brand that now sells under the root of another", site(by_entrust_reseller), Outcome::pass,
       "not-listed"},
      {"the second certificate", tls_asset({also(serving_leaf(leaf), "ecdsa", {by_symantec})}), Outcome::fail,
       "distrusted"},
      {"the operator's own CA", tls_asset({private_ca({leaf, intermediate})}), Outcome::not_applicable,
       "private-root"},
      {"self-signed", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::not_applicable, "self-signed"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_distrusted_ca

UTSYN_CHECK(cert_distrusted_ca) = {
    .id = "cert.distrusted-ca",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_distrusted_ca::evaluate,
    .examples = utsyn::checks::cert_distrusted_ca::examples,
};
