// Exact enumeration of many hosts at the same time: how many for each second of our own processor time, how
// many connections beside the floor of k + 1 for each version offered, how much memory for a host in flight.
//
// Beside it, in the same run and against the same server, what a bare epoll loop needs that replays the very
// hellos of the enumeration: connect, write a prebuilt hello, read once, close. Nothing can be faster, so
// what we are judged by is the ratio. A machine has moods of a second or more, so the two take turns: each
// round of the enumeration is set beside the mean of the bare loops before and after it, and the median of
// the rounds is what counts.
//
// The server is one nginx that listens on every loopback address, started here with its own configuration and
// ended by its process id; hosts are the addresses 127.60.x.y. Server and client are kept on processors of
// their own where there are two.
//
//     enumerate [--hosts N] [--at-once N] [--port N] [--rounds N]
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

#include <algorithm>
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
  int rounds = 5;
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
    } else if (name == "--rounds") {
      out.rounds = std::min(value, 100);
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
    arguments.reserve(words.size() + 1);
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
    if (::connect(probe.fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS)
      throw std::runtime_error("cannot connect to the server of this bench");
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

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// The setting all rounds share: one server, one network, and what a single host showed.
class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        nginx_(options.port),
        settings_(patient_settings()),
        politeness_(settings_),
        network_(context_, settings_, politeness_) {
    keep_on(0);
    // One host first: tables are built, and the hellos to be replayed are known.
    boost::asio::co_spawn(context_, enumerate_host(network_, endpoint(0), sample_), boost::asio::detached);
    context_.run();
    hellos_ = hellos_of(sample_, network_);
  }

  const Found& sample() const { return sample_; }

  struct Round {
    double cpu = 0;
    double wall = 0;
    long connections = 0;
    int wrong = 0;  // hosts with another result than the first
    double kb_per_host = 0;
    double probes_per_second() const { return static_cast<double>(connections) / cpu; }
  };

  Round enumerate_all() {
    std::ofstream("/proc/self/clear_refs") << "5";  // the high-water mark begins anew
    const auto memory_before = memory("VmRSS");
    std::vector<Found> found(static_cast<std::size_t>(options_.hosts));
    const auto started = Clock::now();
    const auto cpu_before = cpu_seconds();
    Gate gate(context_, options_.at_once);
    const auto one = [&](int host) -> Task<void> {
      const auto pass = co_await gate.enter();
      co_await enumerate_host(network_, endpoint(host), found[static_cast<std::size_t>(host)]);
    };
    for (int host = 0; host < options_.hosts; ++host)
      boost::asio::co_spawn(context_, one(host), boost::asio::detached);
    context_.restart();
    context_.run();
    Round out;
    out.cpu = cpu_seconds() - cpu_before;
    out.wall = std::chrono::duration<double>(Clock::now() - started).count();
    out.kb_per_host =
        static_cast<double>(memory("VmHWM") - memory_before) / std::min(options_.hosts, options_.at_once);
    for (const auto& host : found) {
      out.connections += host.connections;
      const auto same = [](const VersionSet& a, const VersionSet& b) {
        return a.complete && a.suites == b.suites;
      };
      if (!std::ranges::equal(host.versions, sample_.versions, same)) ++out.wrong;
    }
    return out;
  }

  // The bare loop: probes for each second of processor time.
  double raw() const {
    const auto count = std::min(40'000, std::max(5'000, options_.hosts * sample_.connections));
    return count / replay(hellos_, options_.hosts, options_.port, count, std::min(options_.at_once, 1'000));
  }

 private:
  static Settings patient_settings() {
    Settings settings;
    settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
    settings.host_deadline = std::chrono::minutes(10);
    settings.connections_per_address_and_day = 1'000'000;
    settings.answer_timeout = settings.connect_timeout = std::chrono::minutes(1);
    return settings;
  }

  Endpoint endpoint(int host) const {
    const auto number = 0x3C0001U + static_cast<std::uint32_t>(host);
    return {IpAddress::v4({127, static_cast<std::uint8_t>(number >> 16U),
                           static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)}),
            static_cast<std::uint16_t>(options_.port)};
  }

  Options options_;
  Nginx nginx_;
  Settings settings_;
  Politeness politeness_;
  boost::asio::io_context context_;
  Network network_;
  Found sample_;
  std::vector<Bytes> hellos_;
};

// False: some host showed something else than the first.
bool bench(const Options& options) {
  raise_open_file_limit();
  Bench bench(options);
  int floor = 0;
  int refused = 0;
  for (const auto& set : bench.sample().versions) {
    if (set.is_offered()) {
      floor += static_cast<int>(set.suites.size()) + 1;
    } else {
      ++refused;
    }
  }

  std::vector<double> limits{bench.raw()};
  std::vector<double> rates, ratios;
  double cpu = 0, wall = 0, kb_per_host = 0;
  long connections = 0;
  int wrong = 0;
  for (int i = 0; i < options.rounds; ++i) {
    const auto round = bench.enumerate_all();
    limits.push_back(bench.raw());
    rates.push_back(round.probes_per_second());
    ratios.push_back(rates.back() * 2 / (limits[limits.size() - 2] + limits.back()));
    cpu += round.cpu;
    wall += round.wall;
    connections += round.connections;
    wrong += round.wrong;
    kb_per_host = std::max(kb_per_host, round.kb_per_host);
  }

  const auto hosts = static_cast<double>(options.hosts) * options.rounds;
  const auto per_host = static_cast<double>(connections) / hosts;
  fmt::print("exact enumeration, {} hosts, {} in flight, one thread, {} rounds\n", options.hosts,
             std::min(options.hosts, options.at_once), options.rounds);
  fmt::print("  hosts / processor second    {:.0f}   (wall {:.1f} s, processor {:.1f} s)\n", hosts / cpu,
             wall, cpu);
  fmt::print(
      "  connections / host          {:.1f}   floor k + 1 of the offered versions {}, {} versions refused by "
      "one each\n",
      per_host, floor, refused);
  fmt::print("  ratio to the floor          {:.2f}   (goal 1.30)\n", (per_host - refused) / floor);
  fmt::print("  probes / processor second   {:.0f}\n", median(rates));
  fmt::print("  raw probe limit, same run   {:.0f}   ratio {:.2f}, rounds {:.2f} to {:.2f} (goal 0.50)\n",
             median(limits), median(ratios), std::ranges::min(ratios), std::ranges::max(ratios));
  fmt::print("  peak memory / host          {:.1f} kB (goal 64)\n", kb_per_host);
  fmt::print("  hosts with another result   {}\n", wrong);
  return wrong == 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    if (!bench(read_options(count, words))) return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "enumerate: {}\n", error.what());
    return 1;
  }
  return 0;
}
