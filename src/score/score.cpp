#include "score/score.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "score/split.h"

namespace utsyn::score {
namespace {

// Section 7. Only what has weight takes part: a share of weight 0 gets nothing and no odd cent either.
void share_base(const Standing& standing, std::int64_t base_cp, CentsByName& lines) {
  std::vector<Share> shares;
  std::vector<const Standing::AssetState*> assets;
  for (const auto& asset : standing.assets()) {
    if (asset.load == 0) continue;
    assets.push_back(&asset);
    shares.push_back({asset.id, standing.asset_squares(asset)});
  }
  const auto asset_cents = split(base_cp, shares);
  for (std::size_t a = 0; a < assets.size(); ++a) {
    if (asset_cents[a] == 0) continue;
    const BandLoads bands = assets[a]->bands();
    const std::array<Share, 3> band_shares = {Share{"low", bands.low}, Share{"medium", bands.medium},
                                              Share{"serious", bands.serious}};
    const auto band_cents = split(asset_cents[a], band_shares);
    for (std::size_t b = 0; b < band_cents.size(); ++b) {
      if (band_cents[b] == 0) continue;
      std::vector<Share> group_shares;
      std::vector<const Standing::Group*> groups;
      for (const auto& group :
           standing.groups().subspan(assets[a]->group_begin, assets[a]->group_end - assets[a]->group_begin)) {
        if (group.band != static_cast<Band>(b)) continue;
        groups.push_back(&group);
        group_shares.push_back({group.name, group.load});
      }
      const auto group_cents = split(band_cents[b], group_shares);
      for (std::size_t g = 0; g < groups.size(); ++g) {
        if (group_cents[g] == 0) continue;
        const auto members =
            standing.by_points().subspan(groups[g]->begin, groups[g]->end - groups[g]->begin);
        std::vector<Share> finding_shares;
        for (const std::uint32_t entry : members)
          finding_shares.push_back({standing.entries()[entry].finding->id, standing.entries()[entry].points});
        const auto cents = split(group_cents[g], finding_shares);
        for (std::size_t f = 0; f < cents.size(); ++f)
          if (cents[f] > 0) lines.emplace(finding_shares[f].key, cents[f]);
      }
    }
  }
}

CentsByName lines(const Standing& standing, const Outcome& outcome) {
  CentsByName lines;
  share_base(standing, outcome.base_cp, lines);
  if (outcome.breach_cp > 0) lines.emplace("#breach", outcome.breach_cp);
  if (outcome.gate_cp > 0) {
    // The entries are sorted by id: the first with the lowest cap has the smallest.
    const auto gated = std::ranges::find(standing.entries(), standing.lowest_gate(), &Standing::Entry::gate);
    lines.emplace("#gate:" + gated->finding->id, outcome.gate_cp);
  }
  if (outcome.coverage_cp > 0) lines.emplace("#coverage", outcome.coverage_cp);
  return lines;
}

// Asks a question with some findings left out, and puts them back.
template <class LeftOut, class Question>
std::int64_t without(Standing& standing, LeftOut left_out, Question question) {
  std::vector<std::size_t> removed;
  for (std::size_t i = 0; i < standing.entries().size(); ++i) {
    const auto& entry = standing.entries()[i];
    if (entry.points == 0 || !left_out(*entry.finding)) continue;
    removed.push_back(i);
  }
  for (const std::size_t i : removed) standing.remove(i);
  const std::int64_t answer = question();
  for (const std::size_t i : removed) standing.restore(i);
  return answer;
}

CentsByName gains(Standing& standing, std::int64_t score_cp) {
  CentsByName gains;
  for (std::size_t i = 0; i < standing.entries().size(); ++i) {
    if (standing.entries()[i].points == 0) continue;
    standing.remove(i);
    if (const std::int64_t gain = standing.score_cp() - score_cp; gain != 0)
      gains.emplace_hint(gains.end(), standing.entries()[i].finding->id, gain);
    standing.restore(i);
  }
  return gains;
}

// From a copy with nothing in it, each domain's findings enter and leave in turn.
CentsByName domains(const Standing& standing) {
  std::map<std::string_view, std::vector<std::size_t>> by_domain;
  for (std::size_t i = 0; i < standing.entries().size(); ++i)
    if (const auto& domain = standing.entries()[i].finding->domain) by_domain[*domain].push_back(i);
  CentsByName domains;
  if (by_domain.empty()) return domains;

  Standing alone = standing;
  for (std::size_t i = 0; i < alone.entries().size(); ++i) alone.remove(i);
  for (const auto& [domain, entries] : by_domain) {
    for (const std::size_t i : entries) alone.restore(i);
    const Outcome outcome = settle(alone.squares(), alone.weights().sum, /*breach_permille=*/0,
                                   alone.lowest_gate(), full_coverage);
    domains.emplace_hint(domains.end(), domain, outcome.score_cp);
    for (const std::size_t i : entries) alone.remove(i);
  }
  return domains;
}

Confidence confidence(std::int64_t coverage, std::int64_t width) {
  if (coverage >= high_confidence_coverage && width <= high_confidence_width_cp) return Confidence::high;
  if (coverage >= medium_confidence_coverage && width <= medium_confidence_width_cp)
    return Confidence::medium;
  return Confidence::low;
}

}  // namespace

Score score(const Organisation& organisation) {
  Standing standing(organisation);
  const Outcome outcome = standing.outcome();
  const std::int64_t coverage = standing.coverage();

  Score score;
  score.id = organisation.id;
  score.score_cp = outcome.score_cp;
  score.grade = grade_of(outcome.score_cp, coverage);
  score.loss_ppm = outcome.loss_ppm;
  score.lines = lines(standing, outcome);

  const std::int64_t raise_mp = organisation.peer_load_p75 * (full_coverage - coverage) / full_coverage;
  const Outcome raised =
      settle(standing.raised_squares(static_cast<std::uint64_t>(raise_mp)), standing.weights().sum,
             standing.breach_permille(), standing.lowest_gate(), full_coverage);
  const std::int64_t certain_cp = without(
      standing,
      [](const Finding& finding) {
        return finding.conf != Conf::confirmed || finding.state == State::disputed;
      },
      [&] { return standing.outcome(full_coverage).score_cp; });
  score.interval_cp = {std::min(score.score_cp, raised.score_cp), std::max(score.score_cp, certain_cp)};
  score.confidence = confidence(coverage, score.interval_cp[1] - score.interval_cp[0]);

  const auto score_now = [&] { return standing.score_cp(); };
  score.managed_cp = without(
      standing,
      [](const Finding& finding) {
        return finding.state == State::accepted || finding.state == State::compensated;
      },
      score_now);
  score.if_upheld_cp =
      without(standing, [](const Finding& finding) { return finding.state == State::disputed; }, score_now);
  score.gain_cp = gains(standing, score.score_cp);
  score.domains = domains(standing);
  if (organisation.plan) score.plan = answer_plan(standing, *organisation.plan);
  return score;
}

Rating rate(const Organisation& organisation) {
  const Standing standing(organisation);
  const Outcome outcome = standing.outcome();
  return {outcome.score_cp, grade_of(outcome.score_cp, standing.coverage()), outcome.loss_ppm};
}

}  // namespace utsyn::score
