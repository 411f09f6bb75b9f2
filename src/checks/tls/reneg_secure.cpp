// Is renegotiation bound to the session it happens in (RFC 5746; CVE-2009-3555)?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_reneg_secure {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  if (only_tls13(endpoint)) return {Outcome::not_applicable, "only-tls13"};
  const auto* seen = endpoint.secure_renegotiation.seen();
  if (seen == nullptr) return could_not_look(endpoint.secure_renegotiation.unseen());
  if (*seen == false) return {Outcome::fail, "missing"};
  return {Outcome::pass, "indicated"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto good = modern_endpoint();
  good.secure_renegotiation = true;
  auto bad = modern_endpoint();
  bad.secure_renegotiation = false;
  auto unsure = modern_endpoint();
  unsure.secure_renegotiation = Unseen::timed_out;
  return {
      {"as it should be", tls_asset({good}), Outcome::pass, "indicated"},
      {"at fault", tls_asset({bad}), Outcome::fail, "missing"},
      {"the connection timed out", tls_asset({unsure}), Outcome::unknown, "timed-out"},
      {"TLS 1.3 alone", tls_asset({speaking({{"TLSv1.3", {"TLS_AES_128_GCM_SHA256"}}})}),
       Outcome::not_applicable, "only-tls13"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_reneg_secure

UTSYN_CHECK(tls_reneg_secure) = {
    .id = "tls.reneg.secure",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_reneg_secure::evaluate,
    .examples = utsyn::checks::tls_reneg_secure::examples,
};
