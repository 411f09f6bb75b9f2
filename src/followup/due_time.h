// When something that is done again and again is due next: weekly, monthly or quarterly at an hour in
// Europe/Oslo. Pure. An hour that summer time leaves out is the first moment after it; one that comes twice
// in the autumn is the first of the two. A month without its 31st has its last day.
#pragma once

#include <boost/describe/enum.hpp>

#include "followup/working_days.h"

namespace utsyn::followup {

enum class Every { week, month, quarter };
BOOST_DESCRIBE_ENUM(Every, week, month, quarter)

struct Rhythm {
  Every every = Every::month;
  int day = 1;   // week: 1 (Monday) to 7; else 1 to 31, of the month or of the first month of the quarter
  int hour = 7;  // 0 to 23
  bool operator==(const Rhythm&) const = default;
};

bool possible(const Rhythm& rhythm);
UtcTime oslo_time(Date date, int hour);
// The first due time after `after`; however many were missed before it.
UtcTime next_due(const Rhythm& rhythm, UtcTime after);

}  // namespace utsyn::followup
