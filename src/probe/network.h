// The only door to the world. Probes are coroutines that are handed a Visit (one host, one deadline) and ask
// through it; scope, opt-outs, politeness, budgets and deadlines are kept here, so no probe can forget them.
//
// One Network belongs to one thread and its io_context. What must hold for the whole process (connections at
// a time to one address, budgets, the kill switch) is in Politeness, shared by all Networks and safe between
// threads.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/text.h"
#include "base/time.h"
#include "evidence/observed.h"

namespace utsyn::probe {

template <class T>
using Task = boost::asio::awaitable<T>;
using Clock = std::chrono::steady_clock;

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

struct Settings {
  std::vector<Cidr> allow_networks;  // --allow-net: special-purpose networks that may be contacted
  std::vector<std::string>
      opt_out;                   // names and globs (*.example.no), addresses and networks: never contacted
  std::string kill_switch_file;  // while this file exists nothing is sent
  std::shared_ptr<const std::atomic<bool>> held;  // while it is true nothing is sent; null: never held
  std::chrono::milliseconds host_deadline{45'000};
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds answer_timeout{5'000};      // silence after a question
  int connections_per_address = 4;                      // at a time
  std::vector<std::uint16_t> mail_ports{25, 465, 587};  // one connection at a time to these
  int connections_per_address_and_day = 1'000;          // budget
  std::chrono::milliseconds pause_on_refusal{200};      // after a reset or refusal by an address
  std::string user_agent = "Utsyn/0.1 (+https://utsyn.example/about; security measurement; object: see page)";
  std::string ehlo_name = "scanner.utsyn.example";
};

// Shared by every thread.
class Politeness {
 public:
  explicit Politeness(const Settings& settings);
  ~Politeness();
  Politeness(const Politeness&) = delete;
  Politeness& operator=(const Politeness&) = delete;

  enum class Answer { go, wait, budget_spent, stopped };
  Answer ask(const IpAddress& address);  // go: a place is taken until leave()
  void leave(const IpAddress& address, bool refused);
  // The same for a mail port, where an address has one place only; leave() must be told so too.
  Answer ask_for_mail(const IpAddress& address);
  void leave_mail(const IpAddress& address, bool refused);
  void stop();  // the kill switch: from now on everybody is told `stopped`
  bool stopped() const;
  std::int64_t connections_opened() const;
  int in_flight() const;

 private:
  friend class Network;
  struct Impl;
  std::shared_ptr<Impl> impl_;  // open connections keep it: they give their place back when they close
};

// A TCP connection. Reads and writes end with a reason: timed_out (silence, or the visit's deadline), reset,
// stopped. Closing is immediate (SO_LINGER 0) unless finish() said goodbye.
class Connection {
 public:
  virtual ~Connection() = default;
  // At least one byte; an empty result is the orderly end of the stream.
  virtual Task<Observed<std::size_t>> read_some(std::span<std::uint8_t> into) = 0;
  virtual Task<Observed<std::size_t>> write(ByteView bytes) = 0;  // all of them
  // What the kernel takes at once, without a coroutine: how many bytes, perhaps none. The rest is for
  // write().
  virtual Observed<std::size_t> write_now(ByteView) { return std::size_t{0}; }
  virtual void finish() = 0;  // shut down politely instead of by reset
  // For servers that think long before they speak (SMTP greetings); Settings::answer_timeout until then.
  virtual void set_answer_timeout(std::chrono::milliseconds) {}
};

class Network;

// One host being measured: its name (for opt-outs), its deadline, what it has cost. Lives as long as its
// coroutines.
class Visit {
 public:
  Visit(Network& network, std::string host, Clock::time_point deadline)
      : network_(network), host_(std::move(host)), deadline_(deadline) {}

  Network& network() const { return network_; }
  const std::string& host() const { return host_; }
  Clock::time_point deadline() const { return deadline_; }
  bool over() const { return Clock::now() >= deadline_; }
  int connections = 0;  // opened so far

  // Waits for a place at the address, checks scope and opt-outs, connects. The same checks hold for every
  // redirect and every new look-up, since there is no other way to connect.
  Task<Observed<std::unique_ptr<Connection>>> connect(Endpoint server);
  // One datagram out, answers handed to `accept` until it says yes or `timeout` passes (at most 16 datagrams
  // read). A new socket, and so a new random port, for each question.
  Task<Observed<Bytes>> ask_udp(Endpoint server, Bytes question, std::chrono::milliseconds timeout,
                                std::function<bool(ByteView)> accept);
  Task<void> sleep(std::chrono::milliseconds time);

 private:
  Network& network_;
  std::string host_;
  Clock::time_point deadline_;
};

class Network {
 public:
  Network(boost::asio::io_context& context, const Settings& settings, Politeness& politeness);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const Settings& settings() const;
  Politeness& politeness();
  boost::asio::io_context& context();

  // Why this address or name may not be contacted; nothing when it may.
  std::optional<Unseen> refuses(const IpAddress& address) const;
  std::optional<Unseen> refuses(std::string_view host) const;

  // Opt-outs decided while the program runs, beside those of the settings; replaces what was given before.
  void refuse_also(const std::vector<std::string>& opt_out);

  // The operator's own resolver: this address and port may be asked wherever it lies. The kill switch still
  // holds.
  void trust(const Endpoint& endpoint);

  Visit visit(std::string host);  // with the host deadline from now

  UtcTime now() const;             // wall clock
  Bytes random(std::size_t size);  // for ids, ports and client randoms

 private:
  friend class Visit;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Raises the limit of open files to its hard limit, once at the start of the program, and says what it is
// now.
std::size_t raise_open_file_limit();

}  // namespace utsyn::probe
