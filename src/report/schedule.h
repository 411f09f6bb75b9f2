// Reports that are sent again and again: what a person has asked for, when it is due, and what became of the
// latest. A report that is due becomes a message of the outbox (followup/alerts/outbox.h), which sends it
// once; how it is made is in scheduled_report.h. Everything in the database, so that a restart loses nothing
// and repeats nothing: a time that was missed is made up for once.
#pragma once

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "followup/alerts/outbox.h"
#include "followup/due_time.h"

namespace utsyn::report {

enum class ReportKind {
  board,   // the board report of an organisation, a PDF of one page or five
  members  // the table of a portfolio's members, a workbook
};
BOOST_DESCRIBE_ENUM(ReportKind, board, members)

// What stands in the way of the next report.
enum class ReportFault {
  none,
  access,        // its owner may no longer have it: the schedule is paused
  not_measured,  // there are no figures yet
  no_pdf,        // WeasyPrint is not installed
  busy,          // too many reports are being made
  too_large,     // for an e-mail
  failed,        // it could not be made
  not_sent,      // the mail server did not take it
  uncertain      // the program ended while it was being sent
};
BOOST_DESCRIBE_ENUM(ReportFault, none, access, not_measured, no_pdf, busy, too_large, failed, not_sent,
                    uncertain)

struct ReportSchedule {
  std::string id;
  std::string owner;
  ReportKind what = ReportKind::board;
  std::string organisation;  // of a board report
  std::string portfolio;     // of members; kEverything is what the owner sees
  int pages = 1;
  std::string language = "nb";
  followup::Rhythm rhythm;
  std::string channel;  // an e-mail address of the owner's
  bool active = true;
  bool lost_access = false;  // why it is not active
  UtcTime next_due{};
  UtcTime created{};
  std::optional<UtcTime> last_sent;
  std::optional<std::int64_t> last_cp;  // the score in it
  std::string last_method;
  ReportFault fault = ReportFault::none;
  std::string fault_detail;
};
inline constexpr std::string_view kEverything = "all";

std::vector<ReportSchedule> report_schedules(store::Connection& connection, std::string_view owner);
std::optional<ReportSchedule> report_schedule(store::Connection& connection, std::string_view id);
void put(store::Connection& connection, const ReportSchedule& schedule);  // new or changed; not what was sent
// What waits to be sent by it is not sent.
void remove_report_schedule(store::Connection& connection, std::string_view id);
// Takes back what waits.
void take_back_report(store::Connection& connection, std::string_view id, std::string_view why);

// May this person have this report? Asked when it is ordered, when it is due and when it is made.
bool may_have(store::Connection& connection, const access::Access& access, const ReportSchedule& schedule);

bool any_report_due(store::Connection& connection, UtcTime now);
// Makes messages of what is due, and the next due time of each. In one write().
void plan_reports(store::Connection& connection, UtcTime now, const followup::alerts::AccessOf& access_of);

// At once, by a person. Not while one is on its way, and not twice a minute: seconds to wait then.
inline constexpr std::chrono::minutes kReportAgain{1};
struct ReportTried {
  std::string delivery;
  std::int64_t wait_s = 0;
};
ReportTried send_report_now(store::Connection& connection, UtcTime now, const ReportSchedule& schedule);
// The latest message of each of an owner's schedules.
std::vector<followup::alerts::Delivery> latest_reports(store::Connection& connection, std::string_view owner);

// What became of it; in the transaction of the outbox's own words.
void report_was_sent(store::Connection& connection, UtcTime now, std::string_view id,
                     std::optional<std::int64_t> score_cp, std::string_view method);
void report_was_not_sent(store::Connection& connection, std::string_view id, ReportFault fault,
                         std::string_view detail);
// Paused, and shown with its reason; the owner goes on with it when the access is back.
void pause_without_access(store::Connection& connection, UtcTime now, const ReportSchedule& schedule);
// Before the outbox's mark_interrupted(), in the same transaction.
void mark_interrupted_reports(store::Connection& connection, UtcTime now);

}  // namespace utsyn::report
