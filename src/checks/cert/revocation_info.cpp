// Does the certificate say where its revocation would show: a revocation list or an OCSP responder? One is
// enough, since many CAs ended OCSP in 2025, and short-lived certificates need none.
#include <chrono>
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_revocation_info {
namespace {

using std::chrono::days;

// CA/Browser Forum: what counts as short-lived, by the day of issue.
constexpr std::string_view kShorterFrom = "2026-03-15";
constexpr days kShortBefore{10};
constexpr days kShortSince{7};

Verdict judge(const Leaf& leaf) {
  const auto& certificate = leaf.certificate;
  if (certificate.self_signed) return {Outcome::not_applicable, "self-signed"};
  if (!certificate.crl_urls.empty() || !certificate.ocsp_urls.empty())
    return Verdict{Outcome::pass, "named"}
        .with("crl_urls", certificate.crl_urls)
        .with("ocsp_urls", certificate.ocsp_urls);
  const auto shortest =
      certificate.not_before < parse_time(kShorterFrom).value() ? kShortBefore : kShortSince;
  if (lifetime(certificate) <= shortest) return {Outcome::pass, "short-lived"};
  return Verdict{Outcome::warn, "nowhere"}.with("issuer", certificate.issuer);
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"both", site(leaf), Outcome::pass, "named"},
      {"lists only", site(leaf_crl_only), Outcome::pass, "named"},
      {"six days need none", site(leaf_six_days), Outcome::pass, "short-lived"},
      {"neither", site(leaf_no_pointer), Outcome::warn, "nowhere"},
      {"self-signed", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::not_applicable, "self-signed"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_revocation_info

UTSYN_CHECK(cert_revocation_info) = {
    .id = "cert.revocation.info",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_revocation_info::evaluate,
    .examples = utsyn::checks::cert_revocation_info::examples,
};
