// One thing for many findings, each with an outcome of its own.
#include <fmt/format.h>

#include "api/areas.h"
#include "api/details.h"
#include "api/finding_requests.h"
#include "engine/jobs.h"
#include "followup/recheck.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using followup::Desk;
using store::Connection;

constexpr std::size_t kMostAtOnce = 500;
constexpr std::size_t kMostStretches =
    100;  // looked through for a filter, each of followup::kMostExamined findings

// One thing for many findings. Each is done for itself; one that cannot be done does not stop the others.
struct Bulk {
  std::string action;
  Desk::Work work;
  std::string text;
  followup::Request wanted;
};

Result<std::string, Problem> do_one(Connection& connection, Desk& desk, const Bulk& bulk,
                                    const Request& request, const std::string& organisation,
                                    const std::string& finding, UtcTime now) {
  const auto missing = absent("finding");
  if (!request.access.sees(organisation, Detail::findings)) return unexpected(missing);
  const auto permission = bulk.action == "recheck" ? Permission::recheck : Permission::follow_up;
  if (!request.access.may(permission, organisation))
    return unexpected(Problem{.status = 403,
                              .type = "forbidden",
                              .title = "Not allowed",
                              .detail = "You may read about this organisation, and not act for it."});
  if (bulk.action == "assign") {
    // Who may be given the work depends on the organisation.
    must_be_givable(connection, bulk.work, request, organisation, now);
    if (!desk.assign(organisation, finding, bulk.work)) return unexpected(missing);
    return std::string();
  }
  if (bulk.action == "comment") {
    const auto comment = desk.comment(organisation, finding, bulk.text);
    if (!comment) return unexpected(missing);
    return comment->id;
  }
  if (bulk.action == "recheck") {
    const auto listed = followup::listed_finding(connection, request.access, organisation, finding, now);
    if (!listed) return unexpected(missing);
    const auto job = followup::recheck(connection, now, request.access.actor, organisation,
                                       listed->finding.asset, finding);
    if (!job)
      return unexpected(Problem{.status = 429,
                                .type = "too-many-rechecks",
                                .title = "Too many rechecks",
                                .detail = "This organisation has been measured often enough this hour."});
    return job->id;
  }
  const auto answer = desk.ask(organisation, finding, bulk.wanted);
  if (!answer) return unexpected(problem_of_answer(answer.error()));
  return answer->treatment.id;
}

using Items = std::vector<std::pair<std::string, std::string>>;  // organisation and finding

const json::object& object_in(const json::object& body, std::string_view member) {
  const auto* value = body.if_contains(member);
  if (value == nullptr || !value->is_object())
    wrong_field(fmt::format("/{}", member), fmt::format("{} must be an object.", member));
  return value->get_object();
}

Bulk read_bulk(const json::object& body, const Request& request, UtcTime now) {
  Bulk out;
  out.action = required_choice(body, "action", {"assign", "comment", "treat", "recheck"});
  if (out.action == "comment") out.text = required_text(body, "text");
  if (out.action == "assign") {
    const auto& work = object_in(body, "work");
    out.work = within("/work", [&] { return work_wanted(work, request, now); });
  }
  if (out.action == "treat") {
    const auto& treatment = object_in(body, "treatment");
    out.wanted = within("/treatment", [&] { return treatment_wanted(treatment); });
  }
  return out;
}

Items read_items(const json::value& value) {
  const auto* list = value.if_array();
  if (list == nullptr || list->empty() || list->size() > kMostAtOnce)
    wrong_field("/items", fmt::format("items must be a list of 1 to {} findings.", kMostAtOnce));
  Items out;
  for (const auto& item : *list) {
    within(fmt::format("/items/{}", out.size()), [&] {
      if (!item.is_object()) wrong_field("", "Each item has organisation and finding.");
      const auto& one = item.get_object();
      only_members(one, {"organisation", "finding"});
      out.emplace_back(required_text(one, "organisation", 200), required_text(one, "finding", 600));
    });
  }
  return out;
}

// All that fit. A page may end early, with a cursor, where no index answers the question.
Items all_that_fit(Context& context, const Request& request, const followup::Filter& filter) {
  return context.sql->read([&](Connection& connection) {
    Items out;
    followup::ListQuestion question{filter, followup::Order::worst, kMostAtOnce, {}, language_of(request)};
    for (std::size_t page = 0; page < kMostStretches; ++page) {
      auto found = followup::list_findings(connection, request.access, question, context.now());
      for (const auto& item : found->items) out.emplace_back(item.organisation, item.finding.id);
      if (out.size() > kMostAtOnce)
        wrong_field("/filter",
                    fmt::format("The filter fits more than {} findings; make it narrower.", kMostAtOnce));
      if (found->next.empty()) return out;
      question.after = std::move(found->next);
    }
    wrong_field(
        "/filter",
        "There are too many findings to look through for this filter; add an organisation, a check or "
        "an area to it.");
  });
}

Response act_on_findings(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"action", "items", "filter", "work", "text", "treatment"});
  const auto bulk = read_bulk(body, request, context.now());
  const bool by_filter = body.contains("filter");
  if (by_filter == body.contains("items")) wrong_field("/items", "Send either items or filter.");
  const auto items =
      by_filter ? all_that_fit(context, request, filter_of(object_in(body, "filter"), request, "/filter/"))
                : read_items(body.at("items"));

  json::array outcomes;
  json::object effects;
  std::int64_t done = 0;
  const auto language = language_told(request);
  context.sql->write([&](Connection& connection) {
    const auto by = by_of(context, request);
    Desk desk(connection, by);
    for (const auto& [organisation, finding] : items) {
      std::optional<Problem> problem;
      std::string made;
      try {
        auto answer = do_one(connection, desk, bulk, request, organisation, finding, by.now);
        if (answer)
          made = std::move(*answer);
        else
          problem = answer.error();
      } catch (const Problem& thrown) {
        problem = thrown;
      }
      done += problem ? 0 : 1;
      outcomes.push_back(json::object{
          {"organisation", organisation},
          {"finding", finding},
          {"done", !problem},
          {"problem", problem ? json::value(problem->type) : json::value()},
          {"detail", problem ? json::value(detail_in(language, problem->detail)) : json::value()},
          {"id", maybe_text(made)}});
    }
    for (const auto& [organisation, effect] : desk.finish())
      effects[organisation] = json::object{{"before_cp", effect.before_cp}, {"after_cp", effect.after_cp}};
  });
  const auto all = static_cast<std::int64_t>(outcomes.size());
  return json_response(json::object{{"done", done},
                                    {"refused", all - done},
                                    {"items", std::move(outcomes)},
                                    {"effects", std::move(effects)}});
}

}  // namespace

void add_finding_action_routes(Router& router) {
  router.add({.method = "POST",
              .pattern = "/api/v1/findings/actions",
              .operation = "actOnFindings",
              .permission = Permission::read,
              .detail = Detail::none,
              .handler = act_on_findings});
}

}  // namespace utsyn::api
