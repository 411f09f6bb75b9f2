// The part of the service that alerts: reads events, groups and sends, on a thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include "report/deliver.h"

namespace utsyn::report {

class AlertSender {
 public:
  AlertSender(DeliverySettings settings, std::shared_ptr<store::Sql> sql,
              followup::alerts::AccessOf access_of, std::function<UtcTime()> now,
              std::function<void(std::string_view line)> log);

  // One round, as the thread does it every second: notice, group, send what is due. Returns how many messages
  // were sent or tried.
  int round(const std::stop_token& stop = {});

  void start();  // the thread; ended by the destructor

 private:
  DeliverySettings settings_;
  std::shared_ptr<store::Sql> sql_;
  followup::alerts::AccessOf access_of_;
  std::function<UtcTime()> now_;
  std::function<void(std::string_view)> log_;
  std::jthread thread_;
};

}  // namespace utsyn::report
