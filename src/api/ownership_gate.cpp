#include "api/ownership_gate.h"

#include <algorithm>

namespace utsyn::api {
namespace {

constexpr std::chrono::hours kCounted{1};
constexpr std::int64_t kSoon = 15;

}  // namespace

std::int64_t OwnershipGate::enter(std::string_view organisation, UtcTime now) {
  const std::scoped_lock lock(guard_);
  for (auto& [name, times] : looks_)
    while (!times.empty() && now - times.front() >= kCounted) times.pop_front();
  std::erase_if(looks_, [](const auto& entry) { return entry.second.empty(); });
  const auto known = looks_.find(organisation);
  if (known != looks_.end() && known->second.size() >= kAnHour)
    return std::max<std::int64_t>(1, to_unix(known->second.front() + kCounted) - to_unix(now));
  if (inside_ >= kAtOnce) return kSoon;
  ++inside_;
  looks_[std::string(organisation)].push_back(now);
  return 0;
}

void OwnershipGate::leave() {
  const std::scoped_lock lock(guard_);
  --inside_;
}

}  // namespace utsyn::api
