// Has the CA revoked the certificate, or an intermediate of its path? One revocation outweighs every "good":
// a stapled answer may be some days old. A list that could not be fetched is unknown, never a fault.
#include <chrono>
#include "base/hash.h"
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_revocation_status {
namespace {

// Utsyn's own policy, for stapled answers that do not say when they end (CAs must renew theirs within ten
// days).
constexpr std::chrono::days kOldestAnswer{10};

bool stapled_counts(const TlsEndpoint& endpoint, UtcTime now) {
  const auto* stapled = endpoint.stapled.seen();
  if (stapled == nullptr || !stapled->signature_valid) return false;
  const auto end = stapled->next_update != 0 ? from_unix(stapled->next_update)
                                             : from_unix(stapled->this_update) + kOldestAnswer;
  return now <= end;
}

Verdict judge(const Leaf& leaf, UtcTime now) {
  const auto& certificate = leaf.certificate;
  const auto& endpoint = *leaf.endpoint;
  if (certificate.self_signed) return {Outcome::not_applicable, "self-signed"};
  bool good = false;
  for (const auto& answer : endpoint.revocation) {
    const bool of_leaf = answer.subject_sha256 == certificate.sha256;
    if (answer.status == RevocationStatus::revoked)
      return Verdict{Outcome::fail, of_leaf ? "revoked" : "intermediate-revoked"}
          .with("source", answer.source)
          .with("sha256", answer.subject_sha256);
    const bool counts = answer.source != "stapled" || stapled_counts(endpoint, now);
    good = good || (of_leaf && counts && answer.status == RevocationStatus::good);
  }
  if (good) return {Outcome::pass, "good"};
  if (certificate.ocsp_urls.empty() && certificate.crl_urls.empty())
    return {Outcome::not_applicable, "no-pointer"};
  return {Outcome::unknown, "no-answer"};
}

Verdict evaluate(const Evidence& evidence) {
  return for_default_leaf(evidence, [&](const Leaf& leaf) { return judge(leaf, evidence.as_of); });
}

std::vector<Example> examples() {
  using namespace example_certificates;
  const auto fingerprint = [](const char* pem) {
    return to_hex(sha256(wire::certificates_from_pem(pem).front()));
  };
  const auto answered = [&](std::vector<RevocationAnswer> answers) {
    auto endpoint = serving_leaf(leaf);
    endpoint.revocation = std::move(answers);
    return endpoint;
  };
  const auto with_staple = [](TlsEndpoint endpoint, std::int64_t from, std::int64_t to) {
    endpoint.stapling_offered = true;
    endpoint.stapled = StapledResponse{RevocationStatus::good, true, from, to};
    return tls_asset({endpoint});
  };
  constexpr std::int64_t day = 86400;
  const RevocationAnswer stapled_good{"stapled", fingerprint(leaf), RevocationStatus::good};
  const RevocationAnswer listed_good{"crl", fingerprint(leaf), RevocationStatus::good};
  const RevocationAnswer listed_revoked{"crl", fingerprint(leaf), RevocationStatus::revoked};
  const RevocationAnswer list_not_had{"crl", fingerprint(leaf), RevocationStatus::unknown};
  const RevocationAnswer intermediate_revoked{"crl", fingerprint(intermediate), RevocationStatus::revoked};
  const RevocationAnswer intermediate_good{"crl", fingerprint(intermediate), RevocationStatus::good};
  return {
      {"not on the list", tls_asset({answered({listed_good})}), Outcome::pass, "good"},
      {"a fresh stapled answer",
       with_staple(answered({stapled_good}), kExampleDay - day, kExampleDay + 6 * day), Outcome::pass,
       "good"},
      {"a fresh stapled answer without an end",
       with_staple(answered({stapled_good}), kExampleDay - 9 * day, 0), Outcome::pass, "good"},
      {"on the list", tls_asset({answered({listed_revoked})}), Outcome::fail, "revoked"},
      {"stapled as good, on the newer list",
       with_staple(answered({stapled_good, listed_revoked}), kExampleDay - day, kExampleDay + 6 * day),
       Outcome::fail, "revoked"},
      {"the intermediate is on the list", tls_asset({answered({listed_good, intermediate_revoked})}),
       Outcome::fail, "intermediate-revoked"},
      {"the list could not be fetched", tls_asset({answered({list_not_had})}), Outcome::unknown, "no-answer"},
      {"only the intermediate is known", tls_asset({answered({intermediate_good})}), Outcome::unknown,
       "no-answer"},
      {"a stapled answer that is over",
       with_staple(answered({stapled_good}), kExampleDay - 9 * day, kExampleDay - 2 * day), Outcome::unknown,
       "no-answer"},
      {"an old stapled answer without an end",
       with_staple(answered({stapled_good}), kExampleDay - 11 * day, 0), Outcome::unknown, "no-answer"},
      {"nowhere to ask", site(leaf_no_pointer), Outcome::not_applicable, "no-pointer"},
      {"self-signed", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::not_applicable, "self-signed"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_revocation_status

UTSYN_CHECK(cert_revocation_status) = {
    .id = "cert.revocation.status",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_revocation_status::evaluate,
    .examples = utsyn::checks::cert_revocation_status::examples,
};
