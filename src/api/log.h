// The log: one JSON object a line on standard error, or in a file. Never holds a query's values, a body, a
// cookie or a token. spdlog stays behind this header.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace utsyn::api {

struct Served {
  std::string id;
  std::string address;
  std::string method;
  std::string route;   // the pattern, or what came when nothing fitted (cut, without the query)
  std::string caller;  // user or token; empty: nobody
  int status = 0;
  std::uint64_t bytes = 0;
  std::chrono::microseconds took{};
};

// Where lines go: empty is standard error. Without a call there is no log, as in tests.
void open_log(const std::string& file);
void log_served(const Served& served);
void log_failure(std::string_view request, std::string_view route, std::string_view words);
void log_note(std::string_view what, std::string_view words);  // start, stop, certificates read again...
void close_log();                                              // writes out what waits

}  // namespace utsyn::api
