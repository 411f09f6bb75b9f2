// Measuring by hand heeds the switch that stops all probing (engine/stop_switch.h) of the store it writes to:
// looked at before the first question, and every second while it measures.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "probe/network.h"
#include "store/sql.h"

namespace utsyn::app {

// Who stopped measuring, why, and how to go on; nothing while nobody has.
std::optional<std::string> why_stopped(store::Sql& sql);

class StopWatch {
 public:
  // Watches from now on; the first stop ends the run for good. `sql` may be null: then nothing is watched.
  StopWatch(std::shared_ptr<store::Sql> sql, probe::Politeness& politeness);
  // Ends the watch: what was said when it stopped the run.
  std::optional<std::string> end();

 private:
  void watch(const std::stop_token& stop);

  std::shared_ptr<store::Sql> sql_;
  probe::Politeness& politeness_;
  std::optional<std::string> why_;
  std::mutex mutex_;
  std::condition_variable_any second_;
  std::jthread thread_;
};

}  // namespace utsyn::app
