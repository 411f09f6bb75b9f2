// Is a public certificate valid for no longer than the CA/Browser Forum allows (ballot SC-081)? The limit
// depends on the day of issue.
#include <chrono>
#include <iterator>
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_validity_lifetime {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// Certificates that begin before the day may live so long; the first row that fits counts.
struct Limit {
  std::string_view before;
  days longest;
};
constexpr Limit kLimits[] = {
    {"2020-09-01", days(825)}, {"2026-03-15", days(398)}, {"2027-03-15", days(200)},
    {"2029-03-15", days(100)}, {"9999-12-31", days(47)},
};

Verdict judge(const Leaf& leaf) {
  if (root_of(*leaf.endpoint) != Root::of_the_public) return not_a_public_ca(*leaf.endpoint);
  const auto& certificate = leaf.certificate;
  const auto* limit = &kLimits[0];
  while (limit != std::end(kLimits) - 1 && certificate.not_before >= parse_time(limit->before).value())
    ++limit;
  const auto verdict = lifetime(certificate) > limit->longest ? Verdict{Outcome::fail, "too-long"}
                                                              : Verdict{Outcome::pass, "within-limit"};
  return Verdict(verdict)
      .with("lifetime_days", static_cast<int>(std::chrono::ceil<days>(lifetime(certificate)).count()))
      .with("limit_days", static_cast<int>(limit->longest.count()))
      .with("not_before", format_time(certificate.not_before));
}

Verdict evaluate(const Evidence& evidence) { return for_default_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  auto no_store = serving_leaf(leaf);
  no_store.path = Unseen::not_measured;
  return {
      {"90 days, issued in 2026", site(leaf), Outcome::pass, "within-limit"},
      {"199 days, issued in 2026", site(leaf_199_days), Outcome::pass, "within-limit"},
      {"400 days, issued in 2026", site(leaf_400_days), Outcome::fail, "too-long"},
      {"397 days, issued in 2024", site(by_entrust_early), Outcome::pass, "within-limit"},
      {"400 days, by the operator's own CA", tls_asset({private_ca({leaf_400_days, intermediate})}),
       Outcome::not_applicable, "private-root"},
      {"no trusted root", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::not_applicable, "no-public-root"},
      {"no trust store was at hand", tls_asset({no_store}), Outcome::unknown, "not-measured"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_validity_lifetime

UTSYN_CHECK(cert_validity_lifetime) = {
    .id = "cert.validity.lifetime",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_validity_lifetime::evaluate,
    .examples = utsyn::checks::cert_validity_lifetime::examples,
};
