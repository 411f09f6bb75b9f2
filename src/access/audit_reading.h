// The audit log for readers: all of it for who may, otherwise the entries of one's own organisation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/access.h"

namespace utsyn::access {

struct AuditFilter {
  std::string actor;         // id of a user or token, "system", "command-line"
  std::string action;        // exactly, or all that begin with it when it ends with a dot: "finding."
  std::string organisation;  // empty: all that may be read
  std::string object;
  std::optional<UtcTime> from;
  std::optional<UtcTime> before;
};

struct AuditRow {
  store::AuditEntry entry;
  std::string actor_name;  // login of the user behind it; empty: none
};

// Does this reader see every entry?
bool reads_whole_audit(const Access& access);

// From `number` on (not included) upwards, or downwards with `newest_first` (0: from the newest), at most
// `limit`.
std::vector<AuditRow> audit_rows(store::Connection& connection, const Access& access,
                                 const AuditFilter& filter, std::int64_t number, bool newest_first,
                                 std::size_t limit);
std::int64_t last_audit_number(store::Connection& connection);

}  // namespace utsyn::access
