// Several probes at the same time on one thread, and a bound on how many.
#pragma once

#include <memory>
#include <vector>

#include "probe/network.h"

namespace utsyn::probe {

// Runs all tasks and returns when the last has ended. The first exception, if any, is thrown then.
Task<void> together(std::vector<Task<void>> tasks);

// At most `places` holders at a time; those who wait are let in by turn. One thread only.
class Gate {
 public:
  Gate(boost::asio::io_context& context, int places);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(&gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }

   private:
    Gate* gate_;
  };
  Task<Pass> enter();

 private:
  friend class Pass;
  void leave();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace utsyn::probe
