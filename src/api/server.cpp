// The server on Boost.Asio: one io_context for each I/O thread, one coroutine for each connection. Here it
// listens, accepts and stops; what is said on a connection is conversation.cpp.
#include "api/server.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <thread>

#include "api/conversation.h"
#include "api/log.h"
#include "api/metrics.h"
#include "api/server_certificate.h"
#include "api/server_state.h"
#include "base/text.h"

namespace utsyn::api {

namespace net = boost::asio;

namespace {

using boost::system::error_code;
using net::ip::tcp;
constexpr auto kWithError = net::as_tuple(net::use_awaitable);

// One I/O thread's part. Everything but the io_context is used on its thread only; the lines outlive what
// the io_context still holds when it ends.
struct IoLoop {
  std::list<ClientLine*> lines;
  net::io_context context{1};
  std::optional<tcp::acceptor> acceptor;
};

class AsioServer : public Server {
 public:
  AsioServer(ServerSettings settings, Context& context, Router router)
      : state_{
            .settings = std::move(settings), .context = context, .router = std::move(router), .workers = {}} {
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    auto& threads = state_.settings.io_threads;
    if (threads <= 0) threads = static_cast<int>(std::max(1U, cores / 2));
    auto& workers = state_.settings.worker_threads;
    if (workers <= 0) workers = static_cast<int>(std::max(4U, cores * 2));
  }

  ~AsioServer() override {
    if (state_.workers) state_.workers->stop();
  }

  std::string listen();  // empty: done
  std::string address() const override { return address_; }
  void run() override;
  void stop() override {
    net::post(control_, [this] { begin_stop(); });
  }

 private:
  std::string read_certificate() {
    return certificate_.read(state_.settings.tls_certificate_file, state_.settings.tls_key_file);
  }
  Result<int, std::string> listening_socket();
  void wait_for_signal(net::signal_set& signals);
  void begin_stop();

  net::awaitable<void> accept(IoLoop& loop);
  net::awaitable<void> serve(IoLoop& loop, tcp::socket socket);
  void count_connections(std::int64_t more);

  ServerState state_;
  ServerCertificate certificate_;
  std::string address_;
  net::io_context control_{1};
  std::vector<std::unique_ptr<IoLoop>> loops_;
};

// Opening.

// The socket that was handed to the program, or one of its own at the address.
Result<int, std::string> AsioServer::listening_socket() {
  const std::string_view where = state_.settings.listen;
  if (where.starts_with("fd:")) {
    const auto number = parse_uint(where.substr(3));
    int listening = 0;
    socklen_t size = sizeof listening;
    if (!number || *number > 65'535 ||
        getsockopt(static_cast<int>(*number), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
        listening == 0) {
      return unexpected(
          fmt::format("--listen {}: this is no listening socket that was handed to the program.", where));
    }
    return static_cast<int>(*number);
  }
  const auto colon = where.rfind(':');
  auto host = where.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto port = colon == std::string_view::npos ? std::nullopt : parse_uint(where.substr(colon + 1));
  const auto ip = IpAddress::parse(host);
  if (!ip || !port || *port > 65'535)
    return unexpected(fmt::format("--listen {}: write it as 127.0.0.1:8480, [::1]:8480 or fd:3.", where));
  const tcp::endpoint endpoint(net::ip::make_address(ip->str()), static_cast<std::uint16_t>(*port));
  error_code error;
  tcp::acceptor first(control_);
  error = first.open(endpoint.protocol(), error);
  if (!error) error = first.set_option(net::socket_base::reuse_address(true), error);
  if (!error) error = first.bind(endpoint, error);
  if (!error) error = first.listen(4096, error);
  if (error) {
    return unexpected(
        fmt::format("--listen {}: {}. Is it running already? Give another address, or port 0 for any.", where,
                    error.message()));
  }
  return first.release();
}

std::string AsioServer::listen() {
  state_.tls = !state_.settings.tls_certificate_file.empty();
  if (state_.tls) {
    if (auto wrong = read_certificate(); !wrong.empty()) return wrong;
  }
  const auto socket = listening_socket();
  if (!socket) return socket.error();
  const int fd = *socket;
  const std::string_view where = state_.settings.listen;
  // One listening socket, and a handle of it for each thread: who is free takes the next connection.
  for (int i = 0; i < state_.settings.io_threads; ++i) {
    auto loop = std::make_unique<IoLoop>();
    loop->acceptor.emplace(loop->context);
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
      return "the listening socket has no name";
    if (name.ss_family != AF_INET && name.ss_family != AF_INET6)
      return fmt::format("--listen {}: it is no TCP socket.", where);
    error_code error;
    error = loop->acceptor->assign(name.ss_family == AF_INET ? tcp::v4() : tcp::v6(), ::dup(fd), error);
    if (!error) error = loop->acceptor->non_blocking(true, error);
    if (error) return fmt::format("--listen {}: {}", where, error.message());
    loops_.push_back(std::move(loop));
  }
  ::close(fd);
  const auto endpoint = loops_.front()->acceptor->local_endpoint();
  const auto ip = endpoint.address().to_string();
  address_ = fmt::format("{}://{}:{}", state_.tls ? "https" : "http",
                         endpoint.address().is_v6() ? "[" + ip + "]" : ip, endpoint.port());
  return {};
}

// Running and stopping.

void AsioServer::wait_for_signal(net::signal_set& signals) {
  signals.async_wait([this, &signals](const error_code& error, int number) {
    if (error) return;
    if (number != SIGHUP) {
      begin_stop();
      return;
    }
    if (state_.tls) {
      const auto wrong = read_certificate();
      log_note("certificate", wrong.empty() ? "read again" : wrong + " The one before stays in use.");
    }
    wait_for_signal(signals);
  });
}

void AsioServer::begin_stop() {
  if (state_.stopping.exchange(true)) return;
  for (auto& loop : loops_) {
    net::post(loop->context, [&loop = *loop] {
      error_code ignored;
      ignored = loop.acceptor->close(ignored);
      for (auto* const line : loop.lines) {
        if (line->idle) line->cancel();
      }
    });
  }
  control_.stop();
}

void AsioServer::run() {
  state_.workers = std::make_unique<Workers>(static_cast<std::size_t>(state_.settings.worker_threads),
                                             state_.settings.most_waiting);
  net::signal_set signals(control_, SIGTERM, SIGINT, SIGHUP);
  wait_for_signal(signals);
  std::vector<std::thread> threads;
  for (auto& loop : loops_) {
    net::co_spawn(loop->context, accept(*loop), net::detached);
    threads.emplace_back([&loop = *loop] { loop.context.run(); });
  }
  const auto idle = net::make_work_guard(control_);
  control_.run();
  state_.stopping = true;

  const auto end = std::chrono::steady_clock::now() + state_.settings.stop_time;
  while (state_.connections > 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  if (state_.connections > 0)
    log_note("stop", fmt::format("{} connections were cut off", state_.connections.load()));
  for (auto& loop : loops_) loop->context.stop();
  for (auto& thread : threads) thread.join();
  state_.workers->stop();
}

// Connections.

void AsioServer::count_connections(std::int64_t more) {
  state_.connections += more;
  if (state_.context.metrics) state_.context.metrics->set_connections(state_.connections);
}

net::awaitable<void> AsioServer::accept(IoLoop& loop) {
  net::steady_timer pause(loop.context);
  while (!state_.stopping) {
    auto [error, socket] = co_await loop.acceptor->async_accept(kWithError);
    if (state_.stopping) co_return;
    if (error) {
      // No descriptors left, as a rule: those there are must end first.
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(kWithError);
      continue;
    }
    if (state_.connections >= static_cast<std::int64_t>(state_.settings.most_connections)) continue;
    error_code ignored;
    ignored = socket.set_option(tcp::no_delay(true), ignored);
    count_connections(1);
    auto done = [this](const std::exception_ptr& thrown) {
      count_connections(-1);
      if (!thrown) return;
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& unexpected) {
        log_failure("", "", unexpected.what());
      }
    };
    net::co_spawn(loop.context, serve(loop, std::move(socket)), std::move(done));
  }
}

net::awaitable<void> AsioServer::serve(IoLoop& loop, tcp::socket socket) {
  const auto peer = name_of_peer(socket);
  const auto line =
      state_.tls ? tls_line(std::move(socket), certificate_.current()) : plain_line(std::move(socket));
  line->must_end_within(state_.settings.header_time);
  if (!co_await line->open()) co_return;
  struct Leave {
    IoLoop& loop;
    std::list<ClientLine*>::iterator place;
    ~Leave() { loop.lines.erase(place); }
  };
  {
    const Leave leave{loop, loop.lines.insert(loop.lines.end(), line.get())};
    co_await converse(state_, *line, peer);
  }
  co_await line->close();
}

}  // namespace

Result<std::unique_ptr<Server>, std::string> Server::open(ServerSettings settings, Context& context,
                                                          Router router) {
  auto server = std::make_unique<AsioServer>(std::move(settings), context, std::move(router));
  if (auto wrong = server->listen(); !wrong.empty()) return unexpected(std::move(wrong));
  return server;
}

}  // namespace utsyn::api
