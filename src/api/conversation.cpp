// Handlers run on worker threads, never here. Whatever a client does, it costs a bounded amount: of time for
// its head, its body and its reading, of memory for its body, of places in the queue.
#include "api/conversation.h"

#include <fmt/format.h>

#include <array>

#include "api/answer_head.h"
#include "api/answering.h"
#include "api/asker.h"
#include "api/dispatch.h"
#include "api/metrics.h"
#include "api/on_worker.h"
#include "api/request_reader.h"
#include "api/target.h"
#include "base/id.h"
#include "base/text.h"

namespace utsyn::api {

namespace net = boost::asio;

namespace {

constexpr std::size_t kBodyOfStrangers = 256 * 1024;  // more only with a cookie or a token
constexpr std::size_t kMostDrained = std::size_t{1} << 20U;
constexpr auto kDrainTime = std::chrono::seconds(2);

// What happened with one request decides what becomes of the connection.
enum class NextStep : std::uint8_t { request, close, drain };

// Memory for one body out of what all bodies may have together, until the request is answered.
struct ReservedBody {
  explicit ReservedBody(std::atomic<std::size_t>& of_all) : all(of_all) {}
  ~ReservedBody() { all -= mine; }
  ReservedBody(const ReservedBody&) = delete;
  ReservedBody& operator=(const ReservedBody&) = delete;
  std::size_t reserve(std::size_t size) {
    mine = size;
    return all.fetch_add(size) + size;
  }

  std::atomic<std::size_t>& all;
  std::size_t mine = 0;
};

Response answer_to_unreadable(const Request& request, const ReadFailure& failure) {
  switch (failure.what) {
    case Unreadable::head_too_large:
      return refusal(request, 431, "header-too-large", "The header is too large",
                     "The address and the header fields may have 16 kB together; send less.");
    case Unreadable::wrong_version:
      return refusal(request, 505, "wrong-version", "The version of HTTP is not spoken here",
                     "Use HTTP/1.1.");
    default:
      return refusal(request, 400, "malformed-request", "This is no HTTP request",
                     fmt::format("The request cannot be read: {}.", failure.words));
  }
}

Response answer_to_unreadable_body(const Request& request, const ReadFailure& failure) {
  if (failure.what == Unreadable::body_too_large) {
    return refusal(request, 413, "too-large", "The body is too large",
                   "The body is larger than this address takes.");
  }
  return refusal(request, 400, "malformed-request", "This is no HTTP request",
                 fmt::format("The body cannot be read: {}.", failure.words));
}

// What is wrong with a head that could be read.
std::optional<Response> objection_to_head(const RequestHead& head, const Request& request,
                                          const Result<Target, std::string>& target) {
  if (!head.http_1_1)
    return refusal(request, 505, "wrong-version", "The version of HTTP is not spoken here", "Use HTTP/1.1.");
  if (!target) {
    const bool too_long = head.target.size() > max_target_bytes;
    return refusal(request, too_long ? 414 : 400, too_long ? "target-too-long" : "wrong-target",
                   "The address is wrong", fmt::format("It cannot be read: {}.", target.error()));
  }
  if (request.headers.count("host") != 1)
    return refusal(request, 400, "wrong-host", "The header Host is missing", "Send exactly one Host field.");
  return std::nullopt;
}

// A body is read only as large as its route takes, and only while there is memory.
std::optional<Response> objection_to_body(ServerState& server, const RequestHead& head,
                                          const Request& request, std::size_t limit, ReservedBody& reserved) {
  // No such route, or not by this method: what it is, dispatch says better, and no body is needed for it.
  if (limit == 0) return dispatch(server.context, server.router, request);
  if (head.body_size && *head.body_size > limit) {
    return refusal(request, 413, "too-large", "The body is too large",
                   fmt::format("The body may have at most {} bytes; send less at a time.", limit));
  }
  const bool stranger = request.header("cookie").empty() && request.header("authorization").empty();
  if (limit > kBodyOfStrangers && stranger) {
    return refusal(request, 401, "login-needed", "Not logged in",
                   "Log in, or send a valid API token in the Authorization header.");
  }
  const auto size = head.body_size ? static_cast<std::size_t>(*head.body_size) : limit;
  if (reserved.reserve(size) > server.settings.most_body_bytes) {
    return refusal(request, 503, "busy", "Too much at once",
                   "Too many large requests are under way. Try again in a while.");
  }
  return std::nullopt;
}

class Conversation {
 public:
  Conversation(ServerState& server, ClientLine& line, const std::string& peer)
      : server_(server), line_(line), peer_(peer), reader_(line) {}

  net::awaitable<NextStep> one_request() {
    auto head = co_await reader_.read_head(server_.settings.header_time);
    const auto start = std::chrono::steady_clock::now();
    if (!head) co_return co_await refuse_unreadable(head.error(), start);

    auto request = std::move(head->request);
    request.secure = server_.tls;
    set_asker(request, peer_, server_.settings.trusted_proxies);
    request.language = "nb";
    auto target = parse_target(head->target);
    auto refused = objection_to_head(*head, request, target);
    if (target) {
      request.path = std::move(target->path);
      request.query = std::move(target->query);
    }

    ReservedBody reserved(server_.body_bytes);
    if (!refused && head->has_body) {
      const auto limit = body_limit(server_.router, request);
      refused = objection_to_body(server_, *head, request, limit, reserved);
      if (!refused) {
        if (iequals(request.header("expect"), "100-continue") &&
            !co_await line_.write("HTTP/1.1 100 Continue\r\n\r\n"))
          co_return NextStep::close;
        auto body =
            co_await reader_.read_body(limit, server_.settings.body_time, server_.settings.least_body_rate);
        if (body) {
          request.body = std::move(*body);
        } else if (body.error().what == Unreadable::gone) {
          co_return NextStep::close;
        } else {
          refused = answer_to_unreadable_body(request, body.error());
        }
      }
    }
    if (refused) {
      const bool all_read = !head->has_body && target && refused->status != 505;
      const bool keep_alive = all_read && head->keep_alive;
      note_served(server_, request, refused->status, refused->body.size(), start);
      if (!co_await send_answer(server_, line_, request, *refused, keep_alive)) co_return NextStep::close;
      co_return keep_alive ? NextStep::request : NextStep::drain;
    }
    co_return co_await answer(request, head->keep_alive);
  }

  // For a request, as long as one may come.
  net::awaitable<bool> wait() { co_return co_await reader_.wait(server_.settings.idle_time); }

 private:
  net::awaitable<NextStep> refuse_unreadable(const ReadFailure& failure,
                                             std::chrono::steady_clock::time_point start) {
    if (failure.what == Unreadable::gone) co_return NextStep::close;
    Request nobody;
    nobody.id = new_id();
    nobody.address = peer_;
    nobody.language = "nb";
    const auto refused = answer_to_unreadable(nobody, failure);
    note_served(server_, nobody, refused.status, refused.body.size(), start);
    co_await send_answer(server_, line_, nobody, refused, false);
    co_return NextStep::drain;
  }

  net::awaitable<NextStep> answer(Request& request, bool client_stays) {
    const auto asked = std::chrono::steady_clock::now();
    auto response = co_await on_worker(
        *server_.workers, [&] { return dispatch_in_place(server_.context, server_.router, request); });
    if (!response) {
      if (server_.context.metrics) server_.context.metrics->refused_overload();
      response =
          refusal(request, 503, "busy", "Too much at once", "Too many requests wait. Try again in a while.");
    }
    const bool keep_alive = client_stays && !server_.stopping;
    bool sent = false;
    if (is_streamed(request, *response)) {
      sent = co_await send_stream(server_, line_, request, *response, keep_alive);
    } else {
      note_served(server_, request, response->status, response->body.size(), asked);
      sent = co_await send_answer(server_, line_, request, *response, keep_alive);
    }
    co_return sent&& keep_alive ? NextStep::request : NextStep::close;
  }

  ServerState& server_;
  ClientLine& line_;
  const std::string& peer_;
  RequestReader reader_;
};

// The client may still be sending what we refuse to take. Closing now would throw our answer away with it.
net::awaitable<void> drain(ClientLine& line) {
  std::array<char, 4096> waste{};
  line.must_end_within(kDrainTime);
  for (std::size_t taken = 0; taken < kMostDrained;) {
    const auto [error, size] = co_await line.read_some(net::buffer(waste));
    if (error || size == 0) co_return;
    taken += size;
  }
}

}  // namespace

net::awaitable<void> converse(ServerState& server, ClientLine& line, const std::string& peer) {
  auto next = NextStep::request;
  {
    Conversation conversation(server, line, peer);
    while (next == NextStep::request && !server.stopping) {
      if (!co_await conversation.wait()) co_return;
      next = co_await conversation.one_request();
    }
  }
  line.no_more_answers();
  if (next == NextStep::drain) co_await drain(line);
}

}  // namespace utsyn::api
