// Sending answers: in one go, or piece by piece for those that have no end beforehand.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

#include "api/client_line.h"
#include "api/server_state.h"

namespace utsyn::api {

// These give false when the line is of no more use.
boost::asio::awaitable<bool> send_answer(ServerState& server, ClientLine& line, const Request& request,
                                         const Response& response, bool keep_alive);
boost::asio::awaitable<bool> send_stream(ServerState& server, ClientLine& line, const Request& request,
                                         const Response& response, bool keep_alive);

// Into the figures and the log.
void note_served(ServerState& server, const Request& request, int status, std::uint64_t bytes,
                 std::chrono::steady_clock::time_point asked);

// A refusal of the server itself, before there was a request to hand on.
Response refusal(const Request& request, int status, std::string type, std::string title, std::string detail);

}  // namespace utsyn::api
