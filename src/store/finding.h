// The life of a finding: a failing verdict of one check on one asset. It opens with the first warn or fail,
// and only a new measurement can close it. Nothing is deleted.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "checks/check.h"

namespace utsyn::store {

struct Judged;

// Treatment and end of a finding (methodology.md section 12).
enum class FindingState { open, accepted, disputed, dispute_overdue, compensated, upheld, fixed };
BOOST_DESCRIBE_ENUM(FindingState, open, accepted, disputed, dispute_overdue, compensated, upheld, fixed)

struct Finding {
  std::string id;  // "CHECK@ASSET"
  std::string asset;
  std::string check;
  checks::Outcome outcome = checks::Outcome::fail;  // warn or fail, as last seen
  checks::Severity severity = checks::Severity::info;
  checks::Confidence confidence = checks::Confidence::confirmed;
  std::string reason;
  FindingState state = FindingState::open;
  UtcTime first_seen{};  // of its present life: reopening starts anew
  UtcTime last_seen{};   // last positive observation
  std::optional<UtcTime> closed;
  int reopened = 0;
  bool unseen = false;  // the latest measurement could not tell
  bool operator==(const Finding&) const = default;
};

enum class FindingChange { opened, closed, reopened, changed, unseen };
BOOST_DESCRIBE_ENUM(FindingChange, opened, closed, reopened, changed, unseen)

struct FindingEvent {
  std::string finding;
  UtcTime time{};
  FindingChange change = FindingChange::opened;
  std::string reason;  // the verdict's, or "left-footprint"
  bool operator==(const FindingEvent&) const = default;
};

struct Advanced {
  std::vector<Finding> findings;  // sorted by id
  std::vector<FindingEvent> events;
};

// What a measurement does to the findings there were. fail and warn open, keep or reopen; pass and
// not_applicable close; unknown leaves the finding as it is, growing older unseen. Findings of assets not
// measured are untouched, but for those in `left`, which the organisation no longer has: they close with the
// reason "left-footprint".
Advanced advance(std::span<const Finding> before, std::span<const Judged> verdicts, UtcTime now,
                 std::span<const std::string> left = {});

}  // namespace utsyn::store
