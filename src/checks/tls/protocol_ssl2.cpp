// Is SSL 2.0 still spoken? (RFC 6176 forbids it; a SERVER-HELLO without ciphers is CVE-2015-3197 and counts.)
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_protocol_ssl2 {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return version_off(endpoint, "SSLv2"); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() { return version_examples("SSLv2", "SSL_CK_RC4_128_WITH_MD5"); }

}  // namespace
}  // namespace utsyn::checks::tls_protocol_ssl2

UTSYN_CHECK(tls_protocol_ssl2) = {
    .id = "tls.protocol.ssl2",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_protocol_ssl2::evaluate,
    .examples = utsyn::checks::tls_protocol_ssl2::examples,
};
