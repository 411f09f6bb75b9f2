#include "report/board_report_facts.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <tuple>

#include "base/text.h"
#include "checks/catalogue.h"
#include "engine/judge.h"
#include "followup/deadline.h"
#include "followup/desk.h"
#include "followup/history.h"
#include "followup/plan.h"
#include "followup/rescore.h"
#include "portfolio/figures.h"
#include "report/decisions.h"
#include "score/json.h"

namespace utsyn::report {
namespace {

namespace json = boost::json;
using access::Detail;
using checks::Severity;
using followup::StoredScore;
using store::Connection;
using store::FindingState;

constexpr auto kYear = std::chrono::days{365};
constexpr auto kChangesOver = std::chrono::days{90};
constexpr std::size_t kMostPoints = 104;
constexpr std::int64_t kMostScores = 5'000;
constexpr std::size_t kMostShown = 50;  // actions, late findings and suppliers in the model

// The interval out of a stored answer of the method, which may be large: its writer sets it down in this
// form.
std::pair<std::int64_t, std::int64_t> interval_in(std::string_view output, std::int64_t otherwise) {
  constexpr std::string_view mark = "\"interval_cp\":[";
  const auto at = output.find(mark);
  if (at == std::string_view::npos) return {otherwise, otherwise};
  auto rest = output.substr(at + mark.size(), 40);
  auto both = cut(rest, ']');
  const auto low = parse_uint(cut(both, ','));
  const auto high = parse_uint(both);
  if (!low || !high || *low > 10'000 || *high > 10'000) return {otherwise, otherwise};
  return {static_cast<std::int64_t>(*low), static_cast<std::int64_t>(*high)};
}

// Every change of the score in a year; by weeks when there are more than can be drawn.
std::vector<BoardReport::Point> trend_of(Connection& connection, std::string_view organisation, UtcTime now) {
  struct Held {
    UtcTime from{};
    UtcTime to{};
    BoardReport::Point point;
  };
  std::vector<Held> held;
  for (const auto& row : connection.query(R"(SELECT first_seen, last_seen, score_cp, method, output FROM score
           WHERE organisation = ?1 AND last_seen >= ?2 AND first_seen <= ?3 ORDER BY first_seen DESC LIMIT ?4)",
                                          {organisation, to_unix(now - kYear), to_unix(now), kMostScores})) {
    Held one{from_unix(row.number(0)), from_unix(row.number(1)), {}};
    one.point.score_cp = row.number(2);
    one.point.method = row.text(3);
    std::tie(one.point.low_cp, one.point.high_cp) = interval_in(row.text(4), one.point.score_cp);
    held.push_back(std::move(one));
  }
  std::ranges::reverse(held);
  std::vector<BoardReport::Point> out;
  const auto add = [&](const Held& one, UtcTime time) {
    if (time < now - kYear || time > now) return;
    out.push_back(one.point);
    out.back().time = time;
  };
  if (held.size() * 2 <= kMostPoints) {
    for (const auto& one : held) {
      add(one, std::max(one.from, now - kYear));
      if (one.to > one.from && one.to <= now) add(one, one.to);
    }
  } else {
    for (auto time = now - kYear; time <= now; time += std::chrono::days{7}) {
      const Held* in_force = nullptr;
      for (const auto& one : held)
        if (one.from <= time) in_force = &one;
      if (in_force != nullptr) add(*in_force, time);
    }
    if (out.empty() || out.back().time != now) add(held.back(), now);
  }
  return out;
}

bool counts(const store::Finding& finding) {
  return finding.state == FindingState::open || finding.state == FindingState::accepted ||
         finding.state == FindingState::dispute_overdue;
}
bool serious(const store::Finding& finding) {
  return finding.severity == Severity::high || finding.severity == Severity::critical;
}

void add_findings(Connection& connection, const access::Access& reader, BoardReport& report,
                  const StoredScore& stored, UtcTime now) {
  const auto findings = followup::findings_now(connection, report.organisation, now);
  std::map<std::string, UtcTime, std::less<>> own_due;
  for (const auto& row :
       connection.query("SELECT finding, due FROM assignment WHERE organisation = ?1 AND due IS NOT NULL",
                        {report.organisation}))
    own_due.emplace(row.text(0), from_unix(row.number(1)));
  struct Due {
    UtcTime day{};   // a time on it
    UtcTime past{};  // the first second at which it is overdue
  };
  const auto due_of = [&](const store::Finding& finding) -> Due {
    const auto own = own_due.find(finding.id);
    if (own != own_due.end()) return {own->second - std::chrono::hours{12}, own->second};
    return {followup::start_of_oslo_day(followup::due_date(finding)) + std::chrono::hours{12},
            followup::overdue_from(finding)};
  };
  const auto title_of = [&](const std::string& check) {
    const auto* entry = checks::catalogue_entry(check);
    return entry == nullptr ? check : checks::text(entry->title, report.language);
  };

  std::map<std::string_view, const store::Finding*> by_id;
  for (const auto& finding : findings) {
    by_id.emplace(finding.id, &finding);
    if (!counts(finding)) continue;
    const auto due = due_of(finding);
    const bool overdue = due.past <= now;
    if (finding.state == FindingState::accepted) ++report.accepted;
    if (serious(finding)) {
      ++report.serious;
      if (overdue) ++report.serious_overdue;
      report.oldest_days = std::max(report.oldest_days, days_between(finding.first_seen, now));
    }
    if (overdue)
      report.late.push_back(
          {title_of(finding.check), finding.asset, finding.severity, due.day, days_between(due.day, now)});
  }
  report.late_total = report.late.size();
  std::ranges::sort(report.late, [](const auto& a, const auto& b) {
    if (a.due != b.due) return a.due < b.due;
    if (a.severity != b.severity) return a.severity > b.severity;
    return std::tie(a.title, a.asset) < std::tie(b.title, b.asset);
  });
  if (report.late.size() > kMostShown) report.late.resize(kMostShown);

  auto input = score::read_organisation(stored.input);
  if (!input) throw std::runtime_error("the input of a stored score cannot be read: " + input.error());
  const auto present = followup::with_findings(std::move(*input), findings, now);
  score::Standing standing(present);
  const auto before = standing.score_cp();
  const auto remove = [](score::Standing& from, const std::vector<std::string>& ids) {
    for (const auto& id : ids)
      if (const auto entry = from.find(engine::method_name(id))) from.remove(*entry);
  };
  const auto some_of = [](const std::vector<std::string>& ids, std::vector<std::string>& out) {
    for (const auto& id : ids)
      if (out.size() < kMostShown) out.push_back(id);
  };
  const auto hurry = [&](const std::vector<std::string>& ids, auto& out) {
    for (const auto& id : ids)
      if (const auto found = by_id.find(id); found != by_id.end()) {
        const auto due = due_of(*found->second);
        out.due = std::min(out.due.value_or(due.day), due.day);
        out.overdue = out.overdue || due.past <= now;
      }
  };
  const auto planned = followup::planned_actions(present, findings, {});
  for (const auto& work : planned) {
    auto alone = standing;
    remove(alone, work.findings);
    BoardReport::Action action;
    action.gain_cp = alone.score_cp() - before;
    if (action.gain_cp <= 0) continue;
    action.check = work.check;
    action.title = title_of(work.check);
    if (const auto* entry = checks::catalogue_entry(work.check)) {
      action.why = checks::text(entry->why, report.language);
      action.remedy = checks::text(entry->remedy, report.language);
    }
    action.minutes = work.minutes;
    action.findings = work.findings.size();
    some_of(work.findings, action.finding_ids);
    hurry(work.findings, action);
    report.actions.push_back(std::move(action));
  }
  std::ranges::sort(report.actions, [](const auto& a, const auto& b) {
    return a.gain_cp != b.gain_cp ? a.gain_cp > b.gain_cp : a.check < b.check;
  });
  if (report.actions.size() > kMostShown) report.actions.resize(kMostShown);

  auto together = standing;
  for (auto& chosen : proposed_decisions(standing, planned)) {
    BoardReport::Decision decision;
    decision.key = std::move(chosen.key);
    decision.gain_cp = chosen.gain_cp;
    decision.minutes = chosen.minutes;
    for (const auto place : chosen.actions) {
      const auto& work = planned[place];
      decision.checks.push_back(work.check);
      decision.titles.push_back(title_of(work.check));
      decision.findings += work.findings.size();
      some_of(work.findings, decision.finding_ids);
      hurry(work.findings, decision);
      remove(together, work.findings);
    }
    decision.sentence = decision.titles.front();
    if (const auto* entry = checks::catalogue_entry(decision.checks.front())) {
      decision.sentence = checks::text(entry->decision.sentence, report.language);
      decision.role = entry->decision.role;
    }
    decision.carriers = carriers_of(connection, reader, report.organisation, decision.role);
    if (decision.carriers.empty() && decision.role != checks::Role::web) decision.role = checks::Role::it;
    report.decisions.push_back(std::move(decision));
  }
  report.together_cp = together.score_cp();
  report.together_grade = score::word(score::grade_of(report.together_cp, report.coverage));

  const auto first =
      connection.first("SELECT min(first_seen) FROM score WHERE organisation = ?1", {report.organisation});
  report.changes_since = std::max(now - kChangesOver, first ? from_unix(first->number(0)) : now);
  for (const auto& row :
       connection.query(R"(SELECT change, count(*) FROM finding_event
           WHERE organisation = ?1 AND time > ?2 AND time <= ?3 GROUP BY change)",
                        {report.organisation, to_unix(report.changes_since), to_unix(now)})) {
    const auto change = row.text(0);
    if (change == "opened" || change == "reopened") report.opened += row.number(1);
    if (change == "closed") report.closed += row.number(1);
  }
}

void add_suppliers(Connection& connection, const access::Access& reader, BoardReport& report) {
  for (const auto& row : connection.query(
           R"(SELECT s.supplier, o.name, s.criticality, t.measured, t.score_cp, t.grade FROM supply s
           JOIN organisation o ON o.id = s.supplier LEFT JOIN standing t ON t.organisation = s.supplier
           WHERE s.organisation = ?1 AND s.ended IS NULL AND o.removed IS NULL ORDER BY s.supplier)",
           {report.organisation})) {
    if (!reader.sees(row.text(0))) continue;
    BoardReport::Supplier supplier;
    supplier.name = row.text(1);
    supplier.criticality = row.number(2);
    if (!row.null(3)) {
      supplier.measured = from_unix(row.number(3));
      supplier.grade = row.text(5);
      if (supplier.grade != "U") supplier.score_cp = row.number(4);
    }
    ++report.suppliers_total;
    if (!supplier.score_cp)
      ++report.suppliers_unrated;
    else if (*supplier.score_cp < score::grade_c_cp)
      ++report.suppliers_below;
    report.suppliers.push_back(std::move(supplier));
  }
  // Those without a score last.
  std::ranges::sort(report.suppliers, {}, [](const BoardReport::Supplier& supplier) {
    return std::pair(supplier.score_cp.value_or(20'000), supplier.name);
  });
  if (report.suppliers.size() > kMostShown) report.suppliers.resize(kMostShown);
}

}  // namespace

std::vector<std::pair<std::string, std::int64_t>> losses_by_area(const score::CentsByName& lines,
                                                                 const score::Organisation& input) {
  std::map<std::string_view, std::string_view> areas;
  for (const auto& finding : input.findings)
    if (finding.domain) areas[finding.id] = *finding.domain;
  std::map<std::string_view, std::int64_t> sums;
  for (const auto& [key, cp] : lines) {
    constexpr std::string_view gate = "#gate:";
    auto finding = std::string_view(key);
    if (finding.starts_with(gate)) finding.remove_prefix(gate.size());
    const auto area = areas.find(finding);
    sums[area == areas.end() ? "other" : area->second] += cp;
  }
  std::vector<std::pair<std::string, std::int64_t>> out(sums.begin(), sums.end());
  std::ranges::sort(out, {}, [](const auto& loss) { return std::pair(-loss.second, loss.first); });
  return out;
}

std::vector<BoardReport::Peers> report_peers(const portfolio::Table& table, const access::Access& reader,
                                             std::string_view organisation, UtcTime now) {
  std::vector<BoardReport::Peers> out;
  const auto row = table.find(organisation);
  if (!row) return out;
  const portfolio::Seen seen(table, reader);
  if (!seen.sees(*row)) return out;
  for (const auto& group : portfolio::peers_of(table, seen, *row, now)) {
    if (group.suppressed) continue;
    auto percentile = group.percentile;  // in 1/100 %; people read whole ones
    if (percentile) *percentile = (*percentile + 50) / 100;
    out.push_back({std::string(portfolio::peer_group_words[static_cast<std::size_t>(group.group)]), group.key,
                   group.n, group.median_cp, group.p25_cp, group.p75_cp, percentile});
  }
  return out;
}

std::optional<BoardReport> board_report_of(Connection& connection, const access::Access& reader,
                                           std::string_view organisation, const BoardReportWishes& wishes,
                                           std::vector<BoardReport::Peers> peers, UtcTime now) {
  if (!reader.sees(organisation)) return std::nullopt;
  const auto named =
      connection.first("SELECT name FROM organisation WHERE id = ?1 AND removed IS NULL", {organisation});
  if (!named) return std::nullopt;
  BoardReport report;
  report.language = wishes.language;
  report.organisation = organisation;
  report.name = named->text(0);
  report.with_findings = reader.sees(organisation, Detail::findings);
  report.pages = report.with_findings ? wishes.pages : 1;
  report.made = now;
  report.exemption = wishes.exemption;
  report.target_cp = wishes.target_cp;
  if (!wishes.public_address.empty())
    report.link = wishes.public_address + "/virksomhet/" + report.organisation;

  const auto stored = followup::score_at(connection, organisation, now);
  if (!stored) return report;
  const auto input = score::read_organisation(stored->input);
  if (!input) throw std::runtime_error("the input of a stored score cannot be read: " + input.error());
  const auto answer = json::parse(stored->output).as_object();
  report.scored = true;
  report.measured = followup::last_measured(connection, organisation).value_or(stored->from);
  report.score_cp = answer.at("score_cp").as_int64();
  report.grade = answer.at("grade").as_string();
  report.low_cp = answer.at("interval_cp").at(0).as_int64();
  report.high_cp = answer.at("interval_cp").at(1).as_int64();
  report.confidence = answer.at("confidence").as_string();
  report.method = stored->method;
  report.coverage = input->assets.empty() ? 0 : input->coverage;
  report.assets = static_cast<std::int64_t>(input->assets.size());
  score::CentsByName lines;
  for (const auto& [key, cp] : answer.at("lines").as_object()) lines.emplace(key, cp.as_int64());
  report.losses = losses_by_area(lines, *input);
  report.peers = std::move(peers);
  report.trend = trend_of(connection, organisation, now);
  // The curve ends in the score that stands in the head.
  if (report.trend.empty() || report.trend.back().time < now)
    report.trend.push_back({now, report.score_cp, report.low_cp, report.high_cp, report.method});
  if (report.trend.size() == 2 && report.trend[0].score_cp == report.trend[1].score_cp &&
      report.trend[1].time - report.trend[0].time < std::chrono::days{1})
    report.trend.erase(report.trend.begin());  // the first and only measurement is one point
  add_suppliers(connection, reader, report);
  if (report.with_findings) add_findings(connection, reader, report, *stored, now);
  return report;
}

}  // namespace utsyn::report
