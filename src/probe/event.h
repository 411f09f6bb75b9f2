// Coroutines of one thread that wait for something another coroutine (or a posted handler) brings about.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "probe/network.h"

namespace utsyn::probe {

class Event {
 public:
  explicit Event(boost::asio::io_context& context);
  // True when notified, false when the time came first.
  Task<bool> wait(Clock::time_point until) const;
  bool notify_one();  // whoever has waited longest; false when nobody waits
  void notify_all();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// At most `places` holders at a time, let in by turn.
class Pace {
 public:
  Pace(boost::asio::io_context& context, int places) : free_(places), freed_(context) {}
  Task<bool> enter(Clock::time_point until);  // true: a place was taken, give it back with leave()
  void leave();

 private:
  int free_;
  Event freed_;
};

}  // namespace utsyn::probe
