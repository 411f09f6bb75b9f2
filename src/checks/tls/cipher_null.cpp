// Are there suites that encrypt nothing?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_null {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return class_off(endpoint, wire::SuiteClass::null_cipher); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return class_examples("TLSv1.2", "TLS_RSA_WITH_NULL_SHA"); }

}  // namespace
}  // namespace utsyn::checks::tls_cipher_null

UTSYN_CHECK(tls_cipher_null) = {
    .id = "tls.cipher.null",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_null::evaluate,
    .examples = utsyn::checks::tls_cipher_null::examples,
};
