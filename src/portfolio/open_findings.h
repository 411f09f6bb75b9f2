// Every finding that is not fixed, as far as counting by group and the history of issues need it: twelve
// bytes each, beside the organisation it belongs to. What it is called and where it stands is left to the
// database.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check.h"
#include "portfolio/past_lives.h"
#include "store/finding.h"
#include "store/sql.h"

namespace utsyn::portfolio {

struct OpenFinding {
  std::uint32_t due = 0;       // the first second at which it is overdue, set by a person or by the method
  std::uint16_t check = 0;     // in Table::finding_checks
  std::uint16_t assignee = 0;  // in Table::assignees; kNone: nobody
  std::uint16_t since = 0;     // the day on which its present life began
  std::uint8_t severity = 0;   // checks::Severity
  std::uint8_t state = 0;      // store::FindingState
  auto operator<=>(const OpenFinding&) const = default;
};

// As it comes from the database.
struct FreshFinding {
  std::string check;
  std::string assignee;
  checks::Severity severity = checks::Severity::info;
  store::FindingState state = store::FindingState::open;
  std::int64_t due = 0;
  std::int64_t since = 0;  // a day
};

std::vector<FreshFinding> open_findings_of(store::Connection& connection, std::string_view organisation);
// All there are, organisation after organisation; and then once more those of organisations in which somebody
// looks after one, with `again`: what was told of such an organisation before counts no longer. On the way,
// the lives that are over and ended after a second, in no order.
void each_open_finding(
    store::Connection& connection, std::int64_t after,
    const std::function<void(std::string_view organisation, const FreshFinding& finding, bool again)>& each,
    const std::function<void(std::string_view organisation, const FreshLife& life)>& each_life);

}  // namespace utsyn::portfolio
