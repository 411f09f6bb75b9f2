#include "report/alert_sender.h"

#include <chrono>

namespace utsyn::report {

namespace outbox = followup::alerts;

AlertSender::AlertSender(DeliverySettings settings, std::shared_ptr<store::Sql> sql, const access::Keys& keys,
                         outbox::AccessOf access_of, std::function<UtcTime()> now,
                         std::function<void(std::string_view)> log)
    : settings_(std::move(settings)),
      sql_(std::move(sql)),
      keys_(keys),
      access_of_(std::move(access_of)),
      now_(std::move(now)),
      log_(std::move(log)) {}

// All are told before the first is waited for: each may have a receiver that takes its time.
AlertSender::~AlertSender() {
  for (auto& thread : threads_) thread.request_stop();
}

bool AlertSender::look(const std::stop_token& stop) {
  // Nothing is written while nothing has happened: the writer's place belongs to those who work.
  const auto to_do = [&] {
    return sql_->read(
        [&](store::Connection& connection) { return outbox::anything_to_do(connection, now_()); });
  };
  const auto work = to_do();
  if (work.events) {
    while (!stop.stop_requested() && sql_->write([&](store::Connection& connection) {
      return outbox::notice(connection, now_(), access_of_);
    }) > 0) {
    }
  }
  if (!work.events && !work.alerts) return work.deliveries;
  sql_->write([&](store::Connection& connection) { outbox::group(connection, now_()); });
  return to_do().deliveries;
}

bool AlertSender::send_one() {
  if (!sql_->read([&](store::Connection& connection) {
        return outbox::anything_to_do(connection, now_()).deliveries;
      }))
    return false;
  auto message = sql_->write(
      [&](store::Connection& connection) { return outbox::begin(connection, now_(), access_of_); });
  if (!message) return false;
  std::optional<Trouble> trouble;
  auto& secret = message->channel.secret;
  if (!secret.empty()) {
    if (auto opened = keys_.open(secret, outbox::secret_purpose(message->channel.id))) {
      secret = std::move(*opened);
    } else {
      trouble = Trouble{"the channel's secret was sealed with another key: make the channel anew", true};
    }
  }
  if (!trouble) trouble = deliver(settings_, *message, now_());
  sql_->write([&](store::Connection& connection) {
    if (trouble) {
      outbox::not_sent(connection, now_(), *message, trouble->message, trouble->final);
    } else {
      outbox::sent(connection, now_(), *message);
    }
  });
  if (trouble) log_(trouble->message);
  return true;
}

void AlertSender::complain(const std::exception& error) { log_(std::string("alerts: ") + error.what()); }

void AlertSender::send_all(const std::stop_token& stop) {
  std::uint64_t seen = 0;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(guard_);
      if (!wake_.wait(lock, stop, [&] { return looks_ != seen; })) return;
      seen = looks_;
    }
    try {
      while (!stop.stop_requested() && send_one()) {
      }
    } catch (const std::exception& error) {
      complain(error);
    }
  }
}

void AlertSender::start() {
  threads_.emplace_back([this](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any second;
    bool interrupted_marked = false;
    while (!stop.stop_requested()) {
      try {
        // Before anything is sent: whatever is being sent now was begun by a program that has ended.
        if (!interrupted_marked) {
          sql_->write([](store::Connection& connection) { outbox::mark_interrupted(connection); });
          interrupted_marked = true;
        }
        if (look(stop)) {
          const std::scoped_lock lock(guard_);
          ++looks_;
          wake_.notify_all();
        }
      } catch (const std::exception& error) {
        complain(error);
      }
      std::unique_lock lock(mutex);
      second.wait_for(lock, stop, std::chrono::seconds{1}, [] { return false; });
    }
  });
  for (int i = 0; i < kSenders; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { send_all(stop); });
}

}  // namespace utsyn::report
