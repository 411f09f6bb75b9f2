// The part of the service that alerts, and sends reports on their days. One thread reads events, groups them
// and looks what is due; a few send, so that a receiver that does not answer holds up nobody but its own
// channel. Reports are made one at a time: people who ask for one go on getting theirs.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "access/keys.h"
#include "report/deliver.h"
#include "report/scheduled_report.h"

namespace utsyn::report {

class AlertSender {
 public:
  static constexpr int kSenders = 8;

  // `keys` opens the secrets of webhooks, and outlives the sender.
  AlertSender(DeliverySettings settings, std::shared_ptr<store::Sql> sql, const access::Keys& keys,
              followup::alerts::AccessOf access_of, std::function<UtcTime()> now,
              std::function<void(std::string_view line)> log, ReportTools reports = {});

  ~AlertSender();
  AlertSender(const AlertSender&) = delete;
  AlertSender& operator=(const AlertSender&) = delete;

  void start();  // the threads; ended by the destructor

 private:
  // Notices and groups, as a thread does every second. Is there anything to send?
  bool look(const std::stop_token& stop);
  bool send_one();  // false: nothing is due
  void send(followup::alerts::Message message);
  // At the start: what a process sent that has ended on this machine waits for no lease.
  void end_leases_of_the_dead();
  // While messages are on their way, others who send on this database are told so now and then.
  void keep_sending();
  // Makes what the message is to carry; nothing when it is not to be sent now, which is written down.
  std::optional<MadeReport> report_for(const followup::alerts::Message& message);
  void send_all(const std::stop_token& stop);
  void complain(const std::exception& error);

  DeliverySettings settings_;
  std::shared_ptr<store::Sql> sql_;
  const access::Keys& keys_;
  followup::alerts::AccessOf access_of_;
  std::function<UtcTime()> now_;
  std::function<void(std::string_view)> log_;
  ReportTools reports_;
  const std::string name_;  // among all who send on this database
  UtcTime kept_{};          // when keep_sending() last wrote
  std::mutex guard_;
  std::set<std::string> on_their_way_;  // deliveries
  std::condition_variable_any wake_;
  std::uint64_t looks_ = 0;  // that found something to send
  std::vector<std::jthread> threads_;
};

}  // namespace utsyn::report
