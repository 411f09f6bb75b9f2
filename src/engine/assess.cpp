#include "engine/assess.h"

#include "engine/judge.h"
#include "score/json.h"

namespace utsyn::engine {

probe::Task<Result<Assessment, Failure>> assess(Tools& tools, Question question,
                                                std::vector<store::Finding> before) {
  auto seen = co_await collect(tools, question.target);
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

  std::vector<store::Asset> assets;
  for (auto& [asset, evidence] : seen) {
    evidence.as_of = now;
    for (auto& judged : judge(evidence, question.only)) measurement.verdicts.push_back(std::move(judged));
    measurement.assets.push_back({asset, records_of(evidence)});
    assets.push_back(asset);
  }
  auto advanced = store::advance(before, measurement.verdicts, now);
  measurement.findings = std::move(advanced.findings);
  measurement.events = std::move(advanced.events);

  out.input = score_input(measurement.organisation, assets, measurement.verdicts, measurement.findings, now);
  out.score = score::score(out.input);
  measurement.input = score::write_organisation(out.input);
  measurement.output = score::write_score(out.score);
  measurement.score_cp = out.score.score_cp;
  measurement.grade = score::word(out.score.grade);
  return out;
}

}  // namespace utsyn::engine
