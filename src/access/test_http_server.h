// An HTTP server for tests: loopback, port 0, a thread of the test process, ended with the test. It takes one
// connection after the other and reads what comes first on it, which is the whole of a small request.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace utsyn {

class TestHttpServer {
 public:
  // The whole answer; none: the line is held until the end, and nothing is said on it.
  using Answer = std::function<std::optional<std::string>(std::string_view request)>;

  explicit TestHttpServer(Answer answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    void* const generic = &address;
    if (::bind(listener_, static_cast<sockaddr*>(generic), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, static_cast<sockaddr*>(generic), &size) != 0)
      throw std::runtime_error("no listening socket for a test");
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::jthread([this] { serve(); });
  }
  TestHttpServer(const TestHttpServer&) = delete;
  TestHttpServer& operator=(const TestHttpServer&) = delete;
  ~TestHttpServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (const int one : held_) ::close(one);
  }

  const std::string& url() const { return url_; }  // without a slash at its end
  int asked() const { return asked_; }             // how many connections came

 private:
  void serve() {
    for (int fd = 0; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      ++asked_;
      std::array<char, 8192> request{};
      const auto size = ::recv(fd, request.data(), request.size(), 0);
      const auto answer =
          answer_(std::string_view(request.data(), size > 0 ? static_cast<std::size_t>(size) : 0));
      if (!answer) {
        held_.push_back(fd);
        continue;
      }
      [[maybe_unused]] const auto sent = ::send(fd, answer->data(), answer->size(), MSG_NOSIGNAL);
      ::close(fd);
    }
  }

  Answer answer_;
  int listener_ = -1;
  std::string url_;
  std::atomic<int> asked_ = 0;
  std::vector<int> held_;
  std::jthread thread_;
};

}  // namespace utsyn
