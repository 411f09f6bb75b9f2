#include "api/answering.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "api/answer_head.h"
#include "api/dispatch.h"
#include "api/log.h"
#include "api/metrics.h"
#include "api/on_worker.h"

namespace utsyn::api {

namespace net = boost::asio;

namespace {

constexpr auto kStreamPause = std::chrono::milliseconds(500);
constexpr int kPausesForPlace = 4;  // a page that was left a moment ago may still hold its place

struct StreamPiece {
  bool end = false;
  std::string text;
};

StreamPiece next_piece(const Request& request, const Response& response) {
  try {
    auto next = response.stream();
    return next ? StreamPiece{false, std::move(*next)} : StreamPiece{true, {}};
  } catch (const std::exception& failed) {
    log_failure(request.id, request.route, failed.what());
    return {true, {}};
  }
}

net::awaitable<StreamPlaces::Place> take_place(ServerState& server, const std::string& client) {
  net::steady_timer pause(co_await net::this_coro::executor);
  for (int waited = 0;; ++waited) {
    auto place =
        server.streams.take(client, server.settings.most_streams, server.settings.most_streams_of_one);
    if (place || waited == kPausesForPlace || server.stopping) co_return place;
    pause.expires_after(kStreamPause);
    co_await pause.async_wait(net::as_tuple(net::use_awaitable));
  }
}

}  // namespace

Response refusal(const Request& request, int status, std::string type, std::string title,
                 std::string detail) {
  return problem_response({.status = status,
                           .type = std::move(type),
                           .title = std::move(title),
                           .detail = std::move(detail),
                           .field = {}},
                          request);
}

void note_served(ServerState& server, const Request& request, int status, std::uint64_t bytes,
                 std::chrono::steady_clock::time_point asked) {
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - asked);
  if (server.context.metrics) {
    server.context.metrics->served(request.method, request.route, status, took);
    server.context.metrics->set_waiting(server.workers->waiting());
  }
  log_served({.id = request.id,
              .address = request.address,
              .method = request.method,
              .route = request.route.empty() ? request.path : request.route,
              .caller = request.access.actor.id == "system" ? "" : request.access.actor.id,
              .status = status,
              .bytes = bytes,
              .took = took});
}

net::awaitable<bool> send_answer(ServerState& server, ClientLine& line, const Request& request,
                                 const Response& response, bool keep_alive) {
  const auto& settings = server.settings;
  line.must_end_within(settings.write_time +
                       std::chrono::seconds(response.body.size() / settings.least_read_rate));
  const auto head = answer_head(request, response, keep_alive, std::time(nullptr));
  co_return co_await line.write(head, is_bodiless(request, response) ? std::string_view() : response.body);
}

// The next piece is asked for when the client has taken the one before, so a slow reader holds one piece, and
// one that takes nothing for a while is dropped. While there is nothing to send, only asking tells whether
// the client is still there.
net::awaitable<bool> send_stream(ServerState& server, ClientLine& line, const Request& request,
                                 const Response& response, bool keep_alive) {
  const auto start = std::chrono::steady_clock::now();
  const auto show_streams = [&server] {
    if (server.context.metrics)
      server.context.metrics->set_streams(static_cast<std::int64_t>(server.streams.taken()));
  };
  struct Shown {
    decltype(show_streams)& show;
    ~Shown() { show(); }
  } const shown{show_streams};  // after the place is left
  const auto place =
      co_await take_place(server, request.access.user.empty() ? request.address : request.access.user);
  if (!place) {
    const auto refused =
        refusal(request, 503, "busy", "Too much at once", "Too many pages listen. Try again in a while.");
    note_served(server, request, refused.status, refused.body.size(), start);
    co_return co_await send_answer(server, line, request, refused, keep_alive);
  }
  show_streams();

  const auto write_time = server.settings.write_time;
  const auto head = answer_head(request, response, keep_alive, std::time(nullptr));
  line.must_end_within(write_time);
  bool written = co_await line.write(head);
  bool whole = false;
  std::uint64_t bytes = 0;
  net::steady_timer pause(co_await net::this_coro::executor);
  while (written && !server.stopping) {
    auto piece = co_await on_worker(*server.workers, [&] { return next_piece(request, response); });
    if (piece && piece->end) {
      line.must_end_within(write_time);
      whole = co_await line.write("0\r\n\r\n");
      break;
    }
    if (!piece || piece->text.empty()) {
      pause.expires_after(kStreamPause);
      co_await pause.async_wait(net::as_tuple(net::use_awaitable));
      if (line.is_left()) break;
      continue;
    }
    bytes += piece->text.size();
    const auto size = fmt::format("{:x}\r\n", piece->text.size());
    piece->text += "\r\n";
    line.must_end_within(write_time);
    written = co_await line.write(size, piece->text);
  }
  note_served(server, request, response.status, bytes, start);
  co_return whole;
}

}  // namespace utsyn::api
