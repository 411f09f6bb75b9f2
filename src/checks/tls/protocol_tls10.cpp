// Is TLS 1.0 still spoken? (RFC 8996 deprecates it.)
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_protocol_tls10 {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return version_off(endpoint, "TLSv1.0"); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return version_examples("TLSv1.0", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"); }

}  // namespace
}  // namespace utsyn::checks::tls_protocol_tls10

UTSYN_CHECK(tls_protocol_tls10) = {
    .id = "tls.protocol.tls10",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_protocol_tls10::evaluate,
    .examples = utsyn::checks::tls_protocol_tls10::examples,
};
