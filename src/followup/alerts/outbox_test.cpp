// From events to messages, on both databases: nothing lost, nothing twice, nothing to those who may not see
// it.
#include "followup/alerts/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/keys.h"
#include "base/id.h"
#include "store/test_database.h"

namespace utsyn::followup::alerts {
namespace {

using namespace std::chrono_literals;
using store::Connection;
using testing::ElementsAre;
using testing::IsEmpty;

const UtcTime kNow = *parse_time("2026-11-21T08:00:00Z");  // a Saturday

class Outbox : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    sql().write([](Connection& c) {
      for (const auto* id : {"fjordvik", "steinlia"})
        c.execute("INSERT INTO organisation (id, name, kind) VALUES (?1, ?1, 'municipality')", {id});
    });
    channel_.id = new_id();
    channel_.owner = "kari";
    channel_.name = "post";
    channel_.kind = "email";
    channel_.address = "kari@fjordvik.example";
    channel_.format = "text";
    channel_.language = "nb";
    sql().write([&](Connection& c) { put(c, channel_); });
  }
  // Kari sees the findings of Fjordvik, and of Steinlia the score alone.
  static inline bool disabled_ = false;
  static std::optional<access::Access> access(Connection&, const std::string& owner) {
    if (owner != "kari" || disabled_) return std::nullopt;
    access::Access out;
    out.user = owner;
    out.organisations = {{"fjordvik", access::Detail::findings}, {"steinlia", access::Detail::score}};
    return out;
  }
  Rule rule(RuleKind kind, Pace pace, std::string owner = "kari") {
    Rule out;
    out.id = new_id();
    out.owner = std::move(owner);
    out.kind = kind;
    out.threshold = usual_threshold(kind);
    out.channel = channel_.id;
    out.pace = pace;
    sql().write([&](Connection& c) { put(c, out); });
    return out;
  }
  void event(const std::string& organisation, const std::string& kind, const std::string& data) {
    sql().write([&](Connection& c) { store::append_event(c, kNow, kind, organisation, data); });
  }
  void measured(const std::string& organisation, UtcTime at, int score_cp, const std::string& grade,
                const std::string& data = "{}") {
    sql().write([&](Connection& c) {
      c.execute(
          R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp,
                     assets, critical, high, medium, low, overdue_days, checks)
                   VALUES (?1, ?2, ?3, ?4, ?3, 9000, ?3, ?3, 1, 0, 0, 0, 0, 0, '')
                   ON CONFLICT (organisation) DO UPDATE SET measured = excluded.measured,
                     score_cp = excluded.score_cp, grade = excluded.grade)",
          {organisation, to_unix(at), score_cp, grade});
      store::append_event(c, at, "measured", organisation, data);
    });
    notice_all();
  }
  void notice_all(UtcTime at = kNow) {
    while (sql().write([&](Connection& c) { return notice(c, at, access, 3); }) > 0) {
    }
  }
  std::optional<Message> next(UtcTime at = kNow) {
    return sql().write([&](Connection& c) {
      group(c, at);
      return begin(c, at, access);
    });
  }
  std::string state_of(const Message& message) {
    return sql().read([&](Connection& c) { return delivery(c, message.delivery.id)->state; });
  }

  Channel channel_;
};
UTSYN_BOTH_DATABASES(Outbox);

constexpr auto* kCritical = R"({"finding":"tls.x@www:443","severity":"critical"})";

TEST_P(Outbox, OneEventIsOneMessageHoweverOftenItIsRead) {
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  sql().write([](Connection& c) { c.execute("UPDATE setting SET value = '0' WHERE name = 'alerts.read'"); });
  notice_all();
  const auto message = next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->alerts.size(), 1U);
  EXPECT_EQ(message->alerts[0].organisation_name, "fjordvik");
  EXPECT_EQ(message->channel.address, "kari@fjordvik.example");
  EXPECT_FALSE(next());
}

TEST_P(Outbox, NobodyHearsWhatTheyMayNotSee) {
  rule(RuleKind::new_critical, Pace::now);
  rule(RuleKind::score_dropped, Pace::now);
  rule(RuleKind::new_critical, Pace::now, "gone");
  event("steinlia", "finding-opened", kCritical);
  event("hidden", "finding-opened", kCritical);
  notice_all();
  EXPECT_FALSE(next());
  measured("steinlia", kNow, 9000, "A");
  measured("steinlia", kNow + 24h, 8000, "A");
  const auto message = next();
  ASSERT_TRUE(message);
  ASSERT_EQ(message->alerts.size(), 1U);
  EXPECT_EQ(message->alerts[0].kind, RuleKind::score_dropped);
}

TEST_P(Outbox, RechecksOfAPartConfirmNoGrade) {
  rule(RuleKind::grade_changed, Pace::now);
  rule(RuleKind::score_dropped, Pace::now);
  const std::string part = R"({"part":true})";
  measured("fjordvik", kNow, 9000, "A");
  measured("fjordvik", kNow + 24h, 9000, "A");
  for (int i = 1; i <= 3; ++i) measured("fjordvik", kNow + 24h + std::chrono::minutes{i}, 6000, "C", part);
  EXPECT_FALSE(next(kNow + 30h));
  measured("fjordvik", kNow + 48h, 6000, "C");
  const auto dropped = next(kNow + 49h);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->alerts.at(0).kind, RuleKind::score_dropped);
  sql().write([&](Connection& c) { sent(c, kNow + 49h, *dropped); });
  measured("fjordvik", kNow + 72h, 6000, "C");
  const auto changed = next(kNow + 73h);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->alerts.at(0).kind, RuleKind::grade_changed);
}

TEST_P(Outbox, DigestsWaitForTheirHourAndComeTogether) {
  rule(RuleKind::new_asset, Pace::daily);
  rule(RuleKind::new_critical, Pace::weekly);
  for (int i = 0; i < 5; ++i) event("fjordvik", "asset-found", R"({"asset":"x"})");
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  EXPECT_FALSE(next(kNow + 21h));  // Sunday 05:00
  const auto daily = next(kNow + 22h);
  ASSERT_TRUE(daily);
  EXPECT_EQ(daily->alerts.size(), 5U);
  sql().write([&](Connection& c) { sent(c, kNow + 22h, *daily); });
  EXPECT_FALSE(next(kNow + 23h));
  const auto weekly = next(kNow + 46h);  // Monday 06:00
  ASSERT_TRUE(weekly);
  EXPECT_EQ(weekly->alerts[0].kind, RuleKind::new_critical);
}

// However much somebody's digest gathers, what goes at once goes at once.
TEST_P(Outbox, WhatWaitsForItsHourHoldsUpNobody) {
  const auto weekly = rule(RuleKind::new_asset, Pace::weekly);
  rule(RuleKind::new_critical, Pace::now);
  sql().write([&](Connection& c) {
    for (int i = 0; i < 10'001; ++i)
      c.execute(
          R"(INSERT INTO alert (organisation, id, rule, subject, kind, time, data)
             VALUES ('fjordvik', ?1, ?2, ?1, 'new_asset', ?3, '{"asset":"x"}'))",
          {"a" + std::to_string(i), weekly.id, to_unix(kNow)});
  });
  const auto anything = [&](UtcTime at) {
    return sql().read([&](Connection& c) { return anything_to_do(c, at).alerts; });
  };
  EXPECT_FALSE(anything(kNow));  // nor is a writer asked for
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  EXPECT_TRUE(anything(kNow));
  const auto message = next();
  ASSERT_TRUE(message);
  ASSERT_EQ(message->alerts.size(), 1U);
  EXPECT_EQ(message->alerts[0].kind, RuleKind::new_critical);
  sql().write([&](Connection& c) { sent(c, kNow, *message); });
  EXPECT_FALSE(next());
  // A digest is one message of so many; the rest is the next.
  const auto monday = kNow + 46h;
  EXPECT_TRUE(anything(monday));
  const auto first = next(monday);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->alerts.size(), 10'000U);
  sql().write([&](Connection& c) { sent(c, monday, *first); });
  const auto rest = next(monday);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->alerts.size(), 1U);
  EXPECT_FALSE(anything(monday));
}

TEST_P(Outbox, WhatIsRefusedIsTriedAgainLaterAndLater) {
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  auto at = kNow;
  int tries = 0;
  std::optional<Message> message;
  for (int minutes = 0; minutes < 60 * 24 * 4; ++minutes, at += 1min) {
    auto one = next(at);
    if (!one) continue;
    ++tries;
    sql().write([&](Connection& c) { not_sent(c, at, *one, "the server is away", false); });
    message = std::move(one);
  }
  EXPECT_EQ(tries, 9);
  EXPECT_EQ(state_of(*message), "dead");
  sql().read([&](Connection& c) { EXPECT_EQ(channel(c, channel_.id)->last_error, "the server is away"); });
  EXPECT_TRUE(sql().write([&](Connection& c) { return again(c, at, message->delivery.id); }));
  const auto once_more = next(at);
  ASSERT_TRUE(once_more);
  sql().write([&](Connection& c) { sent(c, at, *once_more); });
  EXPECT_EQ(state_of(*once_more), "sent");
  EXPECT_FALSE(sql().write([&](Connection& c) { return again(c, at, once_more->delivery.id); }));
}

TEST_P(Outbox, WhatMayNoLongerBeSeenIsNotSent) {
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  disabled_ = true;
  EXPECT_FALSE(next());
  disabled_ = false;
  EXPECT_FALSE(next());
  const auto known = sql().read([](Connection& c) { return deliveries_of(c, "kari", 10); });
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].state, "dead");
}

TEST_P(Outbox, WhatCannotBeMendedIsDeadAtOnce) {
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  const auto message = next();
  sql().write([&](Connection& c) { not_sent(c, kNow, *message, "no such mailbox", true); });
  EXPECT_EQ(state_of(*message), "dead");
}

TEST_P(Outbox, WhatACrashInterruptedIsNotSentTwice) {
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  const auto message = next();
  ASSERT_TRUE(message);
  const auto look = [&](UtcTime at) {
    sql().write([&](Connection& c) {
      if (anything_to_do(c, at).interrupted) mark_interrupted(c, at);
    });
  };
  look(kNow + kSendLease - 1s);
  EXPECT_EQ(state_of(*message), "sending");
  look(kNow + kSendLease);
  EXPECT_FALSE(next(kNow + 24h));
  EXPECT_EQ(state_of(*message), "uncertain");
}

TEST_P(Outbox, OthersSendOnTheSameDatabase) {
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  const auto mine = sql().write([&](Connection& c) {
    group(c, kNow);
    return begin(c, kNow, access, "one");
  });
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine->sender, "one");
  const auto keep = [&](UtcTime at, std::string_view sender) {
    const std::string ids[] = {mine->delivery.id};
    sql().write([&](Connection& c) { keep_sending(c, at, sender, ids); });
  };
  const auto look = [&](UtcTime at) { sql().write([&](Connection& c) { mark_interrupted(c, at); }); };
  // Renewed, it is on its way for as long as it takes; by another's word it is not.
  keep(kNow + 15s, "one");
  look(kNow + 30s);
  EXPECT_EQ(state_of(*mine), "sending");
  keep(kNow + 30s, "two");
  look(kNow + 35s);
  EXPECT_EQ(state_of(*mine), "uncertain");
  // Its sender was only slow: what it knows is more than what was believed.
  sql().write([&](Connection& c) { sent(c, kNow + 36s, *mine); });
  EXPECT_EQ(state_of(*mine), "sent");
}

TEST_P(Outbox, OfASenderThatHasEndedNoLeaseIsWaitedFor) {
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  const auto one = sql().write([&](Connection& c) {
    group(c, kNow);
    return begin(c, kNow, access, "one");
  });
  ASSERT_TRUE(one);
  EXPECT_THAT(sql().read(senders), testing::ElementsAre("one"));
  sql().write([](Connection& c) { sender_has_ended(c, "two"); });
  EXPECT_FALSE(sql().read([](Connection& c) { return anything_to_do(c, kNow + 1s); }).interrupted);
  sql().write([](Connection& c) { sender_has_ended(c, "one"); });
  EXPECT_TRUE(sql().read([](Connection& c) { return anything_to_do(c, kNow + 1s); }).interrupted);
  sql().write([](Connection& c) { mark_interrupted(c, kNow + 1s); });
  EXPECT_EQ(state_of(*one), "uncertain");
  EXPECT_THAT(sql().read(senders), IsEmpty());
}

TEST_P(Outbox, WhatComesLateChangesNothingThatOthersHaveBegun) {
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  const auto take = [&](UtcTime at, std::string_view sender) {
    return sql().write([&](Connection& c) {
      group(c, at);
      return begin(c, at, access, sender);
    });
  };
  const auto slow = take(kNow, "one");
  ASSERT_TRUE(slow);
  sql().write([&](Connection& c) {
    mark_interrupted(c, kNow + 1min);
    EXPECT_TRUE(again(c, kNow + 1min, slow->delivery.id));
    sent(c, kNow + 1min, *slow);
  });
  EXPECT_EQ(state_of(*slow), "pending");
  const auto other = take(kNow + 1min, "two");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->delivery.id, slow->delivery.id);
  sql().write([&](Connection& c) { not_sent(c, kNow + 1min, *slow, "the server is away", true); });
  EXPECT_EQ(state_of(*other), "sending");
  sql().write([&](Connection& c) { sent(c, kNow + 1min, *other); });
  EXPECT_EQ(state_of(*other), "sent");
}

TEST_P(Outbox, APausedChannelKeepsItsAlertsAndARemovedOneTakesThemAlong) {
  rule(RuleKind::new_critical, Pace::now);
  channel_.active = false;
  sql().write([&](Connection& c) { put(c, channel_); });
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  EXPECT_FALSE(next());
  channel_.active = true;
  sql().write([&](Connection& c) { put(c, channel_); });
  EXPECT_TRUE(next());
  sql().write([&](Connection& c) { remove_channel(c, channel_.id); });
  EXPECT_THAT(sql().read([](Connection& c) { return rules(c, "kari"); }), IsEmpty());
  EXPECT_FALSE(next());
}

TEST_P(Outbox, AlertsAreListedNewestFirstAndPaged) {
  rule(RuleKind::new_asset, Pace::daily);
  for (int i = 0; i < 5; ++i) {
    event("fjordvik", "asset-found", R"({"asset":"x"})");
    notice_all(kNow + i * 1min);
  }
  const auto first = sql().read([](Connection& c) { return alerts_of(c, "kari", 3, std::nullopt); });
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[0].time, kNow + 4min);
  const auto rest = sql().read(
      [&](Connection& c) { return alerts_of(c, "kari", 3, std::pair{first[2].time, first[2].id}); });
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[1].time, kNow);
  EXPECT_THAT(sql().read([](Connection& c) { return alerts_of(c, "ola", 3, std::nullopt); }), IsEmpty());
}

TEST_P(Outbox, DeliveriesAreListedNewestFirstAndPaged) {
  rule(RuleKind::new_asset, Pace::now);
  for (int i = 0; i < 5; ++i) {
    event("fjordvik", "asset-found", R"({"asset":"x"})");
    notice_all();
    sql().write([&](Connection& c) { group(c, kNow + i / 2 * 1min); });  // two at the same time
  }
  std::vector<std::string> seen;
  std::optional<std::pair<UtcTime, std::string>> after;
  for (int page = 0; page < 3; ++page) {
    const auto some = sql().read([&](Connection& c) { return deliveries_of(c, "kari", 2, after); });
    ASSERT_EQ(some.size(), page < 2 ? 2U : 1U);
    for (const auto& one : some) {
      if (after) EXPECT_LE(one.created, after->first);
      seen.push_back(one.id);
      after = {one.created, one.id};
    }
  }
  std::ranges::sort(seen);
  EXPECT_EQ(std::ranges::unique(seen).begin(), seen.end());
  EXPECT_THAT(sql().read([&](Connection& c) { return deliveries_of(c, "kari", 2, after); }), IsEmpty());
}

TEST_P(Outbox, AChannelSendsOneAtATimeAndAnOwnerTwo) {
  // Three channels of Kari's, two messages for each.
  std::vector<Channel> all{channel_};
  for (int i = 0; i < 2; ++i) {
    auto more = channel_;
    more.id = new_id();
    all.push_back(more);
    sql().write([&](Connection& c) { put(c, more); });
  }
  for (const auto& one : all) {
    channel_ = one;
    rule(RuleKind::new_asset, Pace::now);
  }
  for (int i = 0; i < 2; ++i) {
    event("fjordvik", "asset-found", R"({"asset":"x"})");
    notice_all();
    sql().write([&](Connection& c) { group(c, kNow + i * 1s); });
  }
  const auto later = kNow + 1min;
  const auto take = [&] { return sql().write([&](Connection& c) { return begin(c, later, access); }); };
  const auto first = take();
  const auto second = take();
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->channel.id, second->channel.id);
  EXPECT_FALSE(take());
  EXPECT_FALSE(sql().read([&](Connection& c) { return anything_to_do(c, later).deliveries; }));
  // The channel whose message has left is not first in the row again: the third has waited for longer.
  sql().write([&](Connection& c) { sent(c, later, *first); });
  const auto third = take();
  ASSERT_TRUE(third);
  EXPECT_NE(third->channel.id, second->channel.id);
  EXPECT_NE(third->channel.id, first->channel.id);
  sql().write([&](Connection& c) { not_sent(c, later, *second, "no", false); });
  const auto fourth = take();
  ASSERT_TRUE(fourth);
  EXPECT_GT(fourth->delivery.created, first->delivery.created);
}

TEST_P(Outbox, WhatAnEarlierVersionStoredInTheClearIsSealed) {
  const access::Keys keys(Bytes(32, 3));
  auto hook = channel_;
  hook.id = new_id();
  hook.kind = "webhook";
  hook.secret = random_token();
  sql().write([&](Connection& c) {
    put(c, hook);
    seal_channels(c, keys);
    const auto sealed = channel(c, hook.id)->secret;
    EXPECT_NE(sealed, hook.secret);
    EXPECT_EQ(keys.open(sealed, secret_purpose(hook.id)), hook.secret);
    EXPECT_EQ(channel(c, channel_.id)->secret, "");
    seal_channels(c, keys);
    EXPECT_EQ(channel(c, hook.id)->secret, sealed);
  });
}

TEST_P(Outbox, ATestGoesOutWithoutAlertsAndOnceAMinute) {
  sql().write([&](Connection& c) {
    const auto tried = try_out(c, kNow, channel_);
    EXPECT_EQ(tried.wait_s, 0);
    EXPECT_EQ(delivery(c, tried.delivery)->state, "pending");
    EXPECT_EQ(try_out(c, kNow + 20s, channel_).wait_s, 40);
    EXPECT_EQ(try_out(c, kNow + 60s, channel_).wait_s, 0);
  });
  const auto out = next(kNow + 1s);
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->test);
  EXPECT_TRUE(out->alerts.empty());
  EXPECT_EQ(out->confirm_token, "");
}

TEST_P(Outbox, AnAddressIsConfirmedBeforeAlertsGoThere) {
  channel_.id = new_id();
  channel_.confirmed = false;
  sql().write([&](Connection& c) {
    put(c, channel_);
    EXPECT_EQ(ask_to_confirm(c, kNow, channel_), 0);
    EXPECT_EQ(ask_to_confirm(c, kNow + 1min, channel_), 240);
  });
  rule(RuleKind::new_critical, Pace::now);
  event("fjordvik", "finding-opened", kCritical);
  notice_all();
  const auto letter = next();
  ASSERT_TRUE(letter);
  EXPECT_TRUE(letter->alerts.empty());
  EXPECT_EQ(letter->confirm_token.size(), 52U);
  EXPECT_FALSE(next(kNow + 1h));  // the alert waits
  const auto try_to = [&](UtcTime at, std::string_view owner, std::string_view token) {
    return sql().write([&](Connection& c) { return confirm(c, at, owner, token); });
  };
  sql().write([&](Connection& c) {
    sent(c, kNow, *letter);
    EXPECT_EQ(ask_to_confirm(c, kNow + 6min, channel_), 0);
  });
  const auto second = next(kNow + 6min);
  ASSERT_TRUE(second);
  EXPECT_NE(second->confirm_token, letter->confirm_token);
  EXPECT_FALSE(try_to(kNow + 7min, "kari", letter->confirm_token));  // the later letter ends the link
  EXPECT_FALSE(try_to(kNow + 7min, "ola", second->confirm_token));
  EXPECT_FALSE(try_to(kNow + 6min + kConfirmTime, "kari", second->confirm_token));
  EXPECT_FALSE(try_to(kNow + 7min, "kari", ""));
  const auto confirmed = try_to(kNow + 7min, "kari", second->confirm_token);
  ASSERT_TRUE(confirmed);
  EXPECT_EQ(confirmed->id, channel_.id);
  EXPECT_FALSE(try_to(kNow + 7min, "kari", second->confirm_token));  // once
  sql().write([&](Connection& c) { sent(c, kNow, *second); });
  const auto alert = next(kNow + 8min);
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->alerts.size(), 1U);
  EXPECT_EQ(alert->confirm_token, "");
}

}  // namespace
}  // namespace utsyn::followup::alerts
