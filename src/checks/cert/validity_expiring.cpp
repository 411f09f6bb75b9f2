// Does the certificate run out soon? How soon is soon grows with its lifetime: who renews by machine does so
// with a third left.
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_validity_expiring {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

// Utsyn's own policy. The first row whose lifetime is not exceeded counts.
struct Notice {
  seconds lifetime;
  seconds warn_below;
  seconds fail_below;
};
constexpr Notice kNotices[] = {
    {days(10), days(2), hours(12)},
    {days(90), days(10), days(3)},
    {seconds::max(), days(30), days(7)},
};

Verdict judge(const Leaf& leaf, UtcTime now) {
  const auto& certificate = leaf.certificate;
  if (now > certificate.not_after) return {Outcome::not_applicable, "already-over"};
  const auto left = certificate.not_after - now;
  const auto* notice = &kNotices[0];
  while (lifetime(certificate) > notice->lifetime) ++notice;
  const auto say = [&](Verdict verdict) {
    return std::move(verdict)
        .with("not_after", format_time(certificate.not_after))
        .with("lifetime_days",
              static_cast<int>(std::chrono::duration_cast<days>(lifetime(certificate)).count()));
  };
  if (left < notice->fail_below) return say({Outcome::fail, "very-soon"});
  if (left < notice->warn_below) return say({Outcome::warn, "soon"});
  return say({Outcome::pass, "time-left"});
}

Verdict evaluate(const Evidence& evidence) {
  return for_each_leaf(evidence, [&](const Leaf& leaf) { return judge(leaf, evidence.as_of); });
}

std::vector<Example> examples() {
  using namespace example_certificates;
  const auto on = [](const char* pem, std::string_view day) {
    auto evidence = site(pem);
    evidence.as_of = parse_time(day).value();
    return evidence;
  };
  return {
      {"90 days, 53 left", site(leaf), Outcome::pass, "time-left"},
      {"90 days, 11 left", on(leaf, "2027-01-02T00:00:00Z"), Outcome::pass, "time-left"},
      {"90 days, 9 left", on(leaf, "2027-01-04T00:00:00Z"), Outcome::warn, "soon"},
      {"90 days, 2 left", on(leaf, "2027-01-11T00:00:00Z"), Outcome::fail, "very-soon"},
      {"199 days, 31 left", on(leaf_199_days, "2027-04-01T00:00:00Z"), Outcome::pass, "time-left"},
      {"199 days, 29 left", on(leaf_199_days, "2027-04-03T00:00:00Z"), Outcome::warn, "soon"},
      {"199 days, 6 left", on(leaf_199_days, "2027-04-26T00:00:00Z"), Outcome::fail, "very-soon"},
      {"6 days, 2 left", site(leaf_six_days), Outcome::pass, "time-left"},
      {"6 days, 1 left", on(leaf_six_days, "2026-11-22T00:00:00Z"), Outcome::warn, "soon"},
      {"6 days, hours left", on(leaf_six_days, "2026-11-22T18:00:00Z"), Outcome::fail, "very-soon"},
      {"already over", site(rsa_expired), Outcome::not_applicable, "already-over"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_validity_expiring

UTSYN_CHECK(cert_validity_expiring) = {
    .id = "cert.validity.expiring",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_validity_expiring::evaluate,
    .examples = utsyn::checks::cert_validity_expiring::examples,
};
