// Where measuring starts: the domains and hosts of an organisation.
#include <algorithm>

#include "base/name.h"
#include "base/text.h"
#include "footprint/fold.h"
#include "footprint/index.h"
#include "footprint/opt_outs.h"
#include "footprint/told.h"
#include "wire/http/psl.h"

namespace utsyn::footprint {
namespace {

using access::Access;
using store::Connection;

// A town with every school's own domain stays far below; beyond, somebody made a mistake.
constexpr std::int64_t kMostTargets = 500;

std::vector<std::string> domains_of(Connection& connection, std::string_view organisation) {
  std::vector<std::string> out;
  for (const auto& row :
       connection.query("SELECT name FROM target WHERE organisation = ?1 AND kind = 'domain' ORDER BY name",
                        {organisation}))
    out.push_back(row.text(0));
  return out;
}

bool under_any(const std::vector<std::string>& domains, std::string_view host) {
  return std::ranges::any_of(domains, [&](const auto& domain) { return is_subdomain(host, domain); });
}

}  // namespace

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
  if (kind == "host" && !under_any(domains_of(connection, organisation), name))
    refuse(Refused::Kind::wrong, "name", "host-elsewhere", {display_name(name)});
  const auto count = connection.first("SELECT count(*) FROM target WHERE organisation = ?1", {organisation});
  if (count && count->number(0) >= kMostTargets)
    refuse(Refused::Kind::conflict, "name", "too-many-targets", {std::to_string(kMostTargets)});
  const auto added = connection.execute(
      "INSERT INTO target (organisation, kind, name, added, added_by) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (organisation, kind, name) DO NOTHING",
      {organisation, kind, name, to_unix(now), person(access)});
  if (added == 0) return false;
  index_words(connection, organisation);
  tell(connection, now, access, "target.add", "asset-changed", organisation, name, {{"kind", kind}});
  return true;
}

void remove_target(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                   std::string_view kind, std::string_view typed, std::string_view reason) {
  if (trim(reason).empty()) refuse(Refused::Kind::wrong, "reason", "reason-missing");
  const auto name = target_name(kind, typed);
  if (!name || connection.execute("DELETE FROM target WHERE organisation = ?1 AND kind = ?2 AND name = ?3",
                                  {organisation, kind, *name}) == 0) {
    refuse(Refused::Kind::absent, "", "target");
  }
  // What leaves the score: the assets that were found under it and are under no other domain.
  boost::json::array hosts;
  if (kind == "domain") {
    const auto left = domains_of(connection, organisation);
    for (const auto& row :
         connection.query("SELECT name FROM target WHERE organisation = ?1 AND kind = 'host' ORDER BY name",
                          {organisation})) {
      const auto host = row.text(0);
      if (!is_subdomain(host, *name) || under_any(left, host)) continue;
      connection.execute("DELETE FROM target WHERE organisation = ?1 AND kind = 'host' AND name = ?2",
                         {organisation, host});
      hosts.emplace_back(host);
    }
  }
  Footprint leaving;
  for (const auto& row : connection.query(
           "SELECT id FROM asset WHERE organisation = ?1 AND (domain = ?2 AND ?3 = 'domain' OR host = ?2 AND "
           "?3 = 'host' AND kind = 'web') AND last_seen = (SELECT max(time) FROM measurement WHERE "
           "organisation = ?1)",
           {organisation, *name, kind}))
    leaving.without.insert(row.text(0));
  const auto effect = effect_of(connection, organisation, leaving);
  index_words(connection, organisation);
  tell(connection, now, access, "target.remove", "asset-changed", organisation, *name,
       {{"kind", kind}, {"reason", reason}, {"hosts", std::move(hosts)}, {"effect", effect_json(effect)}});
}

}  // namespace utsyn::footprint
