// The host does not point to an address in a cloud that others have been given since. One look can never
// tell: something must have answered as ours before, and not for a day or more.
#include "checks/examples.h"
#include "checks/judging.h"

namespace utsyn::checks::dns_takeover_dangling_ip {
namespace {

Verdict judge(const CloudAddress& address) {
  const auto with_provider = [&](Verdict verdict) {
    return std::move(verdict).with("provider", address.provider);
  };
  const auto* now = address.related.seen();
  if (now == nullptr) return could_not_look(address.related.unseen());
  if (*now) return with_provider({Outcome::pass, "still-ours"});
  const auto* before = address.related_before.seen();
  if (before == nullptr || !*before) return with_provider({Outcome::unknown, "no-history"});
  if (address.unrelated_hours < 24) return with_provider({Outcome::unknown, "seen-once"});
  return with_provider({Outcome::warn, "no-longer-ours"})
      .with("hours", address.unrelated_hours)
      .held(Confidence::inferred);
}

Verdict evaluate(const Evidence& evidence) {
  const auto* addresses = evidence.cloud_addresses.seen();
  if (addresses == nullptr) return could_not_look(evidence.cloud_addresses.unseen());
  if (addresses->empty()) return {Outcome::not_applicable, "not-in-a-cloud"};
  return worst_of(*addresses, judge);
}

Evidence in_cloud(Observed<bool> now, Observed<bool> before, int hours) {
  auto evidence = web_asset();
  CloudAddress address;
  address.address = "192.0.2.1";
  address.provider = "Example Cloud";
  address.related = now;
  address.related_before = before;
  address.unrelated_hours = hours;
  evidence.cloud_addresses = std::vector<CloudAddress>{address};
  return evidence;
}

std::vector<Example> examples() {
  auto elsewhere = web_asset();
  elsewhere.cloud_addresses = std::vector<CloudAddress>{};
  return {
      {"our certificate answers", in_cloud(true, true, 0), Outcome::pass, "still-ours"},
      {"ours before, a stranger for two days", in_cloud(false, true, 48), Outcome::warn, "no-longer-ours"},
      {"a stranger, seen once", in_cloud(false, true, 0), Outcome::unknown, "seen-once"},
      {"never seen as ours", in_cloud(false, false, 48), Outcome::unknown, "no-history"},
      {"own address space", elsewhere, Outcome::not_applicable, "not-in-a-cloud"},
      {"without the providers' lists", web_asset(), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_takeover_dangling_ip

UTSYN_CHECK(dns_takeover_dangling_ip) = {
    .id = "dns.takeover.dangling-ip",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::cloud_addresses,
    .evaluate = utsyn::checks::dns_takeover_dangling_ip::evaluate,
    .examples = utsyn::checks::dns_takeover_dangling_ip::examples,
};
