// Jobs: measurements that are wanted, under way and done, kept in the database so that they survive a
// restart. One organisation is never measured twice at once; wanting the same thing again gives the job there
// is.
#pragma once

#include <boost/describe/enum.hpp>
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
  std::string progress;  // JSON object while running: {"step": ..., "hosts": n, "hosts_done": m}
  // JSON object when done: {"score_before_cp", "score_after_cp", "findings": [{"finding", "before":
  // {"outcome", "reason", "evidence": [...]}, "after": {...}, "change": "closed"|"opened"|...}]}
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
Job want(store::Connection& connection, UtcTime now, const store::Actor& actor, const Wanted& wanted);
std::optional<Job> job(store::Connection& connection, std::string_view id);
// Newest first; of one organisation, or of all with an empty name.
std::vector<Job> jobs(store::Connection& connection, std::string_view organisation, std::size_t limit);

}  // namespace utsyn::engine
