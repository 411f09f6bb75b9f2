// A supplier as its customer meets it: what it carries, how it is doing, whom to call, what is open. What is
// the supplier's own is told at the detail at which the reader sees the supplier.
#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/context.h"
#include "api/followup_json.h"
#include "base/name.h"
#include "followup/finding_list.h"
#include "followup/rows.h"
#include "portfolio/programs.h"
#include "wire/http/security_txt.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using followup::word_of;
using store::Connection;

constexpr std::size_t kMostContacts = 50;
constexpr std::size_t kMostEach = 20;
constexpr std::size_t kMostCarried = 200;
constexpr std::size_t kMostField = 500;

json::array texts(const std::vector<std::string>& all) {
  json::array out;
  for (const auto& one : all) {
    if (out.size() == kMostEach) break;
    if (one.size() <= kMostField) out.push_back(json::value(one));
  }
  return out;
}

// Names of hosts are told from findings on (docs/decisions/0006); what the files say they say to everybody.
json::array contacts_of(Connection& connection, const access::Access& reader, std::string_view organisation,
                        UtcTime now) {
  const bool names_hosts = reader.sees(organisation, Detail::findings);
  json::array out;
  std::set<std::string> hosts;
  std::set<std::string> bodies;
  const store::Value values[] = {organisation};
  connection.each(
      "SELECT subject, data, last_seen FROM evidence WHERE organisation = ?1 AND kind = 'web.site' ORDER BY "
      "last_seen DESC, subject LIMIT 500",
      values, [&](const store::Row& row) {
        if (out.size() == kMostContacts) return false;
        if (!hosts.insert(row.text(0)).second) return true;  // an older answer of the same host
        boost::system::error_code failed;
        const auto data = json::parse(row.text(1), failed);
        const auto body = failed ? std::string_view() : portfolio::security_txt_in(data);
        if (body.empty() || !bodies.emplace(body).second) return true;
        const auto file = wire::parse_security_txt(body);
        if (!file) return true;
        json::array faults;
        for (const auto fault : file->faults) faults.push_back(json::value(wire::code(fault)));
        const bool readable = file->preferred_languages.size() <= 300 && !file->preferred_languages.empty();
        out.push_back(
            json::object{{"host", names_hosts ? json::value(row.text(0)) : json::value()},
                         {"contact", texts(file->contact)},
                         {"policy", texts(file->policy)},
                         {"encryption", texts(file->encryption)},
                         {"languages", readable ? json::value(file->preferred_languages) : json::value()},
                         {"expires", maybe_time(file->expires)},
                         {"expired", file->expires && *file->expires <= now},
                         {"faults", std::move(faults)},
                         {"seen", format_time(from_unix(row.number(2)))}});
        return true;
      });
  return out;
}

Response get_contacts(Context& context, const Request& request) {
  return list_response(context.sql->read([&](Connection& connection) {
    return contacts_of(connection, request.access, request.parameter("organisation"), context.now());
  }),
                       {});
}

// Assets of the customer that lie at the supplier's own domains, with their open findings.
std::pair<json::array, std::size_t> carried(Connection& connection, std::string_view organisation,
                                            std::string_view supplier) {
  std::vector<std::string> domains;
  for (const auto& row :
       connection.query("SELECT name FROM target WHERE organisation = ?1 AND kind = 'domain'", {supplier}))
    domains.push_back(row.text(0));
  json::array out;
  std::size_t total = 0;
  if (domains.empty()) return {std::move(out), total};
  for (
      const auto& row : connection.query(
          R"(SELECT a.id, a.kind, a.host, (SELECT count(*) FROM finding f WHERE f.organisation = a.organisation
                AND f.asset = a.id AND f.state <> 'fixed') FROM asset a
              WHERE a.organisation = ?1 AND a.last_seen =
                (SELECT max(time) FROM measurement WHERE organisation = ?1) ORDER BY a.id)",
          {organisation})) {
    const auto host = row.text(2);
    if (std::ranges::none_of(domains, [&](const auto& domain) { return is_subdomain(host, domain); }))
      continue;
    ++total;
    if (out.size() < kMostCarried)
      out.push_back(json::object{{"asset", row.text(0)}, {"kind", row.text(1)}, {"findings", row.number(3)}});
  }
  return {std::move(out), total};
}

json::value score_of(Connection& connection, std::string_view supplier) {
  const auto row = connection.first(
      "SELECT score_cp, grade, low_cp, high_cp, coverage, measured FROM standing WHERE organisation = ?1",
      {supplier});
  if (!row) return nullptr;
  return json::object{{"score_cp", row->number(0)},
                      {"grade", row->text(1)},
                      {"interval_cp", json::array{row->number(2), row->number(3)}},
                      {"coverage", row->number(4)},
                      {"measured", format_time(from_unix(row->number(5)))}};
}

json::object open_of(Connection& connection, const Request& request, const std::string& supplier,
                     UtcTime now) {
  followup::Filter filter;
  filter.organisations = {supplier};
  const auto counted = [&](followup::Grouping by) {
    return followup::count_findings(connection, request.access, filter, by, language_of(request), now).groups;
  };
  std::int64_t all = 0;
  std::int64_t serious = 0;
  std::int64_t overdue = 0;
  for (const auto& group : counted(followup::Grouping::severity)) {
    all += group.findings;
    overdue += group.overdue;
    if (group.key == "high" || group.key == "critical") serious += group.findings;
  }
  std::int64_t disputed = 0;
  std::int64_t accepted = 0;
  for (const auto& group : counted(followup::Grouping::state)) {
    if (group.key == "disputed" || group.key == "dispute_overdue") disputed += group.findings;
    if (group.key == "accepted") accepted += group.findings;
  }
  return {{"findings", all},
          {"serious", serious},
          {"overdue", overdue},
          {"disputed", disputed},
          {"accepted", accepted}};
}

Response get_supplier(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  const std::string supplier(request.parameter("supplier"));
  const auto& reader = request.access;
  const auto now = context.now();
  json::object out;
  context.sql->read([&](Connection& connection) {
    // Whom home buys from is home's own business; who was granted to read it sees the suppliers it sees
    // anyway.
    const bool at_home = !std::ranges::binary_search(reader.read_only, organisation, std::less<>{});
    const auto row = connection.first(
        R"(SELECT o.name, o.number, o.kind, s.criticality, s.since, s.note, s.vouched FROM supply s
           JOIN organisation o ON o.id = s.supplier
           WHERE s.organisation = ?1 AND s.supplier = ?2 AND s.ended IS NULL AND o.removed IS NULL)",
        {organisation, supplier});
    if (!row || (!at_home && !reader.sees(supplier))) not_found("supplier");
    out = {{"id", supplier},
           {"name", row->text(0)},
           {"number", maybe_text(row->text(1))},
           {"kind", row->text(2)},
           {"criticality", row->number(3)},
           {"since", row->null(4) ? json::value() : json::value(format_time(from_unix(row->number(4))))},
           {"note", row->text(5)},
           {"vouched", row->truth(6)},
           {"seen_at", word_of(reader.detail(supplier))}};
    const bool seen = reader.sees(supplier);
    out["score"] = seen ? score_of(connection, supplier) : json::value();
    auto [items, total] = carried(connection, organisation, supplier);
    out["carries"] = std::move(items);
    out["carries_total"] = total;
    out["contacts"] = seen ? contacts_of(connection, reader, supplier, now) : json::array();
    // Whether it has users here is told to who sees it, and to who may have to invite the first of them.
    out["people"] = seen || row->truth(6)
                        ? json::value(connection
                                          .first("SELECT 1 FROM account WHERE organisation = ?1 AND disabled "
                                                 "IS NULL LIMIT 1",
                                                 {supplier})
                                          .has_value())
                        : json::value();
    out["open"] = reader.sees(supplier, Detail::findings)
                      ? json::value(open_of(connection, request, supplier, now))
                      : json::value();
  });
  return json_response(out);
}

}  // namespace

void add_supplier_routes(Router& router) {
  add_routes(router, {{"GET", "/organisations/{organisation}/suppliers/{supplier}", "getSupplier",
                       Permission::read, Detail::findings, get_supplier},
                      {"GET", "/organisations/{organisation}/contacts", "getContacts", Permission::read,
                       Detail::score, get_contacts}});
}

}  // namespace utsyn::api
