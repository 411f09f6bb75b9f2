// How many of the members had each check open, day by day: the kept days of the score's history, and the
// present one, which is what issues_of() says of it.
//
// A member had a check open on a day when a finding of it was open as the day ended, and counts from the
// first day that was kept of it. Whether a finding counts is the rule of the standing: not what is upheld as
// no fault, what waits too long for the answer to a dispute, what is only told, and what is no part of the
// score. For days gone by it is asked of today, since how a finding was treated is not kept day by day: a
// finding that lives counts on all its days or on none, and one that is fixed on all of them, unless it was
// upheld or stood at a supplier. Days before a life of a check that does not count are those of its other
// lives.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "checks/check.h"
#include "portfolio/columns.h"
#include "portfolio/filter.h"

namespace utsyn::portfolio {

struct IssueDay {
  std::int64_t day = 0;
  std::size_t measured = 0;                     // members whose findings are seen
  bool suppressed = false;                      // then there are no counts
  std::vector<std::uint32_t> organisations;     // beside the checks
  std::int64_t share(std::size_t check) const;  // in 1/10000
};
struct IssueHistory {
  struct Check {
    std::string id;
    checks::Severity severity = checks::Severity::info;  // of the catalogue
  };
  std::vector<Check> checks;  // the most common first, as it is at the end
  std::vector<IssueDay> days;
};

struct IssueDays {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t today = 0;
};
// Of the checks that are among the `most` most common or most critical ones on one of the days.
IssueHistory issue_history_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                              IssueDays days, std::size_t most);

}  // namespace utsyn::portfolio
