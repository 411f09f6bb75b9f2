// A score without a measurement: the states and ages of the findings as they are now, everything else as it
// was last measured.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "score/score.h"
#include "store/finding.h"
#include "store/sql.h"

namespace utsyn::followup {

// Pure. Findings that were closed since the measurement leave; none enters, since only a measurement can open
// one.
score::Organisation with_findings(score::Organisation measured, std::span<const store::Finding> findings,
                                  UtcTime now);

// What decisions did to the score, both figures with the ages of now.
struct Effect {
  std::int64_t before_cp = 0;
  std::int64_t after_cp = 0;
  bool operator==(const Effect&) const = default;
};

// The reason of a finding's event when nothing but its treatment changed.
inline constexpr std::string_view treatment_reason = "treatment";

// Nothing when the organisation has no score yet. Inside Sql::write().
std::optional<Effect> rescore(store::Connection& connection, std::string_view organisation, UtcTime now);

// The last score, as it was stored.
struct StoredScore {
  UtcTime from{};
  UtcTime to{};
  std::string method;
  std::int64_t score_cp = 0;
  std::string grade;
  std::string input;
  std::string output;
};
// The one in force at `moment`: the latest that began not later.
std::optional<StoredScore> score_at(store::Connection& connection, std::string_view organisation,
                                    UtcTime moment);

}  // namespace utsyn::followup
