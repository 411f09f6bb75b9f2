// Name servers as the delegation checks see them: which of the servers, by name, answer for the zone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checks/check.h"

namespace utsyn::checks {

enum class ServerState {
  answers,  // authoritative, NOERROR, from at least one address
  lame,     // it answers, but not for this zone: REFUSED, SERVFAIL or without authority
  silent,   // asked three times, or the port was closed
  unasked   // we did not ask, or could not (scope, budget, our own network)
};
ServerState state_of(const NameServer& address);
// By name, the best state of its addresses: a server that answers on one address is at work.
std::map<std::string, ServerState> servers_by_name(const std::vector<NameServer>& addresses);
std::vector<std::string> names_in(const std::map<std::string, ServerState>& servers, ServerState state);
bool is_v6_text(const std::string& address);

}  // namespace utsyn::checks
