// The server on Boost.Beast: HTTP/1.1 (RFC 9112), one io_context for each I/O thread, one coroutine for each
// connection. Handlers run on worker threads, never here. Whatever a client does, it costs a bounded amount:
// of time for its header, its body and its reading, of memory for its body, of places in the queue.
#include "api/server.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <ctime>
#include <list>
#include <mutex>
#include <thread>

#include "api/asker.h"
#include "api/dispatch.h"
#include "api/log.h"
#include "api/metrics.h"
#include "api/target.h"
#include "api/workers.h"
#include "base/id.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

namespace net = boost::asio;
namespace ssl = net::ssl;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = net::ip::tcp;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::uint32_t kHeaderBytes = 16 * 1024;
constexpr std::size_t kBodyOfStrangers = 256 * 1024;  // more only with a cookie or a token
constexpr auto kStreamPause = std::chrono::milliseconds(500);
constexpr auto kWithError = net::as_tuple(net::use_awaitable);

using Reply = http::response<http::string_body>;

std::chrono::microseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

// Text that may go into a log or a database, whatever the client sent.
std::string clean(std::string_view value) {
  const bool plain = std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7F; });
  return plain ? std::string(value) : printable(value, value.size());
}

// Date of RFC 9110: "Fri, 20 Nov 2026 10:00:00 GMT".
std::string http_date() {
  const auto now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(utc.tm_wday)],
                     utc.tm_mday, kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

// What happened with one request decides what becomes of the connection.
enum class Next { request, close, drain };

// One connection as the stop of the server sees it.
struct Place {
  PlainStream* stream = nullptr;
  bool idle = false;
};

// One I/O thread's part. Everything but the io_context is used on its thread only.
struct Loop {
  net::io_context context{1};
  std::optional<Tcp::acceptor> acceptor;
  std::list<Place> places;
};

class BeastServer : public Server {
 public:
  BeastServer(ServerSettings settings, Context& context, Router router)
      : settings_(std::move(settings)), context_(context), router_(std::move(router)) {
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    if (settings_.io_threads <= 0) settings_.io_threads = static_cast<int>(std::max(1U, cores / 2));
    if (settings_.worker_threads <= 0) settings_.worker_threads = static_cast<int>(std::max(4U, cores * 2));
  }

  ~BeastServer() override {
    if (workers_) workers_->stop();
  }

  std::string listen();  // empty: done
  std::string address() const override { return address_; }
  void run() override;
  void stop() override {
    net::post(control_, [this] { begin_stop(); });
  }

 private:
  std::string read_certificate();
  std::shared_ptr<ssl::context> certificate() const {
    const std::scoped_lock lock(certificate_mutex_);
    return certificate_;
  }
  void begin_stop();
  void wait_for_signal(net::signal_set& signals);

  net::awaitable<void> accept(Loop& loop);
  template <class Stream>
  net::awaitable<void> serve(Loop& loop, Stream& stream, std::string peer);
  net::awaitable<void> serve_plain(Loop& loop, Tcp::socket socket);
  net::awaitable<void> serve_tls(Loop& loop, Tcp::socket socket);
  template <class Stream>
  net::awaitable<Next> one_request(Stream& stream, beast::flat_buffer& buffer, const std::string& peer);
  template <class Stream>
  net::awaitable<Next> stream_answer(Stream& stream, const Request& request, Response response,
                                     bool keep_alive);
  template <class Stream>
  net::awaitable<bool> send(Stream& stream, const Request& request, Response response, bool keep_alive);
  template <class Work>
  net::awaitable<std::optional<std::invoke_result_t<Work>>> on_worker(Work work);

  Request request_from(const http::request<http::string_body>& message, const std::string& peer) const;
  template <class Fields>
  void set_headers(http::response<Fields>& reply, const Request& request, const Response& response,
                   bool keep_alive) const;
  void note_served(const Request& request, int status, std::uint64_t bytes, std::chrono::microseconds took);

  ServerSettings settings_;
  Context& context_;
  Router router_;
  std::string address_;
  bool tls_ = false;
  mutable std::mutex certificate_mutex_;
  std::shared_ptr<ssl::context> certificate_;

  net::io_context control_{1};
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<Workers> workers_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::int64_t> connections_ = 0;
  std::atomic<std::int64_t> streams_ = 0;
  std::atomic<std::size_t> body_bytes_ = 0;
};

// Opening.

std::string BeastServer::read_certificate() {
  auto fresh = std::make_shared<ssl::context>(ssl::context::tls_server);
  auto* native = fresh->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  error_code error;
  error = fresh->use_certificate_chain_file(settings_.tls_certificate_file, error);
  if (error) {
    return fmt::format("--tls-cert {}: {}. Give a PEM file with the certificate and its chain.",
                       settings_.tls_certificate_file, error.message());
  }
  error = fresh->use_private_key_file(settings_.tls_key_file, ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(native) != 1) {
    return fmt::format("--tls-key {}: {}. Give the PEM file of the key that belongs to the certificate.",
                       settings_.tls_key_file, error ? error.message() : "it is not the certificate's key");
  }
  SSL_CTX_set_alpn_select_cb(
      native,
      [](SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
         unsigned int in_size, void*) {
        static constexpr unsigned char kHttp[] = "\x08http/1.1";
        unsigned char* chosen = nullptr;
        if (SSL_select_next_proto(&chosen, out_size, kHttp, sizeof kHttp - 1, in, in_size) !=
            OPENSSL_NPN_NEGOTIATED)
          return SSL_TLSEXT_ERR_ALERT_FATAL;
        *out = chosen;
        return SSL_TLSEXT_ERR_OK;
      },
      nullptr);
  const std::scoped_lock lock(certificate_mutex_);
  certificate_ = std::move(fresh);
  return {};
}

std::string BeastServer::listen() {
  tls_ = !settings_.tls_certificate_file.empty();
  if (tls_) {
    if (auto wrong = read_certificate(); !wrong.empty()) return wrong;
  }
  int fd = -1;
  std::string_view where = settings_.listen;
  if (where.starts_with("fd:")) {
    const auto number = parse_uint(where.substr(3));
    int listening = 0;
    socklen_t size = sizeof listening;
    if (!number || *number > 65'535 ||
        getsockopt(static_cast<int>(*number), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
        listening == 0) {
      return fmt::format("--listen {}: this is no listening socket that was handed to the program.", where);
    }
    fd = static_cast<int>(*number);
  } else {
    const auto colon = where.rfind(':');
    auto host = where.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto port = colon == std::string_view::npos ? std::nullopt : parse_uint(where.substr(colon + 1));
    const auto ip = IpAddress::parse(host);
    if (!ip || !port || *port > 65'535)
      return fmt::format("--listen {}: write it as 127.0.0.1:8480, [::1]:8480 or fd:3.", where);
    const Tcp::endpoint endpoint(net::ip::make_address(ip->str()), static_cast<std::uint16_t>(*port));
    error_code error;
    Tcp::acceptor first(control_);
    error = first.open(endpoint.protocol(), error);
    if (!error) error = first.set_option(net::socket_base::reuse_address(true), error);
    if (!error) error = first.bind(endpoint, error);
    if (!error) error = first.listen(4096, error);
    if (error) {
      return fmt::format("--listen {}: {}. Is it running already? Give another address, or port 0 for any.",
                         where, error.message());
    }
    fd = first.release();
  }
  // One listening socket, and a handle of it for each thread: who is free takes the next connection.
  for (int i = 0; i < settings_.io_threads; ++i) {
    auto loop = std::make_unique<Loop>();
    loop->acceptor.emplace(loop->context);
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
      return "the listening socket has no name";
    if (name.ss_family != AF_INET && name.ss_family != AF_INET6)
      return fmt::format("--listen {}: it is no TCP socket.", where);
    error_code error;
    error = loop->acceptor->assign(name.ss_family == AF_INET ? Tcp::v4() : Tcp::v6(), ::dup(fd), error);
    if (!error) error = loop->acceptor->non_blocking(true, error);
    if (error) return fmt::format("--listen {}: {}", where, error.message());
    loops_.push_back(std::move(loop));
  }
  ::close(fd);
  const auto endpoint = loops_.front()->acceptor->local_endpoint();
  const auto ip = endpoint.address().to_string();
  address_ = fmt::format("{}://{}:{}", tls_ ? "https" : "http",
                         endpoint.address().is_v6() ? "[" + ip + "]" : ip, endpoint.port());
  return {};
}

// Running and stopping.

void BeastServer::wait_for_signal(net::signal_set& signals) {
  signals.async_wait([this, &signals](const error_code& error, int number) {
    if (error) return;
    if (number != SIGHUP) {
      begin_stop();
      return;
    }
    if (tls_) {
      const auto wrong = read_certificate();
      log_note("certificate", wrong.empty() ? "read again" : wrong + " The one before stays in use.");
    }
    wait_for_signal(signals);
  });
}

void BeastServer::begin_stop() {
  if (stopping_.exchange(true)) return;
  for (auto& loop : loops_) {
    net::post(loop->context, [&loop = *loop] {
      error_code ignored;
      ignored = loop.acceptor->close(ignored);
      for (const auto& place : loop.places) {
        if (place.idle) place.stream->cancel();
      }
    });
  }
  control_.stop();
}

void BeastServer::run() {
  workers_ =
      std::make_unique<Workers>(static_cast<std::size_t>(settings_.worker_threads), settings_.most_waiting);
  net::signal_set signals(control_, SIGTERM, SIGINT, SIGHUP);
  wait_for_signal(signals);
  std::vector<std::thread> threads;
  for (auto& loop : loops_) {
    net::co_spawn(loop->context, accept(*loop), net::detached);
    threads.emplace_back([&loop = *loop] { loop.context.run(); });
  }
  const auto idle = net::make_work_guard(control_);
  control_.run();
  stopping_ = true;

  const auto end = Clock::now() + settings_.stop_time;
  while (connections_ > 0 && Clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  if (connections_ > 0) log_note("stop", fmt::format("{} connections were cut off", connections_.load()));
  for (auto& loop : loops_) loop->context.stop();
  for (auto& thread : threads) thread.join();
  workers_->stop();
}

// Connections.

net::awaitable<void> BeastServer::accept(Loop& loop) {
  net::steady_timer pause(loop.context);
  while (!stopping_) {
    auto [error, socket] = co_await loop.acceptor->async_accept(kWithError);
    if (stopping_) co_return;
    if (error) {
      // No descriptors left, as a rule: those there are must end first.
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(kWithError);
      continue;
    }
    if (connections_ >= static_cast<std::int64_t>(settings_.most_connections)) continue;
    error_code ignored;
    ignored = socket.set_option(Tcp::no_delay(true), ignored);
    ++connections_;
    if (context_.metrics) context_.metrics->set_connections(connections_);
    auto done = [this](const std::exception_ptr& thrown) {
      --connections_;
      if (context_.metrics) context_.metrics->set_connections(connections_);
      if (!thrown) return;
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& unexpected) {
        log_failure("", "", unexpected.what());
      }
    };
    if (tls_) {
      net::co_spawn(loop.context, serve_tls(loop, std::move(socket)), std::move(done));
    } else {
      net::co_spawn(loop.context, serve_plain(loop, std::move(socket)), std::move(done));
    }
  }
}

std::string name_of_peer(const Tcp::socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
  return address.to_string();
}

net::awaitable<void> BeastServer::serve_plain(Loop& loop, Tcp::socket socket) {
  auto peer = name_of_peer(socket);
  PlainStream stream(std::move(socket));
  co_await serve(loop, stream, std::move(peer));
}

net::awaitable<void> BeastServer::serve_tls(Loop& loop, Tcp::socket socket) {
  auto peer = name_of_peer(socket);
  const auto with = certificate();
  TlsStream stream(PlainStream(std::move(socket)), *with);
  beast::get_lowest_layer(stream).expires_after(settings_.header_time);
  auto [error] = co_await stream.async_handshake(ssl::stream_base::server, kWithError);
  if (error) co_return;
  co_await serve(loop, stream, std::move(peer));
  beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(2));
  co_await stream.async_shutdown(kWithError);
}

template <class Stream>
net::awaitable<void> BeastServer::serve(Loop& loop, Stream& stream, std::string peer) {
  auto& lowest = beast::get_lowest_layer(stream);
  const auto place = loop.places.insert(loop.places.end(), Place{&lowest, false});
  struct Leave {
    Loop& loop;
    std::list<Place>::iterator place;
    ~Leave() { loop.places.erase(place); }
  } const leave{loop, place};

  auto next = Next::request;
  {
    beast::flat_buffer buffer(kHeaderBytes + 64 * 1024);
    while (next == Next::request && !stopping_) {
      if (buffer.size() == 0) {
        // Nothing of a request is here yet. An idle connection keeps no more memory than this.
        buffer.shrink_to_fit();
        lowest.expires_after(settings_.idle_time);
        place->idle = true;
        auto [error, size] = co_await stream.async_read_some(buffer.prepare(512), kWithError);
        place->idle = false;
        if (error || size == 0) co_return;
        buffer.commit(size);
      }
      next = co_await one_request(stream, buffer, peer);
    }
  }
  error_code ignored;
  if constexpr (std::is_same_v<Stream, PlainStream>)
    ignored = lowest.socket().shutdown(Tcp::socket::shutdown_send, ignored);
  if (next != Next::drain) co_return;
  // The client may still be sending what we refuse to take. Closing now would throw our answer away with it.
  std::array<char, 4096> waste{};
  lowest.expires_after(std::chrono::seconds(2));
  for (std::size_t taken = 0; taken < std::size_t{1} << 20U;) {
    auto [error, size] = co_await stream.async_read_some(net::buffer(waste), kWithError);
    if (error || size == 0) co_return;
    taken += size;
  }
}

// Hands work to a worker thread and comes back to this one with what it gave; nothing when the queue is full.
template <class Work>
net::awaitable<std::optional<std::invoke_result_t<Work>>> BeastServer::on_worker(Work work) {
  using Answer = std::optional<std::invoke_result_t<Work>>;
  co_return co_await net::async_initiate<const net::use_awaitable_t<>&, void(Answer)>(
      [this](auto&& handler, Work inner) {
        const auto executor = net::get_associated_executor(handler);
        const auto guard = net::make_work_guard(executor);
        const auto shared =
            std::make_shared<std::decay_t<decltype(handler)>>(std::forward<decltype(handler)>(handler));
        auto run = [shared, guard, inner = std::move(inner)]() mutable {
          auto answer = std::make_shared<Answer>();
          answer->emplace(inner());
          net::post(guard.get_executor(), [shared, answer] { (*shared)(std::move(*answer)); });
        };
        if (!workers_->submit(std::move(run))) net::post(executor, [shared] { (*shared)(Answer{}); });
      },
      net::use_awaitable, std::move(work));
}

// Requests.

Request BeastServer::request_from(const http::request<http::string_body>& message,
                                  const std::string& peer) const {
  Request request;
  request.method = std::string(std::string_view(message.method_string()));
  request.secure = tls_;
  for (const auto& field : message) {
    request.headers.emplace(lower(std::string_view(field.name_string())),
                            clean(std::string_view(field.value())));
  }
  set_asker(request, peer, settings_.trusted_proxies);
  return request;
}

template <class Fields>
void BeastServer::set_headers(http::response<Fields>& reply, const Request& request, const Response& response,
                              bool keep_alive) const {
  reply.version(11);
  reply.result(static_cast<unsigned>(response.status));
  if (!response.type.empty()) reply.set(http::field::content_type, response.type);
  reply.set(http::field::date, http_date());
  reply.set("X-Request-Id", request.id);
  reply.set("X-Content-Type-Options", "nosniff");
  reply.set("Referrer-Policy", "no-referrer");
  reply.set("Cross-Origin-Resource-Policy", "same-origin");
  reply.set("X-Frame-Options", "DENY");
  reply.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  reply.set(http::field::cache_control, "no-store");
  if (request.secure) reply.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  for (const auto& [name, value] : response.headers) {
    // A line feed in a value would begin a header of somebody else's choice.
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) continue;
    if (iequals(name, "set-cookie")) {
      reply.insert(name, value);
    } else {
      reply.set(name, value);
    }
  }
  reply.keep_alive(keep_alive);
}

void BeastServer::note_served(const Request& request, int status, std::uint64_t bytes,
                              std::chrono::microseconds took) {
  if (context_.metrics) {
    context_.metrics->served(request.method, request.route, status, took);
    context_.metrics->set_waiting(workers_->waiting());
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

template <class Stream>
net::awaitable<bool> BeastServer::send(Stream& stream, const Request& request, Response response,
                                       bool keep_alive) {
  const auto size = response.body.size();
  const bool bodiless = response.status == 204 || response.status == 304;
  beast::get_lowest_layer(stream).expires_after(settings_.write_time +
                                                std::chrono::seconds(size / settings_.least_read_rate));
  error_code failed;
  if (bodiless || request.method == "HEAD") {
    http::response<http::empty_body> reply;
    set_headers(reply, request, response, keep_alive);
    if (!bodiless) reply.content_length(size);
    http::response_serializer<http::empty_body> serializer(reply);
    auto [error, sent] = co_await http::async_write_header(stream, serializer, kWithError);
    failed = error;
  } else {
    Reply reply;
    set_headers(reply, request, response, keep_alive);
    reply.body() = std::move(response.body);
    reply.prepare_payload();
    auto [error, sent] = co_await http::async_write(stream, reply, kWithError);
    failed = error;
  }
  co_return !failed;
}

// A refusal of the server itself, before there was a request to hand on.
Response refusal(const Request& request, int status, std::string type, std::string title,
                 std::string detail) {
  return problem_response(
      {.status = status, .type = std::move(type), .title = std::move(title), .detail = std::move(detail)},
      request);
}

template <class Stream>
net::awaitable<Next> BeastServer::one_request(Stream& stream, beast::flat_buffer& buffer,
                                              const std::string& peer) {
  auto& lowest = beast::get_lowest_layer(stream);
  http::request_parser<http::string_body> parser;
  parser.header_limit(kHeaderBytes);
  parser.body_limit(boost::none);
  lowest.expires_after(settings_.header_time);
  auto [error, header_bytes] = co_await http::async_read_header(stream, buffer, parser, kWithError);
  const auto start = Clock::now();
  if (error) {
    // A connection that ended or was too slow gets no answer; what is no HTTP does.
    if (error.category() != http::make_error_code(http::error::bad_version).category() ||
        error == http::error::end_of_stream || error == http::error::partial_message)
      co_return Next::close;
    Request nobody;
    nobody.id = new_id();
    nobody.address = peer;
    nobody.language = "nb";
    const bool too_long = error == http::error::header_limit || error == http::error::buffer_overflow;
    const bool version = error == http::error::bad_version;
    auto refused = too_long  ? refusal(nobody, 431, "header-too-large", "The header is too large",
                                       "The address and the header fields may have 16 kB together; send less.")
                   : version ? refusal(nobody, 505, "wrong-version", "The version of HTTP is not spoken here",
                                       "Use HTTP/1.1.")
                             : refusal(nobody, 400, "malformed-request", "This is no HTTP request",
                                       fmt::format("The request cannot be read: {}.", error.message()));
    note_served(nobody, refused.status, refused.body.size(), since(start));
    co_await send(stream, nobody, std::move(refused), false);
    co_return Next::drain;
  }

  auto request = request_from(parser.get(), peer);
  std::optional<Response> refused;
  const auto refuse = [&](int status, std::string type, std::string title, std::string detail) {
    if (!refused) refused = refusal(request, status, std::move(type), std::move(title), std::move(detail));
  };
  request.language = "nb";
  auto target = parse_target(std::string_view(parser.get().target()));
  if (parser.get().version() != 11) {
    refuse(505, "wrong-version", "The version of HTTP is not spoken here", "Use HTTP/1.1.");
  } else if (!target) {
    const bool too_long = parser.get().target().size() > max_target_bytes;
    refuse(too_long ? 414 : 400, too_long ? "target-too-long" : "wrong-target", "The address is wrong",
           fmt::format("It cannot be read: {}.", target.error()));
  } else if (request.headers.count("host") != 1) {
    refuse(400, "wrong-host", "The header Host is missing", "Send exactly one Host field.");
  }
  if (target) {
    request.path = std::move(target->path);
    request.query = std::move(target->query);
  }

  // The body: only as large as its route takes, only as slow as the least rate, only while there is memory.
  const auto announced = parser.content_length();
  const bool has_body = parser.chunked() || (announced && *announced > 0);
  std::size_t reserved = 0;
  if (!refused && has_body) {
    const auto limit = body_limit(router_, request);
    const bool stranger = request.header("cookie").empty() && request.header("authorization").empty();
    if (limit == 0) {
      // No such route, or not by this method: what it is, dispatch says better, and no body is needed for it.
      refused = dispatch(context_, router_, request);
    } else if (announced && *announced > limit) {
      refuse(413, "too-large", "The body is too large",
             fmt::format("The body may have at most {} bytes; send less at a time.", limit));
    } else if (limit > kBodyOfStrangers && stranger) {
      refuse(401, "login-needed", "Not logged in",
             "Log in, or send a valid API token in the Authorization header.");
    } else {
      reserved = announced ? static_cast<std::size_t>(*announced) : limit;
      if (body_bytes_.fetch_add(reserved) + reserved > settings_.most_body_bytes) {
        refuse(503, "busy", "Too much at once",
               "Too many large requests are under way. Try again in a while.");
      }
    }
    parser.body_limit(limit);
  }
  struct Release {
    std::atomic<std::size_t>& all;
    const std::size_t& mine;
    ~Release() { all -= mine; }
  } const release{body_bytes_, reserved};

  if (!refused && has_body) {
    if (iequals(request.header("expect"), "100-continue")) {
      http::response<http::empty_body> go_on;
      go_on.version(11);
      go_on.result(http::status::continue_);
      auto [failed, sent] = co_await http::async_write(stream, go_on, kWithError);
      if (failed) co_return Next::close;
    }
    const auto begun = Clock::now();
    while (!parser.is_done()) {
      lowest.expires_at(begun + settings_.body_time +
                        std::chrono::seconds(parser.get().body().size() / settings_.least_body_rate));
      auto [failed, taken] = co_await http::async_read_some(stream, buffer, parser, kWithError);
      if (!failed) continue;
      if (failed == http::error::body_limit) {
        refuse(413, "too-large", "The body is too large", "The body is larger than this address takes.");
      } else if (failed.category() == http::make_error_code(http::error::bad_version).category() &&
                 failed != http::error::partial_message && failed != http::error::end_of_stream) {
        refuse(400, "malformed-request", "This is no HTTP request",
               fmt::format("The body cannot be read: {}.", failed.message()));
      } else {
        co_return Next::close;
      }
      break;
    }
  }
  if (refused) {
    const bool drained = !has_body && target && refused->status != 505;
    note_served(request, refused->status, refused->body.size(), since(start));
    const bool sent = co_await send(stream, request, std::move(*refused), drained && parser.keep_alive());
    co_return !sent ? Next::close : drained && parser.keep_alive() ? Next::request : Next::drain;
  }

  request.body = std::move(parser.get().body());
  const auto asked = Clock::now();
  auto response =
      co_await on_worker([this, &request] { return dispatch_in_place(context_, router_, request); });
  if (!response) {
    if (context_.metrics) context_.metrics->refused_overload();
    response =
        refusal(request, 503, "busy", "Too much at once", "Too many requests wait. Try again in a while.");
  }
  const bool keep_alive = parser.keep_alive() && !stopping_;
  if (response->stream && request.method != "HEAD")
    co_return co_await stream_answer(stream, request, std::move(*response), keep_alive);
  note_served(request, response->status, response->body.size(), since(asked));
  const bool sent = co_await send(stream, request, std::move(*response), keep_alive);
  co_return sent&& keep_alive ? Next::request : Next::close;
}

// A long answer, piece by piece: the next one is asked for when the client has taken the one before, so a
// slow reader holds one piece, and one that takes nothing for a while is dropped.
template <class Stream>
net::awaitable<Next> BeastServer::stream_answer(Stream& stream, const Request& request, Response response,
                                                bool keep_alive) {
  auto& lowest = beast::get_lowest_layer(stream);
  const auto start = Clock::now();
  if (streams_.fetch_add(1) >= static_cast<std::int64_t>(settings_.most_streams)) {
    --streams_;
    auto refused =
        refusal(request, 503, "busy", "Too much at once", "Too many pages listen. Try again in a while.");
    note_served(request, refused.status, refused.body.size(), since(start));
    const bool sent = co_await send(stream, request, std::move(refused), keep_alive);
    co_return sent&& keep_alive ? Next::request : Next::close;
  }
  if (context_.metrics) context_.metrics->set_streams(streams_);
  struct Leave {
    BeastServer& server;
    ~Leave() {
      --server.streams_;
      if (server.context_.metrics) server.context_.metrics->set_streams(server.streams_);
    }
  } const leave{*this};

  http::response<http::empty_body> reply;
  set_headers(reply, request, response, keep_alive);
  reply.chunked(true);
  http::response_serializer<http::empty_body> serializer(reply);
  lowest.expires_after(settings_.write_time);
  auto [error, header_bytes] = co_await http::async_write_header(stream, serializer, kWithError);
  std::uint64_t bytes = 0;
  net::steady_timer pause(co_await net::this_coro::executor);
  bool whole = false;
  while (!error && !stopping_) {
    struct Piece {
      bool end = false;
      std::string text;
    };
    auto piece = co_await on_worker([&response, &request]() -> Piece {
      try {
        auto next = response.stream();
        return next ? Piece{false, std::move(*next)} : Piece{true, {}};
      } catch (const std::exception& failed) {
        log_failure(request.id, request.route, failed.what());
        return {true, {}};
      }
    });
    if (piece && piece->end) {
      lowest.expires_after(settings_.write_time);
      auto [failed, sent] = co_await net::async_write(stream, http::make_chunk_last(), kWithError);
      whole = !failed;
      break;
    }
    if (!piece || piece->text.empty()) {
      pause.expires_after(kStreamPause);
      co_await pause.async_wait(kWithError);
      continue;
    }
    bytes += piece->text.size();
    lowest.expires_after(settings_.write_time);
    auto [failed, sent] =
        co_await net::async_write(stream, http::make_chunk(net::buffer(piece->text)), kWithError);
    if (failed) break;
  }
  note_served(request, response.status, bytes, since(start));
  co_return whole&& keep_alive ? Next::request : Next::close;
}

}  // namespace

Result<std::unique_ptr<Server>, std::string> Server::open(ServerSettings settings, Context& context,
                                                          Router router) {
  auto server = std::make_unique<BeastServer>(std::move(settings), context, std::move(router));
  if (auto wrong = server->listen(); !wrong.empty()) return unexpected(std::move(wrong));
  return server;
}

}  // namespace utsyn::api
