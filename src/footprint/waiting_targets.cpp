#include "footprint/waiting_targets.h"

#include <algorithm>

#include "base/name.h"
#include "base/text.h"
#include "footprint/inventory.h"
#include "footprint/put_target.h"
#include "footprint/refused.h"
#include "footprint/register.h"
#include "footprint/told.h"
#include "footprint/write_decision.h"
#include "wire/http/psl.h"

namespace utsyn::footprint {
namespace {

using access::Access;
using access::Permission;
using store::Connection;
using store::Row;

// The longest of the domains that the name lies under, or nothing.
std::string_view longest_above(const std::vector<std::string>& domains, std::string_view name) {
  std::string_view out;
  for (const auto& domain : domains) {
    if (is_subdomain(name, domain) && domain.size() > out.size()) out = domain;
  }
  return out;
}

// Each in the register and not the organisation itself, once.
class Others {
 public:
  Others(Connection& connection, std::string_view organisation, std::size_t most)
      : connection_(connection), organisation_(organisation), most_(most) {}
  bool full() const { return found.size() >= most_; }
  void add(const std::string& id) {
    if (full() || id == organisation_ ||
        std::ranges::find(found, id, &Holders::value_type::first) != found.end())
      return;
    const auto row =
        connection_.first("SELECT name FROM organisation WHERE id = ?1 AND removed IS NULL", {id});
    if (row) found.emplace_back(id, row->text(0));
  }
  Holders found;

 private:
  Connection& connection_;
  std::string_view organisation_;
  std::size_t most_;
};

// Rows that one look reads at most: a name that so many share is somebody else's in any case.
constexpr std::int64_t kMostLooked = 200;

void add_targets_called(Connection& connection, std::string_view name, Others& others) {
  for (const auto& row : connection.query(
           "SELECT DISTINCT organisation FROM target WHERE name = ?1 ORDER BY organisation LIMIT ?2",
           {name, kMostLooked}))
    others.add(row.text(0));
}

void add_targets_under(Connection& connection, std::string_view name, Others& others) {
  const auto turned = backwards(name);
  // '/' follows '.'
  const auto from = turned + ".";
  const auto to = turned + "/";
  for (const auto& row :
       connection.query("SELECT organisation FROM target WHERE backwards >= ?1 AND backwards "
                        "< ?2 ORDER BY backwards, organisation LIMIT ?3",
                        {from, to, kMostLooked}))
    others.add(row.text(0));
}

// Assets of this host that somebody has said is its own; a host of the one's supplier is not.
void add_assets_called(Connection& connection, std::string_view host, Others& others) {
  const auto end = std::string(host) + ";";  // ';' follows the ':' before a port
  for (const auto& row : connection.query(
           "SELECT d.organisation, d.asset FROM asset_decision d WHERE d.asset >= ?1 AND d.asset < ?2 AND "
           "d.state IN ('confirmed', 'added') AND d.number = (SELECT max(e.number) FROM asset_decision e "
           "WHERE "
           "e.organisation = d.organisation AND e.asset = d.asset) AND NOT EXISTS (SELECT 1 FROM asset a "
           "WHERE a.organisation = d.organisation AND a.id = d.asset AND a.by_provider = 1) ORDER BY "
           "d.asset, "
           "d.organisation LIMIT ?3",
           {host, end, kMostLooked})) {
    const auto asset = row.text(1);
    if (asset == host || asset.starts_with(std::string(host) + ":")) others.add(row.text(0));
  }
}

// `floor`: a domain above the name that is the organisation's own already; who else has that, or one above
// it, has been answered.
Holders holders_above(Connection& connection, std::string_view organisation, std::string_view name,
                      std::string_view floor, std::size_t most) {
  Others others(connection, organisation, most);
  for (auto at = name; at != floor && !at.empty() && !wire::is_public_suffix(at);) {
    add_targets_called(connection, at, others);
    add_assets_called(connection, at, others);
    const auto dot = at.find('.');
    at = dot == std::string_view::npos ? std::string_view() : at.substr(dot + 1);
  }
  add_targets_under(connection, name, others);
  return std::move(others.found);
}

bool proved_above(Connection& connection, UtcTime now, std::string_view organisation, std::string_view name) {
  return std::ranges::any_of(ownerships(connection, organisation), [&](const Ownership& one) {
    return holds(one, now) && is_subdomain(name, one.domain);
  });
}

constexpr std::string_view kWaiting =
    "SELECT w.organisation, o.name, w.kind, w.name, w.state, w.asked, w.asked_by, w.answered, w.answered_by, "
    "w.answer FROM waiting_target w JOIN organisation o ON o.id = w.organisation WHERE ";
WaitingTarget waiting_from(const Row& row) {
  WaitingTarget out;
  out.organisation = row.text(0);
  out.organisation_name = row.text(1);
  out.kind = row.text(2);
  out.name = row.text(3);
  out.refused = row.text(4) == "refused";
  out.asked = from_unix(row.number(5));
  out.asked_by = row.text(6);
  if (!row.null(7)) out.answered = from_unix(row.number(7));
  out.answered_by = row.text(8);
  out.answer = row.text(9);
  return out;
}

void forget(Connection& connection, const WaitingTarget& one) {
  connection.execute("DELETE FROM waiting_target WHERE organisation = ?1 AND kind = ?2 AND name = ?3",
                     {one.organisation, one.kind, one.name});
}

// Those under the domain, and it itself, become targets; the domains first.
void admit_under(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                 std::string_view domain, bool refused_too, const boost::json::object& why) {
  for (const auto& one : waiting_targets(connection, organisation)) {
    if (!is_subdomain(one.name, domain) || (one.refused && !refused_too)) continue;
    put_target(connection, now, access, organisation, one.kind, one.name, one.asked_by, why);
  }
}

}  // namespace

Holders holders(Connection& connection, std::string_view organisation, std::string_view name,
                std::size_t most) {
  return holders_above(connection, organisation, name, {}, most);
}

bool has_to_wait(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                 std::string_view name) {
  // The machine's own command line is nobody's user.
  if (access.user.empty() || access.may(Permission::manage_register)) return false;
  if (proved_above(connection, now, organisation, name)) return false;
  const auto domains = domains_of(connection, organisation);
  const auto own = longest_above(domains, name);
  if (own.empty() && access.role == access::Role::supplier) return true;
  return !holders_above(connection, organisation, name, own, 1).empty();
}

std::vector<WaitingTarget> waiting_targets(Connection& connection, std::string_view organisation) {
  std::vector<WaitingTarget> out;
  for (const auto& row : connection.query(
           std::string(kWaiting) + "w.organisation = ?1 ORDER BY w.kind, w.name", {organisation}))
    out.push_back(waiting_from(row));
  return out;
}

bool under_waiting_domain(Connection& connection, std::string_view organisation, std::string_view host) {
  return std::ranges::any_of(waiting_targets(connection, organisation), [&](const WaitingTarget& one) {
    return one.kind == "domain" && !one.refused && is_subdomain(host, one.name);
  });
}

void let_wait(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
              std::string_view kind, std::string_view name) {
  const auto changed = connection.execute(
      "INSERT INTO waiting_target (organisation, kind, name, state, asked, asked_by) VALUES (?1, ?2, ?3, "
      "'waiting', ?4, ?5) ON CONFLICT (organisation, kind, name) DO UPDATE SET state = 'waiting', asked = "
      "excluded.asked, asked_by = excluded.asked_by, answered = NULL, answered_by = '', answer = '' WHERE "
      "waiting_target.state = 'refused'",
      {organisation, kind, name, to_unix(now), person(access)});
  if (changed == 0) return;
  tell(connection, now, access, "target.ask", "asset-changed", organisation, name, {{"kind", kind}});
}

bool withdraw(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
              std::string_view kind, std::string_view name, std::string_view reason) {
  const auto all = waiting_targets(connection, organisation);
  const bool there =
      std::ranges::any_of(all, [&](const auto& one) { return one.kind == kind && one.name == name; });
  if (!there) return false;
  const auto domains = domains_of(connection, organisation);
  for (const auto& one : all) {
    const bool itself = one.kind == kind && one.name == name;
    const bool loses_its_domain = kind == "domain" && one.kind == "host" && is_subdomain(one.name, name) &&
                                  longest_above(domains, one.name).empty();
    if (!itself && !loses_its_domain) continue;
    forget(connection, one);
    tell(connection, now, access, "target.withdraw", "asset-changed", organisation, one.name,
         {{"kind", one.kind}, {"reason", reason}});
  }
  return true;
}

void admit_proved(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                  std::string_view domain) {
  admit_under(connection, now, access, organisation, domain, true, {{"by", "proof"}});
}

void answer_waiting(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                    std::string_view kind, std::string_view typed, bool confirmed, std::string_view reason) {
  const auto name = target_name(kind, typed);
  const auto all = waiting_targets(connection, organisation);
  const auto one = std::ranges::find_if(all, [&](const WaitingTarget& it) {
    return name && it.kind == kind && it.name == *name && !it.refused;
  });
  if (one == all.end()) refuse(Refused::Kind::absent, "", "target");
  must_say("reason", reason, "reason-long");
  if (confirmed) {
    const boost::json::object why{{"by", "administrator"}, {"reason", trim(reason)}};
    if (kind == "domain") {
      admit_under(connection, now, access, organisation, *name, false, why);
    } else if (longest_above(domains_of(connection, organisation), *name).empty()) {
      refuse(Refused::Kind::conflict, "name", "host-elsewhere", {display_name(*name)});
    } else {
      put_target(connection, now, access, organisation, kind, *name, one->asked_by, why);
    }
    return;
  }
  connection.execute(
      "UPDATE waiting_target SET state = 'refused', answered = ?4, answered_by = ?5, answer = ?6 WHERE "
      "organisation = ?1 AND kind = ?2 AND name = ?3",
      {organisation, kind, *name, to_unix(now), person(access), trim(reason)});
  tell(connection, now, access, "target.refuse", "asset-changed", organisation, *name,
       {{"kind", kind}, {"reason", trim(reason)}});
}

WaitingList all_waiting(Connection& connection, const Access& access, std::size_t limit,
                        const std::vector<std::string>& after) {
  std::int64_t asked = 0;
  std::string_view organisation;
  std::string_view kind;
  std::string_view name;
  if (!after.empty()) {
    const auto seconds = after.size() == 4 ? parse_uint(after[0]) : std::nullopt;
    if (!seconds || *seconds > INT64_MAX) refuse(Refused::Kind::wrong, "cursor", "cursor");
    asked = static_cast<std::int64_t>(*seconds);
    organisation = after[1];
    kind = after[2];
    name = after[3];
  }
  WaitingList out;
  const store::Value values[] = {asked, organisation, kind, name};
  connection.each(
      std::string(kWaiting) +
          "w.state = 'waiting' AND o.removed IS NULL AND w.asked >= ?1 AND (w.asked, w.organisation, w.kind, "
          "w.name) > (?1, ?2, ?3, ?4) ORDER BY w.asked, w.organisation, w.kind, w.name",
      values, [&](const Row& row) {
        if (!access.sees(row.text(0), access::Detail::findings)) return true;
        if (out.items.size() == limit) {
          const auto& last = out.items.back();
          out.next_after = {std::to_string(to_unix(last.asked)), last.organisation, last.kind, last.name};
          return false;
        }
        out.items.push_back(waiting_from(row));
        return true;
      });
  return out;
}

}  // namespace utsyn::footprint
