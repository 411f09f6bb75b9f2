// What goes by time. Each treatment carries the second at which it changes by itself; deadlines follow from
// first_seen and the pace of a finding (deadline.h), so that for each pace one mark tells how far they have
// been looked through.
#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "followup/deadline.h"
#include "followup/desk.h"
#include "followup/rows.h"

namespace utsyn::followup {
namespace {

namespace json = boost::json;

const store::Actor kSystem{};

// A period that ends, a dispute that nobody answered in time.
bool sweep_treatments(store::Connection& connection, UtcTime now, int most, Swept& swept,
                      std::set<std::string>& organisations) {
  const auto rows = connection.query(
      R"(SELECT organisation, finding, id FROM treatment WHERE changes <= ?1 ORDER BY changes LIMIT ?2)",
      {to_unix(now), most});
  for (const auto& row : rows) {
    const auto organisation = row.text(0);
    const auto finding = finding_now(connection, organisation, row.text(1), now);
    const auto all = treatments_of(connection, organisation, row.text(1));
    for (const auto& treatment : all) {
      if (treatment.id != row.text(2)) continue;
      const auto next = next_change(treatment, now);
      connection.execute(
          "UPDATE treatment SET changes = ?4 WHERE organisation = ?1 AND finding = ?2 AND id = ?3",
          {organisation, treatment.finding, treatment.id,
           next ? store::Value(to_unix(*next)) : store::Value(nullptr)});
      const auto standing = standing_of(treatment, now);
      json::object data{{"finding", treatment.finding},
                        {"treatment", treatment.id},
                        {"kind", word_of(treatment.kind)},
                        {"standing", word_of(standing)},
                        {"by", "system"}};
      if (finding) data["state_after"] = word_of(finding->state);
      const auto text = json::serialize(data);
      store::append_event(connection, now, "treatment-changed", organisation, text);
      store::append_audit(connection, now, kSystem,
                          standing == Standing::overdue ? "finding.dispute-overdue" : "finding.period-ended",
                          organisation, treatment.finding, text);
      organisations.insert(organisation);
      ++swept.treatments;
    }
  }
  return rows.size() == static_cast<std::size_t>(most);
}

void tell_deadline(store::Connection& connection, UtcTime now, std::string_view organisation,
                   const store::Finding& finding, std::string_view whose, std::string_view assignee) {
  json::object data{{"finding", finding.id},
                    {"check", finding.check},
                    {"severity", word_of(finding.severity)},
                    {"deadline", whose}};
  if (!assignee.empty()) data["assignee"] = assignee;
  store::append_event(connection, now, "deadline-passed", organisation, json::serialize(data));
}

std::string mark_of(store::Connection& connection, const std::string& name) {
  const auto row = connection.first("SELECT value FROM setting WHERE name = ?1", {name});
  return row ? row->text(0) : std::string();
}
void set_mark(store::Connection& connection, const std::string& name, const std::string& value) {
  connection.execute(
      "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = "
      "excluded.value",
      {name, value});
}

// The method's deadlines: first_seen, organisation and id of the last finding that was told of.
bool sweep_deadlines(store::Connection& connection, UtcTime now, int most, const Pace& pace, Swept& swept,
                     std::set<std::string>& organisations) {
  const auto name = "followup.deadline." + pace.name;
  const auto until = to_unix(now) - pace.overdue_after;
  const auto mark = mark_of(connection, name);
  if (mark.empty()) {
    // What passed before Utsyn looked for the first time is old news.
    set_mark(connection, name, fmt::format("{}\n\n", until));
    return false;
  }
  const auto parts = split(mark, '\n');
  const auto since = static_cast<std::int64_t>(parse_uint(parts.at(0)).value_or(0));
  const auto rows = connection.query(
      fmt::format(R"(SELECT {}, f.organisation, coalesce(a.assignee, ''), a.due FROM finding f
          LEFT JOIN assignment a ON a.organisation = f.organisation AND a.finding = f.id
          WHERE {} AND f.state <> 'fixed' AND (f.first_seen, f.organisation, f.id) > (?1, ?2, ?3)
            AND f.first_seen <= ?4 ORDER BY f.first_seen, f.organisation, f.id LIMIT ?5)",
                  finding_columns, pace.condition),
      {since, parts.at(1), parts.at(2), until, most});
  std::string reached;
  for (const auto& row : rows) {
    const auto finding = finding_of(row);
    const auto organisation = row.text(finding_column_count);
    reached = fmt::format("{}\n{}\n{}", to_unix(finding.first_seen), organisation, finding.id);
    const bool own_date = !row.null(finding_column_count + 2);
    if (finding.state == store::FindingState::upheld || own_date) continue;
    tell_deadline(connection, now, organisation, finding, "method", row.text(finding_column_count + 1));
    organisations.insert(organisation);
    ++swept.deadlines;
  }
  if (!reached.empty()) set_mark(connection, name, reached);
  return rows.size() == static_cast<std::size_t>(most);
}

// Dates that people have set. They move no score, so nothing is rescored.
bool sweep_dates(store::Connection& connection, UtcTime now, int most, Swept& swept) {
  const std::string name = "followup.date";
  const auto mark = mark_of(connection, name);
  if (mark.empty()) {
    set_mark(connection, name, fmt::format("{}\n\n", to_unix(now)));
    return false;
  }
  const auto parts = split(mark, '\n');
  const auto since = static_cast<std::int64_t>(parse_uint(parts.at(0)).value_or(0));
  const auto rows =
      connection.query(fmt::format(R"(SELECT {}, a.organisation, a.assignee, a.due FROM assignment a
          JOIN finding f ON f.organisation = a.organisation AND f.id = a.finding
          WHERE a.due IS NOT NULL AND (a.due, a.organisation, a.finding) > (?1, ?2, ?3) AND a.due <= ?4
          ORDER BY a.due, a.organisation, a.finding LIMIT ?5)",
                                   finding_columns),
                       {since, parts.at(1), parts.at(2), to_unix(now), most});
  std::string reached;
  for (const auto& row : rows) {
    const auto finding = finding_of(row);
    const auto organisation = row.text(finding_column_count);
    reached = fmt::format("{}\n{}\n{}", row.number(finding_column_count + 2), organisation, finding.id);
    if (finding.state == store::FindingState::fixed || finding.state == store::FindingState::upheld) continue;
    tell_deadline(connection, now, organisation, finding, "date", row.text(finding_column_count + 1));
    ++swept.deadlines;
  }
  if (!reached.empty()) set_mark(connection, name, reached);
  return rows.size() == static_cast<std::size_t>(most);
}

}  // namespace

Swept sweep(store::Connection& connection, UtcTime now, int most) {
  Swept swept;
  std::set<std::string> organisations;
  swept.more = sweep_treatments(connection, now, most, swept, organisations);
  // `info` has no points, so it needs no deadline.
  for (const auto& pace : paces())
    if (pace.severity != checks::Severity::info)
      swept.more |= sweep_deadlines(connection, now, most, pace, swept, organisations);
  swept.more |= sweep_dates(connection, now, most, swept);
  for (const auto& organisation : organisations) {
    rescore(connection, organisation, now);
    swept.rescored.push_back(organisation);
  }
  return swept;
}

}  // namespace utsyn::followup
