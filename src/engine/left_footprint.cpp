#include "engine/left_footprint.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace utsyn::engine {
namespace {

bool failed(const DnsAnswers& dns, std::string_view name, std::string_view type) {
  const auto* answer = dns.find(name, type);
  return answer != nullptr && answer->status == DnsStatus::error;
}

bool answered(const DnsAnswers& dns, std::string_view name, std::string_view type) {
  const auto* answer = dns.find(name, type);
  return answer != nullptr && answer->status != DnsStatus::error;
}

// Would we have come upon this asset if it were still there?
bool would_be_seen(std::span<const SeenAsset> seen, std::string_view asset) {
  const auto colon = asset.rfind(':');
  if (colon == std::string_view::npos) return true;  // a domain is named by the operator
  const auto host = asset.substr(0, colon);
  const auto port = asset.substr(colon + 1);
  return std::ranges::all_of(seen, [&](const SeenAsset& one) {
    if (one.asset.kind != AssetKind::domain) return true;
    const auto& dns = one.evidence.dns;
    if (port == "25") return answered(dns, one.asset.domain, "MX");
    if (port == "53") return answered(dns, one.asset.domain, "NS");
    return !failed(dns, host, "A") && !failed(dns, host, "AAAA");
  });
}

}  // namespace

std::vector<std::string> left_footprint(std::span<const SeenAsset> seen,
                                        std::span<const store::Finding> before) {
  const bool any_domain =
      std::ranges::any_of(seen, [](const SeenAsset& one) { return one.asset.kind == AssetKind::domain; });
  if (!any_domain) return {};
  std::set<std::string> left;
  for (const auto& finding : before) {
    if (finding.state == store::FindingState::fixed) continue;
    const bool is_there =
        std::ranges::any_of(seen, [&](const SeenAsset& one) { return one.asset.id == finding.asset; });
    if (!is_there && would_be_seen(seen, finding.asset)) left.insert(finding.asset);
  }
  return {left.begin(), left.end()};
}

}  // namespace utsyn::engine
