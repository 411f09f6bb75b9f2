// One thing for many findings, each with an outcome of its own.
#include <fmt/format.h>

#include "api/areas.h"
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
  const Problem absent{.status = 404,
                       .type = "not-found",
                       .title = "Not found",
                       .detail = "There is no such finding, or you have no access to it."};
  if (!request.access.sees(organisation, Detail::findings)) return unexpected(absent);
  const auto permission = bulk.action == "recheck" ? Permission::recheck : Permission::follow_up;
  if (!request.access.may(permission, organisation))
    return unexpected(Problem{.status = 403,
                              .type = "forbidden",
                              .title = "Not allowed",
                              .detail = "You may read about this organisation, and not act for it."});
  if (bulk.action == "assign") {
    if (!desk.assign(organisation, finding, bulk.work)) return unexpected(absent);
    return std::string();
  }
  if (bulk.action == "comment") {
    const auto comment = desk.comment(organisation, finding, bulk.text);
    if (!comment) return unexpected(absent);
    return comment->id;
  }
  if (bulk.action == "recheck") {
    const auto listed = followup::listed_finding(connection, request.access, organisation, finding, now);
    if (!listed) return unexpected(absent);
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

Response act_on_findings(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"action", "items", "filter", "work", "text", "treatment"});
  Bulk bulk;
  bulk.action = required_choice(body, "action", {"assign", "comment", "treat", "recheck"});
  const auto object_of = [&](std::string_view member) -> const json::object& {
    const auto* value = body.if_contains(member);
    if (value == nullptr || !value->is_object())
      wrong_field(fmt::format("/{}", member), fmt::format("{} must be an object.", member));
    return value->get_object();
  };
  if (bulk.action == "comment") bulk.text = required_text(body, "text");
  if (bulk.action == "treat") bulk.wanted = treatment_wanted(object_of("treatment"));

  const bool by_filter = body.contains("filter");
  if (by_filter == body.contains("items")) wrong_field("/items", "Send either items or filter.");
  std::vector<std::pair<std::string, std::string>> items;
  std::optional<followup::Filter> filter;
  if (by_filter) {
    filter = filter_of(object_of("filter"), request, "/filter/");
  } else {
    const auto* list = body.at("items").if_array();
    if (list == nullptr || list->empty() || list->size() > kMostAtOnce)
      wrong_field("/items", fmt::format("items must be a list of 1 to {} findings.", kMostAtOnce));
    for (const auto& item : *list) {
      if (!item.is_object()) wrong_field("/items", "Each item has organisation and finding.");
      only_members(item.get_object(), {"organisation", "finding"});
      items.emplace_back(required_text(item.get_object(), "organisation", 200),
                         required_text(item.get_object(), "finding", 600));
    }
  }

  json::array outcomes;
  json::object effects;
  std::int64_t done = 0;
  context.sql->write([&](Connection& connection) {
    const auto by = by_of(context, request);
    if (filter) {
      items.clear();
      followup::ListQuestion question{*filter, followup::Order::worst, kMostAtOnce, {}, language_of(request)};
      const auto found = followup::list_findings(connection, request.access, question, by.now);
      if (!found->next.empty())
        wrong_field("/filter",
                    fmt::format("The filter fits more than {} findings; make it narrower.", kMostAtOnce));
      for (const auto& item : found->items) items.emplace_back(item.organisation, item.finding.id);
    }
    Desk desk(connection, by);
    for (const auto& [organisation, finding] : items) {
      // Who may be given the work depends on the organisation.
      std::optional<Problem> problem;
      std::string made;
      try {
        if (bulk.action == "assign" && request.access.sees(organisation, Detail::findings)) {
          const auto& work = object_of("work");
          only_members(work, {"assignee", "due"});
          bulk.work = work_of(connection, work, request, organisation, "/work", by.now);
        }
        auto answer = do_one(connection, desk, bulk, request, organisation, finding, by.now);
        if (answer)
          made = std::move(*answer);
        else
          problem = answer.error();
      } catch (const Problem& thrown) {
        problem = thrown;
      }
      done += problem ? 0 : 1;
      outcomes.push_back(json::object{{"organisation", organisation},
                                      {"finding", finding},
                                      {"done", !problem},
                                      {"problem", problem ? json::value(problem->type) : json::value()},
                                      {"detail", problem ? json::value(problem->detail) : json::value()},
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
