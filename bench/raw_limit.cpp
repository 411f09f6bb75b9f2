// How near the probes' network comes to what the kernel allows.
//
// A probe here is: connect, a ClientHello built beforehand, the first record of the answer, close by reset.
// The raw limit is a bare epoll loop that does only this; beside it the same through Visit and Connection,
// with scope guard, places and deadlines. Both run against the same canned server (a process of its own, so
// that its time is not ours) and are counted per second of the scanner's own processor time. At the end:
// memory with 2,000 hosts in flight.
//
//     raw_limit [PROBES] [AT A TIME]
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "probe/network.h"
#include "wire/tls/hello.h"

namespace {

using namespace utsyn;

constexpr int addresses = 64;  // 127.0.1.1 and on: one place each would not be fair to anybody
constexpr int hosts_in_flight = 2'000;

// Alert, fatal, handshake_failure.
constexpr std::array<std::uint8_t, 7> canned{21, 3, 3, 0, 2, 2, 40};

sockaddr_in address_of(int index, std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(0x7F000101U + static_cast<std::uint32_t>(index % addresses));
  return at;
}

// sockaddr_in is made to be seen as sockaddr.
int connect_to(int fd, const sockaddr_in& to) {
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int listening_socket(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || ::listen(fd, 8'192) != 0)
    fail("listen");
  socklen_t size = sizeof at;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  port = ntohs(at.sin_port);
  return fd;
}

// Answers every hello on `talking` with the canned alert; accepts on `silent` and says nothing.
[[noreturn]] void serve(int talking, int silent) {
  const int epoll = ::epoll_create1(0);
  const auto add = [&](int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  };
  add(talking, EPOLLIN);
  add(silent, EPOLLIN);
  std::array<epoll_event, 256> ready;
  std::array<char, 4096> buffer;
  for (;;) {
    const int count = ::epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = ready[static_cast<std::size_t>(i)].data.fd;
      if (fd == talking || fd == silent) {
        for (int peer = 0; (peer = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;)
          add(peer, fd == talking ? EPOLLIN | EPOLLET : EPOLLRDHUP);
        continue;
      }
      if (::recv(fd, buffer.data(), buffer.size(), 0) > 0) {
        ::send(fd, canned.data(), canned.size(), MSG_NOSIGNAL);
      } else if (errno != EAGAIN) {
        ::close(fd);
      }
    }
  }
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Rate {
  double per_cpu_second = 0;
  int answered = 0;
};

Rate raw_probes(std::uint16_t port, const Bytes& hello, int probes, int at_a_time) {
  const auto before = cpu_seconds();
  const int epoll = ::epoll_create1(0);
  std::vector<bool> sent(65'536);
  int started = 0;
  int done = 0;
  int answered = 0;
  const auto start = [&] {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || static_cast<std::size_t>(fd) >= sent.size()) fail("socket");
    sent[static_cast<std::size_t>(fd)] = false;
    if (connect_to(fd, address_of(started++, port)) != 0 && errno != EINPROGRESS) fail("connect");
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.fd = fd;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  };
  for (int i = 0; i < std::min(at_a_time, probes); ++i) start();
  std::array<epoll_event, 256> ready;
  std::array<char, 4096> buffer;
  const linger at_once{1, 0};
  while (done < probes) {
    const int count = ::epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), 5'000);
    if (count <= 0) fail("epoll_wait");
    for (int i = 0; i < count; ++i) {
      const auto& event = ready[static_cast<std::size_t>(i)];
      const int fd = event.data.fd;
      const auto slot = static_cast<std::size_t>(fd);
      if (!sent[slot]) {
        if (::send(fd, hello.data(), hello.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(hello.size()))
          sent[slot] = true;
        if ((event.events & EPOLLIN) == 0) continue;
      }
      const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (got < 0 && errno == EAGAIN) continue;
      if (got >= 5) ++answered;
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      ::close(fd);
      ++done;
      if (started < probes) start();
    }
  }
  ::close(epoll);
  return {probes / (cpu_seconds() - before), answered};
}

probe::Settings bench_settings() {
  probe::Settings settings;
  settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
  settings.connections_per_address = 64;
  settings.connections_per_address_and_day = 1'000'000'000;
  settings.host_deadline = std::chrono::milliseconds(300'000);
  return settings;
}

probe::Endpoint endpoint_of(int index, std::uint16_t port) {
  return {IpAddress::v4({127, 0, 1, static_cast<std::uint8_t>(1 + index % addresses)}), port};
}

struct Count {
  int left = 0;
  int answered = 0;
  int open = 0;
};

probe::Task<void> probe_again_and_again(probe::Visit& visit, std::uint16_t port, const Bytes& hello,
                                        Count& count) {
  while (count.left > 0) {
    auto opened = co_await visit.connect(endpoint_of(count.left--, port));
    if (opened.seen() == nullptr) continue;
    auto& connection = **opened.seen();
    co_await connection.write(hello);
    std::array<std::uint8_t, 512> buffer;
    const auto got = co_await connection.read_some(buffer);
    if (got.seen() != nullptr && *got.seen() >= 5) ++count.answered;
  }
}

Rate visited_probes(std::uint16_t port, const Bytes& hello, int probes, int at_a_time) {
  const auto before = cpu_seconds();
  boost::asio::io_context context(1);
  const auto settings = bench_settings();
  probe::Politeness politeness(settings);
  probe::Network network(context, settings, politeness);
  auto visit = network.visit("bench.test");
  Count count{probes, 0, 0};
  for (int i = 0; i < at_a_time; ++i)
    boost::asio::co_spawn(context, probe_again_and_again(visit, port, hello, count), boost::asio::detached);
  context.run();
  return {probes / (cpu_seconds() - before), count.answered};
}

probe::Task<void> hold(probe::Visit& visit, probe::Endpoint server, const Bytes& hello, Count& count) {
  auto opened = co_await visit.connect(server);
  if (opened.seen() == nullptr) co_return;
  auto& connection = **opened.seen();
  co_await connection.write(hello);
  ++count.open;
  std::array<std::uint8_t, 512> buffer;
  co_await connection.read_some(buffer);
}

long resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  long whole = 0;
  long resident = 0;
  statm >> whole >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

void memory_in_flight(std::uint16_t port, const Bytes& hello) {
  boost::asio::io_context context(1);
  auto settings = bench_settings();
  settings.answer_timeout = std::chrono::milliseconds(60'000);
  probe::Politeness politeness(settings);
  probe::Network network(context, settings, politeness);
  const auto before = resident_bytes();
  std::vector<std::unique_ptr<probe::Visit>> visits;
  Count count;
  for (int i = 0; i < hosts_in_flight; ++i) {
    visits.push_back(
        std::make_unique<probe::Visit>(network.visit("host" + std::to_string(i) + ".bench.test")));
    boost::asio::co_spawn(context, hold(*visits.back(), endpoint_of(i, port), hello, count),
                          boost::asio::detached);
  }
  for (int rounds = 0; rounds < 200 && count.open < hosts_in_flight; ++rounds)
    context.run_for(std::chrono::milliseconds(20));
  const auto used = resident_bytes() - before;
  fmt::print("memory: {} hosts in flight, one connection each, {:.1f} kB per host (goal: below 64)\n",
             count.open, static_cast<double>(used) / 1024 / std::max(1, count.open));
  politeness.stop();
  context.run_for(std::chrono::milliseconds(200));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int probes = argc > 1 ? std::atoi(argv[1]) : 40'000;
  const int at_a_time = argc > 2 ? std::atoi(argv[2]) : 64;
  if (probes < 1 || at_a_time < 1 || at_a_time > 2'000) {
    fmt::print(stderr, "raw_limit [PROBES] [AT A TIME, at most 2000]\n");
    return 2;
  }
  probe::raise_open_file_limit();
  std::uint16_t talking_port = 0;
  std::uint16_t silent_port = 0;
  const int talking = listening_socket(talking_port);
  const int silent = listening_socket(silent_port);
  const auto server = ::fork();
  if (server < 0) fail("fork");
  if (server == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(talking, silent);
  }

  const auto hello = wire::build_client_hello(wire::plain_client_hello(
      wire::tls::tls12, "bench.test", {0xC02F, 0xC030, 0xC013, 0xC014, 0x009C, 0x002F}));
  std::vector<double> raw;
  std::vector<double> visited;
  std::vector<double> ratios;
  bool all_answered = true;
  for (int round = 0; round < 5; ++round) {
    const auto limit = raw_probes(talking_port, hello, probes, at_a_time);
    const auto ours = visited_probes(talking_port, hello, probes, at_a_time);
    all_answered = all_answered && limit.answered == probes && ours.answered == probes;
    raw.push_back(limit.per_cpu_second);
    visited.push_back(ours.per_cpu_second);
    ratios.push_back(ours.per_cpu_second / limit.per_cpu_second);
  }
  fmt::print("probes: {} in each of 5 rounds, {} at a time, {} bytes of hello{}\n", probes, at_a_time,
             hello.size(), all_answered ? "" : " (NOT ALL ANSWERED)");
  fmt::print("raw probe limit:  {:>8.0f} probes per cpu second\n", median(raw));
  fmt::print("Visit/Connection: {:>8.0f} probes per cpu second\n", median(visited));
  fmt::print("ratio:            {:>8.2f} (floor 0.50, target 0.80)\n", median(ratios));
  memory_in_flight(silent_port, hello);

  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  return all_answered ? 0 : 1;
}
