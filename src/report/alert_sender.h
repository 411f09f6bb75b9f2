// The part of the service that alerts. One thread reads events and groups them; a few send, so that a
// receiver that does not answer holds up nobody but its own channel.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "access/keys.h"
#include "report/deliver.h"

namespace utsyn::report {

class AlertSender {
 public:
  static constexpr int kSenders = 8;

  // `keys` opens the secrets of webhooks, and outlives the sender.
  AlertSender(DeliverySettings settings, std::shared_ptr<store::Sql> sql, const access::Keys& keys,
              followup::alerts::AccessOf access_of, std::function<UtcTime()> now,
              std::function<void(std::string_view line)> log);

  ~AlertSender();
  AlertSender(const AlertSender&) = delete;
  AlertSender& operator=(const AlertSender&) = delete;

  void start();  // the threads; ended by the destructor

 private:
  // Notices and groups, as a thread does every second. Is there anything to send?
  bool look(const std::stop_token& stop);
  bool send_one();  // false: nothing is due
  void send_all(const std::stop_token& stop);
  void complain(const std::exception& error);

  DeliverySettings settings_;
  std::shared_ptr<store::Sql> sql_;
  const access::Keys& keys_;
  followup::alerts::AccessOf access_of_;
  std::function<UtcTime()> now_;
  std::function<void(std::string_view)> log_;
  std::mutex guard_;
  std::condition_variable_any wake_;
  std::uint64_t looks_ = 0;  // that found something to send
  std::vector<std::jthread> threads_;
};

}  // namespace utsyn::report
