#include "score/standing.h"

#include <algorithm>
#include <numeric>

namespace utsyn::score {
namespace {

// The positions of `values`, sorted by id, of each id only the last.
template <class T>
std::vector<const T*> last_of_each_id(const std::vector<T>& values) {
  std::vector<const T*> sorted;
  sorted.reserve(values.size());
  for (const T& value : values) sorted.push_back(&value);
  std::ranges::sort(sorted, [](const T* a, const T* b) {
    const int order = a->id.compare(b->id);
    return order != 0 ? order < 0 : a < b;
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (i + 1 == sorted.size() || sorted[i]->id != sorted[i + 1]->id) sorted[kept++] = sorted[i];
  sorted.resize(kept);
  return sorted;
}

}  // namespace

Weights::Weights(std::uint64_t low_value_sum, std::uint64_t high_value_sum) {
  const U128 lo = low_value_sum;
  const U128 hi = high_value_sum;
  if (hi > 0 && guard_share * lo > hi) {
    low_tier_factor = hi;
    other_factor = guard_share * lo;
  }
  sum = lo * low_tier_factor + hi * other_factor;
}

std::int64_t breach_permille(std::span<const std::int64_t> breach_days) {
  std::int64_t sum = 0;
  for (const std::int64_t days : breach_days)
    sum += ramp(days, 0, breach_permille_each, breach_forgotten_days, 0);
  return std::min(breach_permille_most, sum);
}

Outcome settle(U128 squares, U128 weight_sum, std::int64_t breach_permille, std::optional<Gate> gate,
               std::int64_t coverage) {
  Outcome outcome;
  if (weight_sum > 0)
    outcome.loss_ppm = static_cast<std::int64_t>(isqrt(static_cast<std::uint64_t>(squares / weight_sum)));
  outcome.base_cp = outcome.loss_ppm / 100;
  std::int64_t score = full_score_cp - outcome.base_cp;
  outcome.breach_cp = score * breach_permille / 1000;
  score -= outcome.breach_cp;
  if (gate) {
    outcome.gate_cp = std::max<std::int64_t>(0, score - gate_cap_cp[static_cast<std::size_t>(*gate)]);
    score -= outcome.gate_cp;
  }
  const std::int64_t limit = std::min(full_coverage, coverage + coverage_slack);
  outcome.coverage_cp = std::max<std::int64_t>(0, score - limit);
  outcome.score_cp = score - outcome.coverage_cp;
  return outcome;
}

Standing::Standing(const Organisation& organisation)
    : coverage_(organisation.assets.empty() ? 0 : organisation.coverage),
      breach_permille_(score::breach_permille(organisation.breach_days)) {
  std::uint64_t low_value_sum = 0;
  std::uint64_t high_value_sum = 0;
  for (const Asset* asset : last_of_each_id(organisation.assets)) {
    assets_.push_back({.id = asset->id, .v = asset->v});
    (asset->v == low_tier_value ? low_value_sum : high_value_sum) += asset->v;
  }
  weights_ = Weights(low_value_sum, high_value_sum);

  for (const Finding* finding : last_of_each_id(organisation.findings)) {
    const auto asset =
        std::ranges::lower_bound(assets_, std::string_view(finding->asset), {}, &AssetState::id);
    if (asset == assets_.end() || asset->id != finding->asset) continue;
    Entry entry{.finding = finding,
                .asset = static_cast<std::uint32_t>(asset - assets_.begin()),
                .points = points(*finding),
                .band = band(finding->sev)};
    if (entry.points > 0) {
      entry.gate = gate(*finding, asset->v);
      by_points_.push_back(static_cast<std::uint32_t>(entries_.size()));
    }
    entries_.push_back(entry);
  }

  std::ranges::sort(by_points_, [&](std::uint32_t a, std::uint32_t b) {
    const Entry& left = entries_[a];
    const Entry& right = entries_[b];
    if (left.asset != right.asset) return left.asset < right.asset;
    if (const int order = left.finding->group_name().compare(right.finding->group_name()); order != 0)
      return order < 0;
    return left.points != right.points ? left.points > right.points : a < b;
  });
  counting_ = PlaceSet(by_points_.size());
  for (std::uint32_t i = 0; i < by_points_.size(); ++i) {
    Entry& entry = entries_[by_points_[i]];
    const std::string_view name = entry.finding->group_name();
    if (groups_.empty() || groups_.back().asset != entry.asset || groups_.back().name != name)
      groups_.push_back({.name = name, .asset = entry.asset, .begin = i, .end = i});
    Group& group = groups_.back();
    entry.group = static_cast<std::uint32_t>(groups_.size() - 1);
    entry.position = i;
    ++group.end;
    group.sum += entry.points;
    ++group.members[static_cast<std::size_t>(entry.band)];
    if (entry.gate) ++gates_[static_cast<std::size_t>(*entry.gate)];
  }
  for (std::uint32_t i = 0; i < groups_.size(); ++i) {
    AssetState& asset = assets_[groups_[i].asset];
    if (asset.group_end == 0) asset.group_begin = i;
    asset.group_end = i + 1;
    regroup(groups_[i]);
  }
  for (AssetState& asset : assets_) reload(asset);
}

std::optional<std::size_t> Standing::find(std::string_view finding_id) const {
  const auto found = std::ranges::lower_bound(
      entries_, finding_id, {}, [](const Entry& entry) { return std::string_view(entry.finding->id); });
  if (found == entries_.end() || found->finding->id != finding_id) return std::nullopt;
  return static_cast<std::size_t>(found - entries_.begin());
}

void Standing::remove(std::size_t index) {
  Entry& entry = entries_[index];
  if (entry.removals++ > 0 || entry.points == 0) return;
  Group& group = groups_[entry.group];
  counting_.erase(entry.position);
  group.sum -= entry.points;
  --group.members[static_cast<std::size_t>(entry.band)];
  if (entry.gate) --gates_[static_cast<std::size_t>(*entry.gate)];
  regroup(group);
  reload(assets_[entry.asset]);
}

void Standing::restore(std::size_t index) {
  Entry& entry = entries_[index];
  if (--entry.removals > 0 || entry.points == 0) return;
  Group& group = groups_[entry.group];
  counting_.insert(entry.position);
  group.sum += entry.points;
  ++group.members[static_cast<std::size_t>(entry.band)];
  if (entry.gate) ++gates_[static_cast<std::size_t>(*entry.gate)];
  regroup(group);
  reload(assets_[entry.asset]);
}

// Brings G and the band of a group, and its asset's sums, up to date.
void Standing::regroup(Group& group) {
  AssetState& asset = assets_[group.asset];
  asset.sums[static_cast<std::size_t>(group.band)] -= group.load;
  group.band = group.members[2] > 0 ? Band::serious : group.members[1] > 0 ? Band::medium : Band::low;
  group.load = 0;
  if (group.sum > 0) {
    const Entry& largest = entries_[by_points_[counting_.first_from(group.begin)]];
    group.load = group_load(largest.points, group.sum);
  }
  asset.sums[static_cast<std::size_t>(group.band)] += group.load;
}

void Standing::reload(AssetState& asset) {
  U128& squares = asset.v == low_tier_value ? low_tier_squares_ : other_squares_;
  squares -= U128{asset.v} * (asset.risk * asset.risk);
  asset.load = asset.bands().load();
  asset.risk = score::risk(asset.load);
  squares += U128{asset.v} * (asset.risk * asset.risk);
}

U128 Standing::asset_squares(const AssetState& asset) const {
  const U128 square = U128{asset.v} * (asset.risk * asset.risk);
  return asset.v == low_tier_value ? weights_.squares(square, 0) : weights_.squares(0, square);
}

U128 Standing::raised_squares(std::uint64_t raise_mp) const {
  U128 low_tier = 0;
  U128 other = 0;
  for (const AssetState& asset : assets_) {
    const std::uint64_t raised = score::risk(asset.load + raise_mp);
    (asset.v == low_tier_value ? low_tier : other) += U128{asset.v} * (raised * raised);
  }
  return weights_.squares(low_tier, other);
}

std::optional<Gate> Standing::lowest_gate() const {
  for (std::size_t i = 0; i < gates_.size(); ++i)
    if (gates_[i] > 0) return static_cast<Gate>(i);
  return std::nullopt;
}

Outcome Standing::outcome(std::int64_t coverage) const {
  return settle(squares(), weights_.sum, breach_permille_, lowest_gate(), coverage);
}

}  // namespace utsyn::score
