// What stands behind a finding and a score: the verdicts with their evidence, what happened when, and what
// could not be seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/sql.h"

namespace utsyn::followup {

// A verdict and the time it held.
struct HeldVerdict {
  UtcTime from{};
  UtcTime to{};
  std::string outcome;
  std::string reason;
  std::string severity;
  std::string confidence;
  std::string detail;                 // JSON object
  std::vector<std::string> evidence;  // record ids
};
// Of one check on one asset, newest first.
std::vector<HeldVerdict> verdicts_of(store::Connection& connection, std::string_view organisation,
                                     std::string_view asset, std::string_view check, std::size_t most = 100);

struct EvidenceRow {
  std::string id;
  std::string kind;
  std::string subject;
  std::string data;
  UtcTime first_seen{};
  UtcTime last_seen{};
};
std::optional<EvidenceRow> evidence_row(store::Connection& connection, std::string_view organisation,
                                        std::string_view id);

struct FindingHappening {
  UtcTime time{};
  std::string change;  // opened, closed, reopened, changed, unseen
  std::string reason;
};
std::vector<FindingHappening> happenings_of(store::Connection& connection, std::string_view organisation,
                                            std::string_view finding);

// Verdicts of the latest measurement that are `unknown`.
struct NotSeen {
  std::string asset;
  std::string check;
  std::string reason;
};
std::vector<NotSeen> not_seen(store::Connection& connection, std::string_view organisation,
                              std::size_t most = 1000);

// The latest measurement that was not after `at`.
std::optional<UtcTime> last_measured(store::Connection& connection, std::string_view organisation,
                                     UtcTime at = UtcTime::max());

}  // namespace utsyn::followup
