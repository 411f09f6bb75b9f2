#include "followup/due_soon.h"

#include <fmt/format.h>

#include "followup/deadline.h"
#include "followup/rows.h"

namespace utsyn::followup {

std::vector<DueSoon> due_soon(store::Connection& connection, UtcTime now, int days) {
  const auto from = now - std::chrono::days{1};
  const auto to = now + std::chrono::days{days};
  std::vector<DueSoon> out;
  for (const auto& pace : paces()) {
    // `info` has no points, so it needs no deadline.
    if (pace.severity == checks::Severity::info) continue;
    const std::chrono::seconds wait{pace.overdue_after};
    const auto rows = connection.query(fmt::format(R"(SELECT f.organisation, f.id, f.first_seen FROM finding f
           WHERE f.state <> 'fixed' AND {} AND f.first_seen >= ?1 AND f.first_seen <= ?2
             AND f.state IN ('open', 'disputed')
             AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.organisation = f.organisation AND a.finding = f.id
                             AND a.due IS NOT NULL)
           ORDER BY f.organisation, f.id LIMIT 100000)",
                                                   pace.condition),
                                       {to_unix(from - wait), to_unix(to - wait)});
    for (const auto& row : rows)
      out.push_back({row.text(0), row.text(1), word_of(pace.severity), from_unix(row.number(2)) + wait});
  }
  const auto assigned = connection.query(
      R"(SELECT a.organisation, a.finding, f.severity, a.due FROM assignment a
         JOIN finding f ON f.organisation = a.organisation AND f.id = a.finding
         WHERE a.due >= ?1 AND a.due <= ?2 AND f.state IN ('open', 'disputed')
         ORDER BY a.organisation, a.finding LIMIT 100000)",
      {to_unix(from), to_unix(to)});
  for (const auto& row : assigned)
    out.push_back({row.text(0), row.text(1), row.text(2), from_unix(row.number(3))});
  return out;
}

}  // namespace utsyn::followup
