// What is said on one connection: requests, one after another, each read within its limits and answered,
// until one side has had enough.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "api/client_line.h"
#include "api/server_state.h"

namespace utsyn::api {

// `peer` is the address of the other end; everything outlives the conversation.
boost::asio::awaitable<void> converse(ServerState& server, ClientLine& line, const std::string& peer);

}  // namespace utsyn::api
