#include "score/portfolio.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace utsyn::score {
namespace {

using Sorted = std::vector<std::int64_t>;

std::int64_t median(const Sorted& sorted) {
  const std::size_t n = sorted.size();
  return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}

// The k-th smallest, k = max(1, ceil(p * n / 100)).
std::int64_t percentile(const Sorted& sorted, std::size_t p) {
  const std::size_t k = std::max<std::size_t>(1, (p * sorted.size() + 99) / 100);
  return sorted[k - 1];
}

std::optional<std::array<std::int64_t, 2>> median_interval(const Sorted& sorted) {
  if (sorted.size() < median_interval_from) return std::nullopt;
  const auto n = static_cast<std::int64_t>(sorted.size());
  const std::uint64_t square = median_interval_square * sorted.size();
  auto q = static_cast<std::int64_t>(isqrt(square));
  if (static_cast<std::uint64_t>(q * q) < square) ++q;
  const std::int64_t lower = std::max<std::int64_t>(1, floor_div(100 * n - q, 200));
  const std::int64_t upper = std::min(n, (200 + 100 * n + q + 199) / 200);
  return std::array{sorted[static_cast<std::size_t>(lower - 1)], sorted[static_cast<std::size_t>(upper - 1)]};
}

std::size_t population_class(std::int64_t inhabitants) {
  return static_cast<std::size_t>(std::ranges::upper_bound(population_class_below, inhabitants) -
                                  population_class_below.begin());
}

// Scores of the rated members by peer set, each set sorted.
struct PeerSets {
  std::map<std::pair<Kind, std::string_view>, Sorted> kostra;
  std::map<std::pair<Kind, std::size_t>, Sorted> population;
  std::map<Kind, Sorted> national;

  explicit PeerSets(std::span<const Member* const> rated) {
    for (const Member* member : rated) {
      if (member->kostra) kostra[{member->kind, *member->kostra}].push_back(member->score_cp);
      if (member->inhabitants)
        population[{member->kind, population_class(*member->inhabitants)}].push_back(member->score_cp);
      national[member->kind].push_back(member->score_cp);
    }
    for (auto& [key, scores] : kostra) std::ranges::sort(scores);
    for (auto& [key, scores] : population) std::ranges::sort(scores);
    for (auto& [key, scores] : national) std::ranges::sort(scores);
  }

  Peer of(const Member& member) const {
    if (member.kostra)
      if (const Sorted& set = kostra.at({member.kind, *member.kostra}); set.size() >= suppressed_below)
        return among(PeerLevel::kostra, set, member.score_cp);
    if (member.inhabitants)
      if (const Sorted& set = population.at({member.kind, population_class(*member.inhabitants)});
          set.size() >= suppressed_below)
        return among(PeerLevel::population, set, member.score_cp);
    if (const Sorted& set = national.at(member.kind); set.size() >= suppressed_below)
      return among(PeerLevel::national, set, member.score_cp);
    return {};
  }

  static Peer among(PeerLevel level, const Sorted& set, std::int64_t score_cp) {
    const auto [begin, end] = std::ranges::equal_range(set, score_cp);
    const std::int64_t lower = begin - set.begin();
    const std::int64_t equal = end - begin;
    return {level, set.size(), 10'000 * (2 * lower + equal) / (2 * static_cast<std::int64_t>(set.size()))};
  }
};

PortfolioFigures figures(std::span<const Member* const> members, std::span<const Member* const> rated) {
  PortfolioFigures figures;
  figures.rated = rated.size();
  figures.unrated = members.size() - rated.size();
  for (const Member* member : members) ++figures.grades[static_cast<std::size_t>(member->grade)];

  const auto n = static_cast<std::int64_t>(rated.size());
  Sorted scores;
  Sorted overdue;
  std::int64_t sum = 0;
  U128 weighted_sum = 0;
  U128 weights = 0;
  std::int64_t gates = 0;
  std::int64_t coverage = 0;
  for (const Member* member : rated) {
    scores.push_back(member->score_cp);
    overdue.push_back(member->overdue_days);
    sum += member->score_cp;
    weighted_sum += static_cast<U128>(member->score_cp) * static_cast<U128>(member->weight);
    weights += static_cast<U128>(member->weight);
    gates += member->open_gate ? 1 : 0;
    coverage += member->coverage;
    if (member->grade == Grade::D || member->grade == Grade::F)
      figures.inhabitants_d_f += member->inhabitants.value_or(0);
  }
  std::ranges::sort(scores);
  std::ranges::sort(overdue);

  figures.mean_cp = sum / n;
  figures.median_cp = median(scores);
  if (weights > 0) figures.weighted_cp = static_cast<std::int64_t>(weighted_sum / weights);
  figures.p10_cp = percentile(scores, 10);
  figures.p25_cp = percentile(scores, 25);
  figures.p75_cp = percentile(scores, 75);
  figures.p90_cp = percentile(scores, 90);
  figures.median_interval_cp = median_interval(scores);
  figures.gate_share = 10'000 * gates / n;
  figures.median_overdue_days = median(overdue);
  figures.mean_coverage = coverage / n;

  const PeerSets sets(rated);
  for (const Member* member : rated) figures.peers.emplace(member->id, sets.of(*member));
  return figures;
}

}  // namespace

PortfolioAnswer portfolio(const Portfolio& portfolio) {
  std::map<std::string_view, const Member*> last;
  for (const Member& member : portfolio.members) last[member.id] = &member;
  std::vector<const Member*> members;
  std::vector<const Member*> rated;
  for (const auto& [id, member] : last) {
    members.push_back(member);
    if (member->grade != Grade::U) rated.push_back(member);
  }

  PortfolioAnswer answer;
  answer.members = members.size();
  answer.suppressed = rated.size() < suppressed_below && !portfolio.authority;
  if (!answer.suppressed && !rated.empty()) answer.figures = figures(members, rated);
  return answer;
}

std::vector<bool> suppressed_cells(std::span<const Cell> cells, bool total_shown) {
  std::vector<bool> suppressed(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) suppressed[i] = cells[i].rated < suppressed_below;
  if (!total_shown || std::ranges::count(suppressed, true) != 1) return suppressed;
  std::optional<std::size_t> smallest;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (suppressed[i]) continue;
    if (!smallest ||
        std::tie(cells[i].rated, cells[i].key) < std::tie(cells[*smallest].rated, cells[*smallest].key))
      smallest = i;
  }
  if (smallest) suppressed[*smallest] = true;
  return suppressed;
}

}  // namespace utsyn::score
