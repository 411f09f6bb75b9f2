// From events to messages: reads the events there are, matches them with the rules, groups alerts into
// deliveries, and keeps what became of each. Everything in the database, so that a restart loses nothing and
// repeats nothing.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "access/access.h"
#include "access/keys.h"
#include "followup/alerts/rule.h"

namespace utsyn::followup::alerts {

// What the owner of a rule may see now; nothing when the owner is gone or disabled.
using AccessOf = std::function<std::optional<access::Access>(store::Connection&, const std::string& owner)>;

// Reads on from the last event read, at most `most`, and writes down what the rules want. In one write().
// Returns how many events were read.
std::size_t notice(store::Connection& connection, UtcTime now, const AccessOf& access_of,
                   std::size_t most = 500);
// The same for open findings whose deadline is near.
void notice_deadlines(store::Connection& connection, UtcTime now, const std::vector<OpenFinding>& open,
                      const AccessOf& access_of);

// Cheap to ask, in a read(): is there anything for the calls above and below?
struct ToDo {
  bool events = false;       // notice()
  bool alerts = false;       // group()
  bool deliveries = false;   // begin()
  bool interrupted = false;  // mark_interrupted()
};
ToDo anything_to_do(store::Connection& connection, UtcTime now);

// Puts waiting alerts into deliveries, one message for each channel: those of pace `now` at once, digests at
// 06:00 UTC (daily) and on Mondays (weekly).
void group(store::Connection& connection, UtcTime now);

struct Channel {
  std::string id;
  std::string owner;  // empty: the service's
  std::string name;
  std::string kind;  // email, webhook, syslog
  std::string address;
  std::string format;  // text, cloudevents, ocsf
  std::string secret;  // of a webhook, sealed
  std::string language;
  bool active = true;
  UtcTime created{};
  std::string last_error;
  bool confirmed = true;  // by whoever reads what comes there; alerts wait until then
};

struct Alert {
  std::string id;
  std::string organisation;
  std::string organisation_name;
  RuleKind kind = RuleKind::new_critical;
  UtcTime time{};
  std::string data;
};

struct Delivery {
  std::string id;
  std::string channel;
  std::string owner;
  std::string state;
  UtcTime created{};
  UtcTime next_try{};
  int attempts = 0;
  std::optional<UtcTime> sent;
  std::string error;
  std::int64_t alerts = 0;
  std::string schedule;  // of the report that it carries (report/schedule.h); empty: none
};

struct Message {
  Delivery delivery;
  Channel channel;
  std::string sender;  // who sends it
  std::vector<Alert> alerts;
  std::string confirm_token;  // it asks whether the address is right, and has no alerts
  bool test = false;          // somebody wants to see whether it arrives; no alerts either
};

// What a reader of scores may hear of, and what tells of a finding.
bool may_hear(const access::Access& access, RuleKind kind, std::string_view organisation);

// How many of one owner's messages are on their way at the same time, so that nobody's dead receivers hold
// those who send for everybody.
inline constexpr int kMostOfOneOwner = 2;

// The next message to send, marked `sending`: called before the first byte leaves. One at a time for each
// channel, oldest first. What its owner may no longer see is left out; a message of which nothing is left is
// dead. One that carries a report is marked `making`, one at a time in the whole installation: whoever has
// made it calls leaving() before the first byte leaves.
//
// Several processes may send. Each has a name of its own, and holds a lease on what it sends, which it
// renews: a message whose lease has run out is on its way no more. What comes late changes nothing that
// others have begun since.
inline constexpr std::chrono::seconds kSendLease{20};
std::optional<Message> begin(store::Connection& connection, UtcTime now, const AccessOf& access_of,
                             std::string_view sender = "");
void keep_sending(store::Connection& connection, UtcTime now, std::string_view sender,
                  std::span<const std::string> deliveries);
bool leaving(store::Connection& connection, const Message& message);  // false: it was taken back meanwhile
void sent(store::Connection& connection, UtcTime now, const Message& message);
// Not taken by the other side: again after 1, 5, 15 minutes, 1, 3, 6, 12, 24 hours; then dead. `final`: the
// other side said that trying again is of no use.
void not_sent(store::Connection& connection, UtcTime now, const Message& message, std::string_view error,
              bool final);
// The same for what could not be made: the channel is not at fault.
void not_made(store::Connection& connection, UtcTime now, const Message& message, std::string_view error,
              bool final);
// Who is sending something; and that such a one has ended, which its leases then do too.
std::vector<std::string> senders(store::Connection& connection);
void sender_has_ended(store::Connection& connection, std::string_view sender);
// What was being sent when its lease ran out may or may not have arrived; what was being made had not left.
void mark_interrupted(store::Connection& connection, UtcTime now);
// By a person: send a dead or uncertain message again.
bool again(store::Connection& connection, UtcTime now, std::string_view delivery);

// A letter to the channel's address with a link that says it is right. The token is made when the letter
// leaves and is stored hashed; each letter ends the link of the one before.
inline constexpr std::chrono::hours kConfirmTime{24 * 3};
inline constexpr std::chrono::minutes kConfirmAgain{5};  // between two letters
// Seconds to wait when a letter left, or waits to leave, less than kConfirmAgain ago; 0: one is on its way.
std::int64_t ask_to_confirm(store::Connection& connection, UtcTime now, const Channel& channel);
// A message without alerts, to see whether it arrives; the channel is confirmed. The delivery, or how many
// seconds to wait when the latest is less than kTestAgain old.
inline constexpr std::chrono::minutes kTestAgain{1};
struct Tried {
  std::string delivery;
  std::int64_t wait_s = 0;
};
Tried try_out(store::Connection& connection, UtcTime now, const Channel& channel);
// The owner's channel that this token confirms; none when it is unknown, used or too old.
std::optional<Channel> confirm(store::Connection& connection, UtcTime now, std::string_view owner,
                               std::string_view token);

// For Keys::seal of a channel's secret.
std::string secret_purpose(std::string_view channel);
// What an earlier version has stored in the clear.
void seal_channels(store::Connection& connection, const access::Keys& keys);

std::vector<Channel> channels(store::Connection& connection, std::string_view owner);
std::optional<Channel> channel(store::Connection& connection, std::string_view id);
void put(store::Connection& connection, const Channel& channel);
// With its rules, waiting alerts and scheduled reports.
void remove_channel(store::Connection& connection, std::string_view id);
std::vector<Rule> rules(store::Connection& connection, std::string_view owner);
std::vector<Rule> active_rules(store::Connection& connection);
std::optional<Rule> rule(store::Connection& connection, std::string_view id);
void put(store::Connection& connection, const Rule& rule);
void remove_rule(store::Connection& connection, std::string_view id);
// Newest first, after (time, id) of the last one seen.
std::vector<Alert> alerts_of(store::Connection& connection, std::string_view owner, std::size_t limit,
                             std::optional<std::pair<UtcTime, std::string>> after);
// Newest first, after (created, id) of the last one seen; `states`: in one of these, commas between;
// empty: in any.
std::vector<Delivery> deliveries_of(store::Connection& connection, std::string_view owner, std::size_t limit,
                                    std::optional<std::pair<UtcTime, std::string>> after = std::nullopt,
                                    std::string_view states = {});
std::optional<Delivery> delivery(store::Connection& connection, std::string_view id);

}  // namespace utsyn::followup::alerts
