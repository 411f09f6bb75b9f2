#include "followup/alerts/outbox.h"

#include <algorithm>
#include <array>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <set>

#include "base/id.h"
#include "followup/alerts/fault.h"

namespace utsyn::followup::alerts {
namespace {

using store::Connection;
using store::Row;

template <class Enum>
const char* word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}

constexpr std::array<std::int64_t, 8> kWaitMinutes = {1, 5, 15, 60, 180, 360, 720, 1440};
constexpr std::string_view kReadSetting = "alerts.read";
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kDigestHour = 6 * 3600;
constexpr std::int64_t kMostInMessage = 10'000;  // alerts; the rest goes into the next one

std::int64_t read_until(Connection& connection) {
  const auto row = connection.first("SELECT value FROM setting WHERE name = ?1", {kReadSetting});
  return row ? std::stoll(row->text(0)) : 0;
}

void remember_read(Connection& connection, std::int64_t number) {
  connection.execute(
      "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = "
      "excluded.value",
      {kReadSetting, std::to_string(number)});
}

std::optional<Memory> memory_of(Connection& connection, std::string_view organisation) {
  const auto row = connection.first(
      "SELECT measured, score_cp, grade, coverage, gate, confirmed_grade FROM alert_memory WHERE "
      "organisation = ?1",
      {organisation});
  if (!row) return std::nullopt;
  return Memory{{from_unix(row->number(0)), row->number(1), row->text(2), row->number(3), row->text(4)},
                row->text(5)};
}

void remember(Connection& connection, std::string_view organisation, const Memory& memory) {
  const auto& last = memory.last;
  connection.execute(
      R"(INSERT INTO alert_memory (organisation, measured, score_cp, grade, coverage, gate, confirmed_grade)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (organisation) DO UPDATE SET measured = excluded.measured, score_cp = excluded.score_cp,
           grade = excluded.grade, coverage = excluded.coverage, gate = excluded.gate,
           confirmed_grade = excluded.confirmed_grade)",
      {organisation, to_unix(last.measured), last.score_cp, last.grade, last.coverage, last.gate,
       memory.confirmed_grade});
}

// The standing was written in the same transaction as the event.
std::optional<Figures> figures_of(Connection& connection, std::string_view organisation) {
  const auto row = connection.first(
      "SELECT measured, score_cp, grade, coverage, gate FROM standing WHERE organisation = ?1",
      {organisation});
  if (!row) return std::nullopt;
  return Figures{from_unix(row->number(0)), row->number(1), row->text(2), row->number(3), row->text(4)};
}

access::Detail detail_of(RuleKind kind) {
  switch (kind) {
    case RuleKind::grade_changed:
    case RuleKind::score_dropped:
    case RuleKind::coverage_fell:
      return access::Detail::score;
    default:
      return access::Detail::findings;
  }
}

// Whether each owner may see each organisation, asked once for each owner.
class Readers {
 public:
  Readers(Connection& connection, const AccessOf& access_of)
      : connection_(connection), access_of_(access_of) {}
  bool want(const std::string& owner, RuleKind kind, const std::string& organisation) {
    auto known = known_.find(owner);
    if (known == known_.end()) known = known_.emplace(owner, access_of_(connection_, owner)).first;
    return known->second && may_hear(*known->second, kind, organisation);
  }

 private:
  Connection& connection_;
  const AccessOf& access_of_;
  std::map<std::string, std::optional<access::Access>> known_;
};

void write_down(Connection& connection, UtcTime now, const std::vector<Rule>& rules, Readers& readers,
                const std::vector<Noticed>& noticed) {
  for (const auto& one : noticed) {
    for (const auto& rule : rules) {
      if (!wants(rule, one) || !readers.want(rule.owner, one.kind, one.organisation)) continue;
      connection.execute(
          R"(INSERT INTO alert (organisation, id, rule, subject, kind, time, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (rule, subject) DO NOTHING)",
          {one.organisation, new_id(), rule.id, one.subject, word(one.kind), to_unix(now), one.data});
    }
  }
}

Rule rule_of(const Row& row) {
  Rule out;
  out.id = row.text(0);
  out.owner = row.text(1);
  boost::describe::enum_from_string(row.text(2).c_str(), out.kind);
  out.organisation = row.text(3);
  out.threshold = row.number(4);
  out.channel = row.text(5);
  boost::describe::enum_from_string(row.text(6).c_str(), out.pace);
  out.active = row.truth(7);
  out.created = from_unix(row.number(8));
  return out;
}
constexpr std::string_view kRule =
    "SELECT id, owner, kind, organisation, threshold, channel, pace, active, created FROM alert_rule ";

Channel channel_of(const Row& row) {
  return {row.text(0),  row.text(1),  row.text(2), row.text(3),  row.text(4),
          row.text(5),  row.text(6),  row.text(7), row.truth(8), from_unix(row.number(9)),
          row.text(10), row.truth(11)};
}
constexpr std::string_view kChannel =
    "SELECT id, owner, name, kind, address, format, secret, language, active, created, last_error, confirmed "
    "FROM channel ";

Delivery delivery_of(const Row& row) {
  Delivery out{row.text(0),
               row.text(1),
               row.text(2),
               row.text(3),
               from_unix(row.number(4)),
               from_unix(row.number(5)),
               static_cast<int>(row.number(6)),
               std::nullopt,
               row.text(8),
               row.number(9),
               row.text(10)};
  if (const auto sent = row.maybe_number(7)) out.sent = from_unix(*sent);
  return out;
}
constexpr std::string_view kDelivery =
    "SELECT id, channel, owner, state, created, next_try, attempts, sent, error, alerts, schedule "
    "FROM delivery ";
// Those that ask whether an address is right, or try a channel out.
constexpr std::string_view kLetter = "WHERE channel = ?1 AND alerts = 0 AND schedule = '' ";
// ?1 is now, ?2 kMostOfOneOwner.
constexpr std::string_view kMaySend =
    "WHERE state = 'pending' AND next_try <= ?1 "
    "AND channel NOT IN (SELECT channel FROM delivery WHERE state IN ('making', 'sending')) "
    "AND (SELECT count(*) FROM delivery s WHERE s.state IN ('making', 'sending') "
    "AND s.owner = delivery.owner) < ?2 "
    "AND (schedule = '' OR (NOT EXISTS (SELECT 1 FROM delivery m WHERE m.state = 'making') "
    "AND channel IN (SELECT id FROM channel WHERE active = 1 AND confirmed = 1))) ";

Alert alert_of(const Row& row) {
  Alert out;
  out.id = row.text(0);
  out.organisation = row.text(1);
  out.organisation_name = row.text(2);
  boost::describe::enum_from_string(row.text(3).c_str(), out.kind);
  out.time = from_unix(row.number(4));
  out.data = row.text(5);
  return out;
}

std::string sql(std::string_view start, std::string_view rest) {
  return std::string(start) + std::string(rest);
}

// Has the digest's hour come since `since`?
bool digest_is_due(Pace pace, UtcTime since, UtcTime now) {
  if (pace == Pace::now) return true;
  // 1970-01-01 was a Thursday; weeks are counted from the Monday before.
  const auto period = pace == Pace::daily ? kDay : 7 * kDay;
  const auto shift = pace == Pace::daily ? kDigestHour : kDigestHour - 3 * kDay;
  const auto number = [&](UtcTime time) { return (to_unix(time) - shift) / period; };
  return number(now) > number(since);
}

// A channel and a pace: a digest and what goes at once are different messages, though the channel is one.
struct Round {
  std::string channel;
  std::string pace;
  std::string owner;
  auto operator<=>(const Round&) const = default;
};

// Those whose hour has come for what has waited longest. However much waits for another hour, it is not read.
std::set<Round> rounds_due(Connection& connection, UtcTime now) {
  std::set<Round> out;
  connection.each(
      R"(SELECT r.channel, r.pace, r.owner,
           (SELECT min(a.time) FROM alert a WHERE a.rule = r.id AND a.delivery IS NULL)
         FROM alert_rule r JOIN channel c ON c.id = r.channel WHERE c.active = 1 AND c.confirmed = 1)",
      {}, [&](const Row& row) {
        const auto since = row.maybe_number(3);
        Pace pace = Pace::daily;
        boost::describe::enum_from_string(row.text(1).c_str(), pace);
        if (since && digest_is_due(pace, from_unix(*since), now))
          out.insert({row.text(0), row.text(1), row.text(2)});
        return true;
      });
  return out;
}

}  // namespace

bool may_hear(const access::Access& access, RuleKind kind, std::string_view organisation) {
  return access.sees(organisation, detail_of(kind));
}

ToDo anything_to_do(Connection& connection, UtcTime now) {
  ToDo out;
  out.events = store::last_event(connection) > read_until(connection);
  out.alerts = !rounds_due(connection, now).empty();
  out.deliveries =
      connection
          .first(sql("SELECT 1 FROM delivery ", sql(kMaySend, "LIMIT 1")), {to_unix(now), kMostOfOneOwner})
          .has_value();
  out.interrupted =
      connection
          .first("SELECT 1 FROM delivery WHERE state IN ('making', 'sending') AND lease <= ?1 LIMIT 1",
                 {to_unix(now)})
          .has_value();
  return out;
}

namespace {

// A recheck of one finding or one asset is no second measurement that could confirm a grade.
bool of_a_part(const store::Event& measured) {
  const auto data = boost::json::parse(measured.data);
  const auto* part = data.is_object() ? data.get_object().if_contains("part") : nullptr;
  return part != nullptr && part->is_bool() && part->get_bool();
}

}  // namespace

std::size_t notice(Connection& connection, UtcTime now, const AccessOf& access_of, std::size_t most) {
  const auto events = store::events_after(connection, read_until(connection), most);
  if (events.empty()) return 0;
  const auto rules = active_rules(connection);
  Readers readers(connection, access_of);
  for (const auto& event : events) {
    if (event.kind == "measured") {
      if (of_a_part(event)) continue;
      const auto figures = figures_of(connection, event.organisation);
      const auto before = memory_of(connection, event.organisation);
      // Several measurements read at once all show the newest figures: they are compared once.
      if (!figures || (before && (before->last.measured > figures->measured || before->last == *figures)))
        continue;
      const auto after = after_measurement(event.organisation, before, *figures);
      remember(connection, event.organisation, after.memory);
      write_down(connection, now, rules, readers, after.noticed);
    } else {
      write_down(connection, now, rules, readers, after_event(event));
    }
  }
  remember_read(connection, events.back().number);
  return events.size();
}

void notice_deadlines(Connection& connection, UtcTime now, const std::vector<OpenFinding>& open,
                      const AccessOf& access_of) {
  const auto rules = active_rules(connection);
  Readers readers(connection, access_of);
  std::vector<Noticed> noticed;
  for (const auto& finding : open) {
    if (auto one = deadline_near(finding, now)) noticed.push_back(std::move(*one));
  }
  write_down(connection, now, rules, readers, noticed);
}

void group(Connection& connection, UtcTime now) {
  for (const auto& round : rounds_due(connection, now)) {
    const auto alerts = connection.query(
        R"(SELECT a.organisation, a.id FROM alert a JOIN alert_rule r ON r.id = a.rule
           WHERE a.delivery IS NULL AND r.channel = ?1 AND r.pace = ?2 AND r.owner = ?3
           ORDER BY a.time, a.id LIMIT ?4)",
        {round.channel, round.pace, round.owner, kMostInMessage});
    const auto id = new_id();
    connection.execute(
        R"(INSERT INTO delivery (id, channel, owner, state, created, next_try, alerts)
           VALUES (?1, ?2, ?3, 'pending', ?4, ?4, ?5))",
        {id, round.channel, round.owner, to_unix(now), static_cast<std::int64_t>(alerts.size())});
    for (const auto& alert : alerts) {
      connection.execute("UPDATE alert SET delivery = ?1 WHERE organisation = ?2 AND id = ?3",
                         {id, alert.text(0), alert.text(1)});
    }
  }
}

std::optional<Message> begin(Connection& connection, UtcTime now, const AccessOf& access_of,
                             std::string_view sender) {
  Readers readers(connection, access_of);
  while (const auto row =
             connection.first(sql(kDelivery, sql(kMaySend, "ORDER BY next_try, created, id LIMIT 1")),
                              {to_unix(now), kMostOfOneOwner})) {
    Message out;
    out.delivery = delivery_of(*row);
    out.sender = sender;
    const auto begun = [&](std::string_view state) {
      ++out.delivery.attempts;
      out.delivery.state = state;
      connection.execute(
          "UPDATE delivery SET state = ?1, attempts = ?2, sender = ?3, lease = ?4 WHERE id = ?5",
          {state, out.delivery.attempts, sender, to_unix(now + kSendLease), out.delivery.id});
    };
    if (!out.delivery.schedule.empty()) {
      out.channel = channel(connection, out.delivery.channel).value();
      begun("making");
      return out;
    }
    const auto alerts = connection.query(
        R"(SELECT a.id, a.organisation, coalesce(o.name, a.organisation), a.kind, a.time, a.data FROM alert a
           LEFT JOIN organisation o ON o.id = a.organisation WHERE a.delivery = ?1
           ORDER BY a.organisation, a.time, a.id)",
        {out.delivery.id});
    for (const auto& one : alerts) {
      auto alert = alert_of(one);
      if (readers.want(out.delivery.owner, alert.kind, alert.organisation))
        out.alerts.push_back(std::move(alert));
    }
    const auto to = channel(connection, out.delivery.channel);
    if (out.delivery.alerts == 0 && to && !to->confirmed) {
      out.confirm_token = random_token();
      connection.execute("UPDATE channel SET confirm_hash = ?2, confirm_until = ?3 WHERE id = ?1",
                         {to->id, access::token_hash(out.confirm_token), to_unix(now + kConfirmTime)});
    } else if (out.delivery.alerts == 0 && to) {
      out.test = true;
    } else if (out.alerts.empty() || !to) {
      connection.execute("UPDATE delivery SET state = 'dead', error = ?1 WHERE id = ?2",
                         {kept(FaultCode::nothing_to_see), out.delivery.id});
      continue;
    }
    out.channel = *to;
    begun("sending");
    return out;
  }
  return std::nullopt;
}

bool leaving(Connection& connection, const Message& message) {
  return connection.execute(
             "UPDATE delivery SET state = 'sending' WHERE id = ?1 AND state = 'making' AND sender = ?2",
             {message.delivery.id, message.sender}) > 0;
}

void keep_sending(Connection& connection, UtcTime now, std::string_view sender,
                  std::span<const std::string> deliveries) {
  for (const auto& id : deliveries) {
    connection.execute(
        "UPDATE delivery SET lease = ?1 WHERE id = ?2 AND sender = ?3 AND state IN ('making', 'sending')",
        {to_unix(now + kSendLease), id, sender});
  }
}

void sent(Connection& connection, UtcTime now, const Message& message) {
  connection.execute(
      "UPDATE delivery SET state = 'sent', sent = ?1, error = '' WHERE id = ?2 AND sender = ?3 "
      "AND state IN ('sending', 'uncertain')",
      {to_unix(now), message.delivery.id, message.sender});
  connection.execute("UPDATE channel SET last_error = '' WHERE id = ?1", {message.channel.id});
}

void not_made(Connection& connection, UtcTime now, const Message& message, std::string_view error,
              bool final) {
  const auto attempts = static_cast<std::size_t>(message.delivery.attempts);
  const bool dead = final || attempts > kWaitMinutes.size();
  const auto wait = dead ? 0 : kWaitMinutes[attempts - 1] * 60;
  connection.execute(
      "UPDATE delivery SET state = ?1, next_try = ?2, error = ?3 WHERE id = ?4 "
      "AND sender = ?5 AND state IN ('making', 'sending', 'uncertain')",
      {dead ? "dead" : "pending", to_unix(now) + wait, error, message.delivery.id, message.sender});
}

void not_sent(Connection& connection, UtcTime now, const Message& message, std::string_view error,
              bool final) {
  not_made(connection, now, message, error, final);
  connection.execute("UPDATE channel SET last_error = ?1 WHERE id = ?2", {error, message.channel.id});
}

std::vector<std::string> senders(Connection& connection) {
  std::vector<std::string> out;
  for (const auto& row :
       connection.query("SELECT DISTINCT sender FROM delivery WHERE state IN ('making', 'sending')"))
    out.push_back(row.text(0));
  return out;
}

void sender_has_ended(Connection& connection, std::string_view sender) {
  connection.execute("UPDATE delivery SET lease = 0 WHERE sender = ?1 AND state IN ('making', 'sending')",
                     {sender});
}

void mark_interrupted(Connection& connection, UtcTime now) {
  connection.execute(
      "UPDATE delivery SET state = 'uncertain', error = ?1 WHERE state = 'sending' AND lease <= ?2",
      {kept(FaultCode::interrupted), to_unix(now)});
  connection.execute(
      "UPDATE delivery SET state = 'pending', sender = '' WHERE state = 'making' AND lease <= ?1",
      {to_unix(now)});
}

bool again(Connection& connection, UtcTime now, std::string_view id) {
  return connection.execute(
             R"(UPDATE delivery SET state = 'pending', next_try = ?1, attempts = 0, sender = ''
                WHERE id = ?2 AND state IN ('dead', 'uncertain'))",
             {to_unix(now), id}) > 0;
}

std::int64_t ask_to_confirm(Connection& connection, UtcTime now, const Channel& channel) {
  const auto latest = connection.first(sql("SELECT max(created) FROM delivery ", kLetter), {channel.id});
  const auto created = latest ? latest->maybe_number(0) : std::nullopt;
  if (created) {
    const auto wait = *created + std::chrono::seconds(kConfirmAgain).count() - to_unix(now);
    if (wait > 0) return wait;
    // What still waits for its next try is replaced by the new one.
    connection.execute(sql("UPDATE delivery SET state = 'dead' ", sql(kLetter, "AND state = 'pending'")),
                       {channel.id});
  }
  connection.execute(
      R"(INSERT INTO delivery (id, channel, owner, state, created, next_try, alerts)
         VALUES (?1, ?2, ?3, 'pending', ?4, ?4, 0))",
      {new_id(), channel.id, channel.owner, to_unix(now)});
  return 0;
}

Tried try_out(Connection& connection, UtcTime now, const Channel& channel) {
  const auto latest = connection.first(sql("SELECT max(created) FROM delivery ", kLetter), {channel.id});
  if (const auto created = latest ? latest->maybe_number(0) : std::nullopt) {
    const auto wait = *created + std::chrono::seconds(kTestAgain).count() - to_unix(now);
    if (wait > 0) return {.delivery = {}, .wait_s = wait};
  }
  Tried out{.delivery = new_id(), .wait_s = 0};
  connection.execute(
      R"(INSERT INTO delivery (id, channel, owner, state, created, next_try, alerts)
         VALUES (?1, ?2, ?3, 'pending', ?4, ?4, 0))",
      {out.delivery, channel.id, channel.owner, to_unix(now)});
  return out;
}

std::optional<Channel> confirm(Connection& connection, UtcTime now, std::string_view owner,
                               std::string_view token) {
  const auto row = connection.first(
      sql(kChannel, "WHERE owner = ?1 AND confirmed = 0 AND confirm_hash = ?2 AND confirm_until > ?3"),
      {owner, access::token_hash(token), to_unix(now)});
  if (!row) return std::nullopt;
  auto out = channel_of(*row);
  // A letter that still waits for its next try asks what has been answered.
  connection.execute(
      sql("UPDATE delivery SET state = 'dead', error = ?2 ", sql(kLetter, "AND state = 'pending'")),
      {out.id, kept(FaultCode::confirmed_already)});
  connection.execute("UPDATE channel SET confirmed = 1, confirm_hash = '', last_error = '' WHERE id = ?1",
                     {out.id});
  out.confirmed = true;
  out.last_error.clear();
  return out;
}

std::string secret_purpose(std::string_view channel) { return "channel:" + std::string(channel); }

void seal_channels(Connection& connection, const access::Keys& keys) {
  // A token of ours is base32, without a colon; what is sealed begins with the version of its form and one.
  for (const auto& row : connection.query("SELECT id, secret FROM channel WHERE secret <> ''")) {
    if (row.text(1).find(':') != std::string::npos) continue;
    connection.execute("UPDATE channel SET secret = ?2 WHERE id = ?1",
                       {row.text(0), keys.seal(row.text(1), secret_purpose(row.text(0)))});
  }
}

std::vector<Channel> channels(Connection& connection, std::string_view owner) {
  std::vector<Channel> out;
  for (const auto& row : connection.query(sql(kChannel, "WHERE owner = ?1 ORDER BY id"), {owner}))
    out.push_back(channel_of(row));
  return out;
}

std::optional<Channel> channel(Connection& connection, std::string_view id) {
  const auto row = connection.first(sql(kChannel, "WHERE id = ?1"), {id});
  if (!row) return std::nullopt;
  return channel_of(*row);
}

void put(Connection& connection, const Channel& channel) {
  connection.execute(
      R"(INSERT INTO channel (id, owner, name, kind, address, format, secret, language, active, created, confirmed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address, format = excluded.format,
           secret = excluded.secret, language = excluded.language, active = excluded.active)",
      {channel.id, channel.owner, channel.name, channel.kind, channel.address, channel.format, channel.secret,
       channel.language, channel.active, to_unix(channel.created), channel.confirmed});
}

void remove_channel(Connection& connection, std::string_view id) {
  connection.execute("DELETE FROM alert WHERE rule IN (SELECT id FROM alert_rule WHERE channel = ?1)", {id});
  connection.execute("DELETE FROM delivery WHERE channel = ?1", {id});
  connection.execute("DELETE FROM alert_rule WHERE channel = ?1", {id});
  connection.execute("DELETE FROM report_schedule WHERE channel = ?1", {id});
  connection.execute("DELETE FROM channel WHERE id = ?1", {id});
}

std::vector<Rule> rules(Connection& connection, std::string_view owner) {
  std::vector<Rule> out;
  for (const auto& row : connection.query(sql(kRule, "WHERE owner = ?1 ORDER BY id"), {owner}))
    out.push_back(rule_of(row));
  return out;
}

std::vector<Rule> active_rules(Connection& connection) {
  std::vector<Rule> out;
  for (const auto& row : connection.query(sql(kRule, "WHERE active = 1 ORDER BY id")))
    out.push_back(rule_of(row));
  return out;
}

std::optional<Rule> rule(Connection& connection, std::string_view id) {
  const auto row = connection.first(sql(kRule, "WHERE id = ?1"), {id});
  if (!row) return std::nullopt;
  return rule_of(*row);
}

void put(Connection& connection, const Rule& rule) {
  connection.execute(
      R"(INSERT INTO alert_rule (id, owner, kind, organisation, threshold, channel, pace, active, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET threshold = excluded.threshold, channel = excluded.channel,
           pace = excluded.pace, active = excluded.active)",
      {rule.id, rule.owner, word(rule.kind), rule.organisation, rule.threshold, rule.channel, word(rule.pace),
       rule.active, to_unix(rule.created)});
}

void remove_rule(Connection& connection, std::string_view id) {
  connection.execute("DELETE FROM alert WHERE rule = ?1", {id});
  connection.execute("DELETE FROM alert_rule WHERE id = ?1", {id});
}

// Along the index of each rule, those with the newest alerts first, until no other rule has a newer one: a
// person may have millions of alerts, and a few rules.
std::vector<Alert> alerts_of(Connection& connection, std::string_view owner, std::size_t limit,
                             std::optional<std::pair<UtcTime, std::string>> after) {
  const auto time = after ? to_unix(after->first) : std::int64_t{1} << 60;
  const auto id = after ? after->second : std::string();
  auto rules = connection.query(
      R"(SELECT r.id, (SELECT max(a.time) FROM alert a WHERE a.rule = r.id AND a.time <= ?2) AS newest
         FROM alert_rule r WHERE r.owner = ?1)",
      {owner, time});
  std::erase_if(rules, [](const auto& rule) { return rule.null(1); });
  std::ranges::sort(rules, std::greater<>{}, [](const auto& rule) { return rule.number(1); });
  std::vector<Alert> out;
  for (const auto& rule : rules) {
    if (out.size() >= limit && rule.number(1) < to_unix(out.back().time)) break;
    for (const auto& row : connection.query(
             R"(SELECT a.id, a.organisation, coalesce(o.name, a.organisation), a.kind, a.time, a.data
                FROM alert a LEFT JOIN organisation o ON o.id = a.organisation
                WHERE a.rule = ?1 AND a.time <= ?2 AND (a.time < ?2 OR a.id > ?3)
                ORDER BY a.time DESC, a.id LIMIT ?4)",
             {rule.text(0), time, id, static_cast<std::int64_t>(limit)}))
      out.push_back(alert_of(row));
    std::ranges::sort(
        out, [](const Alert& a, const Alert& b) { return a.time != b.time ? a.time > b.time : a.id < b.id; });
    if (out.size() > limit) out.resize(limit);
  }
  return out;
}

std::vector<Delivery> deliveries_of(Connection& connection, std::string_view owner, std::size_t limit,
                                    std::optional<std::pair<UtcTime, std::string>> after,
                                    std::string_view states) {
  std::vector<Delivery> out;
  const auto time = after ? to_unix(after->first) : std::int64_t{1} << 60;
  const auto id = after ? after->second : std::string();
  for (const auto& row : connection.query(sql(kDelivery,
                                              "WHERE owner = ?1 AND (created < ?2 OR (created = ?2 AND id > "
                                              "?3)) AND (?5 = '' OR ',' || ?5 || ',' LIKE '%,' || state || "
                                              "',%') ORDER BY created DESC, id LIMIT ?4"),
                                          {owner, time, id, static_cast<std::int64_t>(limit), states}))
    out.push_back(delivery_of(row));
  return out;
}

std::optional<Delivery> delivery(Connection& connection, std::string_view id) {
  const auto row = connection.first(sql(kDelivery, "WHERE id = ?1"), {id});
  if (!row) return std::nullopt;
  return delivery_of(*row);
}

}  // namespace utsyn::followup::alerts
