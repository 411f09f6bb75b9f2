// Who delivers to whom. The link belongs to the customer; a supplier sees all who follow it, others only
// those they see anyway.
#include <algorithm>
#include <functional>

#include "base/text.h"
#include "footprint/index.h"
#include "footprint/organisation_number.h"
#include "footprint/told.h"

namespace utsyn::footprint {
namespace {

using access::Access;
using access::Detail;
using access::Role;
using store::Connection;
using store::Row;
using store::Value;

enum class Side { suppliers, customers };

Supplied supplied(Connection& connection, const Access& access, Side side, std::string_view organisation,
                  bool all, std::size_t limit, const std::vector<std::string>& after) {
  if (!after.empty() && after.size() != 2) refuse(Refused::Kind::wrong, "cursor", "cursor");
  const std::string other = side == Side::suppliers ? "supplier" : "organisation";
  const std::string own = side == Side::suppliers ? "organisation" : "supplier";
  const std::string sql =
      "SELECT p.organisation, p.supplier, o.name, p.criticality, p.since, p.note, o.sort_name, s.measured, "
      "s.score_cp, s.grade, s.coverage FROM supply p JOIN organisation o ON o.id = p." +
      other + " LEFT JOIN standing s ON s.organisation = o.id WHERE p." + own +
      " = ?1 AND p.ended IS NULL AND (o.sort_name, o.id) > (?2, ?3) ORDER BY o.sort_name, o.id";
  const std::string key = after.empty() ? "" : after[0];
  const std::string id = after.empty() ? "" : after[1];
  const Value values[] = {organisation, key, id};
  Supplied out;
  std::vector<std::string> last;
  connection.each(sql, values, [&](const Row& row) {
    Supply supply{row.text(0), row.text(1), row.text(2), row.number(3), {}, row.text(5), {}};
    const auto& it = side == Side::suppliers ? supply.supplier : supply.organisation;
    const bool seen = access.sees(it);
    if (!all && !seen) return true;
    if (out.items.size() == limit) {
      out.next_after = last;
      return false;
    }
    if (!row.null(4)) supply.since = from_unix(row.number(4));
    if (seen) supply.figures = figures_from(row, 7);
    // What the customer noted about its supplier is the customer's.
    if (side == Side::customers && !access.sees(supply.organisation, Detail::findings)) supply.note.clear();
    last = {row.text(6), it};
    out.items.push_back(std::move(supply));
    return true;
  });
  return out;
}

}  // namespace

namespace {

bool in_register(Connection& connection, std::string_view id) {
  return connection
      .first("SELECT 1 FROM organisation WHERE id = ?1 AND created IS NOT NULL AND removed IS NULL", {id})
      .has_value();
}

// Who the number belongs to, also when it has left the register or was only measured, by its number for an
// id.
std::optional<std::string> holder_of(Connection& connection, const std::string& number) {
  if (auto holder = id_of_number(connection, number)) return holder;
  if (connection.first("SELECT 1 FROM organisation WHERE id = ?1 AND number IS NULL", {number}))
    return number;
  return std::nullopt;
}

// The organisation that a customer means by a number or an id. New to the register: it is made. What is there
// is linked as it is: its name and kind are not its customers' to say, and what an administrator took out of
// the register comes back by an administrator alone, as it was.
std::string named_supplier(Connection& connection, UtcTime now, const Access& access,
                           std::string_view supplier, const Text& name) {
  const auto number = organisation_number(supplier);
  const auto holder = number ? holder_of(connection, *number) : std::nullopt;
  if (holder && in_register(connection, *holder)) return *holder;
  if (!holder && access.sees(supplier) && in_register(connection, supplier)) return std::string(supplier);
  if (!number) refuse(Refused::Kind::wrong, "supplier", "supplier", {printable(supplier, 60)});
  if (holder) {
    if (!access.may(access::Permission::manage_register))
      refuse(Refused::Kind::conflict, "supplier", "supplier-left", {shown_number(*number)});
    if (const auto left = find(connection, access, *holder)) {
      change(connection, now, access, *holder, left->details);
      return *holder;
    }
  }
  Details details;
  details.number = number;
  details.name = name && !trim(*name).empty() ? name : Text(shown_number(*number));
  details.kind = "supplier";
  return create(connection, now, access, std::move(details));
}

// Whose suppliers and customers these are sees all of them; who was granted to read the organisation sees
// those it sees anyway.
bool at_home(const Access& access, std::string_view organisation) {
  return access.sees(organisation, Detail::findings) &&
         !std::ranges::binary_search(access.read_only, organisation, std::less<>{});
}

}  // namespace

Supplied suppliers_of(Connection& connection, const Access& access, std::string_view organisation,
                      std::size_t limit, const std::vector<std::string>& after) {
  return supplied(connection, access, Side::suppliers, organisation, at_home(access, organisation), limit,
                  after);
}

Supplied customers_of(Connection& connection, const Access& access, std::string_view supplier,
                      std::size_t limit, const std::vector<std::string>& after) {
  const bool itself = access.role == Role::supplier && at_home(access, supplier);
  return supplied(connection, access, Side::customers, supplier, itself, limit, after);
}

std::string supply(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                   std::string_view supplier, const Text& name, std::int64_t criticality,
                   std::string_view note) {
  if (criticality != 1 && criticality != 2 && criticality != 4)
    refuse(Refused::Kind::wrong, "criticality", "criticality", {std::to_string(criticality)});
  const auto id = named_supplier(connection, now, access, supplier, name);
  if (id == organisation) refuse(Refused::Kind::wrong, "supplier", "own-supplier");

  const auto before = connection.first(
      "SELECT criticality, note, ended, vouched FROM supply WHERE organisation = ?1 AND supplier = ?2",
      {organisation, id});
  // A link that ended is made anew: whoever vouched for the former one says nothing of this one.
  const bool vouched =
      access.may(access::Permission::manage_register) || (before && before->null(2) && before->truth(3));
  if (before && before->null(2) && before->number(0) == criticality && before->text(1) == note &&
      before->truth(3) == vouched)
    return id;
  connection.execute(
      "INSERT INTO supply (organisation, supplier, criticality, since, note, vouched) VALUES (?1, ?2, ?3, "
      "?4, ?5, ?6) "
      "ON CONFLICT (organisation, supplier) DO UPDATE SET criticality = excluded.criticality, note = "
      "excluded.note, vouched = excluded.vouched, since = CASE WHEN supply.ended IS NULL THEN supply.since "
      "ELSE excluded.since END, "
      "ended = NULL",
      {organisation, id, criticality, to_unix(now), note, vouched});
  boost::json::object detail{{"criticality", criticality}, {"note", note}, {"vouched", vouched}};
  if (before && before->null(2))
    detail["before"] = boost::json::object{{"criticality", before->number(0)}, {"note", before->text(1)}};
  tell(connection, now, access, before && before->null(2) ? "supplier.change" : "supplier.add",
       "supplier-changed", organisation, id, detail);
  return id;
}

void end_supply(Connection& connection, UtcTime now, const Access& access, std::string_view organisation,
                std::string_view supplier) {
  const auto ended = connection.execute(
      "UPDATE supply SET ended = ?3 WHERE organisation = ?1 AND supplier = ?2 AND ended IS NULL",
      {organisation, supplier, to_unix(now)});
  if (ended == 0) refuse(Refused::Kind::absent, "", "supplier");
  tell(connection, now, access, "supplier.end", "supplier-changed", organisation, supplier, {});
}

}  // namespace utsyn::footprint
