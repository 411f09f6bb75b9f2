// The door to the world, by Boost.Asio over epoll. Asio stays inside this file and its neighbours in this
// folder.
//
// What is done for speed: a send is tried before anything waits, a read goes through the reactor's own
// speculative read, and no operation has a timer of its own. Deadlines hang in a wheel of coarse slots, one
// wheel per thread, that cancels the socket of whoever is overdue; arming and disarming is the linking of a
// list node. A connection therefore costs its socket, one small object and the coroutine frames, and no
// buffer.
#include "probe/network.h"

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <unordered_map>

namespace utsyn::probe {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

constexpr int max_datagrams = 16;
constexpr milliseconds kill_switch_look{250};  // how long a look at the kill switch file is believed
constexpr milliseconds place_poll{10};  // places that another thread gives back are found by asking again

// A place is asked for at an address; its mail ports have a place of their own.
struct PlaceKey {
  IpAddress address;
  bool mail = false;
  bool operator==(const PlaceKey&) const = default;
};

struct AddressHash {
  std::size_t operator()(const PlaceKey& key) const { return (*this)(key.address) ^ (key.mail ? 1U : 0U); }
  std::size_t operator()(const IpAddress& address) const {
    std::uint64_t halves[2];
    std::memcpy(halves, address.bytes().data(), sizeof halves);
    auto mixed = (halves[0] ^ 0x9E3779B97F4A7C15U) * 0xBF58476D1CE4E5B9U;
    mixed ^= (mixed >> 29U) ^ (halves[1] * 0x94D049BB133111EBU);
    return static_cast<std::size_t>(mixed ^ (mixed >> 32U));
  }
};

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

// Somebody who must be woken at a time unless something happens first.
struct Overdue {
  Overdue() = default;
  Overdue(const Overdue&) = delete;
  Overdue& operator=(const Overdue&) = delete;
  virtual ~Overdue() = default;
  virtual void overdue(Unseen why) = 0;

  bool armed() const { return previous != nullptr; }
  Overdue* previous = nullptr;
  Overdue* next = nullptr;
  std::int64_t tick = 0;
};

struct ListHead final : Overdue {
  ListHead() { previous = next = this; }
  void overdue(Unseen) override {}
};

}  // namespace

struct Politeness::Impl {
  explicit Impl(const Settings& from) : settings(from) {}

  struct AddressState {
    int in_flight = 0;  // mail counted in
    int mail_in_flight = 0;
    int opened_today = 0;
    Clock::time_point paused_until{};
  };

  // With `go`, and until the place is given back, `place` stays where it is.
  Answer ask(const PlaceKey& key, AddressState*& place) {
    if (stopped()) return Answer::stopped;
    const std::lock_guard lock(mutex);
    new_day();
    auto& state = addresses[key.address];
    place = &state;
    if (state.opened_today >= settings.connections_per_address_and_day) return Answer::budget_spent;
    if (state.in_flight >= settings.connections_per_address) return Answer::wait;
    if (key.mail && state.mail_in_flight > 0) return Answer::wait;
    if (state.paused_until != Clock::time_point{} && Clock::now() < state.paused_until) return Answer::wait;
    ++state.in_flight;
    if (key.mail) ++state.mail_in_flight;
    ++state.opened_today;
    total_in_flight.fetch_add(1, std::memory_order_relaxed);
    opened.fetch_add(1, std::memory_order_relaxed);
    return Answer::go;
  }

  void leave(const PlaceKey& key, bool refused) {
    const std::lock_guard lock(mutex);
    if (const auto at = addresses.find(key.address); at != addresses.end())
      leave_now(at->second, key.mail, refused);
  }
  void leave(AddressState& place, bool mail, bool refused) {
    const std::lock_guard lock(mutex);
    leave_now(place, mail, refused);
  }
  void leave_now(AddressState& place, bool mail, bool refused) {
    if (place.in_flight == 0) return;
    --place.in_flight;
    if (mail && place.mail_in_flight > 0) --place.mail_in_flight;
    total_in_flight.fetch_sub(1, std::memory_order_relaxed);
    if (refused) place.paused_until = Clock::now() + settings.pause_on_refusal;
  }

  bool stopped() const {
    if (stop.load(std::memory_order_relaxed)) return true;
    if (settings.held && settings.held->load(std::memory_order_relaxed)) return true;
    if (settings.kill_switch_file.empty()) return false;
    const auto now = Clock::now().time_since_epoch().count();
    auto look_at = next_look.load(std::memory_order_relaxed);
    if (now >= look_at &&
        next_look.compare_exchange_strong(look_at, now + Clock::duration(kill_switch_look).count())) {
      file_seen.store(::access(settings.kill_switch_file.c_str(), F_OK) == 0, std::memory_order_relaxed);
    }
    return file_seen.load(std::memory_order_relaxed);
  }

  // The budget begins anew at midnight UTC; addresses that nobody uses are forgotten then.
  void new_day() {
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    if (today == day) return;
    day = today;
    std::erase_if(addresses, [](const auto& entry) { return entry.second.in_flight == 0; });
    for (auto& [address, state] : addresses) state.opened_today = 0;
  }

  const Settings settings;
  std::mutex mutex;
  std::unordered_map<IpAddress, AddressState, AddressHash> addresses;
  std::chrono::sys_days day{};
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> opened{0};
  std::atomic<int> total_in_flight{0};
  mutable std::atomic<Clock::rep> next_look{0};
  mutable std::atomic<bool> file_seen{false};
};

Politeness::Politeness(const Settings& settings) : impl_(std::make_shared<Impl>(settings)) {}
Politeness::~Politeness() = default;
Politeness::Answer Politeness::ask(const IpAddress& address) {
  Impl::AddressState* place = nullptr;
  return impl_->ask({address, false}, place);
}
void Politeness::leave(const IpAddress& address, bool refused) { impl_->leave({address, false}, refused); }
Politeness::Answer Politeness::ask_for_mail(const IpAddress& address) {
  Impl::AddressState* place = nullptr;
  return impl_->ask({address, true}, place);
}
void Politeness::leave_mail(const IpAddress& address, bool refused) {
  impl_->leave({address, true}, refused);
}
void Politeness::stop() { impl_->stop.store(true, std::memory_order_relaxed); }
bool Politeness::stopped() const { return impl_->stopped(); }
std::int64_t Politeness::connections_opened() const { return impl_->opened.load(std::memory_order_relaxed); }
int Politeness::in_flight() const { return impl_->total_in_flight.load(std::memory_order_relaxed); }

// Connections keep this alive, so that they can be taken down in any order at the end of the program.
struct Network::Impl : std::enable_shared_from_this<Network::Impl> {
  Impl(asio::io_context& on, const Settings& from, Politeness& owner,
       std::shared_ptr<Politeness::Impl> shared)
      : context(on), settings(from), politeness_owner(owner), politeness(std::move(shared)), ticker(on) {
    opt_out({});
  }

  // Those of the settings, and these.
  void opt_out(const std::vector<std::string>& also) {
    opted_out_networks.clear();
    opted_out_names.clear();
    auto entries = settings.opt_out;
    entries.insert(entries.end(), also.begin(), also.end());
    for (const auto& entry : entries) {
      if (const auto network = Cidr::parse(entry)) {
        opted_out_networks.push_back(*network);
      } else if (const auto name = lower(trim(entry)); !name.empty()) {
        opted_out_names.push_back(name.back() == '.' ? name.substr(0, name.size() - 1) : name);
      }
    }
  }

  // --- who may be contacted
  // -----------------------------------------------------------------------------------

  std::optional<Unseen> refuses(const IpAddress& address) const {
    const auto holds = [&](const Cidr& network) { return network.contains(address); };
    if (std::any_of(opted_out_networks.begin(), opted_out_networks.end(), holds)) return Unseen::opted_out;
    if (special_purpose(address).empty()) return std::nullopt;
    if (std::any_of(settings.allow_networks.begin(), settings.allow_networks.end(), holds))
      return std::nullopt;
    return Unseen::out_of_scope;
  }

  bool trusts(const Endpoint& endpoint) const {
    return std::find(trusted.begin(), trusted.end(), endpoint) != trusted.end();
  }
  std::optional<Unseen> refuses(const Endpoint& endpoint) const {
    if (trusts(endpoint)) return std::nullopt;
    return refuses(endpoint.address);
  }

  // An organisation that objects by name objects for what lies under that name as well.
  std::optional<Unseen> refuses(std::string_view host) const {
    if (opted_out_names.empty() && opted_out_networks.empty()) return std::nullopt;
    if (const auto literal = IpAddress::parse(host)) {
      const auto holds = [&](const Cidr& network) { return network.contains(*literal); };
      if (std::any_of(opted_out_networks.begin(), opted_out_networks.end(), holds)) return Unseen::opted_out;
      return std::nullopt;
    }
    const auto name = lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
    for (const auto& pattern : opted_out_names) {
      if (name == pattern || glob_match(pattern, name)) return Unseen::opted_out;
      if (name.size() > pattern.size() && name.ends_with(pattern) &&
          name[name.size() - pattern.size() - 1] == '.')
        return Unseen::opted_out;
    }
    return std::nullopt;
  }

  // --- the wheel
  // ----------------------------------------------------------------------------------------------

  static constexpr milliseconds slot_width{16};
  static constexpr std::size_t slot_count = 512;

  std::int64_t tick_at(Clock::time_point time) const { return (time - epoch) / slot_width; }

  void arm(Overdue& one, Clock::time_point at) {
    if (one.armed()) disarm(one);
    one.tick = std::max(tick_at(at) + 1, last_tick + 1);
    auto& head = slots[static_cast<std::size_t>(one.tick) % slot_count];
    one.next = &head;
    one.previous = head.previous;
    head.previous->next = &one;
    head.previous = &one;
    if (armed_count++ == 0 && !ticking) {
      last_tick = std::max(last_tick, std::min(tick_at(Clock::now()) - 1, one.tick - 1));
      start_ticking();
    }
  }

  void disarm(Overdue& one) {
    if (!one.armed()) return;
    one.previous->next = one.next;
    one.next->previous = one.previous;
    one.previous = one.next = nullptr;
    --armed_count;
  }

  void start_ticking() {
    ticking = true;
    ticker.expires_after(slot_width);
    ticker.async_wait([weak = weak_from_this()](const error_code& error) {
      const auto self = weak.lock();
      if (!self) return;
      self->ticking = false;
      if (error) return;
      self->turn();
      if (self->armed_count > 0) self->start_ticking();
    });
  }

  void turn() {
    if (politeness->stopped()) {
      for (auto& head : slots) wake_slot(head, std::numeric_limits<std::int64_t>::max(), Unseen::stopped);
      return;
    }
    const auto now = tick_at(Clock::now());
    const auto slots_to_see = std::min<std::int64_t>(now - last_tick, slot_count);
    for (std::int64_t i = 1; i <= slots_to_see; ++i) {
      wake_slot(slots[static_cast<std::size_t>(last_tick + i) % slot_count], now, Unseen::timed_out);
    }
    last_tick = std::max(last_tick, now);
  }

  void wake_slot(ListHead& head, std::int64_t up_to, Unseen why) {
    for (auto* one = head.next; one != &head;) {
      auto* following = one->next;
      if (one->tick <= up_to) {
        disarm(*one);
        one->overdue(why);  // cancels a socket; nobody is resumed before we return
      }
      one = following;
    }
  }

  // --- a place at an address
  // ----------------------------------------------------------------------------------

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
  std::vector<Cidr> opted_out_networks;
  std::vector<std::string> opted_out_names;
  std::vector<Endpoint> trusted;

  const Clock::time_point epoch = Clock::now();
  std::array<ListHead, slot_count> slots;
  std::int64_t last_tick = 0;
  std::size_t armed_count = 0;
  bool ticking = false;
  asio::steady_timer ticker;

  std::unordered_map<PlaceKey, std::deque<InQueue*>, AddressHash> queues;
};

namespace {

// Everything that ends a wait early: the socket is cancelled and `why` says on whose behalf.
template <class Core, class Socket>
class SocketWait : public Overdue {
 public:
  SocketWait(std::shared_ptr<Core> core, Clock::time_point deadline)
      : core_(std::move(core)), socket_(core_->context), deadline_(deadline) {}
  ~SocketWait() override { core_->disarm(*this); }

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
    core_->arm(*this, std::min(deadline_, Clock::now() + patience));
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
    core_->disarm(*this);
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
    core_->disarm(*this);
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
      core_->disarm(*this);
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
  if (const auto why = core->refuses(std::string_view(host_))) co_return *why;
  if (const auto why = core->refuses(server)) co_return *why;
  if (over()) co_return Unseen::timed_out;

  // The operator's own resolver keeps no count of us.
  Network::Impl::Place* place = nullptr;
  if (!core->trusts(server)) {
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
  if (const auto why = core->refuses(std::string_view(host_))) co_return *why;
  if (const auto why = core->refuses(server)) co_return *why;
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
void Network::refuse_also(const std::vector<std::string>& opt_out) { impl_->opt_out(opt_out); }
std::optional<Unseen> Network::refuses(const IpAddress& address) const { return impl_->refuses(address); }
std::optional<Unseen> Network::refuses(std::string_view host) const { return impl_->refuses(host); }
void Network::trust(const Endpoint& endpoint) {
  if (!impl_->trusts(endpoint)) impl_->trusted.push_back(endpoint);
}

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
