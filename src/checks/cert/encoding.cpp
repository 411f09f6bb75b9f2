// Would a strict reader object to how the certificate is written (DER, times, serial number, doubled or
// unknown critical extensions)? Readers differ in what they forgive, so such certificates fail for some.
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_encoding {
namespace {

Verdict judge(const Leaf& leaf) {
  const auto& certificate = leaf.certificate;
  if (!certificate.unknown_critical_extensions.empty())
    return Verdict{Outcome::warn, "unknown-critical"}.with("extensions",
                                                           certificate.unknown_critical_extensions);
  if (!certificate.remarks.empty())
    return Verdict{Outcome::warn, "remarks"}.with("remarks", certificate.remarks);
  return {Outcome::pass, "well-formed"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"well-formed", site(leaf), Outcome::pass, "well-formed"},
      {"a serial number below zero", site(leaf_negative_serial), Outcome::warn, "remarks"},
      {"two names for one signature", site(leaf_two_algorithms), Outcome::warn, "remarks"},
      {"a critical extension that nobody knows", site(leaf_unknown_critical), Outcome::warn,
       "unknown-critical"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_encoding

UTSYN_CHECK(cert_encoding) = {
    .id = "cert.encoding",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_encoding::evaluate,
    .examples = utsyn::checks::cert_encoding::examples,
};
