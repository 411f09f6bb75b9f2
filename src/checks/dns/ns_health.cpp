#include "checks/dns/ns_health.h"

#include "base/text.h"

namespace utsyn::checks {

ServerState state_of(const NameServer& address) {
  const auto* answer = address.udp.seen();
  if (answer == nullptr) {
    switch (address.udp.unseen()) {
      case Unseen::timed_out:
      case Unseen::refused:
      case Unseen::reset:
      case Unseen::malformed:
        return ServerState::silent;
      case Unseen::rejected:
      case Unseen::server_failure:
        return ServerState::lame;
      default:
        return ServerState::unasked;
    }
  }
  constexpr int no_error = 0;
  return answer->rcode == no_error && answer->authoritative ? ServerState::answers : ServerState::lame;
}

std::map<std::string, ServerState> servers_by_name(const std::vector<NameServer>& addresses) {
  std::map<std::string, ServerState> servers;
  for (const auto& address : addresses) {
    const auto state = state_of(address);
    const auto [at, is_new] = servers.try_emplace(lower(address.name), state);
    if (!is_new && state < at->second) at->second = state;
  }
  return servers;
}

std::vector<std::string> names_in(const std::map<std::string, ServerState>& servers, ServerState state) {
  std::vector<std::string> names;
  for (const auto& [name, is] : servers) {
    if (is == state) names.push_back(name);
  }
  return names;
}

bool is_v6_text(const std::string& address) { return address.find(':') != std::string::npos; }

}  // namespace utsyn::checks
