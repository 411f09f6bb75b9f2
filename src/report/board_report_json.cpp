// The board report as data, for the leader page.
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "followup/working_days.h"
#include "report/board_report.h"
#include "score/constants.h"

namespace utsyn::report {

namespace json = boost::json;

json::object board_report_json(const BoardReport& report) {
  const auto time = [](const std::optional<UtcTime>& at) {
    return at ? json::value(format_time(*at)) : json::value();
  };
  json::object out{{"organisation", report.organisation},
                   {"name", report.name},
                   {"language", boost::describe::enum_to_string(report.language, "en")},
                   {"made", format_time(report.made)},
                   {"exemption", report.exemption},
                   {"scored", report.scored},
                   {"findings_seen", report.with_findings}};
  if (!report.scored) return out;
  const auto [first, second] = lead_of(report);
  json::array trend;
  for (const auto& point : report.trend)
    trend.push_back(json::object{{"time", format_time(point.time)},
                                 {"score_cp", point.score_cp},
                                 {"interval_cp", json::array{point.low_cp, point.high_cp}},
                                 {"method", point.method}});
  json::array peers;
  for (const auto& group : report.peers)
    peers.push_back(
        json::object{{"group", group.group},
                     {"key", group.key},
                     {"n", group.n},
                     {"median_cp", group.median_cp},
                     {"p25_cp", group.p25_cp},
                     {"p75_cp", group.p75_cp},
                     {"percentile", group.percentile ? json::value(*group.percentile) : json::value()}});
  json::array losses;
  for (const auto& [area, cp] : report.losses)
    losses.push_back(json::object{{"area", area}, {"loss_cp", cp}});
  json::array suppliers;
  for (const auto& supplier : report.suppliers)
    suppliers.push_back(
        json::object{{"name", supplier.name},
                     {"criticality", supplier.criticality},
                     {"score_cp", supplier.score_cp ? json::value(*supplier.score_cp) : json::value()},
                     {"grade", supplier.score_cp ? supplier.grade : "U"},
                     {"measured", time(supplier.measured)}});
  out["lead"] = json::array{json::value(first), json::value(second)};
  out["measured"] = format_time(report.measured);
  out["score_cp"] = report.score_cp;
  out["interval_cp"] = json::array{report.low_cp, report.high_cp};
  out["grade"] = report.grade;
  out["confidence"] = report.confidence;
  out["coverage"] = report.coverage;
  out["assets"] = report.assets;
  out["method"] = report.method;
  out["constants"] = score::constants_label;
  out["target_cp"] = report.target_cp ? json::value(*report.target_cp) : json::value();
  out["trend"] = std::move(trend);
  out["peers"] = std::move(peers);
  out["losses"] = std::move(losses);
  out["suppliers"] = json::object{{"total", report.suppliers_total},
                                  {"below", report.suppliers_below},
                                  {"unrated", report.suppliers_unrated},
                                  {"items", std::move(suppliers)}};
  if (!report.with_findings) return out;
  const auto day = [](const std::optional<UtcTime>& at) {
    return at ? json::value(followup::format_date(followup::oslo_date(*at))) : json::value();
  };
  json::array actions;
  for (const auto& action : report.actions)
    actions.push_back(
        json::object{{"check", action.check},
                     {"finding_ids", json::array(action.finding_ids.begin(), action.finding_ids.end())},
                     {"title", action.title},
                     {"why", action.why},
                     {"remedy", action.remedy},
                     {"gain_cp", action.gain_cp},
                     {"minutes", action.minutes},
                     {"findings", action.findings},
                     {"due", day(action.due)},
                     {"overdue", action.overdue}});
  json::array decisions;
  for (const auto& decision : report.decisions)
    decisions.push_back(
        json::object{{"key", decision.key},
                     {"decision", decision.sentence},
                     {"checks", json::array(decision.checks.begin(), decision.checks.end())},
                     {"titles", json::array(decision.titles.begin(), decision.titles.end())},
                     {"finding_ids", json::array(decision.finding_ids.begin(), decision.finding_ids.end())},
                     {"role", checks::word(decision.role)},
                     {"carriers", json::array(decision.carriers.begin(), decision.carriers.end())},
                     {"gain_cp", decision.gain_cp},
                     {"minutes", decision.minutes},
                     {"findings", decision.findings},
                     {"due", day(decision.due)},
                     {"overdue", decision.overdue}});
  json::array late;
  for (const auto& item : report.late)
    late.push_back(json::object{{"title", item.title},
                                {"asset", item.asset},
                                {"severity", boost::describe::enum_to_string(item.severity, "info")},
                                {"due", day(item.due)},
                                {"days", item.days}});
  out["actions"] = std::move(actions);
  out["decisions"] = std::move(decisions);
  out["together"] = json::object{{"score_cp", report.together_cp}, {"grade", report.together_grade}};
  out["serious"] = json::object{
      {"open", report.serious}, {"overdue", report.serious_overdue}, {"oldest_days", report.oldest_days}};
  out["late"] = json::object{{"total", report.late_total}, {"items", std::move(late)}};
  out["changes"] = json::object{{"since", format_time(report.changes_since)},
                                {"opened", report.opened},
                                {"closed", report.closed},
                                {"accepted", report.accepted}};
  return out;
}

}  // namespace utsyn::report
