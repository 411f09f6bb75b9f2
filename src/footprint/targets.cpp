// Where measuring starts: the domains and hosts of an organisation.
#include <algorithm>
#include <set>

#include "base/name.h"
#include "base/text.h"
#include "footprint/fold.h"
#include "footprint/index.h"
#include "footprint/opt_outs.h"
#include "footprint/put_target.h"
#include "footprint/told.h"
#include "footprint/waiting_targets.h"
#include "footprint/write_decision.h"
#include "store/rows.h"
#include "wire/http/psl.h"

namespace utsyn::footprint {
namespace {

using access::Access;
using store::Connection;

// A town with every school's own domain stays far below; beyond, somebody made a mistake.
constexpr std::int64_t kMostTargets = 500;

std::optional<Decision> latest_decision(Connection& connection, std::string_view organisation,
                                        std::string_view asset) {
  auto all = decisions_about(connection, organisation, asset);
  if (all.empty()) return std::nullopt;
  return std::move(all.front());
}

bool under_any(const std::vector<std::string>& domains, std::string_view host) {
  return std::ranges::any_of(domains, [&](const auto& domain) { return is_subdomain(host, domain); });
}

std::string asset_of_target(std::string_view kind, std::string_view name) {
  return std::string(name) + (kind == "host" ? ":443" : "");
}

// What a target takes with it when it goes.
struct Leaving {
  bool measured = false;  // anything was ever found from it
  // In the footprint today because of it, so that the score moves; a supplier's mail server too.
  std::set<std::string, std::less<>> scored;
  std::vector<std::string> own;  // it, and all under it that is under no other domain: nobody's from now on
};

// `left`: the domains that measuring starts from still.
Leaving leaving_with(Connection& connection, std::string_view organisation, std::string_view kind,
                     std::string_view name, const std::vector<std::string>& left) {
  Leaving out;
  const auto named_by_other = [&](const std::vector<std::string>& why) {
    return std::ranges::any_of(why, [&](const auto& reason) {
      return std::ranges::any_of(left, [&](const auto& domain) { return reason.ends_with(":" + domain); });
    });
  };
  std::set<std::string, std::less<>> own;
  for (const auto& row : connection.query("SELECT id, host, why, CASE WHEN last_seen = (SELECT max(time) "
                                          "FROM measurement WHERE organisation = "
                                          "?1) THEN 1 ELSE 0 END FROM asset WHERE organisation = ?1 AND (?3 "
                                          "= 'domain' AND domain = ?2 OR ?3 = 'host' AND "
                                          "host = ?2 AND kind = 'web')",
                                          {organisation, name, kind})) {
    out.measured = true;
    const auto id = row.text(0);
    const bool itself = id == asset_of_target(kind, name);
    const bool under = is_subdomain(row.text(1), name);
    if (!itself &&
        (under ? under_any(left, row.text(1)) : named_by_other(store::list_from_json(row.text(2)))))
      continue;
    if (row.truth(3)) out.scored.insert(id);
    if (under) own.insert(id);
  }
  for (const auto& id : own) {
    const auto last = latest_decision(connection, organisation, id);
    if (!last || last->state != AssetState::rejected) out.own.push_back(id);
  }
  return out;
}

// Assets that were rejected because the target went: by the same person, in the same moment, with the same
// words as it itself.
boost::json::array propose_again(Connection& connection, UtcTime now, const Access& access,
                                 std::string_view organisation, std::string_view kind,
                                 std::string_view name) {
  boost::json::array out;
  const auto itself = latest_decision(connection, organisation, asset_of_target(kind, name));
  if (!itself || itself->state != AssetState::rejected) return out;
  for (const auto& row : connection.query(
           "SELECT d.asset FROM asset_decision d WHERE d.organisation = ?1 AND d.state = 'rejected' AND "
           "d.decided = ?2 AND d.decided_by = ?3 AND d.reason = ?4 AND d.evidence = ?5 AND d.number = "
           "(SELECT "
           "max(e.number) FROM asset_decision e WHERE e.organisation = d.organisation AND e.asset = d.asset) "
           "ORDER BY d.asset",
           {organisation, to_unix(itself->decided), itself->decided_by, itself->reason, itself->evidence})) {
    write_decision(connection, now, access, organisation, row.text(0),
                   {AssetState::proposed, "", "", now, person(access), std::nullopt});
    out.emplace_back(row.text(0));
  }
  return out;
}

// The score it had; what it comes to with the target in it, the next measurement says.
boost::json::object effect_of_adding(Connection& connection, std::string_view organisation) {
  const auto row = connection.first("SELECT score_cp FROM standing WHERE organisation = ?1", {organisation});
  return {{"before_cp", row ? boost::json::value(row->number(0)) : boost::json::value()},
          {"after_cp", nullptr}};
}

}  // namespace

std::vector<std::string> domains_of(Connection& connection, std::string_view organisation) {
  std::vector<std::string> out;
  for (const auto& row :
       connection.query("SELECT name FROM target WHERE organisation = ?1 AND kind = 'domain' ORDER BY name",
                        {organisation}))
    out.push_back(row.text(0));
  return out;
}

std::string backwards(std::string_view name) { return {name.rbegin(), name.rend()}; }

bool put_target(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                std::string_view kind, std::string_view name, std::string_view added_by,
                boost::json::object detail) {
  connection.execute("DELETE FROM waiting_target WHERE organisation = ?1 AND kind = ?2 AND name = ?3",
                     {organisation, kind, name});
  const auto turned = backwards(name);
  const auto added = connection.execute(
      "INSERT INTO target (organisation, kind, name, added, added_by, backwards) VALUES (?1, ?2, ?3, ?4, ?5, "
      "?6) ON CONFLICT (organisation, kind, name) DO NOTHING",
      {organisation, kind, name, to_unix(now), added_by, turned});
  if (added == 0) return false;
  index_words(connection, organisation);
  detail["kind"] = kind;
  detail["returned"] = propose_again(connection, now, access, organisation, kind, name);
  detail["effect"] = effect_of_adding(connection, organisation);
  tell(connection, now, access, "target.add", "asset-changed", organisation, name, detail);
  return true;
}

Result<std::string, Fault> target_name(std::string_view kind, std::string_view typed) {
  if (kind != "domain" && kind != "host")
    return unexpected(Fault{"kind", "target-kind", {printable(kind, 40)}});
  const auto name = trim(typed);
  if (!valid_utf8(name)) return unexpected(Fault{"name", "target-name", {printable(name, 80)}});
  const auto shown = name.size() > 260 ? std::string("...") : std::string(name);
  auto kept = normalise_name(name);
  if (!kept) return unexpected(Fault{"name", "target-name", {shown}});
  // Under "kommune.no" there are hundreds of others.
  if (kind == "domain" && wire::is_public_suffix(*kept))
    return unexpected(Fault{"name", "target-public-suffix", {shown}});
  return std::move(*kept);
}

std::vector<TargetName> targets(Connection& connection, std::string_view organisation) {
  const auto opted = opt_outs(connection);
  std::vector<TargetName> out;
  for (const auto& row : connection.query(
           "SELECT kind, name, added, added_by FROM target WHERE organisation = ?1 ORDER BY kind, name",
           {organisation})) {
    TargetName target{row.text(0), row.text(1), from_unix(row.number(2)), row.text(3), false};
    target.opted_out = opted_out(opted, target.name);
    out.push_back(std::move(target));
  }
  return out;
}

bool add_target(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                std::string_view kind, std::string& name) {
  auto kept = target_name(kind, name);
  if (!kept) throw Refused(Refused::Kind::wrong, std::move(kept.error()));
  name = std::move(*kept);
  if (connection.first("SELECT 1 FROM target WHERE organisation = ?1 AND kind = ?2 AND name = ?3",
                       {organisation, kind, name}))
    return false;
  const bool outside = kind == "host" && !under_any(domains_of(connection, organisation), name);
  if (outside && !under_waiting_domain(connection, organisation, name))
    refuse(Refused::Kind::wrong, "name", "host-elsewhere", {display_name(name)});
  const auto count = connection.first(
      "SELECT (SELECT count(*) FROM target WHERE organisation = ?1) + (SELECT count(*) FROM waiting_target "
      "WHERE organisation = ?1 AND NOT (kind = ?2 AND name = ?3))",
      {organisation, kind, name});
  if (count && count->number(0) >= kMostTargets)
    refuse(Refused::Kind::conflict, "name", "too-many-targets", {std::to_string(kMostTargets)});
  if (outside || has_to_wait(connection, now, access, organisation, name)) {
    let_wait(connection, now, access, organisation, kind, name);
    return false;
  }
  return put_target(connection, now, access, organisation, kind, name, person(access), {});
}

void remove_target(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                   std::string_view kind, std::string_view typed, std::string_view reason,
                   std::string_view evidence) {
  if (trim(reason).empty()) refuse(Refused::Kind::wrong, "reason", "reason-missing");
  const auto name = target_name(kind, typed);
  if (name && withdraw(connection, now, access, organisation, kind, *name, reason)) return;
  if (!name || connection.execute("DELETE FROM target WHERE organisation = ?1 AND kind = ?2 AND name = ?3",
                                  {organisation, kind, *name}) == 0) {
    refuse(Refused::Kind::absent, "", "target");
  }
  const auto left = kind == "domain" ? domains_of(connection, organisation) : std::vector<std::string>();
  const auto leaving = leaving_with(connection, organisation, kind, *name, left);
  if (leaving.measured) {
    must_say("reason", reason, "reason-long");
    must_say("evidence", evidence, "evidence-long");
  }
  boost::json::array hosts;
  if (kind == "domain") {
    for (const auto& row :
         connection.query("SELECT name FROM target WHERE organisation = ?1 AND kind = 'host' ORDER BY name",
                          {organisation})) {
      const auto host = row.text(0);
      if (!is_subdomain(host, *name) || under_any(left, host)) continue;
      connection.execute("DELETE FROM target WHERE organisation = ?1 AND kind = 'host' AND name = ?2",
                         {organisation, host});
      hosts.emplace_back(host);
    }
    for (const auto& waiting : waiting_targets(connection, organisation)) {
      if (waiting.kind == "host" && is_subdomain(waiting.name, *name) && !under_any(left, waiting.name) &&
          !under_waiting_domain(connection, organisation, waiting.name))
        withdraw(connection, now, access, organisation, "host", waiting.name, reason);
    }
  }
  const auto effect = effect_of(connection, organisation, {leaving.scored, {}});
  for (const auto& asset : leaving.own) {
    // What it all comes to stands once, with that which was removed.
    const bool itself = asset == asset_of_target(kind, *name);
    write_decision(connection, now, access, organisation, asset,
                   {AssetState::rejected, std::string(trim(reason)), std::string(trim(evidence)), now,
                    person(access), itself ? effect : std::nullopt});
  }
  index_words(connection, organisation);
  tell(connection, now, access, "target.remove", "asset-changed", organisation, *name,
       {{"kind", kind},
        {"reason", reason},
        {"evidence", evidence},
        {"hosts", std::move(hosts)},
        {"assets", leaving.own.size()},
        {"effect", effect_json(effect)}});
}

}  // namespace utsyn::footprint
