#include "report/alert_sender.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace utsyn::report {

namespace outbox = followup::alerts;

AlertSender::AlertSender(DeliverySettings settings, std::shared_ptr<store::Sql> sql,
                         outbox::AccessOf access_of, std::function<UtcTime()> now,
                         std::function<void(std::string_view)> log)
    : settings_(std::move(settings)),
      sql_(std::move(sql)),
      access_of_(std::move(access_of)),
      now_(std::move(now)),
      log_(std::move(log)) {}

int AlertSender::round(const std::stop_token& stop) {
  // Nothing is written while nothing has happened: the writer's place belongs to those who work.
  const auto work =
      sql_->read([&](store::Connection& connection) { return outbox::anything_to_do(connection, now_()); });
  if (work.events) {
    while (!stop.stop_requested() && sql_->write([&](store::Connection& connection) {
      return outbox::notice(connection, now_(), access_of_);
    }) > 0) {
    }
  }
  if (work.events || work.alerts)
    sql_->write([&](store::Connection& connection) { outbox::group(connection, now_()); });
  int tried = 0;
  while (!stop.stop_requested()) {
    if (!sql_->read([&](store::Connection& connection) {
          return outbox::anything_to_do(connection, now_()).deliveries;
        }))
      break;
    const auto message = sql_->write(
        [&](store::Connection& connection) { return outbox::begin(connection, now_(), access_of_); });
    if (!message) break;
    ++tried;
    const auto trouble = deliver(settings_, *message, now_());
    sql_->write([&](store::Connection& connection) {
      if (trouble) {
        outbox::not_sent(connection, now_(), *message, trouble->message, trouble->final);
      } else {
        outbox::sent(connection, now_(), *message);
      }
    });
    if (trouble) log_(trouble->message);
  }
  return tried;
}

void AlertSender::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    bool interrupted_marked = false;
    while (!stop.stop_requested()) {
      try {
        if (!interrupted_marked) {
          sql_->write([](store::Connection& connection) { outbox::mark_interrupted(connection); });
          interrupted_marked = true;
        }
        round(stop);
      } catch (const std::exception& error) {
        log_(std::string("alerts: ") + error.what());
      }
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop, std::chrono::seconds{1}, [] { return false; });
    }
  });
}

}  // namespace utsyn::report
