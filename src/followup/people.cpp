#include "followup/people.h"

#include "base/text.h"

namespace utsyn::followup {
namespace {

// ?1 organisation, ?2 now.
constexpr std::string_view kMay = R"(u.disabled IS NULL AND (u.organisation = ?1 OR u.role = 'administrator'
    OR EXISTS (SELECT 1 FROM access_grant g WHERE g.organisation = ?1 AND g.account = u.id
               AND g.detail IN ('findings', 'evidence') AND (g.until IS NULL OR g.until > ?2))))";

}  // namespace

std::vector<PersonHere> people_of(store::Connection& connection, std::string_view organisation,
                                  std::string_view text, UtcTime now, std::size_t limit) {
  std::vector<PersonHere> out;
  const auto wanted = lower(text);
  // Each of the three by an index of its own, so that nobody asks all users there are.
  static constexpr std::string_view statement =
      R"(SELECT u.id, u.name, CASE WHEN u.organisation = ?1 THEN 1 ELSE 0 END
      FROM account u WHERE u.disabled IS NULL AND u.id IN (
        SELECT h.id FROM account h WHERE h.organisation = ?1
        UNION SELECT p.id FROM account p WHERE p.role = 'administrator'
        UNION SELECT g.account FROM access_grant g WHERE g.organisation = ?1
          AND g.detail IN ('findings', 'evidence') AND (g.until IS NULL OR g.until > ?2))
      ORDER BY 3 DESC, 2, 1)";
  const store::Value values[] = {organisation, to_unix(now)};
  connection.each(statement, values, [&](const store::Row& row) {
    if (out.size() == limit) return false;
    if (wanted.empty() || lower(row.text(1)).find(wanted) != std::string::npos)
      out.push_back({row.text(0), row.text(1), row.truth(2)});
    return true;
  });
  return out;
}

bool may_be_given(store::Connection& connection, std::string_view organisation, std::string_view user,
                  UtcTime now) {
  return connection
      .first(std::string("SELECT 1 FROM account u WHERE u.id = ?3 AND ") + std::string(kMay),
             {organisation, to_unix(now), user})
      .has_value();
}

}  // namespace utsyn::followup
