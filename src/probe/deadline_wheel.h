// Deadlines of one thread, in a wheel of coarse slots: arming and disarming is the linking of a list node,
// and one timer serves all. Who is overdue is told so, at most two slots late.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <limits>
#include <memory>

#include "probe/network.h"

namespace utsyn::probe {

// Somebody who must be woken at a time unless something happens first.
struct Overdue {
  Overdue() = default;
  Overdue(const Overdue&) = delete;
  Overdue& operator=(const Overdue&) = delete;
  virtual ~Overdue() = default;
  virtual void overdue(Unseen why) = 0;

  bool armed() const { return previous != nullptr; }
  Overdue* previous = nullptr;
  Overdue* next = nullptr;
  std::int64_t tick = 0;
};

struct ListHead final : Overdue {
  ListHead() { previous = next = this; }
  void overdue(Unseen) override {}
};

class DeadlineWheel : public std::enable_shared_from_this<DeadlineWheel> {
 public:
  // With `stopped`, everybody is overdue at once.
  DeadlineWheel(boost::asio::io_context& on, std::function<bool()> stopped)
      : stopped_(std::move(stopped)), ticker_(on) {}

  void arm(Overdue& one, Clock::time_point at) {
    if (one.armed()) disarm(one);
    one.tick = std::max(tick_at(at) + 1, last_tick_ + 1);
    auto& head = slots_[static_cast<std::size_t>(one.tick) % slot_count];
    one.next = &head;
    one.previous = head.previous;
    head.previous->next = &one;
    head.previous = &one;
    if (armed_count_++ == 0 && !ticking_) {
      last_tick_ = std::max(last_tick_, std::min(tick_at(Clock::now()) - 1, one.tick - 1));
      start_ticking();
    }
  }

  void disarm(Overdue& one) {
    if (!one.armed()) return;
    one.previous->next = one.next;
    one.next->previous = one.previous;
    one.previous = one.next = nullptr;
    --armed_count_;
  }

 private:
  static constexpr std::chrono::milliseconds slot_width{16};
  static constexpr std::size_t slot_count = 512;

  std::int64_t tick_at(Clock::time_point time) const { return (time - epoch_) / slot_width; }

  void start_ticking() {
    ticking_ = true;
    ticker_.expires_after(slot_width);
    ticker_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (!self) return;
      self->ticking_ = false;
      if (error) return;
      self->turn();
      if (self->armed_count_ > 0) self->start_ticking();
    });
  }

  void turn() {
    if (stopped_()) {
      for (auto& head : slots_) wake_slot(head, std::numeric_limits<std::int64_t>::max(), Unseen::stopped);
      return;
    }
    const auto now = tick_at(Clock::now());
    const auto slots_to_see = std::min<std::int64_t>(now - last_tick_, slot_count);
    for (std::int64_t i = 1; i <= slots_to_see; ++i) {
      wake_slot(slots_[static_cast<std::size_t>(last_tick_ + i) % slot_count], now, Unseen::timed_out);
    }
    last_tick_ = std::max(last_tick_, now);
  }

  void wake_slot(ListHead& head, std::int64_t up_to, Unseen why) {
    for (auto* one = head.next; one != &head;) {
      auto* following = one->next;
      if (one->tick <= up_to) {
        disarm(*one);
        one->overdue(why);  // cancels a socket; nobody is resumed before we return
      }
      one = following;
    }
  }

  const Clock::time_point epoch_ = Clock::now();
  std::function<bool()> stopped_;
  std::array<ListHead, slot_count> slots_;
  std::int64_t last_tick_ = 0;
  std::size_t armed_count_ = 0;
  bool ticking_ = false;
  boost::asio::steady_timer ticker_;
};

}  // namespace utsyn::probe
