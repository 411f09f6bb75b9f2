// Servers for the tests of this folder: loopback, port 0, threads of the test process, ended with the test.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "probe/network.h"
#include "wire/dns/message.h"

namespace utsyn::probe::testing {

inline IpAddress loopback(std::uint8_t last = 1) { return IpAddress::v4({127, 0, 0, last}); }

// Runs one coroutine to its end on this thread.
template <class T>
T run(boost::asio::io_context& context, Task<T> task) {
  std::optional<T> out;
  std::exception_ptr error;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T value) {
    error = std::move(thrown);
    if (!error) out = std::move(value);
  });
  context.restart();
  context.run();
  if (error) std::rethrow_exception(error);
  if (!out) throw std::logic_error("the coroutine did not end");
  return std::move(*out);
}

inline int bound_socket(int type, std::uint8_t last, std::uint16_t port) {
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const int one = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(0x7F000000U | last);
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0)
    throw std::runtime_error("bind");
  return fd;
}
inline std::uint16_t port_of(int fd) {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  return ntohs(at.sin_port);
}

inline void send_text(int fd, std::string_view text) {
  [[maybe_unused]] const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}
// Waits until the peer closes or the server is being ended.
inline void wait_for_end(int fd) {
  char buffer[512];
  while (::recv(fd, buffer, sizeof buffer, 0) > 0) {
  }
}

// One thread a connection; `talk` has the socket until it returns.
class TcpServer {
 public:
  explicit TcpServer(std::function<void(int)> talk, std::uint8_t last = 1, std::uint16_t port = 0)
      : talk_(std::move(talk)), listener_(bound_socket(SOCK_STREAM, last, port)), last_(last) {
    ::listen(listener_, 128);
    port_ = port_of(listener_);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~TcpServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
  }
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  Endpoint endpoint() const { return {loopback(last_), port_}; }
  int most_at_once() const { return most_.load(); }
  int accepted() const { return accepted_.load(); }

 private:
  void accept_all() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      ++accepted_;
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      most_ = std::max(most_.load(), static_cast<int>(open_.size()));
      threads_.emplace_back([this, fd] {
        talk_(fd);
        const std::lock_guard inner(mutex_);
        open_.remove(fd);
        ::close(fd);
      });
    }
  }

  std::function<void(int)> talk_;
  int listener_;
  std::uint8_t last_;
  std::uint16_t port_ = 0;
  std::atomic<int> most_{0};
  std::atomic<int> accepted_{0};
  std::mutex mutex_;
  std::list<int> open_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

// Answers each datagram with those that `answer` gives.
class UdpServer {
 public:
  using Answer = std::function<std::vector<Bytes>(ByteView)>;
  explicit UdpServer(Answer answer, std::uint8_t last = 1, std::uint16_t port = 0)
      : answer_(std::move(answer)),
        socket_(bound_socket(SOCK_DGRAM, last, port)),
        last_(last),
        port_(port_of(socket_)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~UdpServer() {
    ending_ = true;
    thread_.join();
    ::close(socket_);
  }
  UdpServer(const UdpServer&) = delete;
  UdpServer& operator=(const UdpServer&) = delete;
  Endpoint endpoint() const { return {loopback(last_), port_}; }

 private:
  void serve() {
    std::array<std::uint8_t, 65536> buffer;
    while (!ending_) {
      pollfd waiting{socket_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto got =
          ::recvfrom(socket_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 0) continue;
      for (const auto& datagram : answer_(ByteView(buffer.data(), static_cast<std::size_t>(got)))) {
        ::sendto(socket_, datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
      }
    }
  }

  Answer answer_;
  int socket_;
  std::uint8_t last_;
  std::uint16_t port_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

inline wire::Message answer_to(const wire::Message& query) {
  wire::Message out;
  out.id = query.id;
  out.response = true;
  out.recursion_desired = query.recursion_desired;
  out.recursion_available = true;
  out.questions = query.questions;
  if (query.edns) out.edns = wire::Edns{};
  return out;
}

inline wire::Record record(const std::string& name, wire::RecordType type, const std::string& text) {
  const auto data = wire::parse_rdata_text(type, text);
  if (!data) throw std::logic_error("bad record text in a test: " + text);
  return {name, type, wire::RecordClass::in, 300, *wire::write_rdata(type, *data)};
}

// A port that is free for both UDP and TCP.
inline std::uint16_t free_port(std::uint8_t last) {
  for (int attempt = 0;; ++attempt) {
    const int udp = bound_socket(SOCK_DGRAM, last, 0);
    const auto port = port_of(udp);
    try {
      const int tcp = bound_socket(SOCK_STREAM, last, port);
      ::close(tcp);
      ::close(udp);
      return port;
    } catch (const std::runtime_error&) {
      ::close(udp);
      if (attempt == 50) throw;
    }
  }
}

// A name server over UDP and TCP on one port. `answer` is told whether it was asked over TCP; no value is
// silence.
class DnsServer {
 public:
  using Answer = std::function<std::vector<Bytes>(const wire::Message& query, bool tcp)>;
  explicit DnsServer(Answer answer, std::uint8_t last = 1)
      : answer_(std::move(answer)),
        udp_([this](ByteView datagram) { return answers(datagram, false); }, last, free_port(last)),
        tcp_([this](int fd) { serve_tcp(fd); }, last, udp_.endpoint().port) {}
  Endpoint endpoint() const { return udp_.endpoint(); }
  int questions() const { return questions_.load(); }
  int questions_over_tcp() const { return questions_over_tcp_.load(); }

 private:
  std::vector<Bytes> answers(ByteView datagram, bool tcp) {
    ++(tcp ? questions_over_tcp_ : questions_);
    const auto query = wire::parse_message(datagram);
    if (!query || query->questions.empty()) return {};
    const std::lock_guard lock(mutex_);
    return answer_(*query, tcp);
  }
  void serve_tcp(int fd) {
    Bytes stream;
    std::uint8_t piece[512];
    for (;;) {
      const auto got = ::recv(fd, piece, sizeof piece, 0);
      if (got <= 0) return;
      stream.insert(stream.end(), piece, piece + got);
      ByteView rest(stream);
      const auto message = wire::take_tcp_message(rest);
      if (!message) continue;
      for (const auto& out : answers(*message, true)) {
        const auto framed = wire::tcp_frame(out);
        send_text(fd, as_text(framed));
      }
      stream.assign(rest.begin(), rest.end());
    }
  }

  std::mutex mutex_;
  Answer answer_;
  std::atomic<int> questions_{0};
  std::atomic<int> questions_over_tcp_{0};
  UdpServer udp_;
  TcpServer tcp_;
};

}  // namespace utsyn::probe::testing
