// Does a server whose certificate promises a stapled OCSP answer (RFC 7633) send one?
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_ocsp_must_staple {
namespace {

Verdict judge(const Leaf& leaf) {
  if (!leaf.certificate.must_staple) return {Outcome::not_applicable, "not-promised"};
  const auto& offered = leaf.endpoint->stapling_offered;
  if (offered.seen() == nullptr) return could_not_look(offered.unseen());
  if (*offered.seen()) return {Outcome::pass, "kept"};
  return Verdict{Outcome::fail, "broken"}.with("ocsp_urls", leaf.certificate.ocsp_urls);
}

Verdict evaluate(const Evidence& evidence) { return for_default_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  auto kept = serving_leaf(leaf_must_staple);
  kept.stapling_offered = true;
  auto unsure = kept;
  unsure.stapling_offered = Unseen::tls_failed;
  return {
      {"promised and sent", tls_asset({kept}), Outcome::pass, "kept"},
      {"promised, not sent in any handshake", site(leaf_must_staple), Outcome::fail, "broken"},
      {"promised, the handshake failed", tls_asset({unsure}), Outcome::unknown, "tls-failed"},
      {"not promised", site(leaf), Outcome::not_applicable, "not-promised"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_ocsp_must_staple

UTSYN_CHECK(cert_ocsp_must_staple) = {
    .id = "cert.ocsp.must-staple",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_ocsp_must_staple::evaluate,
    .examples = utsyn::checks::cert_ocsp_must_staple::examples,
};
