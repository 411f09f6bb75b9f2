#include "score/change.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "score/score.h"

namespace utsyn::score {
namespace {

using AssetIds = std::set<std::string_view>;
using FindingsById = std::map<std::string_view, const Finding*>;

AssetIds asset_ids(const Organisation& organisation) {
  AssetIds ids;
  for (const Asset& asset : organisation.assets) ids.insert(asset.id);
  return ids;
}

// The last of each id, where its asset is known.
FindingsById counted(const Organisation& organisation, const AssetIds& assets) {
  FindingsById findings;
  for (const Finding& finding : organisation.findings) findings[finding.id] = &finding;
  std::erase_if(findings, [&](const auto& item) { return !assets.contains(item.second->asset); });
  return findings;
}

}  // namespace

Change change(const Organisation& before, const Organisation& after) {
  const AssetIds assets_before = asset_ids(before);
  const AssetIds assets_after = asset_ids(after);
  const FindingsById counted_before = counted(before, assets_before);
  const FindingsById counted_after = counted(after, assets_after);

  Change change;
  change.before_cp = rate(before).score_cp;
  change.after_cp = rate(after).score_cp;
  std::int64_t now_cp = change.before_cp;
  Organisation between;
  const auto step_taken = [&] { return -std::exchange(now_cp, rate(between).score_cp) + now_cp; };

  // 1. method: there is one version only, so nothing moves.

  // 2. footprint
  between.assets = after.assets;
  between.coverage = after.coverage;
  between.breach_days = before.breach_days;
  for (const auto& [id, finding] : counted_before)
    if (assets_after.contains(finding->asset)) between.findings.push_back(*finding);
  for (const auto& [id, finding] : counted_after) {
    if (assets_before.contains(finding->asset)) continue;
    const auto present = counted_before.find(id);
    if (present != counted_before.end() && assets_after.contains(present->second->asset)) continue;
    between.findings.push_back(*finding);
  }
  std::vector<std::pair<Finding*, const Finding*>> common;  // as it is now, and as it will be
  for (Finding& finding : between.findings)
    if (counted_before.contains(finding.id))
      if (const auto later = counted_after.find(finding.id); later != counted_after.end())
        common.emplace_back(&finding, later->second);
  for (const auto& [now, later] : common) now->ctrl = later->ctrl;
  change.steps.footprint = step_taken();

  // 3. feeds
  for (const auto& [now, later] : common) {
    now->sev = later->sev;
    now->cve = later->cve;
    now->kev = later->kev;
    now->ransomware = later->ransomware;
    now->automatable = later->automatable;
    now->total = later->total;
    now->epss_max7 = later->epss_max7;
    now->public_exploit = later->public_exploit;
  }
  change.steps.feeds = step_taken();

  // 4. treatment
  for (const auto& [now, later] : common) now->state = later->state;
  change.steps.treatment = step_taken();

  // 5. ageing. A list of breaches that grew or shrank is news, not age.
  for (const auto& [now, later] : common) {
    now->age = later->age;
    now->unseen = later->unseen;
  }
  if (before.breach_days.size() == after.breach_days.size()) between.breach_days = after.breach_days;
  change.steps.ageing = step_taken();

  // 6. findings: all the rest
  change.steps.findings = change.after_cp - now_cp;
  return change;
}

}  // namespace utsyn::score
