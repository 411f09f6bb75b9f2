// Is TLS 1.0 still spoken? (RFC 8996 deprecates it.)
#include "checks/tls/reading.h"

namespace utsyn::checks {
namespace {

Verdict judge(const TlsEndpoint& endpoint) { return version_off(endpoint, "TLSv1.0"); }

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto unsure = modern_endpoint();
  for (auto& protocol : unsure.protocols) {
    if (protocol.version == "TLSv1.0") protocol.offered = Unseen::reset;
  }
  auto other = modern_endpoint();
  other.address = "192.0.2.2";
  return {
      {"only TLS 1.2 and 1.3", tls_asset({modern_endpoint()}), Outcome::pass, "not-offered"},
      {"TLS 1.0 is accepted", tls_asset({speaking({{"TLSv1.0", {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}}})}),
       Outcome::fail, "offered"},
      {"one of two addresses accepts it",
       tls_asset({other, speaking({{"TLSv1.0", {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}}})}), Outcome::fail,
       "offered"},
      {"the connection broke each time", tls_asset({unsure}), Outcome::unknown, "reset"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks

UTSYN_CHECK(tls_protocol_tls10) = {
    .id = "tls.protocol.tls10",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::evaluate,
    .examples = utsyn::checks::examples,
};
