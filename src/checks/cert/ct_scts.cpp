// Do enough transparency logs vouch for a public certificate? Browsers ask for two logs up to 180 days of
// lifetime and three beyond, of at least two operators. A timestamp counts unless its signature is known to
// be false.
#include <chrono>
#include <set>
#include <string>
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_ct_scts {
namespace {

// Chrome's and Apple's policy.
constexpr std::chrono::days kShortLifetime{180};
constexpr std::size_t kLogsForShort = 2;
constexpr std::size_t kLogsForLong = 3;
constexpr std::size_t kLeastOperators = 2;

Verdict judge(const Leaf& leaf) {
  const auto& endpoint = *leaf.endpoint;
  if (root_of(endpoint) != Root::of_the_public) return not_a_public_ca(endpoint);
  std::set<std::string> logs;
  std::set<std::string> operators;
  bool all_operators_known = true;
  bool all_verified = true;
  for (const auto& sct : endpoint.scts) {
    if (sct.signature_valid.is(false)) continue;
    logs.insert(sct.log_id_hex);
    operators.insert(sct.log_operator);
    all_operators_known = all_operators_known && !sct.log_operator.empty();
    all_verified = all_verified && sct.signature_valid.is(true);
  }
  const auto needed = lifetime(leaf.certificate) > kShortLifetime ? kLogsForLong : kLogsForShort;
  const auto say = [&](Verdict verdict) {
    return std::move(verdict).with("logs", logs.size()).with("needed", needed);
  };
  const auto& session = endpoint.stapling_offered;
  if (logs.size() < needed) {
    // Timestamps also come in the handshake and in a stapled answer: without a whole handshake they are
    // unseen.
    if (session.seen() == nullptr) return could_not_look(session.unseen());
    return say({Outcome::fail, logs.empty() ? "none" : "too-few"});
  }
  if (all_operators_known && operators.size() < kLeastOperators) return say({Outcome::fail, "one-operator"});
  return say(
      Verdict{Outcome::pass, "enough"}.held(all_verified ? Confidence::confirmed : Confidence::inferred));
}

Verdict evaluate(const Evidence& evidence) { return for_default_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  const auto sct = [](char log, std::string log_operator = "", Observed<bool> valid = Unseen::not_measured) {
    return SctSeen{std::string(64, log), (kExampleDay - 3000000) * 1000, "certificate", valid,
                   std::move(log_operator)};
  };
  const auto with = [](const char* pem, std::vector<SctSeen> scts) {
    auto endpoint = serving_leaf(pem);
    endpoint.scts = std::move(scts);
    return endpoint;
  };
  auto private_root = private_ca({leaf, intermediate});
  auto no_handshake = with(leaf, {sct('a')});
  no_handshake.stapling_offered = Unseen::tls_failed;
  auto no_store = with(leaf, {});
  no_store.path = Unseen::not_measured;
  return {
      {"90 days, two logs", tls_asset({with(leaf, {sct('a'), sct('b')})}), Outcome::pass, "enough"},
      {"90 days, one log", tls_asset({with(leaf, {sct('a')})}), Outcome::fail, "too-few"},
      {"the same log twice", tls_asset({with(leaf, {sct('a'), sct('a')})}), Outcome::fail, "too-few"},
      {"199 days, two logs", tls_asset({with(leaf_199_days, {sct('a'), sct('b')})}), Outcome::fail,
       "too-few"},
      {"199 days, three logs", tls_asset({with(leaf_199_days, {sct('a'), sct('b'), sct('c')})}),
       Outcome::pass, "enough"},
      {"none", tls_asset({with(leaf, {})}), Outcome::fail, "none"},
      {"two logs of one operator", tls_asset({with(leaf, {sct('a', "One", true), sct('b', "One", true)})}),
       Outcome::fail, "one-operator"},
      {"two logs of two operators", tls_asset({with(leaf, {sct('a', "One", true), sct('b', "Two", true)})}),
       Outcome::pass, "enough"},
      {"one of two is forged", tls_asset({with(leaf, {sct('a', "One", true), sct('b', "Two", false)})}),
       Outcome::fail, "too-few"},
      {"the handshake failed, there may be more", tls_asset({no_handshake}), Outcome::unknown, "tls-failed"},
      {"no trust store was at hand", tls_asset({no_store}), Outcome::unknown, "not-measured"},
      {"the operator's own CA", tls_asset({private_root}), Outcome::not_applicable, "private-root"},
      {"no trusted root", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::not_applicable, "no-public-root"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_ct_scts

UTSYN_CHECK(cert_ct_scts) = {
    .id = "cert.ct.scts",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_ct_scts::evaluate,
    .examples = utsyn::checks::cert_ct_scts::examples,
};
