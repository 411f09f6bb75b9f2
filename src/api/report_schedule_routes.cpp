// Reports that are sent on their days: everybody has their own.
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

#include "api/areas.h"
#include "api/context.h"
#include "api/followup_json.h"
#include "api/route.h"
#include "base/id.h"
#include "followup/alerts/fault.h"
#include "portfolio/portfolios.h"
#include "report/delivery_words.h"
#include "report/schedule.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
namespace alerts = followup::alerts;
using report::ReportFault;
using report::ReportKind;
using report::ReportSchedule;
using store::Connection;

constexpr std::size_t kMostSchedules = 100;

template <class Enum>
const char* word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}
json::value maybe_text(const std::string& text) { return text.empty() ? json::value() : json::value(text); }
json::value maybe_time(const std::optional<UtcTime>& time) {
  return time ? json::value(format_time(*time)) : json::value();
}

json::object latest_json(const alerts::Delivery& delivery, checks::Language language) {
  json::object out{{"id", delivery.id},
                   {"channel", delivery.channel},
                   {"state", delivery.state},
                   {"created", format_time(delivery.created)},
                   {"next_try", nullptr},
                   {"attempts", delivery.attempts},
                   {"sent", maybe_time(delivery.sent)},
                   {"error", maybe_text(report::delivery_words(delivery.error, language))},
                   {"alerts", delivery.alerts},
                   {"report_schedule", delivery.schedule}};
  if (delivery.state == "pending") out["next_try"] = format_time(delivery.next_try);
  return out;
}

json::object schedule_json(Connection& connection, const Request& request, const ReportSchedule& one,
                           const std::vector<alerts::Delivery>& latest) {
  const auto& access = request.access;
  const auto language = language_of(request);
  json::object out{{"id", one.id},
                   {"what", word(one.what)},
                   {"organisation", maybe_text(one.organisation)},
                   {"organisation_name", nullptr},
                   {"portfolio", maybe_text(one.portfolio)},
                   {"portfolio_name", nullptr},
                   {"pages", one.pages},
                   {"language", one.language},
                   {"channel", one.channel},
                   {"every", word(one.rhythm.every)},
                   {"day", one.rhythm.day},
                   {"hour", one.rhythm.hour},
                   {"active", one.active},
                   {"waits", nullptr},
                   {"next_due", nullptr},
                   {"last_sent", maybe_time(one.last_sent)},
                   {"created", format_time(one.created)},
                   {"fault", nullptr},
                   {"latest", nullptr}};
  if (one.what == ReportKind::board && access.sees(one.organisation)) {
    if (const auto row = connection.first("SELECT name FROM organisation WHERE id = ?1", {one.organisation}))
      out["organisation_name"] = row->text(0);
  }
  if (one.what == ReportKind::members && one.portfolio != report::kEverything) {
    if (const auto portfolio = portfolio::portfolio(connection, access, one.portfolio))
      out["portfolio_name"] = portfolio->name;
  }
  if (const auto channel = alerts::channel(connection, one.channel)) {
    if (!channel->confirmed)
      out["waits"] = "unconfirmed";
    else if (!channel->active)
      out["waits"] = "channel_paused";
  }
  if (one.active) out["next_due"] = format_time(one.next_due);
  if (one.fault != ReportFault::none)
    out["fault"] = json::object{{"kind", word(one.fault)},
                                {"detail", maybe_text(report::delivery_words(one.fault_detail, language))}};
  const auto found = std::ranges::find(latest, one.id, &alerts::Delivery::schedule);
  if (found != latest.end()) out["latest"] = latest_json(*found, language);
  return out;
}
json::object schedule_json(Connection& connection, const Request& request, const ReportSchedule& one) {
  return schedule_json(connection, request, one, report::latest_reports(connection, one.owner));
}

ReportSchedule own_schedule(Connection& connection, const Request& request) {
  auto one = report::report_schedule(connection, request.parameter("schedule"));
  if (!one || one->owner != request.access.user) not_found("report schedule");
  return std::move(*one);
}

followup::Every every_named(const std::string& text) {
  followup::Every out{};
  if (!boost::describe::enum_from_string(text.c_str(), out))
    wrong_field("/every", "every is week, month or quarter.");
  return out;
}

void check(Connection& connection, const Request& request, const ReportSchedule& one) {
  if (!followup::possible(one.rhythm))
    wrong_field("/day", "A week has the days 1 (Monday) to 7, a month 1 to 31.");
  if (one.language != "nb" && one.language != "nn" && one.language != "en")
    wrong_field("/language", "A language is nb, nn or en.");
  if (one.pages != 1 && one.pages != 5) wrong_field("/pages", "A report has 1 page or 5.");
  const auto channel = alerts::channel(connection, one.channel);
  if (!channel || channel->owner != request.access.user || channel->kind != "email")
    wrong_field("/channel", "There is no such e-mail channel of yours. Make one first.");
  if (report::may_have(connection, request.access, one)) return;
  if (one.what == ReportKind::members)
    wrong_field("/portfolio", "There is no such portfolio among those you see.");
  if (one.pages > 1 && request.access.sees(one.organisation) &&
      !request.access.sees(one.organisation, access::Detail::findings))
    wrong_field("/pages",
                "Five pages tell of findings, and you see the score of this organisation alone; "
                "take one page.");
  wrong_field("/organisation", "There is no such organisation among those you see.");
}

Response list_schedules(Context& context, const Request& request) {
  json::array items;
  context.sql->read([&](Connection& connection) {
    items.clear();
    const auto latest = report::latest_reports(connection, request.access.user);
    for (const auto& one : report::report_schedules(connection, request.access.user))
      items.push_back(schedule_json(connection, request, one, latest));
  });
  return list_response(std::move(items), {});
}

Response get_schedule(Context& context, const Request& request) {
  return json_response(context.sql->read([&](Connection& connection) {
    return schedule_json(connection, request, own_schedule(connection, request));
  }));
}

Response create_schedule(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body,
               {"what", "organisation", "portfolio", "pages", "language", "channel", "every", "day", "hour"});
  ReportSchedule one;
  one.id = new_id();
  one.owner = request.access.user;
  const bool board = required_choice(body, "what", {"board", "members"}) == "board";
  one.what = board ? ReportKind::board : ReportKind::members;
  one.organisation = optional_text(body, "organisation", 200).value_or("");
  one.portfolio = optional_text(body, "portfolio", 200).value_or("");
  if (board && !one.portfolio.empty())
    wrong_field("/portfolio", "A board report is of an organisation, not of a portfolio.");
  if (!board && !one.organisation.empty())
    wrong_field("/organisation", "A table of members is of a portfolio, not of an organisation.");
  one.pages = static_cast<int>(optional_integer(body, "pages", 1, 5).value_or(1));
  one.language = optional_text(body, "language", 200).value_or(request.language);
  one.channel = required_text(body, "channel", 100);
  one.rhythm.every = every_named(required_text(body, "every", 200));
  one.rhythm.day = static_cast<int>(required_integer(body, "day", 1, 31));
  one.rhythm.hour = static_cast<int>(required_integer(body, "hour", 0, 23));
  one.created = context.now();
  const auto answer = context.sql->write([&](Connection& connection) {
    check(connection, request, one);
    if (report::report_schedules(connection, request.access.user).size() >= kMostSchedules)
      fail({409, "too-many", "Too many scheduled reports",
            "You have 100 scheduled reports. Remove some, then add this one.", ""});
    one.next_due = followup::next_due(one.rhythm, one.created);
    report::put(connection, one);
    auto made = schedule_json(connection, request, one);
    store::append_audit(connection, one.created, request.access.actor, "report-schedule.create",
                        one.organisation, one.id, json::serialize(made));
    return made;
  });
  return created(answer, "/api/v1/report-schedules/" + one.id);
}

Response change_schedule(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"pages", "language", "every", "day", "hour", "channel", "active"});
  return json_response(context.sql->write([&](Connection& connection) {
    auto one = own_schedule(connection, request);
    const auto before = one;
    if (const auto pages = optional_integer(body, "pages", 1, 5)) one.pages = static_cast<int>(*pages);
    if (const auto language = optional_text(body, "language", 200)) one.language = *language;
    if (const auto every = optional_text(body, "every", 200)) one.rhythm.every = every_named(*every);
    if (const auto day = optional_integer(body, "day", 1, 31)) one.rhythm.day = static_cast<int>(*day);
    if (const auto hour = optional_integer(body, "hour", 0, 23)) one.rhythm.hour = static_cast<int>(*hour);
    if (const auto channel = optional_text(body, "channel", 100)) one.channel = *channel;
    if (const auto active = optional_truth(body, "active")) one.active = *active;
    // To pause it takes no access to what it is about.
    if (one.active) check(connection, request, one);
    if (one.active && (!before.active || one.rhythm != before.rhythm))
      one.next_due = followup::next_due(one.rhythm, context.now());
    if (one.active && one.lost_access) {
      one.lost_access = false;
      one.fault = ReportFault::none;
      one.fault_detail.clear();
    }
    const auto taken_back = alerts::kept(alerts::FaultCode::report_taken_back);
    if (!one.active && before.active) {
      report::take_back_report(connection, one.id, taken_back);
      if (one.fault != ReportFault::uncertain) one.fault = ReportFault::none;
    }
    if (one.channel != before.channel) report::take_back_report(connection, one.id, taken_back);
    report::put(connection, one);
    auto changed = schedule_json(connection, request, one);
    store::append_audit(connection, context.now(), request.access.actor, "report-schedule.change",
                        one.organisation, one.id, json::serialize(changed));
    return changed;
  }));
}

Response delete_schedule(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    const auto one = own_schedule(connection, request);
    report::remove_report_schedule(connection, one.id);
    store::append_audit(connection, context.now(), request.access.actor, "report-schedule.delete",
                        one.organisation, one.id, "{}");
  });
  return no_content();
}

Response send_now(Context& context, const Request& request) {
  return json_response(context.sql->write([&](Connection& connection) {
    const auto one = own_schedule(connection, request);
    const auto channel = alerts::channel(connection, one.channel);
    const auto refuse = [](std::string_view detail) {
      fail({.status = 409,
            .type = "conflict",
            .title = "This does not go with what there is",
            .detail = std::string(detail)});
    };
    if (!one.active) refuse("The report is paused. Start it first.");
    if (!channel || !channel->confirmed)
      refuse("The address is not confirmed. Open the link of the letter first.");
    if (!channel->active) refuse("The channel is paused. Start it first.");
    check(connection, request, one);
    const auto tried = report::send_report_now(connection, context.now(), one);
    if (tried.wait_s > 0) {
      fail({.status = 429,
            .type = "too-many-attempts",
            .title = "Too many attempts",
            .detail = "This report is on its way, or was sent less than a minute ago.",
            .retry_after_s = tried.wait_s});
    }
    store::append_audit(connection, context.now(), request.access.actor, "report-schedule.send",
                        one.organisation, one.id, "{}");
    return schedule_json(connection, request, one);
  }),
                       202);
}

}  // namespace

void add_schedule_routes(Router& router) {
  const auto add = [&](const char* method, const char* pattern, const char* operation, Handler handler) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/report-schedules") + pattern,
                .operation = operation,
                .permission = access::Permission::read,
                .handler = std::move(handler)});
  };
  add("GET", "", "listReportSchedules", list_schedules);
  add("POST", "", "createReportSchedule", create_schedule);
  add("GET", "/{schedule}", "getReportSchedule", get_schedule);
  add("PATCH", "/{schedule}", "changeReportSchedule", change_schedule);
  add("DELETE", "/{schedule}", "deleteReportSchedule", delete_schedule);
  add("POST", "/{schedule}/send", "sendReportNow", send_now);
}

}  // namespace utsyn::api
