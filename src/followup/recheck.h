// "Measure it again, now": a job with priority, within what is decent for the one who is measured.
#pragma once

#include <optional>
#include <string_view>

#include "engine/jobs.h"

namespace utsyn::followup {

inline constexpr int kRechecksAnHour = 60;      // of one organisation, of any kind
inline constexpr int kWholeRechecksAnHour = 6;  // of the whole organisation

// The job; one that waits already is not counted. Nothing when the organisation has been measured often
// enough this hour. An empty asset means the whole organisation. Inside Sql::write(), with its audit entry.
std::optional<engine::Job> recheck(store::Connection& connection, UtcTime now, const store::Actor& actor,
                                   std::string_view organisation, std::string_view asset,
                                   std::string_view finding);

}  // namespace utsyn::followup
