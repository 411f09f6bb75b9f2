#include "access/consents.h"

#include "access/roles.h"

namespace utsyn::access {

std::vector<std::pair<std::string, Detail>> opened_by_consent(store::Connection& connection,
                                                              std::string_view body, UtcTime now) {
  std::vector<std::pair<std::string, Detail>> out;
  for (const auto& row : connection.query(
           "SELECT organisation, max(CASE scope WHEN 'findings' THEN 1 ELSE 0 END) FROM consent "
           "WHERE body IN (?1, '*') AND withdrawn IS NULL AND scope IN ('score', 'findings') AND "
           "from_time <= ?2 AND (until_time IS NULL OR until_time > ?2) GROUP BY organisation "
           "ORDER BY organisation",
           {body.empty() ? kAnyBody : body, to_unix(now)}))
    out.emplace_back(row.text(0), row.number(1) == 1 ? Detail::findings : Detail::score);
  return out;
}

bool sees_by_consent(Role role) {
  const auto& row = row_of(role);
  return (row.permissions & bits({Permission::read_nation})) != 0 && row.everywhere < Detail::findings;
}

std::vector<NationalBody> national_bodies(store::Connection& connection) {
  std::vector<NationalBody> out;
  for (const auto& row : connection.query(
           "SELECT DISTINCT o.id, o.name, coalesce(o.number, '') FROM account a JOIN organisation o ON o.id "
           "= "
           "a.organisation WHERE a.role = 'analyst' AND a.disabled IS NULL AND o.removed IS NULL ORDER BY "
           "o.name, o.id LIMIT ?1",
           {static_cast<std::int64_t>(kMostNationalBodies)}))
    out.push_back({row.text(0), row.text(1), row.text(2)});
  return out;
}

}  // namespace utsyn::access
