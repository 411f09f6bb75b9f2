#include "report/alert_sender.h"

#include <chrono>

#include "report/sender_name.h"

#include "followup/alerts/fault.h"
#include "report/delivery_words.h"

namespace utsyn::report {

namespace outbox = followup::alerts;

AlertSender::AlertSender(DeliverySettings settings, std::shared_ptr<store::Sql> sql, const access::Keys& keys,
                         outbox::AccessOf access_of, std::function<UtcTime()> now,
                         std::function<void(std::string_view)> log, ReportTools reports)
    : settings_(std::move(settings)),
      sql_(std::move(sql)),
      keys_(keys),
      access_of_(std::move(access_of)),
      now_(std::move(now)),
      log_(std::move(log)),
      reports_(std::move(reports)),
      name_(sender_name()) {}

// All are told before the first is waited for: each may have a receiver that takes its time.
AlertSender::~AlertSender() {
  for (auto& thread : threads_) thread.request_stop();
}

bool AlertSender::look(const std::stop_token& stop) {
  // Nothing is written while nothing has happened: the writer's place belongs to those who work.
  bool reports_due = false;
  const auto to_do = [&] {
    return sql_->read([&](store::Connection& connection) {
      reports_due = any_report_due(connection, now_());
      return outbox::anything_to_do(connection, now_());
    });
  };
  auto work = to_do();
  if (work.interrupted) {
    // Whoever began to send these has ended, or could not write down what became of them.
    sql_->write([&](store::Connection& connection) {
      mark_interrupted_reports(connection, now_());
      outbox::mark_interrupted(connection, now_());
    });
    work = to_do();
  }
  if (reports_due) {
    sql_->write([&](store::Connection& connection) { plan_reports(connection, now_(), access_of_); });
    work = to_do();
  }
  if (work.events) {
    while (!stop.stop_requested() && sql_->write([&](store::Connection& connection) {
      return outbox::notice(connection, now_(), access_of_);
    }) > 0) {
      keep_sending();
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
      [&](store::Connection& connection) { return outbox::begin(connection, now_(), access_of_, name_); });
  if (!message) return false;
  const auto id = message->delivery.id;
  {
    const std::scoped_lock lock(guard_);
    on_their_way_.insert(id);
  }
  const auto arrived = [&] {
    const std::scoped_lock lock(guard_);
    on_their_way_.erase(id);
  };
  try {
    send(std::move(*message));
  } catch (...) {
    arrived();  // its lease runs out
    throw;
  }
  arrived();
  return true;
}

void AlertSender::send(outbox::Message message) {
  std::optional<MadeReport> report;
  if (!message.delivery.schedule.empty()) {
    report = report_for(message);
    if (!report) return;
  }
  std::optional<Trouble> trouble;
  auto& secret = message.channel.secret;
  if (!secret.empty()) {
    if (auto opened = keys_.open(secret, outbox::secret_purpose(message.channel.id))) {
      secret = std::move(*opened);
    } else {
      trouble = Trouble{outbox::kept(outbox::FaultCode::secret_sealed), true};
    }
  }
  if (!trouble) {
    trouble =
        report ? deliver(settings_, message, report->letter, now_()) : deliver(settings_, message, now_());
  }
  const auto& schedule = message.delivery.schedule;
  sql_->write([&](store::Connection& connection) {
    if (trouble) {
      outbox::not_sent(connection, now_(), message, trouble->message, trouble->final);
      if (report) report_was_not_sent(connection, schedule, ReportFault::not_sent, trouble->message);
    } else {
      outbox::sent(connection, now_(), message);
      if (report) report_was_sent(connection, now_(), schedule, report->score_cp, report->method);
    }
  });
  if (trouble) log_(delivery_words(trouble->message, Language::en));
}

void AlertSender::end_leases_of_the_dead() {
  for (const auto& sender : sql_->read(outbox::senders)) {
    if (!has_ended(sender)) continue;
    sql_->write([&](store::Connection& connection) { outbox::sender_has_ended(connection, sender); });
  }
}

void AlertSender::keep_sending() {
  const auto now = now_();
  if (now - kept_ < outbox::kSendLease / 5) return;
  std::vector<std::string> deliveries;
  {
    const std::scoped_lock lock(guard_);
    deliveries.assign(on_their_way_.begin(), on_their_way_.end());
  }
  if (!deliveries.empty()) {
    sql_->write(
        [&](store::Connection& connection) { outbox::keep_sending(connection, now, name_, deliveries); });
  }
  kept_ = now;
}

std::optional<MadeReport> AlertSender::report_for(const outbox::Message& message) {
  const auto& id = message.delivery.schedule;
  std::optional<ReportSchedule> schedule;
  std::optional<access::Access> reader;
  // Who may no longer have it does not get it, and the schedule says so.
  const auto allowed = [&](store::Connection& connection) {
    schedule = report_schedule(connection, id);
    if (schedule) reader = access_of_(connection, schedule->owner);
    return schedule && reader && may_have(connection, *reader, *schedule);
  };
  const auto give_up = [&](store::Connection& connection) {
    if (schedule) pause_without_access(connection, now_(), *schedule);
    if (!schedule)
      outbox::not_made(connection, now_(), message, outbox::kept(outbox::FaultCode::report_removed), true);
  };
  if (!sql_->read(allowed)) {
    sql_->write(give_up);
    return std::nullopt;
  }
  auto made = [&]() -> Result<MadeReport, ReportTrouble> {
    try {
      return make_report(reports_, *sql_, *schedule, *reader, now_());
    } catch (const std::exception& error) {
      return unexpected(
          ReportTrouble{ReportFault::failed, outbox::kept(outbox::FaultCode::report_failed, {error.what()})});
    }
  }();
  const bool leaves = sql_->write([&](store::Connection& connection) {
    if (!allowed(connection) || (!made && made.error().fault == ReportFault::access)) {
      give_up(connection);
      return false;
    }
    if (made) return outbox::leaving(connection, message);
    const auto& trouble = made.error();
    outbox::not_made(connection, now_(), message, trouble.message, trouble.final);
    report_was_not_sent(connection, id, trouble.fault, trouble.message);
    return false;
  });
  if (!made) log_(delivery_words(made.error().message, Language::en));
  if (!leaves) return std::nullopt;
  return std::move(*made);
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
    bool looked_back = false;
    while (!stop.stop_requested()) {
      try {
        if (!looked_back) {
          end_leases_of_the_dead();
          looked_back = true;
        }
        keep_sending();
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
