#include "access/audit_reading.h"

#include <limits>

#include "access/roles.h"

namespace utsyn::access {

bool reads_whole_audit(const Access& access) {
  return access.may(Permission::read_audit) && row_of(access.role).reads_whole_audit;
}

std::vector<AuditRow> audit_rows(store::Connection& connection, const Access& access,
                                 const AuditFilter& filter, std::int64_t number, bool newest_first,
                                 std::size_t limit) {
  std::vector<AuditRow> out;
  const bool whole = reads_whole_audit(access);
  auto organisation = filter.organisation;
  if (!whole) {
    // No organisation of one's own, or another's asked for: nothing, as if there were none.
    if (access.home.empty() || (!organisation.empty() && organisation != access.home)) return out;
    organisation = access.home;
  }
  // "finding." up to "finding/": all that begin with it, as an index reads it.
  auto action_end = filter.action;
  if (filter.action.ends_with('.')) action_end.back() = '/';
  const auto least = newest_first ? std::int64_t{0} : number;
  const auto most = newest_first && number > 0 ? number : std::numeric_limits<std::int64_t>::max();
  const auto sql =
      std::string(
          "SELECT e.number, e.time, e.actor, e.address, e.action, e.organisation, e.object, e.detail, "
          "e.previous, e.hash, coalesce(u.login, tu.login, '') FROM audit e LEFT JOIN account u ON u.id "
          "= e.actor LEFT JOIN api_token t ON t.id = e.actor LEFT JOIN account tu ON tu.id = t.account "
          "WHERE e.number > ?1 AND e.number < ?2 AND (?3 = '' OR e.organisation = ?3) AND (?4 = '' OR "
          "e.actor = ?4 OR tu.id = ?4) AND (?5 = '' OR e.action = ?5 OR (e.action >= ?5 AND e.action < "
          "?6)) AND (?7 = '' OR e.object = ?7) AND e.time >= ?8 AND e.time < ?9 ORDER BY e.number ") +
      (newest_first ? "DESC" : "ASC") + " LIMIT ?10";
  const auto from = filter.from ? to_unix(*filter.from) : std::numeric_limits<std::int64_t>::min();
  const auto before = filter.before ? to_unix(*filter.before) : std::numeric_limits<std::int64_t>::max();
  for (const auto& row :
       connection.query(sql, {least, most, organisation, filter.actor, filter.action, action_end,
                              filter.object, from, before, static_cast<std::int64_t>(limit)})) {
    AuditRow one;
    one.entry = {row.number(0), from_unix(row.number(1)),
                 row.text(2),   row.text(3),
                 row.text(4),   row.text(5),
                 row.text(6),   row.text(7),
                 row.text(8),   row.text(9)};
    one.actor_name = row.text(10);
    out.push_back(std::move(one));
  }
  return out;
}

std::int64_t last_audit_number(store::Connection& connection) {
  const auto row = connection.first("SELECT coalesce(max(number), 0) FROM audit");
  return row ? row->number(0) : 0;
}

}  // namespace utsyn::access
