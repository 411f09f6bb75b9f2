// What goes by time. Each treatment carries the second at which it changes by itself; deadlines follow from
// first_seen and the pace of a finding (deadline.h), so that for each pace one mark tells how far they have
// been looked through. A finding that becomes graver changes its pace: the event of that tells when it comes
// in behind the mark, and a deadline that was told of is not told of again.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
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

// How far the sweep has looked through a pace; a finding is in order of its first sight.
struct Mark {
  std::int64_t first_seen = 0;
  std::string organisation;
  std::string finding;
  auto operator<=>(const Mark&) const = default;
};
std::string name_of_mark(const Pace& pace) { return "followup.deadline." + pace.name; }
std::string text_of(const Mark& mark) {
  return fmt::format("{}\n{}\n{}", mark.first_seen, mark.organisation, mark.finding);
}
std::optional<Mark> mark_in(const std::string& text) {
  const auto parts = split(text, '\n');
  if (parts.size() != 3) return std::nullopt;
  return Mark{static_cast<std::int64_t>(parse_uint(parts[0]).value_or(0)), std::string(parts[1]),
              std::string(parts[2])};
}

// Was the deadline of a finding told of in its present life? Only one whose gravity changed can have come
// into another pace with its deadline told, so that the news of its organisation are seldom looked through.
bool was_told(store::Connection& connection, const std::string& organisation, const store::Finding& finding) {
  const auto since = to_unix(finding.first_seen);
  if (!connection.first(R"(SELECT 1 FROM finding_event WHERE organisation = ?1 AND finding = ?2 AND time >= ?3
                             AND change = 'changed' LIMIT 1)",
                        {organisation, finding.id, since}))
    return false;
  return std::ranges::any_of(
      connection.query(
          R"(SELECT data FROM event WHERE organisation = ?1 AND kind = 'deadline-passed' AND time >= ?2)",
          {organisation, since}),
      [&](const store::Row& row) {
        return json::parse(row.text(0)).at("finding").as_string() == finding.id;
      });
}

const Pace& pace_of(std::string_view check, checks::Severity severity) {
  const auto own = fmt::format("{}.{}", check, word_of(severity));
  const auto found = std::ranges::find(paces(), own, &Pace::name);
  return found != paces().end() ? *found : *std::ranges::find(paces(), word_of(severity), &Pace::name);
}

// Findings that have become graver, so that by the new deadline they are overdue at once and the mark of
// their new pace has gone past them. The number of the last event that was looked at.
bool sweep_graver(store::Connection& connection, UtcTime now, int most, Swept& swept) {
  const std::string name = "followup.deadline-graver";
  const auto mark = mark_of(connection, name);
  const auto last = store::last_event(connection);
  if (mark.empty()) {
    set_mark(connection, name, fmt::format("{}", last));
    return false;
  }
  const auto rows = connection.query(
      R"(SELECT number, organisation, data FROM event WHERE number > ?1 AND kind = 'finding-changed'
         ORDER BY number LIMIT ?2)",
      {static_cast<std::int64_t>(parse_uint(mark).value_or(0)), most});
  const auto passed = [&](const Pace& pace, const Mark& finding) {
    const auto reached = mark_in(mark_of(connection, name_of_mark(pace)));
    return reached && finding <= *reached;
  };
  for (const auto& event : rows) {
    const auto organisation = event.text(1);
    const auto data = json::parse(event.text(2));
    const auto before = named<checks::Severity>(data.at("severity_before").as_string());
    const auto row = connection.first(fmt::format(R"(SELECT {}, coalesce(a.assignee, '') FROM finding f
          LEFT JOIN assignment a ON a.organisation = f.organisation AND a.finding = f.id
          WHERE f.organisation = ?1 AND f.id = ?2 AND f.state NOT IN ('fixed', 'upheld') AND a.due IS NULL)",
                                                  finding_columns),
                                      {organisation, std::string(data.at("finding").as_string())});
    if (!row || !before) continue;
    const auto finding = finding_of(*row);
    const Mark place{to_unix(finding.first_seen), organisation, finding.id};
    const auto& pace = pace_of(finding.check, finding.severity);
    // Not overdue, or the mark of its pace will come to it; or it had been looked at when it was less grave.
    if (finding.severity <= *before || overdue_from(finding) > now || !passed(pace, place) ||
        passed(pace_of(finding.check, *before), place) || was_told(connection, organisation, finding))
      continue;
    tell_deadline(connection, now, organisation, finding, "method", row->text(finding_column_count));
    ++swept.deadlines;
  }
  const bool more = rows.size() == static_cast<std::size_t>(most);
  set_mark(connection, name, fmt::format("{}", more ? rows.back().number(0) : last));
  return more;
}

// The method's deadlines: first_seen, organisation and id of the last finding that was told of.
bool sweep_deadlines(store::Connection& connection, UtcTime now, int most, const Pace& pace, Swept& swept,
                     std::set<std::string>& organisations) {
  const auto name = name_of_mark(pace);
  const auto until = to_unix(now) - pace.overdue_after;
  const auto mark = mark_in(mark_of(connection, name));
  if (!mark) {
    // What passed before Utsyn looked for the first time is old news.
    set_mark(connection, name, text_of({until, "", ""}));
    return false;
  }
  const auto rows = connection.query(
      fmt::format(R"(SELECT {}, f.organisation, coalesce(a.assignee, ''), a.due FROM finding f
          LEFT JOIN assignment a ON a.organisation = f.organisation AND a.finding = f.id
          WHERE {} AND f.state <> 'fixed' AND (f.first_seen, f.organisation, f.id) > (?1, ?2, ?3)
            AND f.first_seen <= ?4 ORDER BY f.first_seen, f.organisation, f.id LIMIT ?5)",
                  finding_columns, pace.condition),
      {mark->first_seen, mark->organisation, mark->finding, until, most});
  std::string reached;
  for (const auto& row : rows) {
    const auto finding = finding_of(row);
    const auto organisation = row.text(finding_column_count);
    reached = text_of({to_unix(finding.first_seen), organisation, finding.id});
    const bool own_date = !row.null(finding_column_count + 2);
    if (finding.state == store::FindingState::upheld || own_date) continue;
    organisations.insert(organisation);
    if (was_told(connection, organisation, finding)) continue;
    tell_deadline(connection, now, organisation, finding, "method", row.text(finding_column_count + 1));
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
  // Before the marks of this time are set.
  swept.more |= sweep_graver(connection, now, most, swept);
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
