#include "followup/alerts/rule.h"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "checks/check.h"
#include "followup/rows.h"

namespace utsyn::followup::alerts {
namespace {

namespace json = boost::json;

std::string text_in(const json::object& data, std::string_view member) {
  const auto* value = data.if_contains(member);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

// Of what the event finding-changed tells: is the finding graver than it was?
bool rose(const json::object& data) {
  const auto severity = named<checks::Severity>(text_in(data, "severity"));
  const auto before = named<checks::Severity>(text_in(data, "severity_before"));
  if (!severity || !before) return false;
  if (*severity != *before) return *severity > *before;
  return text_in(data, "outcome") == "fail" && text_in(data, "outcome_before") == "warn";
}

// Of what is found about the days of a certificate: one that begins later or lives too long does not run out.
bool runs_out(std::string_view finding, std::string_view reason) {
  return finding.starts_with("cert.validity.expiring@") ||
         (finding.starts_with("cert.validity.expired@") && !reason.ends_with("not-yet-valid"));
}

std::string moment(UtcTime time) { return std::to_string(to_unix(time)); }

// Longest wait before a deadline that a rule may ask for.
constexpr std::int64_t kMostDaysAhead = 60;

}  // namespace

Pace usual_pace(RuleKind kind) {
  switch (kind) {
    case RuleKind::new_critical:
    case RuleKind::new_gate:
    case RuleKind::dispute_answered:
      return Pace::now;
    default:
      return Pace::daily;
  }
}

std::int64_t usual_threshold(RuleKind kind) {
  switch (kind) {
    case RuleKind::score_dropped:
      return 200;
    case RuleKind::coverage_fell:
      return 1000;
    case RuleKind::deadline_near:
      return 7;
    default:
      return 0;
  }
}

AfterMeasurement after_measurement(std::string_view organisation, const std::optional<Memory>& before,
                                   const Figures& now) {
  AfterMeasurement out;
  out.memory.last = now;
  if (!before) {
    out.memory.confirmed_grade = now.grade;
    return out;
  }
  const auto& last = before->last;
  const auto notice = [&](RuleKind kind, std::int64_t amount, json::object data) {
    data["measured"] = format_time(now.measured);
    out.noticed.push_back({kind, std::string(organisation),
                           std::string(boost::describe::enum_to_string(kind, "?")) + ":" +
                               std::string(organisation) + ":" + moment(now.measured),
                           amount, json::serialize(data)});
  };
  out.memory.confirmed_grade = before->confirmed_grade;
  if (now.grade == last.grade && now.grade != before->confirmed_grade) {
    notice(RuleKind::grade_changed, 0,
           {{"before", before->confirmed_grade}, {"after", now.grade}, {"score_cp", now.score_cp}});
    out.memory.confirmed_grade = now.grade;
  }
  if (now.score_cp < last.score_cp) {
    notice(RuleKind::score_dropped, last.score_cp - now.score_cp,
           {{"before_cp", last.score_cp}, {"after_cp", now.score_cp}});
  }
  if (!now.gate.empty() && now.gate != last.gate)
    notice(RuleKind::new_gate, 0, {{"finding", now.gate}, {"score_cp", now.score_cp}});
  if (now.coverage < last.coverage) {
    notice(RuleKind::coverage_fell, last.coverage - now.coverage,
           {{"before", last.coverage}, {"after", now.coverage}});
  }
  return out;
}

std::vector<Noticed> after_event(const store::Event& event) {
  boost::system::error_code error;
  const auto parsed = json::parse(event.data, error);
  if (error || !parsed.is_object()) return {};
  const auto& data = parsed.get_object();
  std::vector<Noticed> out;
  // The number of the event makes the subject its own: a finding that reopens is news again.
  const auto notice = [&](RuleKind kind) {
    out.push_back(
        {kind, event.organisation,
         std::string(boost::describe::enum_to_string(kind, "?")) + ":" + std::to_string(event.number), 0,
         event.data});
  };
  const bool found = event.kind == "finding-opened" || event.kind == "finding-reopened";
  if (found || (event.kind == "finding-changed" && rose(data))) {
    const bool critical = text_in(data, "severity") == "critical";
    const bool exploited = data.contains("known_exploited");
    // What is known to be exploited was told of when it was found, whatever its severity.
    if (found ? critical || exploited
              : critical && !exploited && text_in(data, "severity_before") != "critical")
      notice(RuleKind::new_critical);
    if (runs_out(text_in(data, "finding"), text_in(data, "reason"))) notice(RuleKind::certificate_expiring);
  } else if (event.kind == "asset-found") {
    notice(RuleKind::new_asset);
  } else if (event.kind == "treatment-changed") {
    // Of a dispute that somebody has decided; the other treatments are their makers' own doing.
    const auto standing = text_in(data, "standing");
    if (text_in(data, "kind") == "dispute" && (standing == "in_effect" || standing == "refused")) {
      notice(RuleKind::dispute_answered);
      auto answered = data;
      answered["answer"] = standing == "in_effect" ? "upheld" : "rejected";
      out.back().data = json::serialize(answered);
    }
  }
  return out;
}

std::optional<Noticed> deadline_near(const OpenFinding& finding, UtcTime now) {
  const auto left = finding.due > now ? days_between(now, finding.due) : 0;
  if (left > kMostDaysAhead) return std::nullopt;
  const json::object data{{"finding", finding.id},
                          {"severity", finding.severity},
                          {"due", format_time(finding.due)},
                          {"days_left", left}};
  return Noticed{RuleKind::deadline_near, finding.organisation,
                 "deadline_near:" + finding.organisation + ":" + finding.id + ":" + moment(finding.due), left,
                 json::serialize(data)};
}

bool wants(const Rule& rule, const Noticed& noticed) {
  if (!rule.active || rule.kind != noticed.kind) return false;
  if (!rule.organisation.empty() && rule.organisation != noticed.organisation) return false;
  switch (rule.kind) {
    case RuleKind::score_dropped:
    case RuleKind::coverage_fell:
      return noticed.amount >= rule.threshold;
    case RuleKind::deadline_near:
      return noticed.amount <= rule.threshold;
    default:
      return true;
  }
}

}  // namespace utsyn::followup::alerts
