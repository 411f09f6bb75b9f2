// Where measuring starts: the domains and hosts of an organisation, those that wait for a proof of ownership
// or an administrator among them, and the list of all that wait.
#include "api/target_routes.h"

#include "api/add_routes.h"
#include "api/json_body.h"
#include "api/register_answers.h"
#include "base/name.h"
#include "footprint/opt_outs.h"
#include "footprint/register.h"
#include "footprint/waiting_targets.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using footprint::TargetName;
using footprint::WaitingTarget;
using store::Connection;

void target_must_have(Connection& connection, const Request& request, bool removed_too) {
  const auto there = footprint::find(connection, request.access, request.parameter("organisation"));
  if (!there || (there->removed && !removed_too)) not_found("organisation");
}

json::object target_json(const TargetName& target) {
  return {{"kind", target.kind},
          {"name", target.name},
          {"shown", display_name(target.name)},
          {"state", "in_force"},
          {"added", format_time(target.added)},
          {"added_by", target.added_by},
          {"answered", nullptr},
          {"answered_by", nullptr},
          {"answer", nullptr},
          {"opted_out", target.opted_out}};
}

json::object waiting_json(const WaitingTarget& target, bool opted_out) {
  const auto only = [&](const std::string& text) {
    return target.refused ? json::value(text) : json::value();
  };
  return {{"kind", target.kind},
          {"name", target.name},
          {"shown", display_name(target.name)},
          {"state", target.refused ? "refused" : "waiting"},
          {"added", format_time(target.asked)},
          {"added_by", target.asked_by},
          {"answered", maybe(target.answered)},
          {"answered_by", only(target.answered_by)},
          {"answer", only(target.answer)},
          {"opted_out", opted_out}};
}

json::array all_targets(Connection& connection, std::string_view organisation) {
  json::array items;
  for (const auto& target : footprint::targets(connection, organisation))
    items.push_back(target_json(target));
  const auto waiting = footprint::waiting_targets(connection, organisation);
  if (waiting.empty()) return items;
  const auto opted = footprint::opt_outs(connection);
  for (const auto& target : waiting)
    items.push_back(waiting_json(target, footprint::opted_out(opted, target.name)));
  return items;
}

Response list_targets(Context& context, const Request& request) {
  auto items = reading(context, request, [&](Connection& connection) {
    target_must_have(connection, request, true);
    return all_targets(connection, request.parameter("organisation"));
  });
  return list_response(std::move(items), {});
}

Response add_target(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"kind", "name"});
  const auto kind = required_text(body, "kind", 200);
  auto name = required_text(body, "name", 300);
  const auto organisation = std::string(request.parameter("organisation"));
  const auto target = writing(context, request, [&](Connection& connection) {
    target_must_have(connection, request, false);
    if (footprint::add_target(connection, context.now(), request.access, organisation, kind, name))
      measure_soon(connection, request, context.now(), organisation);
    for (auto& it : all_targets(connection, organisation)) {
      auto& one = it.as_object();
      if (one.at("kind").as_string() == kind && one.at("name").as_string() == name) return std::move(one);
    }
    not_found("target");
  });
  return created(target, "/api/v1/organisations/" + organisation + "/targets/" + kind + "/" + name);
}

Response remove_target(Context& context, const Request& request) {
  const auto reason = reason_of(request);
  const auto evidence = request.query_value("evidence").value_or("");
  if (evidence.size() > 2000) wrong_field("evidence", "evidence must be at most 2000 bytes long.");
  const auto organisation = request.parameter("organisation");
  writing(context, request, [&](Connection& connection) {
    target_must_have(connection, request, true);
    footprint::remove_target(connection, context.now(), request.access, organisation,
                             request.parameter("kind"), request.parameter("name"), reason, evidence);
    measure_soon(connection, request, context.now(), organisation);
  });
  return no_content();
}

Response answer_target(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"confirmed", "reason"});
  const auto* confirmed = body.if_contains("confirmed");
  if (confirmed == nullptr || !confirmed->is_bool())
    wrong_field("/confirmed", "confirmed must be true or false.");
  const auto reason = required_text(body, "reason", 2000);
  const auto organisation = request.parameter("organisation");
  auto items = writing(context, request, [&](Connection& connection) {
    target_must_have(connection, request, false);
    footprint::answer_waiting(connection, context.now(), request.access, organisation,
                              request.parameter("kind"), request.parameter("name"), confirmed->get_bool(),
                              reason);
    if (confirmed->get_bool()) measure_soon(connection, request, context.now(), organisation);
    return all_targets(connection, organisation);
  });
  return list_response(std::move(items), {});
}

Response list_waiting_targets(Context& context, const Request& request) {
  const auto page = page_of(request);
  json::array items;
  const auto listed = reading(context, request, [&](Connection& connection) {
    auto list = footprint::all_waiting(connection, request.access, page.limit, page.after);
    for (const auto& one : list.items) {
      json::array others;
      for (const auto& [id, name] : footprint::holders(connection, one.organisation, one.name)) {
        if (request.access.sees(id)) others.push_back(json::object{{"id", id}, {"name", name}});
      }
      items.push_back(json::object{{"organisation", one.organisation},
                                   {"organisation_name", one.organisation_name},
                                   {"kind", one.kind},
                                   {"name", one.name},
                                   {"shown", display_name(one.name)},
                                   {"asked", format_time(one.asked)},
                                   {"asked_by", one.asked_by},
                                   {"others", std::move(others)}});
    }
    return list;
  });
  return list_response(std::move(items), listed.next_after);
}

}  // namespace

void add_target_routes(Router& router) {
  using enum Permission;
  const std::string targets = "/organisations/{organisation}/targets";
  const std::string one = targets + "/{kind}/{name}";
  add_routes(router,
             {{"GET", targets, "listTargets", read, Detail::findings, list_targets},
              {"POST", targets, "addTarget", manage_footprint, Detail::findings, add_target},
              {"DELETE", one, "removeTarget", manage_footprint, Detail::findings, remove_target},
              {"POST", one + "/answer", "answerTarget", manage_register, Detail::findings, answer_target},
              {"GET", "/waiting-targets", "listWaitingTargets", manage_register, Detail::none,
               list_waiting_targets}});
}

}  // namespace utsyn::api
