#include "api/finding_requests.h"

#include <fmt/format.h>

#include "followup/people.h"
#include "followup/rows.h"

namespace utsyn::api {

namespace json = boost::json;
using followup::Desk;
using store::Connection;

followup::By by_of(const Context& context, const Request& request) {
  return {request.access.actor, request.access.user, context.now()};
}

followup::Filter filter_of(const json::object& object, const Request& request, std::string_view where) {
  auto filter = followup::read_filter(object, request.access.user);
  if (!filter)
    wrong_field(fmt::format("{}{}", where, filter.error().member),
                fmt::format("{}: {}.", filter.error().member, filter.error().why));
  return std::move(*filter);
}

namespace {
constexpr std::chrono::days kMostDaysToDue{365};  // as an acceptance has
}  // namespace

Desk::Work work_wanted(const json::object& body, const Request& request, UtcTime now) {
  only_members(body, {"assignee", "due"});
  Desk::Work work;
  if (const auto* assignee = body.if_contains("assignee")) {
    work.assignee = assignee->is_null() ? std::string() : required_text(body, "assignee", 200);
    if (*work.assignee == "me") work.assignee = request.access.user;
  }
  if (const auto* due = body.if_contains("due")) {
    work.due = std::optional<followup::Date>{};
    if (!due->is_null()) {
      const auto date = followup::parse_date(required_text(body, "due", 200));
      if (!date) wrong_field("/due", "due must be a date as 2026-11-20.");
      const std::chrono::sys_days today{followup::oslo_date(now)};
      if (const std::chrono::sys_days day{*date}; day < today || day > today + kMostDaysToDue)
        wrong_field("/due",
                    "due must be a day from today to a year ahead. What is to stay longer is accepted.");
      work.due = date;
    }
  }
  return work;
}

void must_be_givable(Connection& connection, const Desk::Work& work, const Request& request,
                     std::string_view organisation, UtcTime now) {
  if (!work.assignee || work.assignee->empty() || *work.assignee == request.access.user) return;
  if (!followup::may_be_given(connection, organisation, *work.assignee, now))
    wrong_field("/assignee", "assignee must be the id of a user with access to this organisation.");
}

followup::Request treatment_wanted(const json::object& body) {
  only_members(body, {"kind", "owner", "reason", "evidence", "until"});
  followup::Request out;
  out.kind = *followup::named<followup::Kind>(
      required_choice(body, "kind", {"acceptance", "compensation", "dispute"}));
  out.owner = optional_text(body, "owner", 200).value_or("");
  out.reason = required_text(body, "reason");
  out.evidence = optional_text(body, "evidence", 20'000).value_or("");
  if (const auto until = optional_text(body, "until", 200)) {
    const auto date = followup::parse_date(*until);
    if (!date) wrong_field("/until", "until must be a date as 2026-11-20.");
    out.until = followup::end_of_oslo_day(*date);
  }
  return out;
}

Problem absent(std::string_view what) {
  try {
    not_found(what);
  } catch (const Problem& problem) {
    return problem;
  }
}

Problem problem_of_answer(const std::variant<followup::Missing, followup::Refusal>& error) {
  if (const auto* refusal = std::get_if<followup::Refusal>(&error)) return problem_of(*refusal);
  return absent(std::get<followup::Missing>(error) == followup::Missing::finding ? "finding" : "treatment");
}

json::object comment_json(const followup::Comment& comment, People& people) {
  return {{"id", comment.id},
          {"time", format_time(comment.time)},
          {"by", people.person(comment.author)},
          {"text", comment.text}};
}

}  // namespace utsyn::api
