// How the platform keeps its own promises: how fast a recheck is answered, and what became of disputes. Sums
// over all organisations, which anybody may read; nothing that points to one.
#pragma once

#include <optional>

#include "base/time.h"
#include "store/sql.h"

namespace utsyn::followup {

inline constexpr std::chrono::days kPromisePeriod{90};
inline constexpr std::size_t kFewestRechecks = 5;  // below this a median says nothing

struct Promises {
  UtcTime since{};
  std::int64_t rechecks = 0;                     // done, of those a person asked for
  std::optional<std::int64_t> median_recheck_s;  // from asking to the answer
  std::int64_t disputes = 0;                     // that were raised and not withdrawn
  std::int64_t upheld = 0;                       // findings that were refuted
  std::int64_t rejected = 0;
  std::int64_t waiting = 0;
  std::int64_t late = 0;  // not answered within five working days, or not in time
};
Promises promises(store::Connection& connection, UtcTime now);

}  // namespace utsyn::followup
