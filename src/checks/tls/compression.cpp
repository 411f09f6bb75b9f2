// Does the server take TLS compression (CRIME, CVE-2012-4929)?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_compression {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  if (only_tls13(endpoint)) return {Outcome::not_applicable, "only-tls13"};
  const auto* seen = endpoint.compression.seen();
  if (seen == nullptr) return could_not_look(endpoint.compression.unseen());
  if (*seen == true) return {Outcome::fail, "on"};
  return {Outcome::pass, "off"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto good = modern_endpoint();
  good.compression = false;
  auto bad = modern_endpoint();
  bad.compression = true;
  auto unsure = modern_endpoint();
  unsure.compression = Unseen::timed_out;
  return {
      {"as it should be", tls_asset({good}), Outcome::pass, "off"},
      {"at fault", tls_asset({bad}), Outcome::fail, "on"},
      {"the connection timed out", tls_asset({unsure}), Outcome::unknown, "timed-out"},
      {"TLS 1.3 alone", tls_asset({speaking({{"TLSv1.3", {"TLS_AES_128_GCM_SHA256"}}})}),
       Outcome::not_applicable, "only-tls13"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_compression

UTSYN_CHECK(tls_compression) = {
    .id = "tls.compression",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_compression::evaluate,
    .examples = utsyn::checks::tls_compression::examples,
};
