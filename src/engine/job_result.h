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
// What became of the active questions of a job with the full profile.
struct FullAsked {
  std::vector<std::string> domains;      // proved at that moment; empty: nothing was asked beyond the core
  std::string_view reason;               // why not: "no-consent", "no-proof", "proof-lost", "cannot-look"
  std::optional<std::int64_t> score_cp;  // with their findings counted: the owner's own business
};

// Job::result.
std::string job_result(const KnownBefore& before, const store::Measurement& measurement, const Job& job,
                       const FullAsked& full = {});

}  // namespace utsyn::engine
