// Does every accepted suite stand in the guideline's list (wire/tls/classes.h, newest edition)? Phase-out is
// a mild fault, insufficient a real one.
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_guideline_level {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  const auto at = [&](wire::GuidelineLevel level) {
    return accepted(endpoint, [&](const wire::Suite& suite) { return wire::suite_level(suite) == level; });
  };
  const auto edition = std::string(wire::guideline_name(wire::newest_guideline));
  const auto insufficient = at(wire::GuidelineLevel::insufficient);
  if (!insufficient.empty()) {
    return Verdict{Outcome::fail, "insufficient"}
        .with("suites", labels(insufficient))
        .with("guideline", edition);
  }
  if (!fully_enumerated(endpoint)) return not_fully_enumerated(endpoint);
  const auto leaving = at(wire::GuidelineLevel::phase_out);
  if (!leaving.empty())
    return Verdict{Outcome::warn, "phase-out"}.with("suites", labels(leaving)).with("guideline", edition);
  return Verdict{Outcome::pass, "inside"}.with("guideline", edition);
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto half = modern_endpoint();
  half.protocols[4].complete = false;
  return {
      {"all suites are good", tls_asset({modern_endpoint()}), Outcome::pass, "inside"},
      {"RC4 is insufficient", tls_asset({speaking({{"TLSv1.2", {"TLS_RSA_WITH_RC4_128_SHA"}}})}),
       Outcome::fail, "insufficient"},
      {"CCM with a short tag at TLS 1.3", tls_asset({speaking({{"TLSv1.3", {"TLS_AES_128_CCM_8_SHA256"}}})}),
       Outcome::fail, "insufficient"},
      {"CBC with ECDHE is on its way out",
       tls_asset({speaking({{"TLSv1.2", {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"}}})}), Outcome::warn,
       "phase-out"},
      {"the list is not known to its end", tls_asset({half}), Outcome::unknown, "not-enumerated"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_cipher_guideline_level

UTSYN_CHECK(tls_cipher_guideline_level) = {
    .id = "tls.cipher.guideline-level",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_guideline_level::evaluate,
    .examples = utsyn::checks::tls_cipher_guideline_level::examples,
};
