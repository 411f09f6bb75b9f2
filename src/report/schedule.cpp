#include "report/schedule.h"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include "base/id.h"
#include "followup/alerts/fault.h"
#include "portfolio/portfolios.h"

namespace utsyn::report {
namespace {

namespace outbox = followup::alerts;
using store::Connection;
using store::Row;

constexpr std::int64_t kMostAtOnce = 200;  // due reports in one transaction
constexpr std::size_t kMostDetail = 1'000;

template <class Enum>
const char* word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}

ReportSchedule schedule_of(const Row& row) {
  ReportSchedule out;
  out.id = row.text(0);
  out.owner = row.text(1);
  boost::describe::enum_from_string(row.text(2).c_str(), out.what);
  out.organisation = row.text(3);
  out.portfolio = row.text(4);
  out.pages = static_cast<int>(row.number(5));
  out.language = row.text(6);
  boost::describe::enum_from_string(row.text(7).c_str(), out.rhythm.every);
  out.rhythm.day = static_cast<int>(row.number(8));
  out.rhythm.hour = static_cast<int>(row.number(9));
  out.channel = row.text(10);
  out.active = row.truth(11);
  out.lost_access = row.truth(12);
  out.next_due = from_unix(row.number(13));
  out.created = from_unix(row.number(14));
  if (const auto sent = row.maybe_number(15)) out.last_sent = from_unix(*sent);
  out.last_cp = row.maybe_number(16);
  out.last_method = row.text(17);
  const auto fault = row.text(18);
  if (!fault.empty()) boost::describe::enum_from_string(fault.c_str(), out.fault);
  out.fault_detail = row.text(19);
  return out;
}
constexpr std::string_view kSchedule =
    "SELECT id, owner, what, organisation, portfolio, pages, language, every, day, hour, channel, active, "
    "lost_access, next_due, created, last_sent, last_cp, last_method, fault, fault_detail FROM "
    "report_schedule ";
// ?1 is now. A channel that is paused or not confirmed holds its reports back until it is.
constexpr std::string_view kDue =
    "WHERE active = 1 AND next_due <= ?1 "
    "AND channel IN (SELECT id FROM channel WHERE active = 1 AND confirmed = 1) ";

std::string sql(std::string_view start, std::string_view rest) {
  return std::string(start) + std::string(rest);
}

bool on_its_way(Connection& connection, std::string_view schedule) {
  return connection
      .first(R"(SELECT 1 FROM delivery WHERE schedule = ?1 AND schedule <> ''
                AND state IN ('pending', 'making', 'sending') LIMIT 1)",
             {schedule})
      .has_value();
}

std::string new_message(Connection& connection, UtcTime now, const ReportSchedule& schedule) {
  const auto id = new_id();
  connection.execute(
      R"(INSERT INTO delivery (id, channel, owner, state, created, next_try, alerts, schedule)
         VALUES (?1, ?2, ?3, 'pending', ?4, ?4, 0, ?5))",
      {id, schedule.channel, schedule.owner, to_unix(now), schedule.id});
  return id;
}

}  // namespace

std::vector<ReportSchedule> report_schedules(Connection& connection, std::string_view owner) {
  std::vector<ReportSchedule> out;
  for (const auto& row : connection.query(sql(kSchedule, "WHERE owner = ?1 ORDER BY created, id"), {owner}))
    out.push_back(schedule_of(row));
  return out;
}

std::optional<ReportSchedule> report_schedule(Connection& connection, std::string_view id) {
  const auto row = connection.first(sql(kSchedule, "WHERE id = ?1"), {id});
  if (!row) return std::nullopt;
  return schedule_of(*row);
}

void put(Connection& connection, const ReportSchedule& one) {
  connection.execute(
      R"(INSERT INTO report_schedule (id, owner, what, organisation, portfolio, pages, language, every, day, hour,
           channel, active, lost_access, next_due, created, fault, fault_detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
         ON CONFLICT (id) DO UPDATE SET pages = excluded.pages, language = excluded.language,
           every = excluded.every, day = excluded.day, hour = excluded.hour, channel = excluded.channel,
           active = excluded.active, lost_access = excluded.lost_access, next_due = excluded.next_due,
           fault = excluded.fault, fault_detail = excluded.fault_detail)",
      {one.id, one.owner, word(one.what), one.organisation, one.portfolio, one.pages, one.language,
       word(one.rhythm.every), one.rhythm.day, one.rhythm.hour, one.channel, one.active, one.lost_access,
       to_unix(one.next_due), to_unix(one.created), one.fault == ReportFault::none ? "" : word(one.fault),
       one.fault_detail});
}

void take_back_report(Connection& connection, std::string_view id, std::string_view why) {
  connection.execute(
      R"(UPDATE delivery SET state = 'dead', error = ?2
         WHERE schedule = ?1 AND schedule <> '' AND state IN ('pending', 'making'))",
      {id, why});
}

void remove_report_schedule(Connection& connection, std::string_view id) {
  take_back_report(connection, id, outbox::kept(outbox::FaultCode::report_removed));
  connection.execute("DELETE FROM report_schedule WHERE id = ?1", {id});
}

bool may_have(Connection& connection, const access::Access& access, const ReportSchedule& schedule) {
  if (!access.may(access::Permission::read)) return false;
  if (schedule.what == ReportKind::members)
    return schedule.portfolio == kEverything ||
           portfolio::portfolio(connection, access, schedule.portfolio).has_value();
  const auto needed = schedule.pages > 1 ? access::Detail::findings : access::Detail::score;
  return access.sees(schedule.organisation, needed) &&
         connection
             .first("SELECT 1 FROM organisation WHERE id = ?1 AND removed IS NULL", {schedule.organisation})
             .has_value();
}

bool any_report_due(Connection& connection, UtcTime now) {
  return connection.first(sql("SELECT 1 FROM report_schedule ", sql(kDue, "LIMIT 1")), {to_unix(now)})
      .has_value();
}

void plan_reports(Connection& connection, UtcTime now, const outbox::AccessOf& access_of) {
  for (const auto& row : connection.query(sql(kSchedule, sql(kDue, "ORDER BY next_due, id LIMIT ?2")),
                                          {to_unix(now), kMostAtOnce})) {
    const auto schedule = schedule_of(row);
    const auto access = access_of(connection, schedule.owner);
    if (!access || !may_have(connection, *access, schedule)) {
      pause_without_access(connection, now, schedule);
      continue;
    }
    connection.execute("UPDATE report_schedule SET next_due = ?2 WHERE id = ?1",
                       {schedule.id, to_unix(followup::next_due(schedule.rhythm, now))});
    // The one before is still tried: when it is made, it has the figures of then.
    if (!on_its_way(connection, schedule.id)) new_message(connection, now, schedule);
  }
}

ReportTried send_report_now(Connection& connection, UtcTime now, const ReportSchedule& schedule) {
  const auto latest = connection.first(
      R"(SELECT id, state, created, attempts FROM delivery WHERE schedule = ?1 AND schedule <> ''
         ORDER BY created DESC, id DESC LIMIT 1)",
      {schedule.id});
  if (latest) {
    const auto wait = latest->number(2) + std::chrono::seconds(kReportAgain).count() - to_unix(now);
    const auto state = latest->text(1);
    if (state == "pending" && latest->number(3) > 0) {  // waits for its next try: now, then
      connection.execute("UPDATE delivery SET next_try = ?2, attempts = 0 WHERE id = ?1",
                         {latest->text(0), to_unix(now)});
      return {.delivery = latest->text(0)};
    }
    if (state == "pending" || state == "making" || state == "sending")
      return {.delivery = {}, .wait_s = std::max<std::int64_t>(wait, 10)};
    if (wait > 0) return {.delivery = {}, .wait_s = wait};
  }
  return {.delivery = new_message(connection, now, schedule)};
}

std::vector<outbox::Delivery> latest_reports(Connection& connection, std::string_view owner) {
  std::vector<outbox::Delivery> out;
  for (const auto& row : connection.query(
           R"(SELECT d.id FROM report_schedule s JOIN delivery d ON d.id =
                (SELECT e.id FROM delivery e WHERE e.schedule = s.id AND e.schedule <> ''
                 ORDER BY e.created DESC, e.id DESC LIMIT 1)
              WHERE s.owner = ?1)",
           {owner})) {
    if (auto one = outbox::delivery(connection, row.text(0))) out.push_back(std::move(*one));
  }
  return out;
}

void report_was_sent(Connection& connection, UtcTime now, std::string_view id,
                     std::optional<std::int64_t> score_cp, std::string_view method) {
  connection.execute(
      R"(UPDATE report_schedule SET last_sent = ?2, last_cp = ?3, last_method = ?4, fault = '', fault_detail = ''
         WHERE id = ?1)",
      {id, to_unix(now), score_cp, method});
  const auto one = report_schedule(connection, id);
  if (one) store::append_audit(connection, now, {}, "report-schedule.sent", one->organisation, id, "{}");
}

void report_was_not_sent(Connection& connection, std::string_view id, ReportFault fault,
                         std::string_view detail) {
  connection.execute("UPDATE report_schedule SET fault = ?2, fault_detail = ?3 WHERE id = ?1",
                     {id, word(fault), detail.substr(0, kMostDetail)});
}

void pause_without_access(Connection& connection, UtcTime now, const ReportSchedule& schedule) {
  take_back_report(connection, schedule.id, outbox::kept(outbox::FaultCode::report_access));
  connection.execute(
      "UPDATE report_schedule SET active = 0, lost_access = 1, fault = 'access', fault_detail = '' WHERE id "
      "= "
      "?1",
      {schedule.id});
  store::append_audit(connection, now, {}, "report-schedule.pause", schedule.organisation, schedule.id,
                      R"({"reason":"its owner may no longer have this report"})");
}

void mark_interrupted_reports(Connection& connection, UtcTime now) {
  connection.execute(
      R"(UPDATE report_schedule SET fault = 'uncertain', fault_detail = '' WHERE id IN
           (SELECT schedule FROM delivery WHERE state = 'sending' AND lease <= ?1 AND schedule <> ''))",
      {to_unix(now)});
}

}  // namespace utsyn::report
