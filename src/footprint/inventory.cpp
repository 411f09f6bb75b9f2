#include "footprint/inventory.h"

#include <algorithm>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <map>

#include "base/id.h"
#include "base/name.h"
#include "base/text.h"
#include "footprint/register.h"
#include "footprint/told.h"
#include "footprint/waiting_targets.h"
#include "footprint/write_decision.h"
#include "store/rows.h"

namespace utsyn::footprint {
namespace {

namespace json = boost::json;
using access::Access;
using store::Connection;
using store::Row;

template <class Enum>
std::string word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}
template <class Enum>
Enum value_of(const std::string& text) {
  Enum out{};
  boost::describe::enum_from_string(text.c_str(), out);
  return out;
}

std::optional<Effect> effect_from(const Row& row, std::size_t column) {
  if (row.null(column) || row.null(column + 1)) return std::nullopt;
  return Effect{row.number(column), row.number(column + 1)};
}
std::optional<std::int64_t> before_of(const std::optional<Effect>& effect) {
  return effect ? std::optional(effect->before_cp) : std::nullopt;
}
std::optional<std::int64_t> after_of(const std::optional<Effect>& effect) {
  return effect ? std::optional(effect->after_cp) : std::nullopt;
}

constexpr std::string_view kDecision = "state, reason, evidence, decided, decided_by, before_cp, after_cp";
Decision decision_from(const Row& row, std::size_t column) {
  return {value_of<AssetState>(row.text(column)), row.text(column + 1), row.text(column + 2),
          from_unix(row.number(column + 3)),      row.text(column + 4), effect_from(row, column + 5)};
}

constexpr std::string_view kValue =
    "number, value, measured, state, lowered, reason, asked, asked_by, answered, answered_by, answer, "
    "before_cp, after_cp";
ValueDecision value_from(const Row& row, std::size_t column) {
  ValueDecision out;
  out.number = row.number(column);
  out.value = static_cast<int>(row.number(column + 1));
  out.measured = static_cast<int>(row.number(column + 2));
  out.state = value_of<ValueState>(row.text(column + 3));
  out.lowered = row.truth(column + 4);
  out.reason = row.text(column + 5);
  out.asked = from_unix(row.number(column + 6));
  out.asked_by = row.text(column + 7);
  if (!row.null(column + 8)) out.answered = from_unix(row.number(column + 8));
  out.answered_by = row.text(column + 9);
  out.answer = row.text(column + 10);
  out.effect = effect_from(row, column + 11);
  return out;
}

DecidedValue in_force(const ValueDecision& value) { return {value.value, value.measured, value.lowered}; }

// Everything decided about the assets of an organisation, the latest of each.
struct Decided {
  std::map<std::string, Decision, std::less<>> states;
  std::map<std::string, ValueDecision, std::less<>> values;  // in force
  std::map<std::string, ValueDecision, std::less<>> waiting;
};
Decided decided(Connection& connection, std::string_view organisation) {
  Decided out;
  for (const auto& row :
       connection.query("SELECT asset, " + std::string(kDecision) +
                            " FROM asset_decision WHERE organisation = ?1 ORDER BY asset, number",
                        {organisation}))
    out.states.insert_or_assign(row.text(0), decision_from(row, 1));
  for (const auto& row :
       connection.query("SELECT asset, " + std::string(kValue) +
                            " FROM asset_value WHERE organisation = ?1 AND state <> 'refused' "
                            "ORDER BY asset, number",
                        {organisation})) {
    auto value = value_from(row, 1);
    auto& where = value.state == ValueState::in_force ? out.values : out.waiting;
    where.insert_or_assign(row.text(0), std::move(value));
  }
  return out;
}

constexpr std::string_view kAsset =
    "id, kind, domain, host, port, value, by_provider, addresses, why, first_seen, last_seen";
store::Asset asset_from(const Row& row) {
  store::Asset asset;
  asset.id = row.text(0);
  asset.kind = value_of<AssetKind>(row.text(1));
  asset.domain = row.text(2);
  asset.host = row.text(3);
  asset.port = static_cast<int>(row.number(4));
  asset.value = static_cast<int>(row.number(5));
  asset.by_provider = row.truth(6);
  asset.addresses = store::list_from_json(row.text(7));
  asset.why = store::list_from_json(row.text(8));
  return asset;
}

// One that was decided about before any measurement saw it.
store::Asset asset_named(Connection& connection, std::string_view organisation, std::string_view id) {
  store::Asset asset;
  asset.id = id;
  auto rest = id;
  asset.host = cut(rest, ':');
  asset.kind = rest == "25"   ? AssetKind::mail
               : rest == "53" ? AssetKind::name_server
               : rest.empty() ? AssetKind::domain
                              : AssetKind::web;
  if (const auto port = parse_uint(rest); port && *port < 65'536) asset.port = static_cast<int>(*port);
  for (const auto& target : targets(connection, organisation)) {
    if (target.kind == "domain" && is_subdomain(asset.host, target.name) &&
        target.name.size() > asset.domain.size())
      asset.domain = target.name;
  }
  asset.why = {"given"};
  return asset;
}

std::int64_t latest_measurement(Connection& connection, std::string_view organisation) {
  const auto row =
      connection.first("SELECT max(time) FROM measurement WHERE organisation = ?1", {organisation});
  return row && !row->null(0) ? row->number(0) : 0;
}

void fill(InventoryAsset& item, const Decided& decisions, const std::set<std::string, std::less<>>& proved) {
  item.measured = measured_value(item.asset);
  const auto state = decisions.states.find(item.asset.id);
  if (state != decisions.states.end()) {
    item.decision = state->second;
    item.state = state->second.state;
  }
  // What was decided since the measurement shows at once.
  Decisions now;
  if (item.state == AssetState::confirmed) now.confirmed.insert(item.asset.id);
  now.proved = proved;
  if (const auto value = decisions.values.find(item.asset.id); value != decisions.values.end()) {
    now.values.emplace(item.asset.id, in_force(value->second));
  }
  apply(now, item.asset);
  item.confidence = item.state == AssetState::added ? 100 : confidence_of(item.asset.why);
  item.candidate = item.state != AssetState::rejected && item.confidence < kSureEnough;
  if (const auto waiting = decisions.waiting.find(item.asset.id); waiting != decisions.waiting.end())
    item.waiting = waiting->second;
}

std::set<std::string, std::less<>> proved_domains(Connection& connection, std::string_view organisation,
                                                  std::optional<UtcTime> now) {
  std::set<std::string, std::less<>> out;
  for (const auto& row : connection.query(
           "SELECT domain FROM ownership WHERE organisation = ?1 AND proved IS NOT NULL AND proved > ?2",
           {organisation, now ? to_unix(*now - kProofHolds) : 0}))
    out.insert(row.text(0));
  return out;
}

InventoryAsset must_have(Connection& connection, std::string_view organisation, std::string_view asset) {
  auto there = inventory_asset(connection, organisation, asset);
  if (!there) refuse(Refused::Kind::absent, "", "asset");
  return std::move(*there);
}

std::int64_t next_number(Connection& connection, std::string_view table, std::string_view organisation,
                         std::string_view asset) {
  const auto row = connection.first("SELECT coalesce(max(number), 0) + 1 FROM " + std::string(table) +
                                        " WHERE organisation = ?1 AND asset = ?2",
                                    {organisation, asset});
  return row ? row->number(0) : 1;
}

json::object value_json(const ValueDecision& value) {
  return {{"value", value.value},
          {"measured", value.measured},
          {"state", word(value.state)},
          {"reason", value.reason},
          {"answer", value.answer},
          {"asked_by", value.asked_by},
          {"effect", effect_json(value.effect)}};
}

}  // namespace

void must_say(std::string_view field, std::string_view said, std::string_view code) {
  if (trim(said).size() < 10) refuse(Refused::Kind::wrong, std::string(field), std::string(code));
}

void write_decision(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                    std::string_view asset, const Decision& decision) {
  connection.execute(
      "INSERT INTO asset_decision (organisation, asset, number, state, reason, evidence, decided, "
      "decided_by, before_cp, after_cp) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      {organisation, asset, next_number(connection, "asset_decision", organisation, asset),
       word(decision.state), decision.reason, decision.evidence, to_unix(now), decision.decided_by,
       before_of(decision.effect), after_of(decision.effect)});
  tell(connection, now, access, "asset." + word(decision.state), "asset-changed", organisation, asset,
       {{"reason", decision.reason},
        {"evidence", decision.evidence},
        {"effect", effect_json(decision.effect)}});
}

Inventory inventory(Connection& connection, std::string_view organisation, std::optional<AssetState> state,
                    bool gone, std::size_t limit, const std::vector<std::string>& after) {
  if (after.size() > 1) refuse(Refused::Kind::wrong, "cursor", "cursor");
  const auto decisions = decided(connection, organisation);
  const auto proved = proved_domains(connection, organisation, std::nullopt);
  const auto latest = latest_measurement(connection, organisation);
  std::map<std::string, InventoryAsset> all;
  connection.each("SELECT " + std::string(kAsset) +
                      " FROM asset WHERE organisation = ?1 ORDER BY id, last_seen, first_seen",
                  std::initializer_list<store::Value>{organisation}, [&](const Row& row) {
                    InventoryAsset item;
                    item.asset = asset_from(row);
                    item.last_seen = from_unix(row.number(10));
                    item.present = row.number(10) == latest;
                    auto& kept = all[item.asset.id];
                    item.first_seen = kept.first_seen ? kept.first_seen : from_unix(row.number(9));
                    kept = std::move(item);
                    return true;
                  });
  for (const auto& [id, decision] : decisions.states) {
    if (all.contains(id)) continue;
    InventoryAsset item;
    item.asset = asset_named(connection, organisation, id);
    all.emplace(id, std::move(item));
  }
  Inventory out;
  for (auto& [id, item] : all) {
    fill(item, decisions, proved);
    const bool awaited = item.state == AssetState::added && !item.last_seen;
    if (!item.present && !awaited && item.state != AssetState::rejected && !gone) continue;
    if (state && item.state != *state) continue;
    if (!after.empty() && id <= after[0]) continue;
    if (out.items.size() == limit) {
      out.next_after = {out.items.back().asset.id};
      break;
    }
    out.items.push_back(std::move(item));
  }
  return out;
}

std::optional<InventoryAsset> inventory_asset(Connection& connection, std::string_view organisation,
                                              std::string_view asset) {
  const auto decisions = decided(connection, organisation);
  InventoryAsset item;
  const auto rows =
      connection.query("SELECT " + std::string(kAsset) +
                           " FROM asset WHERE organisation = ?1 AND id = ?2 ORDER BY last_seen, first_seen",
                       {organisation, asset});
  if (rows.empty()) {
    if (!decisions.states.contains(asset)) return std::nullopt;
    item.asset = asset_named(connection, organisation, asset);
  } else {
    item.asset = asset_from(rows.back());
    item.first_seen = from_unix(rows.front().number(9));
    for (const auto& row : rows) item.first_seen = std::min(*item.first_seen, from_unix(row.number(9)));
    item.last_seen = from_unix(rows.back().number(10));
    item.present = rows.back().number(10) == latest_measurement(connection, organisation);
  }
  fill(item, decisions, proved_domains(connection, organisation, std::nullopt));
  return item;
}

std::vector<Decision> decisions_about(Connection& connection, std::string_view organisation,
                                      std::string_view asset) {
  std::vector<Decision> out;
  for (const auto& row : connection.query("SELECT " + std::string(kDecision) +
                                              " FROM asset_decision WHERE organisation = ?1 AND asset = ?2 "
                                              "ORDER BY number DESC LIMIT 200",
                                          {organisation, asset}))
    out.push_back(decision_from(row, 0));
  return out;
}

std::vector<ValueDecision> values_of(Connection& connection, std::string_view organisation,
                                     std::string_view asset) {
  std::vector<ValueDecision> out;
  for (const auto& row : connection.query("SELECT " + std::string(kValue) +
                                              " FROM asset_value WHERE organisation = ?1 AND asset = ?2 "
                                              "ORDER BY number DESC LIMIT 200",
                                          {organisation, asset}))
    out.push_back(value_from(row, 0));
  return out;
}

std::optional<Effect> decide(Connection& connection, UtcTime now, const Access& access,
                             std::string_view organisation, std::string_view asset, AssetState state,
                             std::string_view reason, std::string_view evidence) {
  const auto item = must_have(connection, organisation, asset);
  if (state == AssetState::added) refuse(Refused::Kind::wrong, "state", "asset-state");
  // It was removed from the targets, and only they bring it back.
  if (item.asset.kind == AssetKind::domain && item.state == AssetState::rejected)
    refuse(Refused::Kind::conflict, "state", "asset-domain-removed");
  if (item.state == state) refuse(Refused::Kind::conflict, "state", "asset-state-same", {word(state)});
  Decision decision{state, std::string(trim(reason)), std::string(trim(evidence)), now, person(access), {}};
  if (state == AssetState::rejected) {
    if (item.asset.kind == AssetKind::domain) refuse(Refused::Kind::conflict, "state", "asset-domain");
    must_say("reason", reason, "reason-long");
    must_say("evidence", evidence, "evidence-long");
    Footprint change;
    change.without.emplace(asset);
    decision.effect = effect_of(connection, organisation, change);
  }
  write_decision(connection, now, access, organisation, asset, decision);
  return decision.effect;
}

std::string add_asset(Connection& connection, UtcTime now, const Access& access,
                      std::string_view organisation, std::string& host, std::string_view reason) {
  must_say("reason", reason, "reason-long");
  if (const auto fresh = add_target(connection, now, access, organisation, "host", host); !fresh) {
    const auto there = inventory_asset(connection, organisation, host + ":443");
    if (there && there->state != AssetState::rejected)
      refuse(Refused::Kind::conflict, "host", "asset-there", {display_name(host)});
    // Nobody decides about an asset that is not sure to be the organisation's.
    if (!connection.first("SELECT 1 FROM target WHERE organisation = ?1 AND kind = 'host' AND name = ?2",
                          {organisation, host}))
      refuse(Refused::Kind::conflict, "host", "host-waits", {display_name(host)});
  }
  const auto id = host + ":443";
  write_decision(connection, now, access, organisation, id,
                 {AssetState::added, std::string(trim(reason)), "", now, person(access), {}});
  return id;
}

ValueDecision set_value(Connection& connection, UtcTime now, const Access& access,
                        std::string_view organisation, std::string_view asset, std::int64_t value,
                        std::string_view reason) {
  constexpr std::int64_t kValues[] = {25, 100, 200, 400};
  if (std::ranges::find(kValues, value) == std::end(kValues))
    refuse(Refused::Kind::wrong, "value", "asset-value", {std::to_string(value)});
  must_say("reason", reason, "reason-long");
  const auto item = must_have(connection, organisation, asset);
  if (item.waiting) refuse(Refused::Kind::conflict, "value", "value-waiting");
  if (item.asset.value == value)
    refuse(Refused::Kind::conflict, "value", "value-same", {std::to_string(value)});
  ValueDecision out;
  out.number = next_number(connection, "asset_value", organisation, asset);
  out.value = static_cast<int>(value);
  out.measured = item.measured;
  out.lowered = value < item.asset.value;
  out.state = out.lowered ? ValueState::waiting : ValueState::in_force;
  out.reason = trim(reason);
  out.asked = now;
  out.asked_by = person(access);
  Footprint change;
  change.values.emplace(asset, out.value);
  out.effect = effect_of(connection, organisation, change);
  connection.execute(
      "INSERT INTO asset_value (organisation, asset, number, value, measured, state, reason, asked, "
      "asked_by, "
      "lowered, before_cp, after_cp) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      {organisation, asset, out.number, value, static_cast<std::int64_t>(out.measured), word(out.state),
       out.reason, to_unix(now), out.asked_by, out.lowered, before_of(out.effect), after_of(out.effect)});
  tell(connection, now, access, out.lowered ? "asset.value-ask" : "asset.value", "asset-changed",
       organisation, asset, value_json(out));
  return out;
}

ValueDecision answer_value(Connection& connection, UtcTime now, const Access& access,
                           std::string_view organisation, std::string_view asset, bool approved,
                           std::string_view answer) {
  auto item = must_have(connection, organisation, asset);
  if (!item.waiting) refuse(Refused::Kind::conflict, "approved", "no-value-waiting");
  auto out = std::move(*item.waiting);
  if (out.asked_by == person(access)) refuse(Refused::Kind::forbidden, "approved", "second-person");
  must_say("reason", answer, "reason-long");
  out.state = approved ? ValueState::in_force : ValueState::refused;
  out.answered = now;
  out.answered_by = person(access);
  out.answer = trim(answer);
  Footprint change;
  change.values.emplace(asset, out.value);
  if (approved) out.effect = effect_of(connection, organisation, change);
  connection.execute(
      "UPDATE asset_value SET state = ?4, answered = ?5, answered_by = ?6, answer = ?7, before_cp = ?8, "
      "after_cp "
      "= ?9 WHERE organisation = ?1 AND asset = ?2 AND number = ?3",
      {organisation, asset, out.number, word(out.state), to_unix(now), out.answered_by, out.answer,
       before_of(out.effect), after_of(out.effect)});
  tell(connection, now, access, approved ? "asset.value-approve" : "asset.value-refuse", "asset-changed",
       organisation, asset, value_json(out));
  return out;
}

OwnerlessList ownerless(Connection& connection, const Access& access, std::size_t limit,
                        const std::vector<std::string>& after) {
  std::int64_t time = INT64_MAX;
  std::string organisation;
  std::string asset;
  if (!after.empty()) {
    const auto seconds = after.size() == 3 ? parse_uint(after[0]) : std::nullopt;
    if (!seconds || *seconds > INT64_MAX) refuse(Refused::Kind::wrong, "cursor", "cursor");
    time = static_cast<std::int64_t>(*seconds);
    organisation = after[1];
    asset = after[2];
  }
  OwnerlessList out;
  const store::Value values[] = {time, organisation, asset};
  connection.each(
      "SELECT d.organisation, o.name, d.asset, d.number, d.state, d.reason, d.evidence, d.decided, "
      "d.decided_by, "
      "d.before_cp, d.after_cp FROM asset_decision d JOIN organisation o ON o.id = d.organisation WHERE "
      "d.state = "
      "'rejected' AND d.number = (SELECT max(e.number) FROM asset_decision e WHERE e.organisation = "
      "d.organisation AND e.asset = d.asset) AND (d.decided < ?1 OR d.decided = ?1 AND (d.organisation, "
      "d.asset) "
      "> (?2, ?3)) ORDER BY d.decided DESC, d.organisation, d.asset",
      values, [&](const Row& row) {
        if (!access.sees(row.text(0), access::Detail::findings)) return true;
        if (out.items.size() == limit) {
          const auto& last = out.items.back();
          out.next_after = {std::to_string(to_unix(last.decision.decided)), last.organisation, last.asset};
          return false;
        }
        out.items.push_back({row.text(0), row.text(1), row.text(2), row.number(3), decision_from(row, 4)});
        return true;
      });
  return out;
}

bool holds(const Ownership& ownership, UtcTime now) {
  return ownership.proved && *ownership.proved + kProofHolds > now;
}

namespace {

constexpr std::string_view kOwnership =
    "SELECT domain, token, asked, asked_by, checked, method, proved, evidence FROM ownership WHERE "
    "organisation = "
    "?1";
Ownership ownership_from(const Row& row) {
  Ownership out;
  out.domain = row.text(0);
  out.token = row.text(1);
  out.asked = from_unix(row.number(2));
  out.asked_by = row.text(3);
  if (!row.null(4)) out.checked = from_unix(row.number(4));
  out.method = row.text(5);
  if (!row.null(6)) out.proved = from_unix(row.number(6));
  out.evidence = row.text(7);
  return out;
}

}  // namespace

std::vector<Ownership> ownerships(Connection& connection, std::string_view organisation) {
  std::vector<Ownership> out;
  for (const auto& row : connection.query(std::string(kOwnership) + " ORDER BY domain", {organisation}))
    out.push_back(ownership_from(row));
  return out;
}

std::optional<Ownership> ownership(Connection& connection, std::string_view organisation,
                                   std::string_view domain) {
  const auto row = connection.first(std::string(kOwnership) + " AND domain = ?2", {organisation, domain});
  if (!row) return std::nullopt;
  return ownership_from(*row);
}

Ownership ask_for_proof(Connection& connection, UtcTime now, const Access& access,
                        std::string_view organisation, std::string_view domain) {
  const auto name = target_name("domain", domain);
  if (!name) throw Refused(Refused::Kind::wrong, {"domain", name.error().code, name.error().values});
  // One that waits too: the proof is what it waits for.
  if (!connection.first(
          "SELECT 1 FROM target WHERE organisation = ?1 AND kind = 'domain' AND name = ?2 UNION "
          "ALL SELECT 1 FROM waiting_target WHERE organisation = ?1 AND kind = 'domain' AND name "
          "= ?2",
          {organisation, *name})) {
    refuse(Refused::Kind::wrong, "domain", "domain-no-target", {display_name(*name)});
  }
  if (auto there = ownership(connection, organisation, *name)) return std::move(*there);
  const auto token = new_id();
  connection.execute(
      "INSERT INTO ownership (organisation, domain, token, asked, asked_by) VALUES (?1, ?2, ?3, ?4, ?5)",
      {organisation, *name, token, to_unix(now), person(access)});
  tell(connection, now, access, "ownership.ask", "asset-changed", organisation, *name, {});
  return {*name, token, now, person(access), {}, {}, "", "{}"};
}

Ownership record_proof(Connection& connection, UtcTime now, const Access& access,
                       std::string_view organisation, std::string_view domain,
                       std::optional<std::string_view> found_by, std::string_view evidence_json) {
  auto there = ownership(connection, organisation, domain);
  if (!there) refuse(Refused::Kind::absent, "", "ownership");
  const bool before = holds(*there, now);
  there->checked = now;
  there->evidence = evidence_json;
  if (found_by) {
    there->method = *found_by;
    there->proved = found_by->empty() ? std::nullopt : std::optional(now);
  }
  connection.execute(
      "UPDATE ownership SET checked = ?3, method = ?4, proved = ?5, evidence = ?6 WHERE organisation = ?1 "
      "AND "
      "domain = ?2",
      {organisation, domain, to_unix(now), there->method,
       there->proved ? std::optional(to_unix(*there->proved)) : std::nullopt, evidence_json});
  const std::string_view action = found_by && !found_by->empty() ? "ownership.prove"
                                  : found_by && before           ? "ownership.lose"
                                                                 : "ownership.check";
  tell(connection, now, access, action, "asset-changed", organisation, domain,
       {{"method", there->method}, {"evidence", evidence_json}});
  if (holds(*there, now)) admit_proved(connection, now, access, organisation, domain);
  return std::move(*there);
}

Decisions decisions_of(Connection& connection, std::string_view organisation, UtcTime now) {
  Decisions out;
  const auto all = decided(connection, organisation);
  for (const auto& [asset, decision] : all.states) {
    if (decision.state == AssetState::rejected) out.rejected.insert(asset);
    if (decision.state == AssetState::confirmed) out.confirmed.insert(asset);
  }
  for (const auto& [asset, value] : all.values) out.values.emplace(asset, in_force(value));
  out.proved = proved_domains(connection, organisation, now);
  return out;
}

std::optional<Target> target_of(Connection& connection, std::string_view organisation, UtcTime now) {
  const auto row = connection.first(
      "SELECT id, name, kind FROM organisation WHERE id = ?1 AND created IS NOT NULL AND removed IS NULL",
      {organisation});
  if (!row) return std::nullopt;
  Target target;
  target.organisation = {row->text(0), row->text(1), row->text(2)};
  bool any = false;
  for (const auto& name : targets(connection, organisation)) {
    any = any || (name.kind == "domain" && !name.opted_out);
    (name.kind == "domain" ? target.domains : target.hosts).push_back(name.name);
  }
  // One of several that may not be asked stays a target: what cannot be seen has not gone away.
  if (!any) return std::nullopt;
  target.decisions = decisions_of(connection, organisation, now);
  return target;
}

}  // namespace utsyn::footprint
