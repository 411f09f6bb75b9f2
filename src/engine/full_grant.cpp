#include "engine/full_grant.h"

#include <algorithm>

namespace utsyn::engine {

FullGrant full_grant(store::Connection& connection, std::string_view organisation, UtcTime now) {
  FullGrant out;
  out.consented = connection
                      .first(R"(SELECT 1 FROM consent WHERE organisation = ?1 AND scope = ?2
                                  AND withdrawn IS NULL AND from_time <= ?3
                                  AND (until_time IS NULL OR until_time > ?3))",
                             {organisation, kActiveScope, to_unix(now)})
                      .has_value();
  if (!out.consented) return out;
  // A domain that is measured no more is nobody's to be asked about.
  for (auto& ownership : footprint::ownerships(connection, organisation)) {
    if (!footprint::holds(ownership, now)) continue;
    if (!connection.first("SELECT 1 FROM target WHERE organisation = ?1 AND kind = 'domain' AND name = ?2",
                          {organisation, ownership.domain}))
      continue;
    out.proved.push_back(std::move(ownership));
  }
  return out;
}

std::optional<UtcTime> next_full(store::Connection& connection, std::string_view organisation, UtcTime now) {
  const auto row =
      connection.first("SELECT due, full_due FROM schedule WHERE organisation = ?1", {organisation});
  if (!row || !full_grant(connection, organisation, now).given()) return std::nullopt;
  const auto due = row->number(0);
  return from_unix(std::max(due, row->maybe_number(1).value_or(due)));
}

}  // namespace utsyn::engine
