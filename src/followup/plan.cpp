#include "followup/plan.h"

#include <boost/json.hpp>

#include "checks/catalogue.h"
#include "engine/judge.h"
#include "score/points.h"

namespace utsyn::data {
std::string_view followup_json();
}

namespace utsyn::followup {
namespace {

namespace json = boost::json;

struct Table {
  Effort otherwise;
  std::map<std::string, Effort, std::less<>> areas;
  std::map<std::string, Effort, std::less<>> checks;
};

Effort effort_from(const json::value& value) {
  return {value.at("first").as_int64(), value.at("each").as_int64()};
}

const Table& table() {
  static const auto read = [] {
    const auto all = json::parse(data::followup_json());
    const auto& effort = all.at("effort");
    Table out;
    out.otherwise = effort_from(effort.at("otherwise"));
    for (const auto& [name, value] : effort.at("areas").as_object())
      out.areas.emplace(name, effort_from(value));
    for (const auto& [name, value] : effort.at("checks").as_object())
      out.checks.emplace(name, effort_from(value));
    return out;
  }();
  return read;
}

}  // namespace

Effort effort_of(std::string_view check) {
  const auto& known = table();
  if (const auto found = known.checks.find(check); found != known.checks.end()) return found->second;
  const auto area = known.areas.find(check.substr(0, check.find('.')));
  return area == known.areas.end() ? known.otherwise : area->second;
}

std::vector<PlannedAction> planned_actions(const score::Organisation& input,
                                           std::span<const store::Finding> findings,
                                           const PlanWishes& wishes) {
  std::set<std::string_view> weighing;
  for (const auto& finding : input.findings)
    if (score::points(finding) > 0) weighing.insert(finding.id);
  std::map<std::string, PlannedAction> actions;
  for (const auto& finding : findings) {
    if (wishes.without.contains(finding.id) || !weighing.contains(engine::method_name(finding.id))) continue;
    const auto& id = wishes.by_finding ? finding.id : finding.check;
    const auto own = wishes.minutes.find(finding.check);
    const auto effort = own == wishes.minutes.end() ? effort_of(finding.check) : own->second;
    auto& action = actions[id];
    action.minutes += action.findings.empty() ? effort.first : effort.each;
    action.id = id;
    action.check = finding.check;
    action.findings.push_back(finding.id);
  }
  std::vector<PlannedAction> out;
  out.reserve(actions.size());
  for (auto& [id, action] : actions) out.push_back(std::move(action));
  return out;
}

score::Plan plan_of(std::span<const PlannedAction> actions) {
  score::Plan plan;
  for (const auto& action : actions) {
    score::Action out{engine::method_name(action.id), action.minutes, {}};
    for (const auto& finding : action.findings) out.fixes.push_back(engine::method_name(finding));
    plan.actions.push_back(std::move(out));
  }
  return plan;
}

}  // namespace utsyn::followup
