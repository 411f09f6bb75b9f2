#include "followup/promises.h"

#include <algorithm>
#include <vector>

namespace utsyn::followup {
namespace {

constexpr std::int64_t kMostRechecks = 1000;  // the latest ones

}  // namespace

Promises promises(store::Connection& connection, UtcTime now) {
  Promises out;
  out.since = now - kPromisePeriod;
  std::vector<std::int64_t> seconds;
  for (const auto& row : connection.query(R"(SELECT finished - created FROM job
      WHERE state = 'done' AND wanted_by <> 'schedule' AND created >= ?1 AND finished IS NOT NULL
      ORDER BY created DESC LIMIT ?2)",
                                          {to_unix(out.since), kMostRechecks}))
    seconds.push_back(row.number(0));
  out.rechecks = static_cast<std::int64_t>(seconds.size());
  if (seconds.size() >= kFewestRechecks) {
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>((seconds.size() - 1) / 2);
    std::ranges::nth_element(seconds, middle);
    out.median_recheck_s = *middle;
  }
  const auto row = connection.first(
      R"(SELECT count(*), coalesce(sum(CASE WHEN decision = 'upheld' THEN 1 ELSE 0 END), 0),
           coalesce(sum(CASE WHEN decision = 'rejected' THEN 1 ELSE 0 END), 0),
           coalesce(sum(CASE WHEN decided IS NULL THEN 1 ELSE 0 END), 0),
           coalesce(sum(CASE WHEN coalesce(decided, ?2) >= answer THEN 1 ELSE 0 END), 0)
         FROM treatment WHERE kind = 'dispute' AND withdrawn IS NULL AND created >= ?1)",
      {to_unix(out.since), to_unix(now)});
  out.disputes = row->number(0);
  out.upheld = row->number(1);
  out.rejected = row->number(2);
  out.waiting = row->number(3);
  out.late = row->number(4);
  return out;
}

}  // namespace utsyn::followup
