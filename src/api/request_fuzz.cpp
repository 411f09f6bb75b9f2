// A whole connection without a socket: the bytes of a client in pieces of a size that the input chooses,
// through the reader, the conversation and the answers of the server. The first byte is the size of the
// pieces (0: as many as are asked for); the rest is what the client sends.
//
// Whatever comes: what reaches a route is within the limits of its head and its body, each answer is whole
// and has a status that a client can be blamed for, no read is longer than its bound, and in the end no
// memory is held for bodies.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "api/conversation.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

namespace net = boost::asio;

constexpr std::size_t kBodyLimit = 2048;
constexpr std::size_t kMostHead = 16 * 1024;
constexpr std::size_t kMostRead = 64 * 1024;
constexpr std::size_t kMostAnswered = std::size_t{4} << 20U;
constexpr std::array kStatuses{100, 200, 400, 404, 405, 413, 414, 415, 431, 505};

[[noreturn]] void broken(std::string_view what, std::string_view where = {}) {
  fmt::print(stderr, "{}: {}\n", what, printable(where));
  std::abort();
}

class BytesLine final : public ClientLine {
 public:
  BytesLine(std::string_view bytes, std::size_t piece) : left_(bytes), piece_(piece) {}
  void must_end_within(std::chrono::steady_clock::duration) override {}
  void must_end_by(std::chrono::steady_clock::time_point) override {}
  void cancel() override {}
  bool is_left() override { return left_.empty(); }
  net::awaitable<bool> open() override { co_return true; }
  net::awaitable<Moved> read_some(net::mutable_buffer into) override {
    if (into.size() > kMostRead) broken("a read without a bound");
    const auto size = std::min({left_.size(), into.size(), piece_});
    if (size == 0) co_return Moved{net::error::eof, 0};
    std::memcpy(into.data(), left_.data(), size);
    left_.remove_prefix(size);
    co_return Moved{{}, size};
  }
  void no_more_answers() override { ended_ = true; }
  net::awaitable<void> close() override { co_return; }
  const std::string& answered() const { return answered_; }

 protected:
  net::awaitable<Moved> write_some(Pair bytes) override {
    if (ended_) broken("an answer after the last one");
    std::size_t size = 0;
    for (const auto& one : bytes) {
      answered_.append(static_cast<const char*>(one.data()), one.size());
      size += one.size();
    }
    if (answered_.size() > kMostAnswered) co_return Moved{net::error::broken_pipe, 0};
    co_return Moved{{}, size};
  }

 private:
  std::string_view left_;
  std::size_t piece_;
  std::string answered_;
  bool ended_ = false;
};

Response within_limits(const Request& request) {
  std::size_t head = request.method.size() + request.path.size();
  for (const auto& [name, value] : request.headers) {
    head += name.size() + (value.find("\\x") == std::string::npos ? value.size() : 0);  // escapes are longer
    if (!valid_utf8(value)) broken("a header that is no text", value);
  }
  if (head > kMostHead) broken("a head beyond its limit", request.path);
  if (request.body.size() > kBodyLimit) broken("a body beyond its limit", request.path);
  return json_response({{"bytes", request.body.size()}});
}

Router routes() {
  Router out;
  for (const auto* method : {"GET", "POST", "PUT"}) {
    out.add({.method = method,
             .pattern = "/x",
             .operation = method,
             .door = Door::open,
             .handler = [](Context&, const Request& request) { return within_limits(request); },
             .body_limit = kBodyLimit,
             .bodies = {"*/*"}});
  }
  return out;
}

// Head, blank line, and as much body as the head says, until nothing is left.
void check_answers(std::string_view left) {
  while (!left.empty()) {
    const auto blank = left.find("\r\n\r\n");
    if (blank == std::string_view::npos) broken("half a head", left);
    auto head = left.substr(0, blank + 2);
    left.remove_prefix(blank + 4);
    const auto first = head.substr(0, head.find("\r\n"));
    const auto status = parse_uint(first.substr(0, 12).substr(std::min<std::size_t>(9, first.size())));
    if (!first.starts_with("HTTP/1.1 ") || !status ||
        std::ranges::find(kStatuses, static_cast<int>(*status)) == kStatuses.end())
      broken("a status that is not to be expected", first);
    const auto named = lower(head);
    const auto at = named.find("\r\ncontent-length: ");
    if (at == std::string::npos) continue;
    auto rest = std::string_view(named).substr(at + 18);
    const auto size = parse_uint(trim(cut(rest, '\r')));
    if (!size) broken("a length that is no number", head);
    // What answers HEAD says its length and has no body.
    if (left.starts_with("HTTP/1.1 ")) continue;
    if (*size > left.size() && !left.empty()) broken("half a body", head);
    left.remove_prefix(std::min<std::size_t>(*size, left.size()));
  }
}

}  // namespace
}  // namespace utsyn::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::api;
  if (size == 0) return 0;
  static Context context;
  static ServerState server{.settings = {}, .context = context, .router = routes()};
  if (!server.workers) server.workers = std::make_unique<Workers>(1, 10);

  const std::size_t piece = data[0] == 0 ? SIZE_MAX : data[0];
  BytesLine line({reinterpret_cast<const char*>(data) + 1, size - 1}, piece);
  const std::string peer = "192.0.2.7";
  net::io_context io(1);
  net::co_spawn(io, converse(server, line, peer), [](const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
  });
  io.run();
  check_answers(line.answered());
  if (server.body_bytes != 0) broken("memory is still held for bodies");
  return 0;
}
