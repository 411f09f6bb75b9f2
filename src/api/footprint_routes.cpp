// The footprint: assets and what is decided about them, proof of ownership, what is never contacted.
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <memory>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/register_answers.h"
#include "base/name.h"
#include "engine/ownership.h"
#include "footprint/inventory.h"
#include "footprint/opt_outs.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using footprint::AssetState;
using store::Connection;

template <class Enum>
const char* word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}

json::value effect_json(const std::optional<footprint::Effect>& effect) {
  if (!effect) return nullptr;
  return json::object{{"before_cp", effect->before_cp}, {"after_cp", effect->after_cp}};
}

json::object decision_json(const footprint::Decision& decision) {
  return {{"state", word(decision.state)},     {"reason", decision.reason},
          {"evidence", decision.evidence},     {"decided", format_time(decision.decided)},
          {"decided_by", decision.decided_by}, {"effect", effect_json(decision.effect)}};
}

json::object value_json(const footprint::ValueDecision& value) {
  return {{"value", value.value},
          {"measured", value.measured},
          {"state", word(value.state)},
          {"lowered", value.lowered},
          {"reason", value.reason},
          {"asked", format_time(value.asked)},
          {"asked_by", value.asked_by},
          {"answered", maybe(value.answered)},
          {"answered_by", value.answered_by},
          {"answer", value.answer},
          {"effect", effect_json(value.effect)}};
}

json::array texts(const std::vector<std::string>& items) {
  json::array out;
  for (const auto& item : items) out.emplace_back(item);
  return out;
}

json::object asset_json(const footprint::InventoryAsset& item) {
  const auto& asset = item.asset;
  return {{"id", asset.id},
          {"kind", word(asset.kind)},
          {"domain", asset.domain},
          {"host", asset.host},
          {"port", asset.port},
          {"value", asset.value},
          {"measured_value", item.measured},
          {"by_provider", asset.by_provider},
          {"addresses", texts(asset.addresses)},
          {"why", texts(asset.why)},
          {"confidence", item.confidence},
          {"state", word(item.state)},
          {"candidate", item.candidate},
          {"present", item.present},
          {"first_seen", maybe(item.first_seen)},
          {"last_seen", maybe(item.last_seen)},
          {"decision", item.decision ? json::value(decision_json(*item.decision)) : json::value()},
          {"waiting", item.waiting ? json::value(value_json(*item.waiting)) : json::value()}};
}

std::string organisation_of(const Request& request) { return std::string(request.parameter("organisation")); }
std::string asset_of(const Request& request) { return std::string(request.parameter("asset")); }

void must_be_there(Connection& connection, const Request& request) {
  const auto there = footprint::find(connection, request.access, request.parameter("organisation"));
  if (!there || there->removed) not_found("organisation");
}

Response list_assets(Context& context, const Request& request) {
  const auto page = page_of(request);
  std::optional<AssetState> state;
  if (const auto wanted = request.query_value("state")) {
    AssetState named{};
    if (!boost::describe::enum_from_string(std::string(*wanted).c_str(), named))
      wrong_field("state", "state must be proposed, confirmed, rejected or added.");
    state = named;
  }
  const auto listed = reading(context, request, [&](Connection& connection) {
    return footprint::inventory(connection, organisation_of(request), state, flag_of(request, "gone"),
                                page.limit, page.after);
  });
  json::array items;
  for (const auto& item : listed.items) items.push_back(asset_json(item));
  return list_response(std::move(items), listed.next_after);
}

json::object history(Connection& connection, const std::string& organisation, const std::string& asset) {
  const auto item = footprint::inventory_asset(connection, organisation, asset);
  if (!item) not_found("asset");
  json::array decisions;
  for (const auto& decision : footprint::decisions_about(connection, organisation, asset))
    decisions.push_back(decision_json(decision));
  json::array values;
  for (const auto& value : footprint::values_of(connection, organisation, asset))
    values.push_back(value_json(value));
  return {{"asset", asset_json(*item)}, {"decisions", std::move(decisions)}, {"values", std::move(values)}};
}

Response get_asset(Context& context, const Request& request) {
  return json_response(reading(context, request, [&](Connection& connection) {
    return history(connection, organisation_of(request), asset_of(request));
  }));
}

Response add_asset(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"host", "reason"});
  auto host = required_text(body, "host", 300);
  const auto reason = required_text(body, "reason", 2000);
  const auto organisation = organisation_of(request);
  const auto item = writing(context, request, [&](Connection& connection) {
    must_be_there(connection, request);
    const auto id = [&] {
      try {
        return footprint::add_asset(connection, context.now(), request.access, organisation, host, reason);
      } catch (const footprint::Refused& refused) {
        // It becomes a target, whose name is called `host` here.
        auto fault = refused.fault();
        if (fault.field == "name") fault.field = "host";
        throw footprint::Refused(refused.kind(), std::move(fault));
      }
    }();
    measure_soon(connection, request, context.now(), organisation);
    return footprint::inventory_asset(connection, organisation, id);
  });
  if (!item) not_found("asset");
  return created(asset_json(*item), "/api/v1/organisations/" + organisation + "/assets/" + item->asset.id);
}

Response decide_asset(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"state", "reason", "evidence"});
  const auto wanted = required_text(body, "state", 200);
  AssetState state = AssetState::added;
  if (!boost::describe::enum_from_string(wanted.c_str(), state) || state == AssetState::added)
    wrong_field("/state", "state must be confirmed, rejected or proposed.");
  const auto reason = optional_text(body, "reason", 2000).value_or("");
  const auto evidence = optional_text(body, "evidence", 2000).value_or("");
  return json_response(writing(context, request, [&](Connection& connection) {
    must_be_there(connection, request);
    footprint::decide(connection, context.now(), request.access, organisation_of(request), asset_of(request),
                      state, reason, evidence);
    measure_soon(connection, request, context.now(), organisation_of(request));
    return history(connection, organisation_of(request), asset_of(request));
  }));
}

Response set_value(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"value", "reason"});
  const auto value = required_integer(body, "value", 0, 400);
  const auto reason = required_text(body, "reason", 2000);
  return json_response(writing(context, request, [&](Connection& connection) {
    must_be_there(connection, request);
    const auto set = footprint::set_value(connection, context.now(), request.access, organisation_of(request),
                                          asset_of(request), value, reason);
    if (!set.lowered) measure_soon(connection, request, context.now(), organisation_of(request));
    return history(connection, organisation_of(request), asset_of(request));
  }));
}

Response answer_value(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"approved", "reason"});
  const auto* approved = body.if_contains("approved");
  if (approved == nullptr || !approved->is_bool())
    wrong_field("/approved", "approved must be true or false.");
  const auto reason = required_text(body, "reason", 2000);
  return json_response(writing(context, request, [&](Connection& connection) {
    must_be_there(connection, request);
    footprint::answer_value(connection, context.now(), request.access, organisation_of(request),
                            asset_of(request), approved->get_bool(), reason);
    measure_soon(connection, request, context.now(), organisation_of(request));
    return history(connection, organisation_of(request), asset_of(request));
  }));
}

Response list_ownerless(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto listed = reading(context, request, [&](Connection& connection) {
    return footprint::ownerless(connection, request.access, page.limit, page.after);
  });
  json::array items;
  for (const auto& item : listed.items) {
    items.push_back(json::object{{"organisation", item.organisation},
                                 {"name", item.name},
                                 {"asset", item.asset},
                                 {"decision", decision_json(item.decision)}});
  }
  return list_response(std::move(items), listed.next_after);
}

json::object ownership_json(const footprint::Ownership& ownership, const Request& request) {
  // Who knows the token could publish it on a hacked site in the organisation's name: for those who act for
  // it.
  const bool shows = request.access.may(Permission::manage_footprint, organisation_of(request));
  std::optional<UtcTime> until;
  if (ownership.proved) until = *ownership.proved + footprint::kProofHolds;
  return {{"domain", ownership.domain},
          {"asked", format_time(ownership.asked)},
          {"asked_by", ownership.asked_by},
          {"checked", maybe(ownership.checked)},
          {"proved", maybe(ownership.proved)},
          {"holds_until", maybe(until)},
          {"method", ownership.method.empty() ? json::value() : json::value(ownership.method)},
          {"dns_name", "_utsyn-challenge." + ownership.domain},
          {"dns_text", shows ? json::value("utsyn-challenge=" + ownership.token) : json::value()},
          {"file_url", "https://" + ownership.domain + "/.well-known/utsyn-challenge"},
          {"file_text", shows ? json::value(ownership.token) : json::value()},
          {"evidence", json::parse(ownership.evidence)}};
}

Response list_ownership(Context& context, const Request& request) {
  json::array items;
  const auto all = reading(context, request, [&](Connection& connection) {
    return footprint::ownerships(connection, organisation_of(request));
  });
  for (const auto& ownership : all) items.push_back(ownership_json(ownership, request));
  return list_response(std::move(items), {});
}

Response ask_ownership(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"domain"});
  const auto domain = required_text(body, "domain", 300);
  const auto asked = writing(context, request, [&](Connection& connection) {
    must_be_there(connection, request);
    return footprint::ask_for_proof(connection, context.now(), request.access, organisation_of(request),
                                    domain);
  });
  return created(ownership_json(asked, request),
                 "/api/v1/organisations/" + organisation_of(request) + "/ownership");
}

Response check_ownership(Context& context, const Request& request) {
  const auto name = footprint::target_name("domain", request.parameter("domain"));
  const auto known = name
                         ? reading(context, request,
                                   [&](Connection& connection) {
                                     must_be_there(connection, request);
                                     return footprint::ownership(connection, organisation_of(request), *name);
                                   })
                         : std::nullopt;
  if (!known) not_found("ownership");
  if (!context.ask_ownership) {
    fail({.status = 503,
          .type = "not-measuring",
          .title = "This server does not measure",
          .detail = words_of_fault({"", "proof-unavailable", {}}, request.language)});
  }
  const bool forbidden = reading(context, request, [&](Connection& connection) {
    return footprint::opted_out(footprint::opt_outs(connection), known->domain);
  });
  if (forbidden)
    fail_with({footprint::Refused::Kind::conflict, {"", "domain-opted-out", {display_name(known->domain)}}},
              request);
  const auto wait = context.ownership_gate->enter(organisation_of(request), context.now());
  if (wait > 0) {
    fail({.status = 429,
          .type = "too-many-checks",
          .title = "Too many checks of ownership",
          .detail = "Proof of ownership is looked for at most ten times an hour for an organisation, and two "
                    "at once in the service. Wait a little.",
          .retry_after_s = wait});
  }
  // Not within a transaction: the world takes its time.
  const auto seen = [&] {
    const std::unique_ptr<OwnershipGate, decltype([](OwnershipGate* gate) { gate->leave(); })> inside(
        context.ownership_gate.get());
    return context.ask_ownership(known->domain, known->token);
  }();
  const auto proof = engine::judge_ownership(seen, known->token);
  const auto after = writing(context, request, [&](Connection& connection) {
    auto out = footprint::record_proof(connection, context.now(), request.access, organisation_of(request),
                                       known->domain, engine::word(proof), engine::ownership_evidence(seen));
    measure_soon(connection, request, context.now(), organisation_of(request));
    return out;
  });
  return json_response(ownership_json(after, request));
}

json::object opt_out_json(const footprint::OptOut& opt_out) {
  return {{"pattern", opt_out.pattern},
          {"reason", opt_out.reason},
          {"added", format_time(opt_out.added)},
          {"added_by", opt_out.added_by}};
}

Response list_opt_outs(Context& context, const Request& request) {
  json::array items;
  const auto all =
      reading(context, request, [](Connection& connection) { return footprint::opt_out_list(connection); });
  for (const auto& opt_out : all) items.push_back(opt_out_json(opt_out));
  return list_response(std::move(items), {});
}

Response add_opt_out(Context& context, const Request& request) {
  const auto& body = body_object(request);
  auto pattern = required_text(body, "pattern", 300);
  const auto reason = required_text(body, "reason", 2000);
  const auto added = writing(context, request, [&](Connection& connection) {
    footprint::add_opt_out(connection, context.now(), request.access, pattern, reason);
    for (auto& opt_out : footprint::opt_out_list(connection)) {
      if (opt_out.pattern == pattern) return opt_out;
    }
    not_found("opt-out");
  });
  return created(opt_out_json(added), "/api/v1/opt-outs");
}

Response remove_opt_out(Context& context, const Request& request) {
  const auto pattern = std::string(request.query_value("pattern").value_or(""));
  const auto reason = reason_of(request);
  writing(context, request, [&](Connection& connection) {
    footprint::remove_opt_out(connection, context.now(), request.access, pattern, reason);
  });
  return no_content();
}

}  // namespace

void add_footprint_routes(Router& router) {
  using enum Permission;
  const std::string one = "/organisations/{organisation}";
  const std::string asset = one + "/assets/{asset}";
  add_routes(router,
             {{"GET", one + "/assets", "listAssets", read, Detail::findings, list_assets},
              {"POST", one + "/assets", "addAsset", manage_footprint, Detail::findings, add_asset},
              {"GET", asset, "getAsset", read, Detail::findings, get_asset},
              {"PUT", asset + "/decision", "decideAsset", manage_footprint, Detail::findings, decide_asset},
              {"PUT", asset + "/value", "setAssetValue", manage_footprint, Detail::findings, set_value},
              {"POST", asset + "/value/answer", "answerAssetValue", approve, Detail::findings, answer_value},
              {"GET", "/ownerless-assets", "listOwnerlessAssets", read_nation, Detail::none, list_ownerless},
              {"GET", one + "/ownership", "listOwnership", read, Detail::findings, list_ownership},
              {"POST", one + "/ownership", "askOwnership", manage_footprint, Detail::findings, ask_ownership},
              {"POST", one + "/ownership/{domain}/check", "checkOwnership", manage_footprint,
               Detail::findings, check_ownership},
              {"GET", "/opt-outs", "listOptOuts", manage_service, Detail::none, list_opt_outs},
              {"POST", "/opt-outs", "addOptOut", manage_service, Detail::none, add_opt_out},
              {"DELETE", "/opt-outs", "removeOptOut", manage_service, Detail::none, remove_opt_out}});
}

}  // namespace utsyn::api
