// Are there suites weakened for export (FREAK, CVE-2015-0204; Logjam, CVE-2015-4000)?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_export {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return class_off(endpoint, wire::SuiteClass::export_grade); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return class_examples("TLSv1.0", "TLS_RSA_EXPORT_WITH_RC4_40_MD5"); }

}  // namespace
}  // namespace utsyn::checks::tls_cipher_export

UTSYN_CHECK(tls_cipher_export) = {
    .id = "tls.cipher.export",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_export::evaluate,
    .examples = utsyn::checks::tls_cipher_export::examples,
};
