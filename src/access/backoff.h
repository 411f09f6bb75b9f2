// How guessing is slowed without locking anybody out.
//
// Failures are counted per login and *place*. The place is the browser when it proves by its device cookie
// that this user has logged in there before, otherwise the network it comes from (/24 of IPv4, /48 of IPv6).
// Five failures are free; from then on each makes the place wait twice as long for this login, at most 15
// minutes; a day without failures, or a login that goes well, forgets them. Besides, a network that failed
// fifty times within a day, over whatever logins, waits as well (guessing one password for many logins).
//
// So whoever guesses in one place makes only that place wait: the owner elsewhere, or in a browser of his own
// in the same network, is never held up. There is no count over all places, which anybody could fill up.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/sql.h"

namespace utsyn::access {

inline constexpr std::int64_t kFreeFailures = 5;
inline constexpr std::int64_t kFreeFailuresOfNetwork = 50;
inline constexpr std::chrono::seconds kLongestWait{15 * 60};
inline constexpr std::chrono::hours kFailuresForgotten{24};

// How long after the latest of `failures` nothing is tried.
std::chrono::seconds wait_after(std::int64_t failures, std::int64_t free_failures);

// 192.0.2.0/24, 2001:db8:1::/48; what is no address is a network of its own.
std::string network_of(std::string_view address);

struct Place {
  std::string who;      // keyed hash of the login
  std::string place;    // keyed hash of device or network
  std::string network;  // keyed hash; empty for a known device, which the network's count does not hold up
};

// Seconds to wait still; 0: go on.
std::int64_t seconds_to_wait(store::Connection& connection, const Place& place, UtcTime now);
void count_failure(store::Connection& connection, const Place& place, UtcTime now);
// A login that went well: its own failures are forgotten, and the network's count is one less.
void forget_failures(store::Connection& connection, const Place& place);

}  // namespace utsyn::access
