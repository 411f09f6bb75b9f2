// The planner's actions (methodology.md section 9) out of the findings there are: what one piece of work
// fixes, and how many minutes it may take (data/followup/effort.json, estimates of our own).
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "score/organisation.h"
#include "store/finding.h"

namespace utsyn::followup {

// Minutes on the first asset and on each further one.
struct Effort {
  std::int64_t first = 0;
  std::int64_t each = 0;
  bool operator==(const Effort&) const = default;
};
Effort effort_of(std::string_view check);

struct PlanWishes {
  bool by_finding = false;                             // one action each; else one for each check
  std::map<std::string, Effort, std::less<>> minutes;  // by check: the reader's own figures
  std::set<std::string, std::less<>> without;          // findings that are not to be planned
};

struct PlannedAction {
  std::string id;  // the check's or the finding's
  std::string check;
  std::int64_t minutes = 0;
  std::vector<std::string> findings;  // ids
};

// Only findings that are seen and that weigh something in `input` (those upheld or suspended cannot be
// gained).
std::vector<PlannedAction> planned_actions(const score::Organisation& input,
                                           std::span<const store::Finding> findings,
                                           const PlanWishes& wishes);
score::Plan plan_of(std::span<const PlannedAction> actions);

}  // namespace utsyn::followup
