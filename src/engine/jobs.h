// Jobs: measurements that are wanted, under way and done, kept in the database so that they survive a
// restart. One organisation is never measured twice at once; wanting the same thing again gives the job there
// is.
#pragma once

#include <boost/describe/enum.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/events.h"

namespace utsyn::engine {

enum class JobState { queued, running, done, failed };
BOOST_DESCRIBE_ENUM(JobState, queued, running, done, failed)

struct Job {
  std::string id;
  std::string organisation;
  std::string asset;    // empty: the whole organisation
  std::string finding;  // what the person asked about, when it was one finding; its asset is measured
  std::string profile = "core";
  int priority = 0;  // 0 scheduled, 10 wanted by a person
  JobState state = JobState::queued;
  std::string wanted_by;  // user id, or "schedule"
  UtcTime created{};
  std::optional<UtcTime> started;
  std::optional<UtcTime> finished;
  int attempts = 0;
  std::string progress;  // JSON object while running: {"hosts": n, "hosts_done": m}
  // JSON object when done: {"score_before_cp", "score_after_cp", "findings": [{"finding", "before":
  // {"outcome", "reason", "evidence": [...]} or null, "after": {...} or null, "change": "closed" | "opened" |
  // ...}]}; of a job about one finding, that finding is in the list even when nothing changed.
  std::string result;
  std::string error;  // when failed: the step and the next action
};

struct Wanted {
  std::string organisation;
  std::string asset;
  std::string finding;
  std::string profile = "core";
  int priority = 10;
};

// All take the connection of the caller's transaction.

// The job that will do it: a new one, or the queued one that already would (with the higher priority of
// both).
Job want(store::Connection& connection, UtcTime now, const store::Actor& actor, const Wanted& wanted);
std::optional<Job> job(store::Connection& connection, std::string_view id);
// Newest first; of one organisation, or of all with an empty name; after (created, id) of the last one seen.
std::vector<Job> jobs(store::Connection& connection, std::string_view organisation, std::size_t limit,
                      std::optional<std::pair<UtcTime, std::string>> after = std::nullopt);

// For those who do the work.

// How long a runner may be silent before its job is given to another.
inline constexpr std::chrono::seconds kLease{30};
// A job that took its runner down this often is not tried again.
inline constexpr int kMostAttempts = 3;

bool anything_to_take(store::Connection& connection, UtcTime now);
// The most urgent job of an organisation that is not being measured; running from now on. Jobs whose runner
// was silent for longer than the lease are queued again first.
std::optional<Job> take(store::Connection& connection, UtcTime now);
// Still at it; false when the job is no longer the caller's (its lease ran out and somebody else has it).
bool still_running(store::Connection& connection, UtcTime now, const Job& job, std::string_view progress);
// Each is called in the transaction of what the job wrote; false when the job is no longer the caller's. A
// job that fails while all measuring is stopped (stop_switch.h) has not failed: it goes back into the queue.
bool finish(store::Connection& connection, UtcTime now, const Job& job, std::string_view result);
bool fail(store::Connection& connection, UtcTime now, const Job& job, std::string_view error);

// The runner is being stopped: somebody else, or the next start, takes the job.
void put_back(store::Connection& connection, UtcTime now, const Job& job);

}  // namespace utsyn::engine
