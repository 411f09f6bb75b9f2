// The part of the service that measures: takes jobs from the queue, on its own threads, until it is stopped.
// Several processes may run side by side on one database; the queue sees to it that none does another's job.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/jobs.h"
#include "engine/run.h"
#include "store/sql.h"

namespace utsyn::engine {

// What the rooms above know of an organisation; called on the measuring threads.
struct MeasuringHooks {
  // Where to start and what people decided about its footprint; nothing when there is nothing to measure.
  std::function<std::optional<Target>(store::Connection&, const std::string& organisation)> target;
  // Its findings, each in the state that its treatment gives it at this moment.
  std::function<std::vector<store::Finding>(store::Connection&, const std::string& organisation, UtcTime now)>
      findings;
  // Names that must not be contacted, as decided in the service; added to those of the settings.
  std::function<std::vector<std::string>(store::Connection&)> opt_outs;
  // Called every few seconds on one thread: another process may have stopped all probing, or let it go on.
  std::function<void()> look_at_switch;
};

struct MeasuringSettings {
  RunSettings run;
  int jobs_at_once = 16;  // organisations under way, over all threads
  bool schedule = true;   // queue what is due; false for a worker beside a service that does
};

class Measuring {
 public:
  Measuring(MeasuringSettings settings, std::shared_ptr<store::Sql> sql, std::shared_ptr<store::Store> store,
            MeasuringHooks hooks, std::function<void(std::string_view line)> log);
  ~Measuring();  // stop() and wait
  Measuring(const Measuring&) = delete;
  Measuring& operator=(const Measuring&) = delete;

  void stop();  // what is under way is put back into the queue
  // For /metrics.
  struct Figures {
    std::int64_t jobs_running = 0;
    std::int64_t jobs_done = 0;
    std::int64_t jobs_failed = 0;
    std::int64_t connections = 0;
  };
  Figures figures() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace utsyn::engine
