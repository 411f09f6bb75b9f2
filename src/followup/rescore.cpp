#include "followup/rescore.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "engine/judge.h"
#include "followup/desk.h"
#include "followup/rows.h"
#include "score/json.h"
#include "store/store.h"

namespace utsyn::followup {
namespace {

constexpr std::int64_t kOldest = 36'500;  // days, the bound of the method

StoredScore score_of(const store::Row& row) {
  return {from_unix(row.number(0)),
          from_unix(row.number(1)),
          row.text(2),
          row.number(3),
          row.text(4),
          row.text(5),
          row.text(6)};
}

}  // namespace

score::Organisation with_findings(score::Organisation measured, std::span<const store::Finding> findings,
                                  UtcTime now) {
  std::map<std::string, const store::Finding*> known;
  for (const auto& finding : findings)
    if (finding.state != store::FindingState::fixed) known.emplace(engine::method_name(finding.id), &finding);
  std::erase_if(measured.findings, [&](const auto& finding) { return !known.contains(finding.id); });
  for (auto& finding : measured.findings) {
    const auto& now_known = *known.at(finding.id);
    finding.state = static_cast<score::State>(now_known.state);
    finding.age = std::min(days_between(now_known.first_seen, now), kOldest);
    finding.unseen = std::min(days_between(now_known.last_seen, now), kOldest);
  }
  return measured;
}

std::optional<StoredScore> score_at(store::Connection& connection, std::string_view organisation,
                                    UtcTime moment) {
  const auto row = connection.first(
      R"(SELECT first_seen, last_seen, method, score_cp, grade, input, output FROM score
         WHERE organisation = ?1 AND first_seen <= ?2 ORDER BY first_seen DESC LIMIT 1)",
      {organisation, to_unix(moment)});
  if (!row) return std::nullopt;
  return score_of(*row);
}

std::optional<Effect> rescore(store::Connection& connection, std::string_view organisation, UtcTime now) {
  std::map<std::string, store::FindingState> stored;
  for (const auto& row :
       connection.query("SELECT id, state FROM finding WHERE organisation = ?1", {organisation}))
    stored.emplace(row.text(0), named<store::FindingState>(row.text(1)).value_or(store::FindingState::open));
  const auto findings = findings_now(connection, organisation, now);

  store::Rescore out;
  out.organisation = organisation;
  out.time = now;
  for (const auto& finding : findings) {
    if (stored[finding.id] == finding.state) continue;
    out.findings.push_back(finding);
    out.events.push_back({finding.id, now, store::FindingChange::changed, std::string(treatment_reason)});
  }
  const auto last = score_at(connection, organisation, now);
  if (!last) return std::nullopt;
  const auto measured = score::read_organisation(last->input);
  if (!measured) throw std::runtime_error("rescoring " + out.organisation + ": " + measured.error());
  const auto input = with_findings(*measured, findings, now);
  const auto score = score::score(input);
  out.method = score::method_id;
  out.input = score::write_organisation(input);
  out.output = score::write_score(score);
  out.score_cp = score.score_cp;
  out.grade = score::word(score.grade);
  store::save_rescore(connection, out);
  // What the decisions did, and not what the days since the measurement did.
  auto before = findings;
  for (auto& finding : before) finding.state = stored[finding.id];
  return Effect{score::rate(with_findings(*measured, before, now)).score_cp, score.score_cp};
}

}  // namespace utsyn::followup
