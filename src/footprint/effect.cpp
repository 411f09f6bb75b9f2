#include "footprint/effect.h"

#include <algorithm>

#include "checks/catalogue.h"
#include "score/json.h"
#include "score/score.h"

namespace utsyn::footprint {
namespace {

std::int64_t coverage_of(const score::Organisation& input, const AnswersByAsset& answers) {
  std::uint64_t conclusive = 0;
  std::uint64_t applicable = 0;
  for (const auto& asset : input.assets) {
    const auto found = answers.find(asset.id);
    if (found == answers.end()) continue;
    conclusive += asset.v * found->second.conclusive;
    applicable += asset.v * found->second.applicable;
  }
  return score::coverage_share(conclusive, applicable);
}

AnswersByAsset answers_of(store::Connection& connection, std::string_view organisation) {
  AnswersByAsset out;
  const auto rows = connection.query(
      "SELECT v.asset, v.outcome, v.\"check\" FROM verdict v WHERE v.organisation = ?1 AND v.last_seen = "
      "(SELECT max(w.last_seen) FROM verdict w WHERE w.organisation = v.organisation AND w.asset = v.asset)",
      {organisation});
  for (const auto& row : rows) {
    const auto outcome = row.text(1);
    // Those of the full profile are in nobody's coverage.
    if (outcome == "not_applicable" || checks::needs_consent(row.text(2))) continue;
    auto& answers = out[row.text(0)];
    ++answers.applicable;
    if (outcome != "unknown") ++answers.conclusive;
  }
  return out;
}

}  // namespace

score::Organisation changed_input(score::Organisation input, const AnswersByAsset& answers,
                                  const Footprint& change) {
  // Candidates are in the coverage too, and only the measurement knows them: then the coverage stays.
  const bool explained = coverage_of(input, answers) == input.coverage;
  std::erase_if(input.assets, [&](const auto& asset) { return change.without.contains(asset.id); });
  std::erase_if(input.findings, [&](const auto& finding) { return change.without.contains(finding.asset); });
  for (auto& asset : input.assets) {
    if (const auto value = change.values.find(asset.id); value != change.values.end())
      asset.v = static_cast<std::uint32_t>(value->second);
  }
  if (explained) input.coverage = coverage_of(input, answers);
  return input;
}

std::optional<Effect> effect_of(store::Connection& connection, std::string_view organisation,
                                const Footprint& change) {
  const auto row = connection.first(
      "SELECT input FROM score WHERE organisation = ?1 ORDER BY first_seen DESC LIMIT 1", {organisation});
  if (!row) return std::nullopt;
  auto input = score::read_organisation(row->text(0));
  if (!input) return std::nullopt;
  Effect effect;
  effect.before_cp = score::rate(*input).score_cp;
  effect.after_cp =
      score::rate(changed_input(std::move(*input), answers_of(connection, organisation), change)).score_cp;
  return effect;
}

}  // namespace utsyn::footprint
