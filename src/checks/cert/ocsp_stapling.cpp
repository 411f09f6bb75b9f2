// Does the server staple a good OCSP answer, where the certificate names a responder? The probe asks up to
// three times, since some servers fetch the answer only after the first client.
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_ocsp_stapling {
namespace {

Verdict judge(const Leaf& leaf, UtcTime now) {
  const auto& endpoint = *leaf.endpoint;
  if (leaf.certificate.ocsp_urls.empty()) return {Outcome::not_applicable, "no-responder"};
  if (endpoint.stapling_offered.seen() == nullptr) return could_not_look(endpoint.stapling_offered.unseen());
  if (!*endpoint.stapling_offered.seen()) return {Outcome::warn, "not-stapled"};
  const auto* stapled = endpoint.stapled.seen();
  if (stapled == nullptr) {
    if (endpoint.stapled.unseen() == Unseen::malformed) return {Outcome::fail, "unreadable"};
    return could_not_look(endpoint.stapled.unseen());
  }
  if (!stapled->signature_valid) return {Outcome::fail, "bad-signature"};
  if (stapled->status != RevocationStatus::good) return {Outcome::fail, "not-good"};
  const bool over = stapled->next_update != 0 && now >= from_unix(stapled->next_update);
  if (over || now < from_unix(stapled->this_update)) return {Outcome::fail, "out-of-date"};
  return {Outcome::pass, "stapled"};
}

Verdict evaluate(const Evidence& evidence) {
  return for_default_leaf(evidence, [&](const Leaf& leaf) { return judge(leaf, evidence.as_of); });
}

std::vector<Example> examples() {
  using namespace example_certificates;
  constexpr std::int64_t day = 86400;
  const auto stapling = [](Observed<StapledResponse> response) {
    auto endpoint = serving_leaf(leaf);
    endpoint.stapling_offered = true;
    endpoint.stapled = response;
    return tls_asset({endpoint});
  };
  const StapledResponse good{RevocationStatus::good, true, kExampleDay - day, kExampleDay + day};
  auto forged = good;
  forged.signature_valid = false;
  auto revoked = good;
  revoked.status = RevocationStatus::revoked;
  auto old = good;
  old.next_update = kExampleDay - 1;
  auto early = good;
  early.this_update = kExampleDay + 1;
  auto unsure = serving_leaf(leaf);
  unsure.stapling_offered = Unseen::tls_failed;
  return {
      {"a fresh good answer", stapling(good), Outcome::pass, "stapled"},
      {"none in three handshakes", site(leaf), Outcome::warn, "not-stapled"},
      {"signed by a stranger", stapling(forged), Outcome::fail, "bad-signature"},
      {"not good", stapling(revoked), Outcome::fail, "not-good"},
      {"over", stapling(old), Outcome::fail, "out-of-date"},
      {"from tomorrow", stapling(early), Outcome::fail, "out-of-date"},
      {"rubbish", stapling(Unseen::malformed), Outcome::fail, "unreadable"},
      {"no responder is named", site(leaf_crl_only), Outcome::not_applicable, "no-responder"},
      {"the handshake failed", tls_asset({unsure}), Outcome::unknown, "tls-failed"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_ocsp_stapling

UTSYN_CHECK(cert_ocsp_stapling) = {
    .id = "cert.ocsp.stapling",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_ocsp_stapling::evaluate,
    .examples = utsyn::checks::cert_ocsp_stapling::examples,
};
