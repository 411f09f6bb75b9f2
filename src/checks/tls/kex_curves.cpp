// Are the elliptic curves strong? secp224r1 is on its way out; weaker and exotic ones are faults.
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_kex_curves {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  const auto* groups = endpoint.groups.seen();
  if (groups == nullptr) return could_not_look(endpoint.groups.unseen());
  std::vector<std::string> weak;
  std::vector<std::string> leaving;
  for (const auto& name : *groups) {
    const auto* group = wire::find_group(name);
    const auto level = group == nullptr ? wire::GuidelineLevel::insufficient : wire::group_level(group->id);
    if (group != nullptr && group->kind == wire::GroupKind::finite_field)
      continue;  // tls.kex.dh-size judges these
    if (level == wire::GuidelineLevel::insufficient) weak.push_back(name);
    if (level == wire::GuidelineLevel::phase_out) leaving.push_back(name);
  }
  if (!weak.empty()) return Verdict{Outcome::fail, "weak"}.with("groups", std::move(weak));
  if (!leaving.empty()) return Verdict{Outcome::warn, "phase-out"}.with("groups", std::move(leaving));
  return Verdict{Outcome::pass, "strong"}.with("groups", *groups);
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  const auto with_groups = [](std::vector<std::string> groups) {
    auto endpoint = modern_endpoint();
    endpoint.groups = std::move(groups);
    return tls_asset({endpoint});
  };
  auto unsure = modern_endpoint();
  unsure.groups = Unseen::timed_out;
  return {
      {"the usual three", with_groups({"secp256r1", "secp384r1", "x25519"}), Outcome::pass, "strong"},
      {"no curves at all", with_groups({}), Outcome::pass, "strong"},
      {"a curve of 224 bits", with_groups({"secp224r1", "x25519"}), Outcome::warn, "phase-out"},
      {"a small binary curve", with_groups({"sect163k1"}), Outcome::fail, "weak"},
      {"the groups were not seen", tls_asset({unsure}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_kex_curves

UTSYN_CHECK(tls_kex_curves) = {
    .id = "tls.kex.curves",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_kex_curves::evaluate,
    .examples = utsyn::checks::tls_kex_curves::examples,
};
