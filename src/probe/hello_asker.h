// One ClientHello, one answer. Opens a connection (through STARTTLS where that is the way in), writes the
// hello, reads until the answer is decided and lets go. What failed on the way is asked once more, so that a
// single lost connection never becomes a verdict; what fails again says so.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probe/tls.h"
#include "wire/tls/hello.h"
#include "wire/tls/server_flight.h"
#include "wire/tls/sslv2.h"

namespace utsyn::probe {

struct HelloAnswer {
  enum class Kind : std::uint8_t {
    server_hello,
    alert,      // a fatal one: see flight().alert()
    closed,     // the stream ended in order, without an answer
    reset,      // broken off, twice
    not_tls,    // the first bytes are no record
    malformed,  // lengths that lie
    unseen      // no connection, no answer in time, or we may not ask: see why
  };
  Kind kind = Kind::unseen;
  Unseen why = Unseen::not_measured;
  // Made when something comes: most of its time an answer is waited for, and thousands of them at once.
  std::unique_ptr<wire::ServerFlight> received;

  const wire::ServerFlight& flight() const;  // an empty one when nothing was received
  bool said_hello() const { return kind == Kind::server_hello; }
  const wire::ServerHello& hello() const { return *flight().hello(); }
  std::optional<std::uint8_t> alert() const;
  // It answered, and the answer is no.
  bool refused() const { return kind == Kind::alert || kind == Kind::closed; }
  // "alert:112", "closed", "not-tls"...; for TlsEndpoint::refusal.
  std::string refusal() const;
  Unseen unseen() const;  // of whatever is neither yes nor no
};

// How far to read behind a ServerHello. Every further byte costs both sides, so the one who asks says, for
// the ServerHello at hand, what it still wants to see.
enum class ReadOn : std::uint8_t { nothing, key_exchange, everything };
using Wants = std::function<ReadOn(const wire::ServerHello&)>;

struct AskOptions {
  Wants wants{};     // none: nothing beyond the ServerHello
  int attempts = 2;  // on silence and on reset
};

// All hellos of one endpoint go through one of these.
class HelloAsker {
 public:
  HelloAsker(Visit& visit, TlsTarget target);

  Task<HelloAnswer> ask(Bytes hello, AskOptions options = {});
  // SSLv2's own answer to its own hello; an error when it is not spoken, or Unseen.
  struct Ssl2Answer {
    Observed<bool> offered;
    std::vector<std::uint32_t> kinds;
    bool text = false;  // the peer speaks neither TLS nor SSLv2
  };
  Task<Ssl2Answer> ask_sslv2();
  // A connection on which TLS may begin. Counts.
  Task<Observed<std::unique_ptr<Connection>>> open();

  Visit& visit() const { return visit_; }
  const TlsTarget& target() const { return target_; }
  int connections() const { return connections_; }
  // So many questions in a row came to nothing that no more are asked.
  bool given_up() const { return given_up_.has_value(); }
  bool over() const;  // the time is up
  // The same hello was first broken off and then answered: a reset from here means nothing.
  bool resets_at_random() const { return resets_at_random_; }
  bool saw_server_hello() const { return saw_server_hello_; }
  // Something was said: a ServerHello, an alert, a text. Who only ever closes has said nothing, in order or
  // not: whether a hello that nobody read ends as FIN or as RST is decided by which of the two was quicker.
  bool spoken_to() const { return spoken_to_; }
  bool believed_a_reset = false;                 // the list of groups was ended by one
  bool heard() const { return answered_once_; }  // some hello was answered, whatever the answer
  // What has been learnt about hellos that this server can take.
  std::size_t answered_suites = 0;         // the longest list that was answered at all
  std::size_t most_suites = 127;           // more of them, and it stays silent or breaks off
  bool send_shares = false;                // TLS 1.3 without key shares in the hello confuses it
  std::optional<Clock::time_point> until;  // earlier than the visit's own deadline
  // A random value for the next hello. Nothing of a hello is secret: one draw, then a counter.
  std::array<std::uint8_t, 32> next_random();
  // The server of this name: empty for none.
  std::optional<std::string> sni() const;
  bool without_sni = false;  // the server answers only when no name is given

 private:
  Task<void> ask_once(const Bytes& hello, const Wants& wants, HelloAnswer& out);
  void note(bool answered, Unseen why);

  Visit& visit_;
  TlsTarget target_;
  std::optional<std::string> name_;  // an address is no server name
  Bytes random_;
  int connections_ = 0;
  int failures_in_row_ = 0;
  int resets_in_row_ = 0;
  bool answered_once_ = false;
  bool resets_at_random_ = false;
  bool saw_server_hello_ = false;
  bool spoken_to_ = false;
  std::optional<Unseen> given_up_;
};

// Runs the jobs in order, at most `lanes` at the same time.
Task<void> in_lanes(std::vector<std::function<Task<void>()>> jobs, int lanes);

}  // namespace utsyn::probe
