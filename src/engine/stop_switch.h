// The switch that stops all probing at once, for every process that works on the database: the row says it,
// and each process keeps a flag by it that its Networks look at before they send anything. While it is thrown
// no job is taken; what was under way goes back into the queue, and waits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/events.h"

namespace utsyn::engine {

struct Stop {
  UtcTime since{};
  std::string by;  // user id
  std::string reason;
  bool operator==(const Stop&) const = default;
};

std::optional<Stop> stop_of(store::Connection& connection);
// Both write the audit log and an event. Stopping again changes nothing; going on without a stop neither.
Stop stop_measuring(store::Connection& connection, UtcTime now, const store::Actor& actor,
                    std::string_view user, std::string_view reason);
void go_on_measuring(store::Connection& connection, UtcTime now, const store::Actor& actor,
                     std::string_view reason);

}  // namespace utsyn::engine
