// The HTTP server: sockets, TLS, limits and time-outs around dispatch(). From the socket inwards: server.cpp
// accepts, client_line.cpp is one connection (plain or TLS), conversation.cpp what is said on it,
// request_reader.cpp and answering.cpp its two halves. Only these know Boost.Asio and Boost.Beast.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/route.h"
#include "base/ip.h"
#include "base/result.h"

namespace utsyn::api {

struct ServerSettings {
  std::string listen =
      "127.0.0.1:8480";              // ADDR:PORT, [ADDR]:PORT, or fd:N, a listening socket that was inherited
  std::string tls_certificate_file;  // PEM with the whole chain; empty: plain HTTP
  std::string tls_key_file;
  std::vector<Cidr> trusted_proxies;  // whose X-Forwarded-For, X-Forwarded-Proto and X-Request-Id count
  int io_threads = 0;                 // 0: half the cores, at least one
  int worker_threads = 0;             // 0: twice the cores, at least four
  std::size_t most_waiting = 1'000;   // requests that wait for a worker; more are answered 503
  std::size_t most_connections = 20'000;
  std::size_t most_streams = 1'000;
  std::size_t most_streams_of_one = 20;                   // user; where nobody is logged in, address
  std::size_t most_body_bytes = std::size_t{256} << 20U;  // of all requests being read at once

  std::chrono::seconds header_time{10};     // from its first byte
  std::chrono::seconds idle_time{60};       // between requests
  std::chrono::seconds body_time{10};       // and besides, a body must keep the least rate
  std::size_t least_body_rate = 16 * 1024;  // bytes a second
  std::chrono::seconds write_time{30};      // and besides, a reader must keep the least rate
  std::size_t least_read_rate = 64 * 1024;
  std::chrono::seconds stop_time{20};  // for what is under way when the end comes
};

class Server {
 public:
  // Listens; the reason when it cannot. `context` outlives the server.
  static Result<std::unique_ptr<Server>, std::string> open(ServerSettings settings, Context& context,
                                                           Router router);
  virtual ~Server() = default;
  virtual std::string address() const = 0;  // "http://127.0.0.1:8480", with the real port
  // Serves until SIGTERM, SIGINT or stop(); then finishes what is under way. SIGHUP reads the certificate
  // anew.
  virtual void run() = 0;
  virtual void stop() = 0;  // from any thread
};

}  // namespace utsyn::api
