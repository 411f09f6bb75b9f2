// Is TLS 1.3 spoken (RFC 8446)? Its absence is a mild fault: TLS 1.2 with good suites still protects.
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_protocol_tls13 {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  const auto* protocol = endpoint.protocol("TLSv1.3");
  if (protocol == nullptr) return {Outcome::unknown, "not-measured"};
  if (protocol->offered.seen() == nullptr) return could_not_look(protocol->offered.unseen());
  if (*protocol->offered.seen()) return {Outcome::pass, "offered"};
  return {Outcome::warn, "not-offered"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto unsure = modern_endpoint();
  unsure.protocols.back().offered = Unseen::timed_out;
  return {
      {"TLS 1.3 is accepted", tls_asset({modern_endpoint()}), Outcome::pass, "offered"},
      {"TLS 1.2 is the newest",
       tls_asset({speaking({{"TLSv1.2", {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}}})}), Outcome::warn,
       "not-offered"},
      {"it did not answer a TLS 1.3 hello", tls_asset({unsure}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_protocol_tls13

UTSYN_CHECK(tls_protocol_tls13) = {
    .id = "tls.protocol.tls13",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_protocol_tls13::evaluate,
    .examples = utsyn::checks::tls_protocol_tls13::examples,
};
