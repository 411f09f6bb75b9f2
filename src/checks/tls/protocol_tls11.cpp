// Is TLS 1.1 still spoken? (RFC 8996 deprecates it.)
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_protocol_tls11 {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return version_off(endpoint, "TLSv1.1"); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return version_examples("TLSv1.1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"); }

}  // namespace
}  // namespace utsyn::checks::tls_protocol_tls11

UTSYN_CHECK(tls_protocol_tls11) = {
    .id = "tls.protocol.tls11",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_protocol_tls11::evaluate,
    .examples = utsyn::checks::tls_protocol_tls11::examples,
};
