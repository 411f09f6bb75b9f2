#include "app/stop_watch.h"

#include <fmt/format.h>

#include "engine/stop_switch.h"

namespace utsyn::app {

std::optional<std::string> why_stopped(store::Sql& sql) {
  return sql.read([](store::Connection& connection) -> std::optional<std::string> {
    const auto stop = engine::stop_of(connection);
    if (!stop) return std::nullopt;
    const auto account = connection.first("SELECT name FROM account WHERE id = ?1", {stop->by});
    return fmt::format(
        "measuring is stopped: {} stopped it at {} ({}). Nothing is asked of anybody until an administrator "
        "lets it go on, in the interface under the installation's state or with PUT /api/v1/system/stop; "
        "then "
        "run the same command again.",
        account ? account->text(0) : stop->by, format_time(stop->since), stop->reason);
  });
}

StopWatch::StopWatch(std::shared_ptr<store::Sql> sql, probe::Politeness& politeness)
    : sql_(std::move(sql)), politeness_(politeness) {
  if (sql_) thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

std::optional<std::string> StopWatch::end() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return std::move(why_);
}

void StopWatch::watch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!second_.wait_for(lock, stop, std::chrono::seconds{1}, [] { return false; }) &&
         !stop.stop_requested()) {
    try {
      why_ = why_stopped(*sql_);
    } catch (const store::Failure&) {
      continue;  // whoever stores the measurement meets it too, and says so
    }
    if (!why_) continue;
    politeness_.stop();
    return;
  }
}

}  // namespace utsyn::app
