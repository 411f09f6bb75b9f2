// When each organisation is measured: daily, spread over the day by a hash of its id, with a little chance so
// that nobody can foresee the second; after a failure later and later; after downtime what was missed is
// caught up, oldest first, without a stampede. Once a week the daily measurement is a full one, where that is
// granted (full_grant.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/jobs.h"

namespace utsyn::engine {

// The next daily time after `after`: the organisation's own second of the day, moved by up to a quarter of an
// hour either way (`chance` is any number).
UtcTime next_daily(std::string_view organisation, UtcTime after, std::uint64_t chance);

// From when on the daily measurement may be a full one again: the organisation's own second of the week,
// moved by up to six hours either way, and never within half a week.
UtcTime next_weekly(std::string_view organisation, UtcTime after, std::uint64_t chance);

// How long to wait after the n-th failure in a row: an hour, doubling, at most a day.
std::chrono::seconds wait_after_failures(std::int64_t failures);

// Is there anything for the two below? Inside Sql::read(): looking for new ones goes through the whole
// register, and holds up nobody who writes.
struct Waiting {
  bool without_time = false;  // give_first_times()
  bool due = false;           // queue_what_is_due()
};
Waiting waiting(store::Connection& connection, UtcTime now);

// Gives organisations without a time their first. Inside Sql::write(), as the next.
void give_first_times(store::Connection& connection, UtcTime now);
// Queues what is due, at most `most` jobs, oldest first. Returns how many were queued.
int queue_what_is_due(store::Connection& connection, UtcTime now, int most);

// What a finished job means for the next time. `full`: it was a full measurement, and asked.
void after_measurement(store::Connection& connection, std::string_view organisation, UtcTime now,
                       bool succeeded, std::uint64_t chance, bool full = false);

}  // namespace utsyn::engine
