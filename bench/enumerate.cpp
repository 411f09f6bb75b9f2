// Exact enumeration of many hosts at the same time: how many for each second of our own processor time, how
// many connections beside the floor of k + 1 for each version offered, how much memory for a host in flight.
//
// Beside it, in the same run and against the same server, what a bare epoll loop needs that replays the very
// hellos of the enumeration: connect, write a prebuilt hello, read once, close. Nothing can be faster, so
// what we are judged by is the ratio.
//
// The server is one nginx that listens on every loopback address, started here with its own configuration and
// ended by its process id; hosts are the addresses 127.60.x.y. Server and client are kept on processors of
// their own where there are two.
//
//     enumerate [--hosts N] [--at-once N] [--port N]
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "probe/network.h"
#include "probe/parallel.h"
#include "probe/tls_enumerate.h"
#include "wire/tls/classes.h"

namespace {

using namespace utsyn;         // NOLINT: a program of its own
using namespace utsyn::probe;  // NOLINT

struct Options {
  int hosts = 2'000;
  int at_once = 2'000;
  int port = 8443;
};

Options read_options(int count, char** words) {
  Options out;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    const std::string_view text = words[i + 1];
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    if (value < 1 || value > 60'000)
      throw std::runtime_error("a number from 1 to 60000 after " + std::string(name));
    if (name == "--hosts") {
      out.hosts = value;
    } else if (name == "--at-once") {
      out.at_once = value;
    } else if (name == "--port") {
      out.port = value;
    } else {
      throw std::runtime_error("unknown option " + std::string(name));
    }
  }
  return out;
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// In kB; "VmHWM" is the highest so far, "VmRSS" the present one.
long memory(std::string_view what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(what)) return std::strtol(line.c_str() + what.size() + 1, nullptr, 10);
  }
  return 0;
}

void keep_on(int processor) {
  if (std::thread::hardware_concurrency() < 2) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(processor), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

int run_program(const std::vector<std::string>& words, int processor) {
  const auto child = ::fork();
  if (child == 0) {
    keep_on(processor);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    std::_Exit(127);
  }
  return child;
}

void run_to_end(const std::vector<std::string>& words) {
  int status = 0;
  ::waitpid(run_program(words, 0), &status, 0);
  if (status != 0) throw std::runtime_error(words.front() + " failed; is it installed?");
}

// Two certificates, two versions: what a good server of today looks like.
class Nginx {
 public:
  explicit Nginx(int port) {
    char pattern[] = "/tmp/utsyn-enumerate-XXXXXX";
    if (::mkdtemp(pattern) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    run_to_end({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", folder_ + "/key.pem", "-out", folder_ + "/cert.pem", "-days", "2", "-subj",
                "/CN=bench.example", "-addext", "subjectAltName=DNS:bench.example"});
    std::ofstream(folder_ + "/nginx.conf") << fmt::format(
        "daemon off; worker_processes 1; pid {0}/pid; error_log {0}/error.log crit; worker_rlimit_nofile "
        "30000;\n"
        "events {{ worker_connections 28000; }}\n"
        "http {{ access_log off; ssl_session_cache off;\n"
        " client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c; uwsgi_temp_path {0}/d;"
        " scgi_temp_path {0}/e;\n"
        " server {{ listen {1} ssl backlog=16384; ssl_certificate {0}/cert.pem; ssl_certificate_key "
        "{0}/key.pem;\n"
        "  ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on;\n"
        "  ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES; return 204; }} }}\n",
        folder_, port);
    process_ =
        run_program({"nginx", "-p", folder_, "-c", folder_ + "/nginx.conf", "-e", folder_ + "/error.log"}, 1);
    for (int i = 0; i < 100; ++i) {
      const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const auto to = address_of(0, port);
      const bool up = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
      ::close(fd);
      if (up) return;
      ::usleep(50'000);
    }
    stop();
    throw std::runtime_error("nginx did not start; see " + folder_ + "/error.log");
  }
  ~Nginx() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  static sockaddr_in address_of(int host, int port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(static_cast<std::uint16_t>(port));
    out.sin_addr.s_addr = htonl(0x7F3C0001U + static_cast<std::uint32_t>(host));
    return out;
  }

 private:
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  std::string folder_;
  pid_t process_ = 0;
};

constexpr std::uint16_t all_versions[] = {wire::tls::ssl3, wire::tls::tls10, wire::tls::tls11,
                                          wire::tls::tls12, wire::tls::tls13};

struct Found {
  std::vector<VersionSet> versions;
  int connections = 0;
};

// As probe_tls goes about it: the newest versions first, then all side by side.
Task<void> enumerate_host(Network& network, Endpoint server, Found& found) {
  auto visit = network.visit("bench.example");
  HelloAsker asker(visit, {"bench.example", "bench.example", server, "", TlsDepth::full, nullptr});
  Sightings seen;
  for (const auto version : all_versions) {
    found.versions.push_back({});
    found.versions.back().version = version;
  }
  for (const std::size_t i : {std::size_t{4}, std::size_t{3}})
    co_await ask_version(asker, seen, found.versions[i]);
  std::vector<std::function<Task<void>()>> jobs;
  for (const std::size_t i :
       {std::size_t{3}, std::size_t{4}, std::size_t{2}, std::size_t{1}, std::size_t{0}}) {
    jobs.push_back(
        [&asker, &seen, &found, i]() -> Task<void> { co_await enumerate(asker, seen, found.versions[i]); });
  }
  co_await in_lanes(std::move(jobs), network.settings().connections_per_address);
  found.connections = asker.connections();
}

// The hellos that found this, ready to be sent again.
std::vector<Bytes> hellos_of(const Found& found, Network& network) {
  auto visit = network.visit("bench.example");
  HelloAsker asker(visit, {"bench.example", "bench.example", {}, "", TlsDepth::full, nullptr});
  std::vector<Bytes> out;
  for (const auto& set : found.versions) {
    const auto all = wire::suites_for(set.version);
    std::vector<std::uint16_t> pending(all.begin(), all.end());
    const auto add = [&] {
      out.push_back(hello_bytes(
          hello_for(asker, set.version,
                    {pending.begin(),
                     pending.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                           pending.size(), set.version <= wire::tls::ssl3 ? 100 : 127))})));
    };
    for (const auto id : set.suites) {
      add();
      std::erase(pending, id);
    }
    add();
    if (set.suites.empty()) continue;
    while (pending.size() > 127) {
      pending.erase(pending.begin(), pending.begin() + 127);
      add();
    }
  }
  return out;
}

// The bare loop. Processor seconds for `total` probes.
double replay(const std::vector<Bytes>& hellos, int hosts, int port, int total, int at_once) {
  struct Probe {
    int fd = -1;
    std::size_t hello = 0;
    bool written = false;
  };
  const int poller = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Probe> probes(static_cast<std::size_t>(at_once));
  int started = 0, ended = 0;
  const auto start = [&](std::size_t slot) {
    auto& probe = probes[slot];
    probe = {::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
             static_cast<std::size_t>(started) % hellos.size(), false};
    const auto to = Nginx::address_of(started % hosts, port);
    ++started;
    ::connect(probe.fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = slot;
    ::epoll_ctl(poller, EPOLL_CTL_ADD, probe.fd, &event);
  };
  const auto before = cpu_seconds();
  for (int i = 0; i < at_once && started < total; ++i) start(static_cast<std::size_t>(i));
  std::array<epoll_event, 256> events;
  std::array<std::uint8_t, 2048> buffer;
  while (ended < started) {
    const int count = ::epoll_wait(poller, events.data(), static_cast<int>(events.size()), 10'000);
    if (count <= 0) break;
    for (int i = 0; i < count; ++i) {
      const auto slot = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
      auto& probe = probes[slot];
      if (!probe.written && (events[static_cast<std::size_t>(i)].events & EPOLLOUT) != 0) {
        const auto& hello = hellos[probe.hello];
        probe.written = ::send(probe.fd, hello.data(), hello.size(), MSG_NOSIGNAL) > 0;
      }
      const auto got = ::recv(probe.fd, buffer.data(), buffer.size(), 0);
      if (got < 0 && (errno == EAGAIN || errno == ENOTCONN)) continue;
      const linger at_once_gone{1, 0};
      ::setsockopt(probe.fd, SOL_SOCKET, SO_LINGER, &at_once_gone, sizeof at_once_gone);
      ::close(probe.fd);
      ++ended;
      if (started < total) start(slot);
    }
  }
  ::close(poller);
  return (cpu_seconds() - before) * total / std::max(1, ended);
}

void bench(const Options& options) {
  raise_open_file_limit();
  const Nginx nginx(options.port);
  keep_on(0);

  Settings settings;
  settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
  settings.host_deadline = std::chrono::minutes(10);
  settings.connections_per_address_and_day = 100'000;
  settings.answer_timeout = settings.connect_timeout = std::chrono::minutes(1);
  Politeness politeness(settings);
  boost::asio::io_context context;
  Network network(context, settings, politeness);
  const auto endpoint = [&](int host) {
    const auto number = 0x3C0001U + static_cast<std::uint32_t>(host);
    return Endpoint{
        IpAddress::v4({127, static_cast<std::uint8_t>(number >> 16U), static_cast<std::uint8_t>(number >> 8U),
                       static_cast<std::uint8_t>(number)}),
        static_cast<std::uint16_t>(options.port)};
  };

  // One host first: tables are built, and the hellos to be replayed are known.
  Found sample;
  boost::asio::co_spawn(context, enumerate_host(network, endpoint(0), sample), boost::asio::detached);
  context.run();
  int floor = 0;
  for (const auto& set : sample.versions) {
    if (set.is_offered()) floor += static_cast<int>(set.suites.size()) + 1;
  }
  const auto hellos = hellos_of(sample, network);

  const auto raw_count = std::min(40'000, std::max(5'000, options.hosts * sample.connections));
  const auto raw = replay(hellos, options.hosts, options.port, raw_count, std::min(options.at_once, 1'000));

  std::ofstream("/proc/self/clear_refs") << "5";  // the high-water mark begins anew
  const auto memory_before = memory("VmRSS");
  std::vector<Found> found(static_cast<std::size_t>(options.hosts));
  const auto started = Clock::now();
  const auto cpu_before = cpu_seconds();
  Gate gate(context, options.at_once);
  const auto one = [&](int host) -> Task<void> {
    const auto pass = co_await gate.enter();
    co_await enumerate_host(network, endpoint(host), found[static_cast<std::size_t>(host)]);
  };
  for (int host = 0; host < options.hosts; ++host)
    boost::asio::co_spawn(context, one(host), boost::asio::detached);
  context.restart();
  context.run();
  const auto cpu = cpu_seconds() - cpu_before;
  const std::chrono::duration<double> wall = Clock::now() - started;
  const auto peak = memory("VmHWM") - memory_before;

  long connections = 0;
  int wrong = 0;
  for (const auto& host : found) {
    connections += host.connections;
    for (std::size_t i = 0; i < host.versions.size(); ++i) {
      if (host.versions[i].suites != sample.versions[i].suites || !host.versions[i].complete) {
        ++wrong;
        break;
      }
    }
  }
  int refused = 0;
  for (const auto& set : sample.versions) refused += set.is_offered() ? 0 : 1;
  const auto hosts = static_cast<double>(options.hosts);
  const auto raw_rate = raw_count / raw;
  const auto rate = static_cast<double>(connections) / cpu;
  fmt::print("exact enumeration, {} hosts, {} in flight, one thread\n", options.hosts, options.at_once);
  fmt::print("  hosts / processor second    {:.0f}   (wall {:.1f} s, processor {:.1f} s)\n", hosts / cpu,
             wall.count(), cpu);
  fmt::print(
      "  connections / host          {:.1f}   floor k + 1 of the offered versions {}, {} versions refused by "
      "one each\n",
      static_cast<double>(connections) / hosts, floor, refused);
  fmt::print("  ratio to the floor          {:.2f}   (goal 1.30)\n",
             (static_cast<double>(connections) / hosts - refused) / floor);
  fmt::print("  probes / processor second   {:.0f}\n", rate);
  fmt::print("  raw probe limit, same run   {:.0f}   ratio {:.2f} (goal 0.50)\n", raw_rate, rate / raw_rate);
  fmt::print("  peak memory / host          {:.1f} kB (goal 64)\n",
             static_cast<double>(peak) / std::min(options.hosts, options.at_once));
  fmt::print("  hosts with another result   {}\n", wrong);
}

}  // namespace

int main(int count, char** words) {
  try {
    bench(read_options(count, words));
  } catch (const std::exception& error) {
    fmt::print(stderr, "enumerate: {}\n", error.what());
    return 1;
  }
  return 0;
}
