// The door to the world, by Boost.Asio over epoll. Asio stays inside this file and its neighbours in this
// folder.
//
// What is done for speed: a send is tried before anything waits, a read goes through the reactor's own
// speculative read, and no operation has a timer of its own: a wheel (deadline_wheel.h), one per thread,
// cancels the socket of whoever is overdue. Who may be contacted is contact_scope.cpp, how often is
// politeness.h. A connection therefore costs its socket, one small object and the coroutine frames, and no
// buffer.
#include "probe/network.h"

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <stdexcept>
#include <unordered_map>

#include "probe/contact_scope.h"
#include "probe/deadline_wheel.h"
#include "probe/politeness.h"

namespace utsyn::probe {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

constexpr int max_datagrams = 16;
constexpr milliseconds place_poll{10};  // places that another thread gives back are found by asking again

Unseen reason(const error_code& error) {
  switch (error.value()) {
    case ECONNREFUSED:
      return Unseen::refused;
    case ECONNRESET:
    case EPIPE:
    case ECONNABORTED:
    case ENOTCONN:
      return Unseen::reset;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case EAFNOSUPPORT:  // no IPv6 on this machine
    case EADDRNOTAVAIL:
      return Unseen::unreachable;
    case ETIMEDOUT:
      return Unseen::timed_out;
    default:
      return Unseen::local_error;
  }
}
Unseen reason_of(int error) { return reason(error_code(error, boost::system::system_category())); }

template <class Protocol>
typename Protocol::endpoint asio_endpoint(const Endpoint& to) {
  const auto& bytes = to.address.bytes();
  if (to.address.is_v4()) return {asio::ip::address_v4({bytes[0], bytes[1], bytes[2], bytes[3]}), to.port};
  asio::ip::address_v6::bytes_type sixteen;
  std::copy(bytes.begin(), bytes.end(), sixteen.begin());
  return {asio::ip::address_v6(sixteen), to.port};
}

}  // namespace

// Connections keep this alive, so that they can be taken down in any order at the end of the program.
struct Network::Impl {
  Impl(asio::io_context& on, const Settings& from, Politeness& owner,
       std::shared_ptr<Politeness::Impl> shared)
      : context(on),
        settings(from),
        politeness_owner(owner),
        politeness(std::move(shared)),
        scope(from),
        wheel(std::make_shared<DeadlineWheel>(on, [of = politeness] { return of->stopped(); })) {}

  // Those of this thread who wait for the same address, first come first served.
  struct InQueue {
    InQueue(std::shared_ptr<Impl> network, const PlaceKey& at)
        : core(std::move(network)), key(at), timer(core->context) {
      core->queues[key].push_back(this);
    }
    ~InQueue() {
      const auto at = core->queues.find(key);
      std::erase(at->second, this);
      if (at->second.empty()) {
        core->queues.erase(at);
      } else {
        at->second.front()->timer.cancel();
      }
    }
    InQueue(const InQueue&) = delete;
    InQueue& operator=(const InQueue&) = delete;
    bool first() const { return core->queues.find(key)->second.front() == this; }

    std::shared_ptr<Impl> core;
    PlaceKey key;
    asio::steady_timer timer;
  };

  using Place = Politeness::Impl::AddressState;

  std::optional<Observed<Place*>> place_now(const PlaceKey& key) const {
    Place* place = nullptr;
    switch (politeness->ask(key, place)) {
      case Politeness::Answer::go:
        return place;
      case Politeness::Answer::budget_spent:
        return Unseen::budget_spent;
      case Politeness::Answer::stopped:
        return Unseen::stopped;
      case Politeness::Answer::wait:
        break;
    }
    return std::nullopt;
  }

  static Task<Observed<Place*>> wait_for_place(std::shared_ptr<Impl> core, PlaceKey key,
                                               Clock::time_point deadline) {
    InQueue me(core, key);
    for (;;) {
      if (me.first()) {
        if (const auto answer = core->place_now(key)) co_return *answer;
      } else if (core->politeness->stopped()) {
        co_return Unseen::stopped;
      }
      const auto now = Clock::now();
      if (now >= deadline) co_return Unseen::timed_out;
      me.timer.expires_at(std::min(deadline, now + (me.first() ? place_poll : kill_switch_look)));
      co_await me.timer.async_wait(as_result);
    }
  }

  PlaceKey key_of(const Endpoint& server) const {
    const auto& mail = settings.mail_ports;
    return {server.address, std::find(mail.begin(), mail.end(), server.port) != mail.end()};
  }

  void give_back(Place& place, const PlaceKey& key, bool refused) {
    politeness->leave(place, key.mail, refused);
    if (queues.empty()) return;
    for (const bool mail : {true, false}) {
      if (const auto at = queues.find({key.address, mail}); at != queues.end())
        at->second.front()->timer.cancel();
    }
  }

  asio::io_context& context;
  const Settings settings;
  Politeness& politeness_owner;
  std::shared_ptr<Politeness::Impl> politeness;
  ContactScope scope;
  std::shared_ptr<DeadlineWheel> wheel;
  std::unordered_map<PlaceKey, std::deque<InQueue*>, AddressHash> queues;
};

namespace {

// Everything that ends a wait early: the socket is cancelled and `why` says on whose behalf.
template <class Core, class Socket>
class SocketWait : public Overdue {
 public:
  SocketWait(std::shared_ptr<Core> core, Clock::time_point deadline)
      : core_(std::move(core)), socket_(core_->context), deadline_(deadline) {}
  ~SocketWait() override { core_->wheel->disarm(*this); }

  void overdue(Unseen why) override {
    why_ = why;
    error_code ignored;
    socket_.cancel(ignored);
  }

 protected:
  // Why no more may be asked, if so.
  std::optional<Unseen> closed() const {
    if (core_->politeness->stopped()) return Unseen::stopped;
    if (Clock::now() >= deadline_) return Unseen::timed_out;
    return std::nullopt;
  }
  void arm(milliseconds patience) {
    why_.reset();
    core_->wheel->arm(*this, std::min(deadline_, Clock::now() + patience));
  }
  Unseen failure(const error_code& error) {
    if (error == asio::error::operation_aborted && why_) return *why_;
    return reason(error);
  }

  std::shared_ptr<Core> core_;
  Socket socket_;
  Clock::time_point deadline_;
  std::optional<Unseen> why_;
};

template <class Core>
class TcpConnection final : public Connection, private SocketWait<Core, asio::ip::tcp::socket> {
  using Wait = SocketWait<Core, asio::ip::tcp::socket>;
  using Wait::core_;
  using Wait::socket_;

 public:
  // Takes over the place at the address that the caller was given, if one is needed there.
  TcpConnection(std::shared_ptr<Core> core, const Endpoint& server, Clock::time_point deadline,
                typename Core::Place* place)
      : Wait(std::move(core), deadline),
        server_(server),
        patience_(core_->settings.answer_timeout),
        place_(place) {}

  ~TcpConnection() override {
    if (socket_.is_open()) {
      error_code ignored;
      if (!finished_) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
      socket_.close(ignored);
    }
    if (place_ != nullptr) core_->give_back(*place_, core_->key_of(server_), refused_);
  }
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  // In three steps, so that the one who connects needs no coroutine but its own: begin, wait, end.
  std::optional<Unseen> begin_to_open() {
    error_code error;
    socket_.open(server_.address.is_v4() ? asio::ip::tcp::v4() : asio::ip::tcp::v6(), error);
    if (error) return reason(error);
    this->arm(core_->settings.connect_timeout);
    return std::nullopt;
  }
  auto until_open() { return socket_.async_connect(asio_endpoint<asio::ip::tcp>(server_), as_result); }
  std::optional<Unseen> end_of_opening(const error_code& error) {
    core_->wheel->disarm(*this);
    if (!error) return std::nullopt;
    const auto why = this->failure(error);
    refused_ = why == Unseen::refused || why == Unseen::reset;
    return why;
  }

  Task<Observed<std::size_t>> read_some(std::span<std::uint8_t> into) override {
    if (const auto why = this->closed()) co_return *why;
    this->arm(patience_);
    const auto [error, size] =
        co_await socket_.async_receive(asio::buffer(into.data(), into.size()), as_result);
    core_->wheel->disarm(*this);
    if (!error) {
      heard_ = true;
      co_return size;
    }
    if (error == asio::error::eof) co_return std::size_t{0};
    co_return broken(error);
  }

  Observed<std::size_t> write_now(ByteView bytes) override {
    if (const auto why = this->closed()) return *why;
    std::size_t whole = 0;
    while (whole < bytes.size()) {
      const auto left = bytes.subspan(whole);
      const auto sent =
          ::send(socket_.native_handle(), left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) {
        whole += static_cast<std::size_t>(sent);
        continue;
      }
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && errno != EAGAIN) return broken(error_code(errno, boost::system::system_category()));
      break;
    }
    return whole;
  }

  Task<Observed<std::size_t>> write(ByteView bytes) override {
    const auto whole = bytes.size();
    for (;;) {
      const auto sent = write_now(bytes);
      if (!sent.seen()) co_return sent.unseen();
      bytes = bytes.subspan(*sent.seen());
      if (bytes.empty()) co_return whole;
      this->arm(patience_);
      const auto [error] = co_await socket_.async_wait(asio::ip::tcp::socket::wait_write, as_result);
      core_->wheel->disarm(*this);
      if (error) co_return broken(error);
    }
  }

  void finish() override {
    finished_ = true;
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }

  void set_answer_timeout(milliseconds patience) override { patience_ = patience; }

 private:
  Unseen broken(const error_code& error) {
    const auto why = this->failure(error);
    // Broken off before it said anything: perhaps it is telling us that we ask too much.
    if (why == Unseen::reset && !heard_) refused_ = true;
    return why;
  }

  Endpoint server_;
  milliseconds patience_;
  typename Core::Place* place_;
  bool finished_ = false;
  bool refused_ = false;
  bool heard_ = false;
};

template <class Core>
class UdpQuestion final : private SocketWait<Core, asio::ip::udp::socket> {
  using Wait = SocketWait<Core, asio::ip::udp::socket>;
  using Wait::core_;
  using Wait::socket_;

 public:
  using Wait::Wait;

  Task<Observed<Bytes>> ask(const Endpoint& server, Bytes question, milliseconds timeout,
                            std::function<bool(ByteView)> accept) {
    const auto to = asio_endpoint<asio::ip::udp>(server);
    error_code error;
    socket_.open(to.protocol(), error);
    if (error) co_return reason(error);
    // Connected, so that the kernel drops what other addresses send and tells us of ICMP errors. The kernel
    // also chooses the port, at random.
    socket_.connect(to, error);
    if (error) co_return reason(error);
    if (::send(socket_.native_handle(), question.data(), question.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
      co_return reason_of(errno);
    question = Bytes();
    this->arm(timeout);
    for (int datagrams = 0; datagrams < max_datagrams;) {
      const auto [waiting_error] = co_await socket_.async_wait(asio::ip::udp::socket::wait_read, as_result);
      if (waiting_error) co_return this->failure(waiting_error);
      for (; datagrams < max_datagrams; ++datagrams) {
        static thread_local std::array<std::uint8_t, 65536> buffer;  // used only between two suspensions
        const auto size = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) break;
        if (size < 0) co_return reason_of(errno);
        const ByteView datagram(buffer.data(), static_cast<std::size_t>(size));
        if (accept(datagram)) co_return Bytes(datagram.begin(), datagram.end());
      }
    }
    co_return Unseen::malformed;
  }
};

}  // namespace

Task<Observed<std::unique_ptr<Connection>>> Visit::connect(Endpoint server) {
  const auto core = network_.impl_;
  if (const auto why = core->scope.refuses(std::string_view(host_))) co_return *why;
  if (const auto why = core->scope.refuses(server)) co_return *why;
  if (over()) co_return Unseen::timed_out;

  // The operator's own resolver keeps no count of us.
  Network::Impl::Place* place = nullptr;
  if (!core->scope.trusts(server)) {
    std::optional<Observed<Network::Impl::Place*>> given;
    const auto key = core->key_of(server);
    if (core->queues.empty() || !core->queues.contains(key)) given = core->place_now(key);
    if (!given) given = co_await Network::Impl::wait_for_place(core, key, deadline_);
    if (!given->seen()) co_return given->unseen();
    place = *given->seen();
  } else if (core->politeness->stopped()) {
    co_return Unseen::stopped;
  }

  auto connection = std::make_unique<TcpConnection<Network::Impl>>(core, server, deadline_, place);
  ++connections;
  if (const auto why = connection->begin_to_open()) co_return *why;
  const auto [error] = co_await connection->until_open();
  if (const auto why = connection->end_of_opening(error)) co_return *why;
  co_return std::unique_ptr<Connection>(std::move(connection));
}

Task<Observed<Bytes>> Visit::ask_udp(Endpoint server, Bytes question, milliseconds timeout,
                                     std::function<bool(ByteView)> accept) {
  const auto core = network_.impl_;
  if (const auto why = core->scope.refuses(std::string_view(host_))) co_return *why;
  if (const auto why = core->scope.refuses(server)) co_return *why;
  if (core->politeness->stopped()) co_return Unseen::stopped;
  if (over()) co_return Unseen::timed_out;
  UdpQuestion<Network::Impl> asking(core, deadline_);
  co_return co_await asking.ask(server, std::move(question), timeout, std::move(accept));
}

Task<void> Visit::sleep(milliseconds time) {
  asio::steady_timer timer(network_.context(), std::min(deadline_, Clock::now() + time));
  co_await timer.async_wait(as_result);
}

Network::Network(asio::io_context& context, const Settings& settings, Politeness& politeness)
    : impl_(std::make_shared<Impl>(context, settings, politeness, politeness.impl_)) {}
Network::~Network() = default;

const Settings& Network::settings() const { return impl_->settings; }
Politeness& Network::politeness() { return impl_->politeness_owner; }
asio::io_context& Network::context() { return impl_->context; }
void Network::refuse_also(const std::vector<std::string>& opt_out) { impl_->scope.opt_out(opt_out); }
std::optional<Unseen> Network::refuses(const IpAddress& address) const {
  return impl_->scope.refuses(address);
}
std::optional<Unseen> Network::refuses(std::string_view host) const { return impl_->scope.refuses(host); }
void Network::trust(const Endpoint& endpoint) { impl_->scope.trust(endpoint); }

Visit Network::visit(std::string host) {
  return Visit(*this, std::move(host), Clock::now() + impl_->settings.host_deadline);
}

UtcTime Network::now() const {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

Bytes Network::random(std::size_t size) {
  Bytes out(size);
  for (std::size_t have = 0; have < size;) {
    const auto got = ::getrandom(out.data() + have, size - have, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::runtime_error("the kernel gives no random bytes");
    have += static_cast<std::size_t>(got);
  }
  return out;
}

std::size_t raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    const auto before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace utsyn::probe
