// When a finding is due by the method (methodology.md section 3): in the days of its severity, or sooner when
// what its check finds is known to be exploited. In C++ for one finding, and as SQL for many.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check.h"
#include "followup/working_days.h"
#include "store/finding.h"

namespace utsyn::followup {

// Whole days; a check that is not in the catalogue has those of the severity.
std::chrono::days deadline_of(std::string_view check, checks::Severity severity);
// Seconds from the first sight of a finding until it is overdue: its age in whole days is above the deadline.
std::int64_t overdue_after(std::string_view check, checks::Severity severity);

// The day on which a finding is due, and the first second at which the method counts it as overdue.
Date due_date(const store::Finding& finding);
UtcTime overdue_from(const store::Finding& finding);

// Findings that fall due after the same time. Among them the order of first_seen is that of due dates, so
// that an index gives it. Every finding is of one pace.
struct Pace {
  std::string name;  // for what is kept about it: "critical", or a check and a severity
  checks::Severity severity = checks::Severity::info;
  std::string condition;  // which they are, in SQL over f, the finding
  std::int64_t overdue_after = 0;
};
const std::vector<Pace>& paces();  // the worst severities first

// Seconds, in SQL over f.
const std::string& overdue_after_sql();

}  // namespace utsyn::followup
