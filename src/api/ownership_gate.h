// How often proof of ownership is looked for while somebody waits: each look holds a worker thread and sends
// traffic to a domain that has not been proved yet. At most two at once in the whole service, so that the
// others go on answering, and ten an hour for one organisation.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.h"

namespace utsyn::api {

inline constexpr std::chrono::milliseconds kOwnershipDeadline{15'000};

class OwnershipGate {
 public:
  static constexpr int kAtOnce = 2;
  static constexpr std::size_t kAnHour = 10;

  // Seconds to wait; 0: go on, and leave() afterwards.
  std::int64_t enter(std::string_view organisation, UtcTime now);
  void leave();

 private:
  std::mutex guard_;
  int inside_ = 0;
  // By organisation; those of the last hour only, so it is bounded by what two at once can reach.
  std::map<std::string, std::deque<UtcTime>, std::less<>> looks_;
};

}  // namespace utsyn::api
