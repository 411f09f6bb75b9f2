// Are there suites weakened for export (FREAK, CVE-2015-0204; Logjam, CVE-2015-4000)?
#include "checks/tls/reading.h"

namespace utsyn::checks {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return class_off(endpoint, wire::SuiteClass::export_grade); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto half = modern_endpoint();
  half.protocols[4].complete = false;
  auto half_and_bad = speaking({{"TLSv1.0", {"TLS_RSA_EXPORT_WITH_RC4_40_MD5"}}});
  for (auto& protocol : half_and_bad.protocols) protocol.complete = false;
  return {
      {"modern suites only", tls_asset({modern_endpoint()}), Outcome::pass, "not-accepted"},
      {"such a suite is accepted", tls_asset({speaking({{"TLSv1.0", {"TLS_RSA_EXPORT_WITH_RC4_40_MD5"}}})}),
       Outcome::fail, "accepted"},
      {"found before the list was known to its end", tls_asset({half_and_bad}), Outcome::fail, "accepted"},
      {"the list is not known to its end", tls_asset({half}), Outcome::unknown, "not-enumerated"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks

UTSYN_CHECK(tls_cipher_export) = {
    .id = "tls.cipher.export",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::evaluate,
    .examples = utsyn::checks::examples,
};
