// Are there modern suites: authenticated encryption with (EC)DHE, or TLS 1.3, which has nothing else?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_aead {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  const auto modern = accepted(endpoint, [](const wire::Suite& suite) {
    return suite.tls13() || wire::in_class(suite, wire::SuiteClass::modern_aead);
  });
  if (!modern.empty()) return {Outcome::pass, "offered"};
  const auto* newest = endpoint.protocol("TLSv1.3");
  if (newest != nullptr && newest->offered.is(true)) return {Outcome::pass, "offered"};
  if (!fully_enumerated(endpoint)) return not_fully_enumerated(endpoint);
  return {Outcome::fail, "none"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto half = speaking({{"TLSv1.2", {"TLS_RSA_WITH_AES_128_CBC_SHA"}}});
  half.protocols[4].complete = false;
  return {
      {"AES-GCM with ECDHE", tls_asset({modern_endpoint()}), Outcome::pass, "offered"},
      {"CBC suites alone", tls_asset({speaking({{"TLSv1.2", {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}}})}),
       Outcome::fail, "none"},
      {"AES-GCM with static RSA is not modern",
       tls_asset({speaking({{"TLSv1.2", {"TLS_RSA_WITH_AES_128_GCM_SHA256"}}})}), Outcome::fail, "none"},
      {"the list is not known to its end", tls_asset({half}), Outcome::unknown, "not-enumerated"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_cipher_aead

UTSYN_CHECK(tls_cipher_aead) = {
    .id = "tls.cipher.aead",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_aead::evaluate,
    .examples = utsyn::checks::tls_cipher_aead::examples,
};
