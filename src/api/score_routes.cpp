// The score: explained line by line, its history, why it moved, plans, and receipts that anyone can check.
#include <fmt/format.h>

#include <algorithm>

#include "api/access_answers.h"
#include "api/add_routes.h"
#include "api/areas.h"
#include "api/context.h"
#include "api/followup_json.h"
#include "engine/judge.h"
#include "followup/history.h"
#include "followup/plan.h"
#include "followup/receipt_keys.h"
#include "followup/rows.h"
#include "report/document.h"
#include "score/json.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using followup::word_of;
using store::Connection;

score::Organisation input_of(const followup::StoredScore& score) {
  auto input = score::read_organisation(score.input);
  if (!input) throw std::runtime_error("the input of a stored score cannot be read: " + input.error());
  return std::move(*input);
}

[[noreturn]] void not_scored() {
  fail(
      {.status = 404,
       .type = "not-scored",
       .title = "There is no score yet",
       .detail = "The organisation had not been measured then; ask for a measurement, or for a later time."});
}

followup::StoredScore needed_score(Connection& connection, const Request& request, UtcTime moment) {
  auto score = followup::score_at(connection, request.parameter("organisation"), moment);
  if (!score) not_scored();
  return std::move(*score);
}

// "#gate:ID" and the like in words for a person; the finding's title otherwise.
json::object line_json(std::string_view key, std::int64_t cp, std::int64_t gain,
                       const std::map<std::string, store::Finding>& findings, checks::Language language) {
  const auto in = [&](const char* nb, const char* nn, const char* en) {
    return language == checks::Language::en ? en : language == checks::Language::nn ? nn : nb;
  };
  auto id = key;
  std::string before;
  if (key.starts_with("#gate:")) {
    id = key.substr(6);
    before = in("Tak: ", "Tak: ", "Cap: ");
  }
  json::object out{{"key", key},         {"cp", cp},
                   {"gain_cp", gain},    {"finding", nullptr},
                   {"asset", nullptr},   {"check", nullptr},
                   {"title", key},       {"state", nullptr},
                   {"reason", nullptr},  {"reason_text", nullptr},
                   {"severity", nullptr}};
  if (key == "#breach") out["title"] = in("Kjente datainnbrudd", "Kjende datainnbrot", "Known breaches");
  if (key == "#coverage")
    out["title"] = in("For lite kunne måles", "For lite kunne målast", "Too little could be measured");
  const auto found = findings.find(std::string(id));
  if (found == findings.end()) return out;
  out["finding"] = found->second.id;
  out["asset"] = found->second.asset;
  out["check"] = found->second.check;
  out["title"] = before + title_of_check(found->second.check, language);
  out["state"] = word_of(found->second.state);
  out["reason"] = found->second.reason;
  out["reason_text"] = text_of_reason(found->second.check, found->second.reason, language);
  out["severity"] = word_of(found->second.severity);
  return out;
}

json::array not_seen_json(Connection& connection, std::string_view organisation, checks::Language language) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> groups;
  for (auto& item : followup::not_seen(connection, organisation))
    groups[{item.asset, item.reason}].push_back(std::move(item.check));
  json::array out;
  for (const auto& [place, of] : groups) {
    json::array names;
    for (const auto& check : of) names.push_back(json::value(check));
    out.push_back(json::object{{"asset", place.first},
                               {"reason", place.second},
                               {"reason_text", text_of_reason(of.front(), place.second, language)},
                               {"checks", std::move(names)}});
  }
  return out;
}

Response get_score(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  const auto language = language_of(request);
  const auto now = context.now();
  json::object out;
  context.sql->read([&](Connection& connection) {
    const auto stored = needed_score(connection, request, now);
    const auto input = input_of(stored);
    const auto output = json::parse(stored.output);
    const auto& answer = output.as_object();
    const auto cp = answer.at("score_cp").as_int64();
    out = {{"organisation", organisation},
           {"score_cp", cp},
           {"shown", fmt::format("{}.{}", cp / 100, cp % 100 / 10)},
           {"grade", answer.at("grade")},
           {"managed_cp", answer.at("managed_cp")},
           {"if_upheld_cp", answer.at("if_upheld_cp")},
           {"disputed", std::ranges::any_of(input.findings,
                                            [](const auto& finding) {
                                              return finding.state == score::State::disputed ||
                                                     finding.state == score::State::dispute_overdue;
                                            })},
           {"interval_cp", answer.at("interval_cp")},
           {"confidence", answer.at("confidence")},
           {"coverage", input.assets.empty() ? 0 : input.coverage},
           {"assets", input.assets.size()},
           {"method", stored.method},
           {"constants", score::constants_label},
           {"time", format_time(stored.from)},
           {"measured", maybe_time(followup::last_measured(connection, organisation))},
           {"domains", answer.at("domains")}};
    if (!request.access.sees(organisation, Detail::findings)) return;

    std::map<std::string, store::Finding> findings;
    for (auto& finding : followup::findings_now(connection, organisation, now))
      findings.emplace(engine::method_name(finding.id), std::move(finding));
    const auto& gains = answer.at("gain_cp").as_object();
    json::array lines;
    for (const auto& [key, value] : answer.at("lines").as_object()) {
      const auto* gain = gains.if_contains(key);
      lines.push_back(
          line_json(key, value.as_int64(), gain == nullptr ? 0 : gain->as_int64(), findings, language));
    }
    std::sort(lines.begin(), lines.end(), [](const json::value& a, const json::value& b) {
      const auto lost = a.at("cp").as_int64();
      const auto other = b.at("cp").as_int64();
      return lost != other ? lost > other : a.at("key").as_string() < b.at("key").as_string();
    });
    out["lines"] = std::move(lines);
    out["not_seen"] = not_seen_json(connection, organisation, language);
  });
  return json_response(out);
}

Response get_change(Context& context, const Request& request) {
  const auto since = query_time(request, "since");
  if (!since) wrong_field("since", "since is missing; give a time as 2026-11-20T10:00:00Z.");
  const auto until = query_time(request, "until").value_or(context.now());
  if (until < *since) wrong_field("until", "until must not be earlier than since.");
  return context.sql->read([&](Connection& connection) {
    const auto before = needed_score(connection, request, *since);
    const auto after = needed_score(connection, request, until);
    const auto change = score::change(input_of(before), input_of(after));
    auto out = json::parse(score::write_change(change)).as_object();
    out["since"] = format_time(before.from);
    out["until"] = format_time(after.from);
    return json_response(out);
  });
}

followup::PlanWishes wishes_of(const json::object& body) {
  followup::PlanWishes wishes;
  if (body.contains("by")) wishes.by_finding = required_choice(body, "by", {"check", "finding"}) == "finding";
  if (const auto* without = body.if_contains("without"); without != nullptr && !without->is_null()) {
    const auto* list = without->if_array();
    if (list == nullptr || list->size() > 1000)
      wrong_field("/without", "without must be a list of at most 1000 ids.");
    for (const auto& item : *list) {
      if (!item.is_string()) wrong_field("/without", "without must be a list of ids of findings.");
      wishes.without.emplace(item.get_string());
    }
  }
  if (const auto* minutes = body.if_contains("minutes"); minutes != nullptr && !minutes->is_null()) {
    const auto* map = minutes->if_object();
    if (map == nullptr || map->size() > 500)
      wrong_field("/minutes", "minutes must be an object of at most 500 checks.");
    for (const auto& [check, effort] : *map) {
      if (!effort.is_object()) wrong_field("/minutes", "Each check has first and each.");
      only_members(effort.get_object(), {"first", "each"});
      wishes.minutes.emplace(std::string(check),
                             followup::Effort{required_integer(effort.get_object(), "first", 0, 100'000),
                                              required_integer(effort.get_object(), "each", 0, 100'000)});
    }
  }
  return wishes;
}

// The commonest first.
json::array reasons_json(const std::map<std::string, std::int64_t>& reasons, std::string_view check,
                         checks::Language language) {
  std::vector<std::pair<std::string, std::int64_t>> sorted(reasons.begin(), reasons.end());
  std::ranges::sort(sorted, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  json::array out;
  for (const auto& [reason, findings] : sorted)
    out.push_back(json::object{{"reason", reason},
                               {"reason_text", text_of_reason(check, reason, language)},
                               {"findings", findings}});
  return out;
}

Response plan_score(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"target_cp", "budget_minutes", "by", "without", "minutes"});
  const auto target = optional_integer(body, "target_cp", 0, 10'000);
  const auto budget = optional_integer(body, "budget_minutes", 0, 1'000'000'000);
  if (target.has_value() == budget.has_value())
    wrong_field("/target_cp", "Send either target_cp or budget_minutes.");
  const auto wishes = wishes_of(body);
  const auto language = language_of(request);
  const auto now = context.now();

  // Read in one transaction, searched outside it: a search may take a while.
  score::Organisation input;
  std::vector<store::Finding> findings;
  context.sql->read([&](Connection& connection) {
    const auto stored = needed_score(connection, request, now);
    findings = followup::findings_now(connection, request.parameter("organisation"), now);
    input = followup::with_findings(input_of(stored), findings, now);
  });
  const auto actions = followup::planned_actions(input, findings, wishes);
  auto plan = followup::plan_of(actions);
  plan.target_cp = target;
  plan.budget_min = budget;
  const score::Standing standing(input);
  const auto answer = score::answer_plan(standing, plan);
  const auto before = score::rate(input).score_cp;

  json::array items;
  std::map<std::string_view, const store::Finding*> by_id;
  for (const auto& finding : findings) by_id.emplace(finding.id, &finding);
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const auto& action = actions[i];
    auto alone = standing;
    json::array fixes;
    std::map<std::string, std::int64_t> reasons;
    auto worst = checks::Severity::info;
    for (const auto& id : action.findings) {
      fixes.push_back(json::value(id));
      if (const auto found = by_id.find(id); found != by_id.end()) {
        ++reasons[found->second->reason];
        worst = std::max(worst, found->second->severity);
      }
      if (const auto entry = alone.find(engine::method_name(id))) alone.remove(*entry);
    }
    items.push_back(json::object{{"id", action.id},
                                 {"check", action.check},
                                 {"title", title_of_check(action.check, language)},
                                 {"severity", word_of(worst)},
                                 {"reasons", reasons_json(reasons, action.check, language)},
                                 {"minutes", action.minutes},
                                 {"findings", std::move(fixes)},
                                 {"gain_cp", alone.score_cp() - before},
                                 {"chosen", std::ranges::binary_search(answer.actions, plan.actions[i].id)}});
  }
  return json_response(json::object{{"reachable", answer.reachable},
                                    {"exact", answer.exact},
                                    {"score_before_cp", before},
                                    {"score_cp", answer.score_cp},
                                    {"minutes", answer.minutes},
                                    {"actions", std::move(items)}});
}

Response get_receipt(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  const auto now = context.now();
  const auto at = query_time(request, "at").value_or(now);
  std::string text;
  const auto sign_with = [&](Connection& connection, const followup::ReceiptKey& key) {
    const auto stored = needed_score(connection, request, at);
    const auto name = connection.first("SELECT name FROM organisation WHERE id = ?1", {organisation});
    followup::ReceiptFacts facts;
    facts.organisation = organisation;
    facts.name = name ? name->text(0) : std::string();
    facts.input = stored.input;
    facts.output = stored.output;
    facts.method = stored.method;
    // Not the day from which this score stands: it may stand for many measurements, or since a treatment.
    facts.measured = followup::last_measured(connection, organisation, at).value_or(stored.from);
    facts.issued = now;
    facts.issuer = context.public_address;
    facts.program = report::kVersion;
    facts.feeds = followup::feeds_of_this_program();
    text = followup::write_receipt(facts, key);
  };
  // The first receipt of all makes the key; every other is a matter of reading.
  const bool has_key =
      context.sql->read([&](Connection& connection) { return followup::has_signing_key(connection); });
  const auto work = [&](Connection& connection) {
    sign_with(connection, followup::signing_key(connection, accounts_of(context).keys(), now));
  };
  if (has_key)
    context.sql->read(work);
  else
    context.sql->write(work);
  Response response;
  response.body = std::move(text);
  return response;
}

Response get_keys(Context& context, const Request&) {
  return json_response(followup::key_set(
      context.sql->read([&](Connection& connection) { return followup::published_keys(connection); })));
}

}  // namespace

void add_score_routes(Router& router) {
  const std::string score = "/organisations/{organisation}/score";
  add_routes(
      router,
      {{"GET", score, "getScore", Permission::read, Detail::score, get_score},
       {"GET", score + "/change", "getScoreChange", Permission::read, Detail::score, get_change},
       {"POST", score + "/plan", "planScore", Permission::read, Detail::findings, plan_score},
       {"GET", score + "/receipt", "getScoreReceipt", Permission::read, Detail::findings, get_receipt}});
  for (const auto& [pattern, operation] :
       {std::pair{"/api/v1/receipt-keys", "getReceiptKeys"},
        std::pair{"/.well-known/utsyn-receipt-keys.json", "getWellKnownReceiptKeys"}})
    router.add({.method = "GET",
                .pattern = pattern,
                .operation = operation,
                .door = Door::open,
                .handler = get_keys});
}

}  // namespace utsyn::api
