#include "followup/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <set>

#include "base/id.h"
#include "followup/rows.h"

namespace utsyn::followup {
namespace {

namespace json = boost::json;

constexpr std::string_view kTreatment =
    "id, finding, kind, owner, reason, evidence, evidence_sha256, created, created_by, until_time, answer, "
    "decision, decided, decided_by, decision_reason, withdrawn, withdrawn_by";

std::string treatments_where(std::string_view rest) {
  return fmt::format("SELECT {} FROM treatment WHERE {} ORDER BY created, id", kTreatment, rest);
}

std::optional<UtcTime> moment(const store::Row& row, std::size_t column) {
  const auto seconds = row.maybe_number(column);
  if (!seconds) return std::nullopt;
  return from_unix(*seconds);
}
std::optional<std::int64_t> seconds(const std::optional<UtcTime>& time) {
  if (!time) return std::nullopt;
  return to_unix(*time);
}

Treatment treatment_of(const store::Row& row) {
  Treatment out;
  out.id = row.text(0);
  out.finding = row.text(1);
  out.kind = named<Kind>(row.text(2)).value_or(Kind::dispute);
  out.owner = row.text(3);
  out.reason = row.text(4);
  out.evidence = row.text(5);
  out.evidence_sha256 = row.text(6);
  out.created = from_unix(row.number(7));
  out.created_by = row.text(8);
  out.until = moment(row, 9);
  out.answer = moment(row, 10);
  out.decision = named<Decision>(row.text(11)).value_or(Decision::none);
  out.decided = moment(row, 12);
  out.decided_by = row.text(13);
  out.decision_reason = row.text(14);
  out.withdrawn = moment(row, 15);
  out.withdrawn_by = row.text(16);
  return out;
}

std::vector<Treatment> treatments_in(const std::vector<store::Row>& rows) {
  std::vector<Treatment> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(treatment_of(row));
  return out;
}

void save(store::Connection& connection, std::string_view organisation, const Treatment& t, UtcTime now) {
  connection.execute(
      R"(INSERT INTO treatment (organisation, finding, id, kind, owner, reason, evidence, evidence_sha256, created,
           created_by, until_time, answer, decision, decided, decided_by, decision_reason, withdrawn, withdrawn_by, changes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
         ON CONFLICT (organisation, finding, id) DO UPDATE SET decision = excluded.decision,
           decided = excluded.decided, decided_by = excluded.decided_by,
           decision_reason = excluded.decision_reason, withdrawn = excluded.withdrawn,
           withdrawn_by = excluded.withdrawn_by, changes = excluded.changes)",
      {organisation, t.finding, t.id, word_of(t.kind), t.owner, t.reason, t.evidence, t.evidence_sha256,
       to_unix(t.created), t.created_by, seconds(t.until), seconds(t.answer), word_of(t.decision),
       seconds(t.decided), t.decided_by, t.decision_reason, seconds(t.withdrawn), t.withdrawn_by,
       seconds(next_change(t, now))});
}

std::optional<store::Finding> stored_finding(store::Connection& connection, std::string_view organisation,
                                             std::string_view id) {
  const auto row = connection.first(
      fmt::format("SELECT {} FROM finding f WHERE f.organisation = ?1 AND f.id = ?2", finding_columns),
      {organisation, id});
  if (!row) return std::nullopt;
  return finding_of(*row);
}

std::string_view action_of(Kind kind) {
  switch (kind) {
    case Kind::acceptance:
      return "finding.accept";
    case Kind::compensation:
      return "finding.compensate";
    case Kind::dispute:
      return "finding.dispute";
  }
  return "finding.treat";
}

}  // namespace

std::vector<Treatment> treatments_of(store::Connection& connection, std::string_view organisation) {
  return treatments_in(connection.query(treatments_where("organisation = ?1"), {organisation}));
}

std::vector<Treatment> treatments_of(store::Connection& connection, std::string_view organisation,
                                     std::string_view finding) {
  return treatments_in(
      connection.query(treatments_where("organisation = ?1 AND finding = ?2"), {organisation, finding}));
}

void each_waiting(store::Connection& connection, Kind kind, std::int64_t after, std::string_view after_id,
                  const std::function<bool(const std::string& organisation, const std::string& name,
                                           const Treatment& treatment)>& each) {
  const auto word = word_of(kind);
  const std::array<store::Value, 3> values = {word, after, after_id};
  connection.each(
      R"(SELECT t.id, t.finding, t.kind, t.owner, t.reason, t.evidence, t.evidence_sha256, t.created, t.created_by,
           t.until_time, t.answer, t.decision, t.decided, t.decided_by, t.decision_reason, t.withdrawn, t.withdrawn_by,
           t.organisation, o.name
         FROM treatment t JOIN organisation o ON o.id = t.organisation
         JOIN finding f ON f.organisation = t.organisation AND f.id = t.finding AND t.created >= f.first_seen
         WHERE t.kind = ?1 AND t.kind <> 'acceptance' AND t.decided IS NULL AND t.withdrawn IS NULL
           AND f.state <> 'fixed' AND (t.created, t.id) > (?2, ?3)
         ORDER BY t.created, t.id)",
      values, [&](const store::Row& row) { return each(row.text(17), row.text(18), treatment_of(row)); });
}

std::optional<store::Finding> finding_now(store::Connection& connection, std::string_view organisation,
                                          std::string_view id, UtcTime now) {
  auto finding = stored_finding(connection, organisation, id);
  if (!finding) return std::nullopt;
  return with_states({std::move(*finding)}, treatments_of(connection, organisation, id), now).front();
}

std::vector<store::Finding> findings_now(store::Connection& connection, std::string_view organisation,
                                         UtcTime now) {
  std::vector<store::Finding> findings;
  for (const auto& row : connection.query(
           fmt::format("SELECT {} FROM finding f WHERE f.organisation = ?1 ORDER BY f.id", finding_columns),
           {organisation}))
    findings.push_back(finding_of(row));
  return with_states(std::move(findings), treatments_of(connection, organisation), now);
}

Assignment assignment_of(store::Connection& connection, std::string_view organisation,
                         std::string_view finding) {
  const auto row =
      connection.first("SELECT assignee, due FROM assignment WHERE organisation = ?1 AND finding = ?2",
                       {organisation, finding});
  if (!row) return {};
  return {row->text(0), moment(*row, 1)};
}

std::vector<Comment> comments_of(store::Connection& connection, std::string_view organisation,
                                 std::string_view finding) {
  std::vector<Comment> out;
  for (const auto& row : connection.query(R"(SELECT id, time, author, body FROM finding_comment
      WHERE organisation = ?1 AND finding = ?2 ORDER BY time, id)",
                                          {organisation, finding}))
    out.push_back({row.text(0), from_unix(row.number(1)), row.text(2), row.text(3)});
  return out;
}

Desk::Answer Desk::keep(std::string_view organisation, const store::Finding& before, Treatment treatment,
                        std::span<const Treatment> others, std::string_view action) {
  std::vector<Treatment> all;
  for (const auto& other : others)
    if (other.id != treatment.id) all.push_back(other);
  all.push_back(treatment);
  const auto after = with_states({before}, all, by_.now).front().state;
  save(connection_, organisation, treatment, by_.now);
  touched_[std::string(organisation)] |= after != before.state;

  json::object event{{"finding", before.id},
                     {"treatment", treatment.id},
                     {"kind", word_of(treatment.kind)},
                     {"standing", word_of(standing_of(treatment, by_.now))},
                     {"state_before", word_of(before.state)},
                     {"state_after", word_of(after)},
                     {"by", by_.user}};
  store::append_event(connection_, by_.now, "treatment-changed", organisation, json::serialize(event));
  json::object detail{{"treatment", treatment.id},
                      {"state_before", word_of(before.state)},
                      {"state_after", word_of(after)},
                      {"reason", treatment.decided ? treatment.decision_reason : treatment.reason}};
  if (treatment.decided) detail["decision"] = word_of(treatment.decision);
  if (!treatment.owner.empty()) detail["owner"] = treatment.owner;
  if (treatment.until) detail["until"] = format_time(*treatment.until);
  if (!treatment.evidence_sha256.empty()) detail["evidence_sha256"] = treatment.evidence_sha256;
  entries_.push_back({std::string(action), std::string(organisation), before.id, std::move(detail), true});
  return Done{std::move(treatment), before.state, after};
}

Desk::Answer Desk::ask(std::string_view organisation, std::string_view finding, Request wanted) {
  const auto before = finding_now(connection_, organisation, finding, by_.now);
  if (!before) return unexpected(Missing::finding);
  const auto earlier = treatments_of(connection_, organisation, finding);
  const auto kind = wanted.kind;
  auto treatment = request(*before, earlier, std::move(wanted), by_.user, by_.now);
  if (!treatment) return unexpected(treatment.error());
  treatment->id = new_id();
  return keep(organisation, *before, std::move(*treatment), earlier, action_of(kind));
}

Desk::Answer Desk::decide(std::string_view organisation, std::string_view finding, std::string_view treatment,
                          Decision decision, std::string_view reason) {
  const auto before = finding_now(connection_, organisation, finding, by_.now);
  if (!before) return unexpected(Missing::finding);
  const auto all = treatments_of(connection_, organisation, finding);
  const auto found = std::ranges::find(all, treatment, &Treatment::id);
  if (found == all.end()) return unexpected(Missing::treatment);
  auto decided = followup::decide(*found, decision, reason, by_.user, by_.now);
  if (!decided) return unexpected(decided.error());
  return keep(organisation, *before, std::move(*decided), all,
              found->kind == Kind::dispute ? "finding.answer" : "finding.approve");
}

Desk::Answer Desk::withdraw(std::string_view organisation, std::string_view finding,
                            std::string_view treatment) {
  const auto before = finding_now(connection_, organisation, finding, by_.now);
  if (!before) return unexpected(Missing::finding);
  const auto all = treatments_of(connection_, organisation, finding);
  const auto found = std::ranges::find(all, treatment, &Treatment::id);
  if (found == all.end()) return unexpected(Missing::treatment);
  auto withdrawn = followup::withdraw(*found, by_.user, by_.now);
  if (!withdrawn) return unexpected(withdrawn.error());
  return keep(organisation, *before, std::move(*withdrawn), all, "finding.withdraw");
}

bool Desk::assign(std::string_view organisation, std::string_view finding, const Work& work) {
  if (!stored_finding(connection_, organisation, finding)) return false;
  const auto before = assignment_of(connection_, organisation, finding);
  auto after = before;
  if (work.assignee) after.assignee = *work.assignee;
  if (work.due) {
    after.due.reset();
    if (*work.due) after.due = end_of_oslo_day(**work.due);
  }
  connection_.execute(
      R"(INSERT INTO assignment (organisation, finding, assignee, due, changed, changed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (organisation, finding) DO UPDATE SET assignee = excluded.assignee, due = excluded.due,
           changed = excluded.changed, changed_by = excluded.changed_by)",
      {organisation, finding, after.assignee, seconds(after.due), to_unix(by_.now), by_.user});
  const auto shown = [](const Assignment& assignment) {
    json::object out{{"assignee", assignment.assignee}};
    if (assignment.due) out["due_before"] = format_time(*assignment.due);
    return out;
  };
  json::object data{
      {"finding", finding}, {"before", shown(before)}, {"after", shown(after)}, {"by", by_.user}};
  store::append_event(connection_, by_.now, "assigned", organisation, json::serialize(data));
  entries_.push_back({"finding.assign", std::string(organisation), std::string(finding),
                      json::object{{"before", shown(before)}, {"after", shown(after)}}, false});
  return true;
}

std::optional<Comment> Desk::comment(std::string_view organisation, std::string_view finding,
                                     std::string_view text) {
  if (!stored_finding(connection_, organisation, finding)) return std::nullopt;
  Comment out{new_id(), by_.now, by_.user, std::string(text)};
  connection_.execute(
      "INSERT INTO finding_comment (organisation, finding, id, time, author, body) VALUES (?1, ?2, ?3, ?4, "
      "?5, ?6)",
      {organisation, finding, out.id, to_unix(out.time), out.author, out.text});
  store::append_event(
      connection_, by_.now, "comment-added", organisation,
      json::serialize(json::object{{"finding", finding}, {"comment", out.id}, {"by", by_.user}}));
  entries_.push_back({"finding.comment", std::string(organisation), std::string(finding),
                      json::object{{"comment", out.id}}, false});
  return out;
}

std::map<std::string, Effect> Desk::finish() {
  std::map<std::string, Effect> effects;
  for (const auto& [organisation, moved] : touched_) {
    if (!moved) continue;
    if (const auto effect = rescore(connection_, organisation, by_.now))
      effects.emplace(organisation, *effect);
  }
  for (auto& entry : entries_) {
    const auto effect = effects.find(entry.organisation);
    if (entry.scored && effect != effects.end()) {
      entry.detail["score_before_cp"] = effect->second.before_cp;
      entry.detail["score_after_cp"] = effect->second.after_cp;
    }
    store::append_audit(connection_, by_.now, by_.actor, entry.action, entry.organisation, entry.object,
                        json::serialize(entry.detail));
  }
  entries_.clear();
  touched_.clear();
  return effects;
}

}  // namespace utsyn::followup
