// How often may a client renegotiate? Each costs the server far more than the client. Some allow a few (3,
// 9); that is a note. One that lets eleven through has no limit.
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_reneg_client {
namespace {

// The probe stops there: who lets eleven through has no limit (catalogue).
constexpr int kUnlimited = 11;

Verdict judge(const TlsEndpoint& endpoint) {
  if (only_tls13(endpoint)) return {Outcome::not_applicable, "only-tls13"};
  const auto* count = endpoint.client_renegotiations.seen();
  if (count == nullptr) return could_not_look(endpoint.client_renegotiations.unseen());
  if (*count == 0) return {Outcome::pass, "refused"};
  if (*count < kUnlimited)
    return Verdict{Outcome::warn, "limited"}.with("allowed", *count).weighing(Severity::info);
  return Verdict{Outcome::fail, "unlimited"}.with("allowed", *count);
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  const auto with_count = [](Observed<int> count) {
    auto endpoint = modern_endpoint();
    endpoint.client_renegotiations = count;
    return tls_asset({endpoint});
  };
  return {
      {"not allowed", with_count(0), Outcome::pass, "refused"},
      {"three are allowed", with_count(3), Outcome::warn, "limited"},
      {"nine are allowed", with_count(9), Outcome::warn, "limited"},
      {"no end to it", with_count(11), Outcome::fail, "unlimited"},
      {"the session could not be set up", with_count(Unseen::tls_failed), Outcome::unknown, "tls-failed"},
      {"TLS 1.3 alone has none", tls_asset({speaking({{"TLSv1.3", {"TLS_AES_128_GCM_SHA256"}}})}),
       Outcome::not_applicable, "only-tls13"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_reneg_client

UTSYN_CHECK(tls_reneg_client) = {
    .id = "tls.reneg.client",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_reneg_client::evaluate,
    .examples = utsyn::checks::tls_reneg_client::examples,
};
