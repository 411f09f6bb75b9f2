// See hello_asker.h.
#include "probe/hello_asker.h"

#include <algorithm>
#include <array>

#include "probe/mail.h"
#include "probe/parallel.h"

namespace utsyn::probe {
namespace {

// A ServerHello takes some hundred bytes; what comes behind it is thrown away with the connection.
constexpr std::size_t answer_piece = 1024;
constexpr int most_failures_in_row = 8;
// Resets come at once, and are how some servers refuse; silence costs seconds.
constexpr int most_resets_in_row = 40;
constexpr std::size_t most_sslv2_bytes = 64 * 1024;

// What says that we may not ask, rather than that nobody answered.
bool is_final(Unseen why) {
  switch (why) {
    case Unseen::out_of_scope:
    case Unseen::budget_spent:
    case Unseen::opted_out:
    case Unseen::stopped:
    case Unseen::rejected:
    case Unseen::local_error:
      return true;
    default:
      return false;
  }
}

bool decided(const wire::ServerFlight& flight, const Wants& wants) {
  if (flight.finished()) return true;
  if (flight.state() != wire::ServerFlight::State::hello) return false;
  switch (wants ? wants(*flight.hello()) : ReadOn::nothing) {
    case ReadOn::nothing:
      return true;
    case ReadOn::key_exchange:
      return flight.key_exchange().has_value();
    case ReadOn::everything:
      return false;
  }
  return true;
}

Task<Observed<std::unique_ptr<Connection>>> not_opened(Unseen why) { co_return why; }

}  // namespace

const wire::ServerFlight& HelloAnswer::flight() const {
  static const wire::ServerFlight nothing;
  return received ? *received : nothing;
}

std::optional<std::uint8_t> HelloAnswer::alert() const {
  if (kind != Kind::alert || !flight().alert()) return std::nullopt;
  return flight().alert()->description;
}

std::string HelloAnswer::refusal() const {
  switch (kind) {
    case Kind::alert:
      return "alert:" + std::to_string(flight().alert() ? flight().alert()->description : 0);
    case Kind::closed:
      return "closed";
    case Kind::reset:
      return "reset";
    case Kind::not_tls:
      return "not-tls";
    case Kind::malformed:
      return "malformed";
    default:
      return {};
  }
}

Unseen HelloAnswer::unseen() const {
  switch (kind) {
    case Kind::reset:
      return Unseen::reset;
    case Kind::not_tls:
    case Kind::malformed:
      return Unseen::malformed;
    case Kind::unseen:
      return why;
    default:
      return Unseen::rejected;
  }
}

HelloAsker::HelloAsker(Visit& visit, TlsTarget target) : visit_(visit), target_(std::move(target)) {
  const auto& name = target_.sni.empty() ? target_.host : target_.sni;
  if (!name.empty() && !IpAddress::parse(name)) name_ = name;
}

std::optional<std::string> HelloAsker::sni() const {
  if (without_sni) return std::nullopt;
  return name_;
}

void HelloAsker::note(bool answered, Unseen why) {
  if (answered) {
    answered_once_ = true;
    failures_in_row_ = resets_in_row_ = 0;
    return;
  }
  const bool cheap = why == Unseen::reset && answered_once_;
  const bool too_many =
      cheap ? ++resets_in_row_ >= most_resets_in_row : ++failures_in_row_ >= most_failures_in_row;
  if (is_final(why) || too_many) given_up_ = why;
}

bool HelloAsker::over() const { return visit_.over() || (until && Clock::now() >= *until); }

std::array<std::uint8_t, 32> HelloAsker::next_random() {
  if (random_.empty()) random_ = visit_.network().random(32);
  std::array<std::uint8_t, 32> out;
  std::copy(random_.begin(), random_.end(), out.begin());
  for (std::size_t i = 4; i < 8 && ++random_[i] == 0; ++i) {
  }
  return out;
}

// Hands on the task of whoever opens it: a coroutine of its own would only wait for that.
Task<Observed<std::unique_ptr<Connection>>> HelloAsker::open() {
  if (given_up_) return not_opened(*given_up_);
  if (over()) return not_opened(Unseen::timed_out);
  ++connections_;
  if (target_.starttls == "smtp") return open_smtp_starttls(visit_, target_.server);
  return visit_.connect(target_.server);
}

// Fills `out`, which lies with the one who asks: an answer is large, and moving it from frame to frame costs
// more than reading it.
Task<void> HelloAsker::ask_once(const Bytes& hello, const Wants& wants, HelloAnswer& out) {
  auto opened = co_await open();
  if (!opened.seen()) {
    out.why = opened.unseen();
    co_return;
  }
  const auto connection = std::move(*opened.seen());
  auto written = connection->write_now(hello);
  if (written.seen() && *written.seen() < hello.size())
    written = co_await connection->write(ByteView(hello).subspan(*written.seen()));
  if (!written.seen()) {
    out.why = written.unseen();
    if (out.why == Unseen::reset) out.kind = HelloAnswer::Kind::reset;
    co_return;
  }
  std::array<std::uint8_t, answer_piece> buffer;
  while (!decided(out.flight(), wants)) {
    const auto size = co_await connection->read_some(buffer);
    if (size.seen() && *size.seen() > 0) {
      if (!out.received) out.received = std::make_unique<wire::ServerFlight>();
      out.received->feed(ByteView(buffer).first(*size.seen()));
      continue;
    }
    // Broken off behind a ServerHello: the ServerHello stands.
    if (out.flight().hello()) break;
    if (size.seen()) {
      out.kind = HelloAnswer::Kind::closed;
    } else {
      out.why = size.unseen();
      if (out.why == Unseen::reset) out.kind = HelloAnswer::Kind::reset;
    }
    co_return;
  }
  spoken_to_ = spoken_to_ || out.flight().state() != wire::ServerFlight::State::malformed;
  switch (out.flight().state()) {
    case wire::ServerFlight::State::alert:
      // An alert behind a ServerHello (a server that cannot make its own key exchange) is a refusal too.
      out.kind = HelloAnswer::Kind::alert;
      break;
    case wire::ServerFlight::State::not_tls:
      out.kind = HelloAnswer::Kind::not_tls;
      break;
    case wire::ServerFlight::State::malformed:
      out.kind = HelloAnswer::Kind::malformed;
      break;
    default:
      out.kind = HelloAnswer::Kind::server_hello;
  }
}

Task<HelloAnswer> HelloAsker::ask(Bytes hello, AskOptions options) {
  HelloAnswer answer;
  bool was_reset = false;
  for (int attempt = 1;; ++attempt) {
    if (attempt > 1) answer = HelloAnswer();
    co_await ask_once(hello, options.wants, answer);
    if (answer.flight().hello()) saw_server_hello_ = true;
    if (was_reset && answer.said_hello()) resets_at_random_ = true;
    was_reset = was_reset || answer.kind == HelloAnswer::Kind::reset;
    const bool failed = answer.kind == HelloAnswer::Kind::unseen || answer.kind == HelloAnswer::Kind::reset;
    note(!failed, answer.unseen());
    if (!failed || attempt >= options.attempts || given_up_ || over()) co_return answer;
    // A port that is closed stays closed; one that was open a moment ago may have had a full queue.
    if (answer.why == Unseen::refused && !answered_once_) co_return answer;
    if (answer.why == Unseen::unreachable) co_return answer;
  }
}

Task<HelloAsker::Ssl2Answer> HelloAsker::ask_sslv2() {
  Ssl2Answer out;
  // The challenge is never used: always the same, so that the same question gets the same answer.
  wire::Sslv2ClientHello hello;
  hello.challenge.assign(16, 0x55);
  const auto bytes = wire::build_sslv2_client_hello(hello);
  for (int attempt = 1; attempt <= 2; ++attempt) {
    auto opened = co_await open();
    if (!opened.seen()) {
      out.offered = opened.unseen();
      note(false, opened.unseen());
      if (given_up_ || over()) co_return out;
      continue;
    }
    const auto connection = std::move(*opened.seen());
    const auto written = co_await connection->write(bytes);
    Bytes received;
    std::optional<Unseen> failure;
    if (!written.seen()) failure = written.unseen();
    bool at_end = false;
    while (!failure && !at_end) {
      std::array<std::uint8_t, answer_piece> buffer;
      const auto size = co_await connection->read_some(buffer);
      if (!size.seen()) {
        failure = size.unseen();
        break;
      }
      at_end = *size.seen() == 0;
      received.insert(received.end(), buffer.begin(),
                      buffer.begin() + static_cast<std::ptrdiff_t>(*size.seen()));
      const auto parsed = wire::parse_sslv2_server_hello(received);
      if (parsed) {
        spoken_to_ = true;
        out.offered = true;
        out.kinds = parsed->kinds;
        note(true, {});
        co_return out;
      }
      // A server that speaks SSLv2 and takes none of its ciphers cannot be talked to by it.
      if (parsed.error() != wire::Sslv2Error::need_more) at_end = true;
      if (received.size() > most_sslv2_bytes) at_end = true;
    }
    if (!failure) {
      out.offered = false;
      out.text = !received.empty() && received.front() >= 0x20 && received.front() < 0x7F;
      spoken_to_ = spoken_to_ || !received.empty();
      note(true, {});
      co_return out;
    }
    // A server that knows only TLS reads our hello as a broken record, and many drop the connection at that.
    // Once TLS has been heard from it, a reset is its way to say no.
    if (*failure == Unseen::reset && answered_once_) {
      out.offered = false;
      co_return out;
    }
    out.offered = *failure;
    note(false, *failure);
    if (given_up_ || over()) co_return out;
  }
  co_return out;
}

Task<void> in_lanes(std::vector<std::function<Task<void>()>> jobs, int lanes) {
  // One lane needs no company: no spawning, no timer.
  if (lanes <= 1 || jobs.size() <= 1) {
    for (auto& job : jobs) co_await job();
    co_return;
  }
  struct Queue {
    std::vector<std::function<Task<void>()>> jobs;
    std::size_t next = 0;
  };
  Queue queue{std::move(jobs)};
  const auto lane = [](Queue& from) -> Task<void> {
    while (from.next < from.jobs.size()) {
      auto& job = from.jobs[from.next++];
      co_await job();
    }
  };
  std::vector<Task<void>> running;
  running.reserve(queue.jobs.size());
  const auto count = std::min(static_cast<std::size_t>(lanes), queue.jobs.size());
  for (std::size_t i = 0; i < count; ++i) running.push_back(lane(queue));
  co_await together(std::move(running));
}

}  // namespace utsyn::probe
