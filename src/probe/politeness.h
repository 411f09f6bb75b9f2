// What all Networks of the process share: how many connections an address has and how many it has had today,
// pauses after a refusal, and the kill switch. For network.cpp and politeness.cpp only; the rest of the world
// sees Politeness (network.h).
#pragma once

#include <unistd.h>

#include <cstring>
#include <mutex>
#include <unordered_map>

#include "probe/network.h"

namespace utsyn::probe {

// A place is asked for at an address; its mail ports have a place of their own.
struct PlaceKey {
  IpAddress address;
  bool mail = false;
  bool operator==(const PlaceKey&) const = default;
};

struct AddressHash {
  std::size_t operator()(const PlaceKey& key) const { return (*this)(key.address) ^ (key.mail ? 1U : 0U); }
  std::size_t operator()(const IpAddress& address) const {
    std::uint64_t halves[2];
    std::memcpy(halves, address.bytes().data(), sizeof halves);
    auto mixed = (halves[0] ^ 0x9E3779B97F4A7C15U) * 0xBF58476D1CE4E5B9U;
    mixed ^= (mixed >> 29U) ^ (halves[1] * 0x94D049BB133111EBU);
    return static_cast<std::size_t>(mixed ^ (mixed >> 32U));
  }
};

// How long a look at the kill switch file is believed.
inline constexpr std::chrono::milliseconds kill_switch_look{250};

struct Politeness::Impl {
  explicit Impl(const Settings& from) : settings(from) {}

  struct AddressState {
    int in_flight = 0;  // mail counted in
    int mail_in_flight = 0;
    int opened_today = 0;
    Clock::time_point paused_until{};
  };

  // With `go`, and until the place is given back, `place` stays where it is.
  Answer ask(const PlaceKey& key, AddressState*& place) {
    if (stopped()) return Answer::stopped;
    const std::lock_guard lock(mutex);
    new_day();
    auto& state = addresses[key.address];
    place = &state;
    if (state.opened_today >= settings.connections_per_address_and_day) return Answer::budget_spent;
    if (state.in_flight >= settings.connections_per_address) return Answer::wait;
    if (key.mail && state.mail_in_flight > 0) return Answer::wait;
    if (state.paused_until != Clock::time_point{} && Clock::now() < state.paused_until) return Answer::wait;
    ++state.in_flight;
    if (key.mail) ++state.mail_in_flight;
    ++state.opened_today;
    total_in_flight.fetch_add(1, std::memory_order_relaxed);
    opened.fetch_add(1, std::memory_order_relaxed);
    return Answer::go;
  }

  void leave(const PlaceKey& key, bool refused) {
    const std::lock_guard lock(mutex);
    if (const auto at = addresses.find(key.address); at != addresses.end())
      leave_now(at->second, key.mail, refused);
  }
  void leave(AddressState& place, bool mail, bool refused) {
    const std::lock_guard lock(mutex);
    leave_now(place, mail, refused);
  }
  void leave_now(AddressState& place, bool mail, bool refused) {
    if (place.in_flight == 0) return;
    --place.in_flight;
    if (mail && place.mail_in_flight > 0) --place.mail_in_flight;
    total_in_flight.fetch_sub(1, std::memory_order_relaxed);
    if (refused) place.paused_until = Clock::now() + settings.pause_on_refusal;
  }

  bool stopped() const {
    if (stop.load(std::memory_order_relaxed)) return true;
    if (settings.held && settings.held->load(std::memory_order_relaxed)) return true;
    if (settings.kill_switch_file.empty()) return false;
    const auto now = Clock::now().time_since_epoch().count();
    auto look_at = next_look.load(std::memory_order_relaxed);
    if (now >= look_at &&
        next_look.compare_exchange_strong(look_at, now + Clock::duration(kill_switch_look).count())) {
      file_seen.store(::access(settings.kill_switch_file.c_str(), F_OK) == 0, std::memory_order_relaxed);
    }
    return file_seen.load(std::memory_order_relaxed);
  }

  // The budget begins anew at midnight UTC; addresses that nobody uses are forgotten then.
  void new_day() {
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    if (today == day) return;
    day = today;
    std::erase_if(addresses, [](const auto& entry) { return entry.second.in_flight == 0; });
    for (auto& [address, state] : addresses) state.opened_today = 0;
  }

  const Settings settings;
  std::mutex mutex;
  std::unordered_map<IpAddress, AddressState, AddressHash> addresses;
  std::chrono::sys_days day{};
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> opened{0};
  std::atomic<int> total_in_flight{0};
  mutable std::atomic<Clock::rep> next_look{0};
  mutable std::atomic<bool> file_seen{false};
};

}  // namespace utsyn::probe
