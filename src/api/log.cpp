#include "api/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <mutex>

#include "base/text.h"
#include "base/time.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;

// Lines that wait to be written; when a disk is slower than the clients, the oldest go.
constexpr std::size_t kWaitingLines = 16'384;

std::shared_ptr<spdlog::async_logger>& logger() {
  static std::shared_ptr<spdlog::async_logger> one;
  return one;
}
std::shared_ptr<spdlog::details::thread_pool>& writer() {
  static std::shared_ptr<spdlog::details::thread_pool> one;
  return one;
}

void write(const json::object& line) {
  if (const auto& to = logger()) to->info(json::serialize(line));
}

json::object begun(std::string_view kind) {
  const auto now = std::chrono::system_clock::now();
  return {{"time", format_time(std::chrono::floor<std::chrono::seconds>(now))}, {"kind", kind}};
}

}  // namespace

void open_log(const std::string& file) {
  spdlog::sink_ptr sink;
  if (file.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  }
  writer() = std::make_shared<spdlog::details::thread_pool>(kWaitingLines, 1);
  logger() = std::make_shared<spdlog::async_logger>("utsyn", sink, writer(),
                                                    spdlog::async_overflow_policy::overrun_oldest);
  logger()->set_pattern("%v");
  logger()->flush_on(spdlog::level::info);
}

void close_log() {
  logger().reset();
  writer().reset();
}

void log_served(const Served& served) {
  if (!logger()) return;
  auto line = begun("request");
  line["id"] = served.id;
  line["address"] = served.address;
  line["method"] = printable(served.method, 20);
  line["route"] = printable(served.route, 200);
  if (!served.caller.empty()) line["caller"] = served.caller;
  line["status"] = served.status;
  line["bytes"] = served.bytes;
  line["us"] = served.took.count();
  write(line);
}

void log_failure(std::string_view request, std::string_view route, std::string_view words) {
  auto line = begun("failure");
  line["id"] = request;
  line["route"] = route;
  line["words"] = printable(words, 2000);
  write(line);
}

void log_note(std::string_view what, std::string_view words) {
  auto line = begun(what);
  line["words"] = printable(words, 2000);
  write(line);
}

}  // namespace utsyn::api
