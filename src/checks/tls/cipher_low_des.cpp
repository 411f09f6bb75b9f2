// Are there suites with single DES, RC2, IDEA or SEED (RFC 5469)?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_low_des {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return class_off(endpoint, wire::SuiteClass::low); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return class_examples("TLSv1.0", "TLS_RSA_WITH_DES_CBC_SHA"); }

}  // namespace
}  // namespace utsyn::checks::tls_cipher_low_des

UTSYN_CHECK(tls_cipher_low_des) = {
    .id = "tls.cipher.low-des",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_low_des::evaluate,
    .examples = utsyn::checks::tls_cipher_low_des::examples,
};
