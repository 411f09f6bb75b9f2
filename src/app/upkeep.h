// What goes by time in a service, whether it measures or leaves that to workers: periods of treatments that
// end, disputes that nobody answered in time, deadlines that pass or draw near, the history of every
// organisation, what it leans on, and the seal at the end of the audit log. One thread of its own. Several
// services on one database share the work: each step is a transaction that looks first how far the others
// have come (marks in `setting`, `changes` of a treatment, one alert for each subject), so nothing is done
// twice.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include "access/keys.h"
#include "portfolio/portfolios.h"
#include "store/sql.h"

namespace utsyn::app {

class Upkeep {
 public:
  Upkeep(std::shared_ptr<store::Sql> sql, std::shared_ptr<portfolio::Portfolios> portfolios,
         const access::Keys& keys, std::function<void(std::string_view line)> log);
  ~Upkeep() = default;  // ends the step under way, and waits for it
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

 private:
  void run(const std::stop_token& stop);
  void sweep(const std::stop_token& stop);
  // A database that is away is told of, and tried again at the next turn.
  void guarded(std::string_view what, const std::function<void()>& step);

  std::shared_ptr<store::Sql> sql_;
  std::shared_ptr<portfolio::Portfolios> portfolios_;
  const access::Keys& keys_;
  std::function<void(std::string_view)> log_;
  std::int64_t hour_ = 0;  // in which deadlines that draw near were looked at
  std::mutex mutex_;
  std::condition_variable_any turn_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace utsyn::app
