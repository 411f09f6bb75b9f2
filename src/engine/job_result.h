// What a measurement changed, with the evidence before and after: the answer to "recheck now".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/jobs.h"
#include "store/store.h"

namespace utsyn::engine {

struct VerdictBefore {
  std::string outcome;
  std::string reason;
  std::string evidence;  // JSON list of record ids
};

struct KnownBefore {
  std::optional<std::int64_t> score_cp;
  std::map<std::string, VerdictBefore> verdicts;  // by finding, for those that matter to the job
};

// Read before the measurement is saved.
KnownBefore known_before(store::Connection& connection, const store::Measurement& measurement,
                         const Job& job);
// Job::result.
std::string job_result(const KnownBefore& before, const store::Measurement& measurement, const Job& job);

}  // namespace utsyn::engine
