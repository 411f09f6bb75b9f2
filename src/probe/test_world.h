// What a probe needs to visit a host on loopback, for the tests of this folder.
#pragma once

#include <string>

#include "probe/network.h"

namespace utsyn::probe::testing {

// Loopback is allowed, and who refuses may be asked again at once.
inline Settings loopback_settings(std::chrono::milliseconds host_deadline) {
  Settings settings;
  settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
  settings.host_deadline = host_deadline;
  settings.pause_on_refusal = std::chrono::milliseconds(0);
  return settings;
}

struct VisitWorld {
  explicit VisitWorld(const Settings& settings, const std::string& host)
      : politeness(settings), network(context, settings, politeness), visit(network.visit(host)) {}
  boost::asio::io_context context;
  Politeness politeness;
  Network network;
  Visit visit;
};

}  // namespace utsyn::probe::testing
