// Is SSL 3.0 still spoken? (RFC 7568 forbids it.)
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_protocol_ssl3 {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return version_off(endpoint, "SSLv3"); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return version_examples("SSLv3", "TLS_RSA_WITH_AES_128_CBC_SHA"); }

}  // namespace
}  // namespace utsyn::checks::tls_protocol_ssl3

UTSYN_CHECK(tls_protocol_ssl3) = {
    .id = "tls.protocol.ssl3",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_protocol_ssl3::evaluate,
    .examples = utsyn::checks::tls_protocol_ssl3::examples,
};
