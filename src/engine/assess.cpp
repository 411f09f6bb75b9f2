#include "engine/assess.h"

#include <algorithm>
#include <map>

#include "engine/judge.h"
#include "engine/left_footprint.h"
#include "score/json.h"

namespace utsyn::engine {
namespace {

// The scores of what a measurement holds.
void score_it(Assessment& assessment) {
  auto& measurement = assessment.measurement;
  std::vector<store::Asset> assets;
  assets.reserve(measurement.assets.size());
  for (const auto& one : measurement.assets) assets.push_back(one.asset);
  assessment.input = score_input(measurement.organisation, assets, measurement.verdicts, measurement.findings,
                                 measurement.time);
  assessment.score = score::score(assessment.input);
  measurement.input = score::write_organisation(assessment.input);
  measurement.output = score::write_score(assessment.score);
  measurement.score_cp = assessment.score.score_cp;
  measurement.grade = score::word(assessment.score.grade);
  if (measurement.profile == "full") {
    const auto input = score_input(measurement.organisation, assets, measurement.verdicts,
                                   measurement.findings, measurement.time, Counted::full);
    const auto score = score::score(input);
    assessment.full = {score::write_organisation(input), score::write_score(score), score.score_cp,
                       score.grade};
  }
}

}  // namespace

probe::Task<Result<Assessment, Failure>> assess(Tools& tools, Question question,
                                                std::vector<store::Finding> before) {
  auto seen = co_await collect(tools, question.target, question.proved);
  if (!seen) co_return unexpected(seen.error());
  co_return conclude(question, std::move(*seen), std::move(before), tools.network.now());
}

Assessment conclude(const Question& question, std::vector<SeenAsset> seen, std::vector<store::Finding> before,
                    UtcTime now) {
  Assessment out;
  auto& measurement = out.measurement;
  measurement.organisation = question.target.organisation;
  measurement.time = now;
  measurement.profile = question.profile;
  measurement.method = score::method_id;

  const auto& decisions = question.target.decisions;
  std::erase_if(seen, [&](const SeenAsset& one) { return footprint::rejected(decisions, one.asset.id); });
  for (auto& one : seen) footprint::apply(decisions, one.asset);

  std::vector<store::Judged> fresh;  // of what was asked now; what is carried does not age or close findings
  for (auto& [asset, evidence, valued] : seen) {
    evidence.as_of = now;
    if (!valued) out.unvalued.push_back(asset.id);
    const bool carried = !question.target.only_asset.empty() && asset.id != question.target.only_asset;
    for (auto& judged : judge(evidence, question.only)) {
      if (!carried) fresh.push_back(judged);
      measurement.verdicts.push_back(std::move(judged));
    }
    measurement.assets.push_back({asset, records_of(evidence), carried});
  }
  const bool whole = question.only == "*" && question.target.only_asset.empty();
  const auto left = whole ? left_footprint(seen, before) : std::vector<std::string>{};
  auto advanced = store::advance(before, fresh, now, left);
  measurement.findings = std::move(advanced.findings);
  measurement.events = std::move(advanced.events);

  score_it(out);
  return out;
}

bool take_treatments(Assessment& assessment, std::span<const store::Finding> now) {
  using store::FindingState;
  std::map<std::string_view, FindingState> states;
  for (const auto& finding : now) states.emplace(finding.id, finding.state);
  bool taken = false;
  for (auto& finding : assessment.measurement.findings) {
    const auto state = states.find(finding.id);
    if (state == states.end() || state->second == finding.state) continue;
    // Only a measurement opens and closes.
    if (finding.state == FindingState::fixed || state->second == FindingState::fixed) continue;
    finding.state = state->second;
    taken = true;
  }
  if (taken) score_it(assessment);
  return taken;
}

bool keep_values(Assessment& assessment, const std::map<std::string, int>& before) {
  bool kept = false;
  for (auto& one : assessment.measurement.assets) {
    const auto known = before.find(one.asset.id);
    if (known == before.end() || known->second == one.asset.value) continue;
    if (std::ranges::find(assessment.unvalued, one.asset.id) == assessment.unvalued.end()) continue;
    one.asset.value = known->second;
    kept = true;
  }
  if (kept) score_it(assessment);
  return kept;
}

Result<std::vector<SeenAsset>, Failure> seen_before(std::span<const store::AssetRecords> assets) {
  std::vector<SeenAsset> out;
  out.reserve(assets.size());
  for (const auto& known : assets) {
    SeenAsset one{known.asset, {}, true};
    one.evidence.asset = known.asset.id;
    one.evidence.kind = known.asset.kind;
    one.evidence.domain = known.asset.domain;
    one.evidence.host = known.asset.host;
    one.evidence.port = known.asset.port;
    if (const auto read = assemble(one.evidence, known.records); !read)
      return unexpected(Failure{read.error()});
    out.push_back(std::move(one));
  }
  return out;
}

Assessment conclude_again(const Question& question, SeenAsset again, std::vector<SeenAsset> known,
                          std::vector<store::Finding> before, UtcTime now) {
  const auto id = again.asset.id;
  std::erase_if(known, [&](const SeenAsset& seen) { return seen.asset.id == id; });
  known.push_back(std::move(again));
  if (known.back().asset.kind == AssetKind::web) known.back().evidence.sslv2_keys = sslv2_keys(known);
  return conclude(question, std::move(known), std::move(before), now);
}

}  // namespace utsyn::engine
