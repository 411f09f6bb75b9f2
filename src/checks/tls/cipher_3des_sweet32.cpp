// Are there suites with 64-bit blocks (Sweet32, CVE-2016-2183)? Milder when only old versions take them.
#include <algorithm>

#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_3des_sweet32 {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  const auto bad = accepted(
      endpoint, [](const wire::Suite& suite) { return wire::in_class(suite, wire::SuiteClass::block64); });
  if (!bad.empty()) {
    const bool only_old =
        std::ranges::all_of(bad, [](const auto& suite) { return suite.version != "TLSv1.2"; });
    auto verdict = Verdict{Outcome::fail, only_old ? "accepted-by-old-versions" : "accepted"}.with(
        "suites", labels(bad));
    return only_old ? std::move(verdict).weighing(Severity::low) : verdict;
  }
  if (!fully_enumerated(endpoint)) return not_fully_enumerated(endpoint);
  return {Outcome::pass, "not-accepted"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto half = modern_endpoint();
  half.protocols[4].complete = false;
  return {
      {"modern suites only", tls_asset({modern_endpoint()}), Outcome::pass, "not-accepted"},
      {"triple DES at TLS 1.2", tls_asset({speaking({{"TLSv1.2", {"TLS_RSA_WITH_3DES_EDE_CBC_SHA"}}})}),
       Outcome::fail, "accepted"},
      {"triple DES at TLS 1.0 only", tls_asset({speaking({{"TLSv1.0", {"TLS_RSA_WITH_3DES_EDE_CBC_SHA"}}})}),
       Outcome::fail, "accepted-by-old-versions"},
      {"the list is not known to its end", tls_asset({half}), Outcome::unknown, "not-enumerated"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_cipher_3des_sweet32

UTSYN_CHECK(tls_cipher_3des_sweet32) = {
    .id = "tls.cipher.3des-sweet32",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_3des_sweet32::evaluate,
    .examples = utsyn::checks::tls_cipher_3des_sweet32::examples,
};
