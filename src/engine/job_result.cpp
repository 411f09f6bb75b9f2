#include "engine/job_result.h"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <set>

namespace utsyn::engine {
namespace {

namespace json = boost::json;

// The findings that the measurement changed, and the one that was asked about.
std::set<std::string> findings_that_matter(const store::Measurement& measurement, const Job& job) {
  std::set<std::string> out;
  for (const auto& event : measurement.events) out.insert(event.finding);
  if (!job.finding.empty()) out.insert(job.finding);
  return out;
}

const store::Judged* verdict_of(const store::Measurement& measurement, std::string_view finding) {
  for (const auto& judged : measurement.verdicts) {
    if (finding == judged.check + "@" + judged.asset) return &judged;
  }
  return nullptr;
}

json::value list_of(const std::vector<std::string>& items) { return json::array(items.begin(), items.end()); }

}  // namespace

KnownBefore known_before(store::Connection& connection, const store::Measurement& measurement,
                         const Job& job) {
  KnownBefore out;
  const auto& organisation = measurement.organisation.id;
  if (const auto score = connection.first(
          "SELECT score_cp FROM score WHERE organisation = ?1 ORDER BY first_seen DESC LIMIT 1",
          {organisation}))
    out.score_cp = score->number(0);
  for (const auto& finding : findings_that_matter(measurement, job)) {
    const auto at = finding.find('@');
    if (at == std::string::npos) continue;
    const auto row = connection.first(
        R"(SELECT outcome, reason, evidence FROM verdict
           WHERE organisation = ?1 AND asset = ?2 AND "check" = ?3 ORDER BY first_seen DESC LIMIT 1)",
        {organisation, finding.substr(at + 1), finding.substr(0, at)});
    if (row) out.verdicts[finding] = {row->text(0), row->text(1), row->text(2)};
  }
  return out;
}

std::string job_result(const KnownBefore& before, const store::Measurement& measurement, const Job& job,
                       const FullAsked& full) {
  json::array findings;
  for (const auto& finding : findings_that_matter(measurement, job)) {
    json::object one{{"finding", finding}, {"before", nullptr}, {"after", nullptr}, {"change", "none"}};
    if (const auto known = before.verdicts.find(finding); known != before.verdicts.end()) {
      one["before"] = json::object{{"outcome", known->second.outcome},
                                   {"reason", known->second.reason},
                                   {"evidence", json::parse(known->second.evidence)}};
    }
    if (const auto* judged = verdict_of(measurement, finding)) {
      one["after"] = json::object{{"outcome", boost::describe::enum_to_string(judged->verdict.outcome, "?")},
                                  {"reason", judged->verdict.reason},
                                  {"evidence", list_of(judged->evidence)}};
    }
    for (const auto& event : measurement.events) {
      if (event.finding == finding) one["change"] = boost::describe::enum_to_string(event.change, "?");
    }
    findings.push_back(std::move(one));
  }
  json::object out{{"score_before_cp", nullptr}, {"score_after_cp", measurement.score_cp}};
  if (before.score_cp) out["score_before_cp"] = *before.score_cp;
  out["grade_after"] = measurement.grade;
  out["findings"] = std::move(findings);
  if (job.profile == "full") {
    json::object asked{{"asked", !full.domains.empty()}, {"domains", list_of(full.domains)}};
    asked["reason"] = full.reason.empty() ? json::value() : json::value(full.reason);
    asked["score_cp"] = full.score_cp ? json::value(*full.score_cp) : json::value();
    out["full"] = std::move(asked);
  }
  return json::serialize(out);
}

}  // namespace utsyn::engine
