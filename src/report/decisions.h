// Which decisions the board report and the leader page propose: by what they gain for the work they take.
// What is decided is a group of findings, those of all checks that lead to the same decision
// (checks/decision.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "access/access.h"
#include "checks/decision.h"
#include "followup/plan.h"
#include "score/standing.h"
#include "store/sql.h"

namespace utsyn::report {

inline constexpr std::size_t most_decisions = 3;
// Besides the work itself a decision takes a meeting, an order and somebody to follow it up: half a day, or a
// trifle that is done in five minutes would pass for the best of all.
inline constexpr std::int64_t minutes_of_deciding = 240;

struct ProposedDecision {
  std::string key;
  std::vector<std::size_t> actions;  // places in what was given, the check that gains most first
  std::int64_t gain_cp = 0;          // what the score rises when this follows those before it
  std::int64_t minutes = 0;
};

// The best first; each is chosen as the score stands when those before it are carried out, so that the gains
// add up to what all of them give. Where caps hold the score down, so that no decision gains anything alone,
// the one that takes away most of what the lowest cap stands on comes first, with a gain of nothing. Every
// action is of one check (not planned by finding). `standing` is handed back as it was.
std::vector<ProposedDecision> proposed_decisions(score::Standing& standing,
                                                 std::span<const followup::PlannedAction> actions,
                                                 std::size_t most = most_decisions);

// Whom the organisation leans on in this role, out of its latest evidence: by name where it is one of the
// registered suppliers and the reader sees it, else as the evidence calls it. None where it does so itself.
std::vector<std::string> carriers_of(store::Connection& connection, const access::Access& reader,
                                     std::string_view organisation, checks::Role role);

}  // namespace utsyn::report
