// Open findings whose deadline comes up: for the alerts about deadlines.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "store/sql.h"

namespace utsyn::followup {

struct DueSoon {
  std::string organisation;
  std::string finding;
  std::string severity;
  UtcTime due{};  // the first second at which it is overdue
};

// Those that become overdue within `days` from now, or did in the last day. A date set by a person goes
// before the method's.
std::vector<DueSoon> due_soon(store::Connection& connection, UtcTime now, int days);

}  // namespace utsyn::followup
