// Figures about the service itself, in the text format of Prometheus. The library stays behind this header.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace utsyn::api {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void served(std::string_view method, std::string_view route, int status, std::chrono::microseconds took);
  void set_connections(std::int64_t open);
  void set_streams(std::int64_t open);
  void set_waiting(std::size_t requests);  // for a worker
  void refused_overload();
  void set_jobs(std::string_view state, std::int64_t number);
  void set_figure(std::string_view name, std::int64_t value);  // organisations, events...
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace utsyn::api
