#include "probe/event.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>

namespace utsyn::probe {

namespace {

struct Waiter {
  Waiter(boost::asio::io_context& context, Clock::time_point until) : timer(context, until) {}
  boost::asio::steady_timer timer;
  bool notified = false;
};

}  // namespace

struct Event::State {
  explicit State(boost::asio::io_context& on) : context(on) {}
  boost::asio::io_context& context;
  std::deque<Waiter*> waiting;

  // What a frame keeps while it waits, so that it may be destroyed at any time.
  struct Entry {
    Entry(std::shared_ptr<State> of, Clock::time_point until)
        : state(std::move(of)), waiter(state->context, until) {
      state->waiting.push_back(&waiter);
    }
    ~Entry() { std::erase(state->waiting, &waiter); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    std::shared_ptr<State> state;
    Waiter waiter;
  };
};

Event::Event(boost::asio::io_context& context) : state_(std::make_shared<State>(context)) {}

Task<bool> Event::wait(Clock::time_point until) const {
  State::Entry entry(state_, until);
  co_await entry.waiter.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  co_return entry.waiter.notified;
}

bool Event::notify_one() {
  if (state_->waiting.empty()) return false;
  auto* waiter = state_->waiting.front();
  state_->waiting.pop_front();
  waiter->notified = true;
  waiter->timer.cancel();
  return true;
}

void Event::notify_all() {
  while (notify_one()) {
  }
}

Task<bool> Pace::enter(Clock::time_point until) {
  if (free_ > 0) {
    --free_;
    co_return true;
  }
  co_return co_await freed_.wait(until);  // leave() hands its place on
}

void Pace::leave() {
  if (!freed_.notify_one()) ++free_;
}

}  // namespace utsyn::probe
