// Are there suites in which nobody proves who they are?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_cipher_anon {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return class_off(endpoint, wire::SuiteClass::anonymous); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return class_examples("TLSv1.2", "TLS_DH_anon_WITH_AES_128_CBC_SHA"); }

}  // namespace
}  // namespace utsyn::checks::tls_cipher_anon

UTSYN_CHECK(tls_cipher_anon) = {
    .id = "tls.cipher.anon",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_cipher_anon::evaluate,
    .examples = utsyn::checks::tls_cipher_anon::examples,
};
