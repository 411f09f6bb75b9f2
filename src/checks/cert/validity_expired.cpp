// Is the certificate, and each intermediate of its path, valid on the day? The second certificate of a server
// that has both RSA and ECDSA is easily forgotten, so each is judged.
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_validity_expired {
namespace {

Verdict judge(const Leaf& leaf, UtcTime now) {
  const auto chain = used_chain(leaf);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const auto& certificate = chain[i];
    const char* reason = nullptr;
    if (now > certificate.not_after) reason = i == 0 ? "expired" : "intermediate-expired";
    if (now < certificate.not_before) reason = i == 0 ? "not-yet-valid" : "intermediate-not-yet-valid";
    if (reason == nullptr) continue;
    return Verdict{Outcome::fail, reason}
        .with("subject", certificate.subject)
        .with("not_before", format_time(certificate.not_before))
        .with("not_after", format_time(certificate.not_after));
  }
  return Verdict{Outcome::pass, "valid"}.with("not_after", format_time(leaf.certificate.not_after));
}

Verdict evaluate(const Evidence& evidence) {
  return for_each_leaf(evidence, [&](const Leaf& leaf) { return judge(leaf, evidence.as_of); });
}

std::vector<Example> examples() {
  using namespace example_certificates;
  auto last_second = site(leaf);
  last_second.as_of = parse_time("2027-01-12T23:59:59Z").value();
  auto next_second = last_second;
  next_second.as_of += std::chrono::seconds(1);
  auto early = site(leaf);
  early.as_of = parse_time("2026-10-14T23:59:59Z").value();
  auto other = serving_leaf(rsa_expired);
  other.address = "192.0.2.2";
  return {
      {"valid", site(leaf), Outcome::pass, "valid"},
      {"valid for one more second", last_second, Outcome::pass, "valid"},
      {"over for one second", next_second, Outcome::fail, "expired"},
      {"valid from tomorrow", early, Outcome::fail, "not-yet-valid"},
      {"one of two addresses", tls_asset({serving_leaf(leaf), other}), Outcome::fail, "expired"},
      {"the second certificate", tls_asset({also(serving_leaf(leaf), "rsa", {rsa_expired, intermediate})}),
       Outcome::fail, "expired"},
      {"the intermediate is over", tls_asset({serving({leaf, intermediate_expired})}), Outcome::fail,
       "intermediate-expired"},
      {"the intermediate is not valid yet", tls_asset({serving({leaf, intermediate_future})}), Outcome::fail,
       "intermediate-not-yet-valid"},
      {"an old intermediate beside the path",
       tls_asset({untrusted({leaf, intermediate, intermediate_expired}, "self-signed-cert-in-chain", 2)}),
       Outcome::pass, "valid"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_validity_expired

UTSYN_CHECK(cert_validity_expired) = {
    .id = "cert.validity.expired",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_validity_expired::evaluate,
    .examples = utsyn::checks::cert_validity_expired::examples,
};
