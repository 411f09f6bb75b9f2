// Is there always forward secrecy? A server that takes static key exchange too is mildly at fault; one that
// has nothing else lets every recorded session be read when its key leaks.
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_no_fs {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  const auto without = accepted(endpoint, [](const wire::Suite& suite) {
    return wire::in_class(suite, wire::SuiteClass::no_forward_secrecy);
  });
  const auto with =
      accepted(endpoint, [](const wire::Suite& suite) { return suite.forward_secret || suite.tls13(); });
  if (!without.empty() && !with.empty())
    return Verdict{Outcome::warn, "also-without"}.with("suites", labels(without));
  if (!fully_enumerated(endpoint)) return not_fully_enumerated(endpoint);
  if (!without.empty())
    return Verdict{Outcome::fail, "never"}.with("suites", labels(without)).weighing(Severity::high);
  return {Outcome::pass, "always"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto half = modern_endpoint();
  half.protocols[4].complete = false;
  return {
      {"ECDHE only", tls_asset({modern_endpoint()}), Outcome::pass, "always"},
      {"static RSA beside ECDHE",
       tls_asset({speaking(
           {{"TLSv1.2", {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"}}})}),
       Outcome::warn, "also-without"},
      {"static RSA alone", tls_asset({speaking({{"TLSv1.2", {"TLS_RSA_WITH_AES_128_GCM_SHA256"}}})}),
       Outcome::fail, "never"},
      {"the list is not known to its end", tls_asset({half}), Outcome::unknown, "not-enumerated"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_cipher_no_fs

UTSYN_CHECK(tls_cipher_no_fs) = {
    .id = "tls.cipher.no-fs",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_no_fs::evaluate,
    .examples = utsyn::checks::tls_cipher_no_fs::examples,
};
