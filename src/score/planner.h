// Section 9 of the methodology: which actions reach a target in the fewest minutes, or give the most within a
// budget. Up to 16 actions every set is tried. With more, branch and bound proves the best set where it can
// within a fixed amount of work (counted, not timed, so that the answer is the same everywhere); where it
// cannot, the answer is the best set seen, never worse than the fallback the method describes, and says
// "exact": false.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "score/organisation.h"
#include "score/standing.h"

namespace utsyn::score {

struct PlanAnswer {
  bool reachable = true;
  std::vector<std::string> actions;  // sorted ids
  std::int64_t minutes = 0;
  std::int64_t score_cp = 0;
  bool exact = true;

  bool operator==(const PlanAnswer&) const = default;
};

struct PlanLimits {
  std::size_t every_set_up_to = exact_actions;  // actions; at most 20
  std::uint64_t work = 8'000'000;  // of the search beyond: about one unit for a finding taken away
};

PlanAnswer answer_plan(const Standing& standing, const Plan& plan, const PlanLimits& limits = {});
PlanAnswer answer_plan(const Organisation& organisation, const Plan& plan, const PlanLimits& limits = {});

// The national view: actions ranked by the sum over customers of (S(action done) - S) * inhabitants. A
// supplier's action bears the same id in the plan of every customer it helps.
struct Customer {
  const Organisation* organisation = nullptr;
  std::uint64_t inhabitants = 0;
};
struct NationalAction {
  std::string id;
  std::uint64_t points_of_people = 0;  // cents of score times inhabitants
  std::size_t customers = 0;           // with a gain

  bool operator==(const NationalAction&) const = default;
};
std::vector<NationalAction> rank_national(std::span<const Customer> customers);

}  // namespace utsyn::score
