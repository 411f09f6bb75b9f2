// Are there RC4 suites (RFC 7465)?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_rc4 {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return class_off(endpoint, wire::SuiteClass::rc4); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return class_examples("TLSv1.2", "TLS_RSA_WITH_RC4_128_SHA"); }

}  // namespace
}  // namespace utsyn::checks::tls_cipher_rc4

UTSYN_CHECK(tls_cipher_rc4) = {
    .id = "tls.cipher.rc4",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_rc4::evaluate,
    .examples = utsyn::checks::tls_cipher_rc4::examples,
};
