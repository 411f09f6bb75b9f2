// The queue of measurements and its clock, on both databases.
#include "engine/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "engine/scheduler.h"
#include "engine/stop_switch.h"
#include "store/test_database.h"

namespace utsyn::engine {
namespace {

using namespace std::chrono_literals;
using store::Connection;

const UtcTime kNow = *parse_time("2026-11-21T08:00:00Z");
const store::Actor kPerson{"kari", "192.0.2.7"};

class Jobs : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    sql().write([](Connection& connection) {
      for (const auto* id : {"fjordvik", "nordsky", "steinlia"})
        connection.execute("INSERT INTO organisation (id, name, kind) VALUES (?1, ?1, 'municipality')", {id});
    });
  }
  Job wanted(const std::string& organisation, const std::string& asset = "", int priority = 10,
             UtcTime at = kNow) {
    return sql().write(
        [&](Connection& c) { return want(c, at, kPerson, {organisation, asset, "", "core", priority}); });
  }
  std::optional<Job> taken(UtcTime at = kNow) {
    return sql().write([&](Connection& c) { return take(c, at); });
  }
  Job now_is(const Job& known) {
    return *sql().read([&](Connection& c) { return job(c, known.id); });
  }
  void target(const std::string& organisation) {
    sql().write([&](Connection& c) {
      c.execute(
          "INSERT INTO target (organisation, kind, name, added, added_by) VALUES (?1, 'domain', ?2, 0, 'x')",
          {organisation, organisation + ".example"});
    });
  }
};
UTSYN_BOTH_DATABASES(Jobs);

TEST_P(Jobs, WantingTheSameTwiceIsOneJobWithTheHigherPriority) {
  const auto first = wanted("fjordvik", "", 0);
  const auto second = wanted("fjordvik", "", 10);
  EXPECT_EQ(first.id, second.id);
  EXPECT_EQ(now_is(first).priority, 10);
  EXPECT_NE(wanted("fjordvik", "www:443").id, first.id);
  EXPECT_EQ(now_is(first).wanted_by, "kari");
}

TEST_P(Jobs, ThePersonGoesBeforeTheSchedule) {
  wanted("fjordvik", "", 0);
  wanted("nordsky", "", 10, kNow + 1s);
  EXPECT_EQ(taken()->organisation, "nordsky");
  EXPECT_EQ(taken()->organisation, "fjordvik");
  EXPECT_FALSE(taken());
}

TEST_P(Jobs, OneOrganisationIsNeverMeasuredTwiceAtOnce) {
  wanted("fjordvik");
  const auto first = taken();
  ASSERT_TRUE(first);
  const auto second = wanted("fjordvik");  // wanted again while the first runs: after a fix, say
  EXPECT_NE(second.id, first->id);
  EXPECT_FALSE(sql().read([](Connection& c) { return anything_to_take(c, kNow); }));
  EXPECT_FALSE(taken());
  EXPECT_TRUE(sql().write([&](Connection& c) { return finish(c, kNow, *first, "{}"); }));
  EXPECT_TRUE(sql().read([](Connection& c) { return anything_to_take(c, kNow); }));
  EXPECT_EQ(taken()->id, second.id);
}

TEST_P(Jobs, ManyTakersNeverShareAJob) {
  for (int i = 0; i < 40; ++i) {
    const auto id = "o" + std::to_string(i);
    sql().write([&](Connection& c) {
      c.execute("INSERT INTO organisation (id, name, kind) VALUES (?1, ?1, 'other')", {id});
    });
    wanted(id);
  }
  std::mutex mutex;
  std::multiset<std::string> seen;
  {
    std::vector<std::jthread> takers;
    for (int i = 0; i < 4; ++i) {
      takers.emplace_back([&] {
        while (const auto one = taken()) {
          const std::scoped_lock lock(mutex);
          seen.insert(one->id);
        }
      });
    }
  }
  EXPECT_EQ(seen.size(), 40U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 40U);
}

TEST_P(Jobs, ASilentRunnerLosesItsJobAndItsLateAnswerChangesNothing) {
  wanted("fjordvik");
  const auto lost = taken();
  EXPECT_FALSE(taken(kNow + 20s));
  const auto again = taken(kNow + kLease + 1s);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, lost->id);
  EXPECT_FALSE(sql().write([&](Connection& c) { return finish(c, kNow + 40s, *lost, R"({"late":true})"); }));
  EXPECT_FALSE(sql().write([&](Connection& c) { return still_running(c, kNow + 40s, *lost, ""); }));
  EXPECT_TRUE(sql().write([&](Connection& c) { return finish(c, kNow + 41s, *again, "{}"); }));
  EXPECT_EQ(now_is(*again).state, JobState::done);
}

TEST_P(Jobs, ARunnerThatSpeaksKeepsItsJob) {
  wanted("fjordvik");
  const auto mine = taken();
  EXPECT_TRUE(
      sql().write([&](Connection& c) { return still_running(c, kNow + 25s, *mine, R"({"hosts":3})"); }));
  EXPECT_FALSE(taken(kNow + kLease + 10s));
  EXPECT_EQ(now_is(*mine).progress, R"({"hosts":3})");
}

// Who waits for a job is told how far it has come, when it has come further; what the schedule wants is
// measured in silence.
TEST_P(Jobs, ProgressIsToldToThoseWhoWait) {
  const auto told = [&] {
    std::vector<std::string> out;
    for (const auto& event : sql().read([](Connection& c) { return store::events_after(c, 0, 100); }))
      if (event.kind == "job-changed" && event.data.find("progress") != std::string::npos)
        out.push_back(event.organisation + " " + event.data);
    return out;
  };
  const auto speak = [&](const Job& mine, std::string_view progress) {
    return sql().write([&](Connection& c) { return still_running(c, kNow + 2s, mine, progress); });
  };
  wanted("fjordvik");
  const auto mine = *taken();
  EXPECT_TRUE(speak(mine, R"({"hosts":3,"hosts_done":1})"));
  EXPECT_TRUE(speak(mine, R"({"hosts":3,"hosts_done":1})"));
  EXPECT_TRUE(speak(mine, R"({"hosts":3,"hosts_done":2})"));
  ASSERT_EQ(told().size(), 2U);
  EXPECT_EQ(told()[1], "fjordvik {\"job\":\"" + mine.id +
                           R"(","state":"running","progress":{"hosts":3,"hosts_done":2}})");
  auto late = mine;
  --late.attempts;
  EXPECT_FALSE(speak(late, R"({"hosts":3,"hosts_done":3})"));
  wanted("nordsky", "", 0);
  const auto scheduled_one = *taken();
  EXPECT_TRUE(speak(scheduled_one, R"({"hosts":3,"hosts_done":1})"));
  EXPECT_EQ(now_is(scheduled_one).progress, R"({"hosts":3,"hosts_done":1})");
  EXPECT_EQ(told().size(), 2U);
}

TEST_P(Jobs, WhatTakesTheProgramDownIsNotTriedForEver) {
  wanted("fjordvik");
  auto at = kNow;
  for (int i = 0; i < kMostAttempts; ++i, at += kLease + 1s) ASSERT_TRUE(taken(at));
  EXPECT_FALSE(taken(at));
  const auto ended = sql().read([](Connection& c) { return jobs(c, "fjordvik", 10); });
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].state, JobState::failed);
  EXPECT_THAT(ended[0].error, testing::HasSubstr("ended 3 times"));
}

TEST_P(Jobs, PutBackIsNoFailedAttempt) {
  wanted("fjordvik");
  for (int i = 0; i < 5; ++i) {
    const auto mine = taken();
    ASSERT_TRUE(mine);
    EXPECT_EQ(mine->attempts, 1);
    sql().write([&](Connection& c) { put_back(c, kNow, *mine); });
  }
}

TEST_P(Jobs, WhileMeasuringIsStoppedNothingIsTakenAndNothingFails) {
  wanted("fjordvik");
  const auto running = *taken();
  wanted("nordsky", "", 10, kNow + 1s);  // of two of one second, chance would decide
  sql().write([&](Connection& c) {
    stop_measuring(c, kNow, kPerson, "kari", "the network is being rebuilt");
    // Who stops again does not take the first one's place.
    EXPECT_EQ(stop_measuring(c, kNow + 1min, kPerson, "ola", "me too").by, "kari");
  });
  EXPECT_FALSE(sql().read([&](Connection& c) { return anything_to_take(c, kNow); }));
  EXPECT_FALSE(taken());
  EXPECT_FALSE(sql().write([&](Connection& c) { return fail(c, kNow, running, "stopped"); }));
  EXPECT_EQ(now_is(running).state, JobState::queued);
  EXPECT_EQ(sql().read([&](Connection& c) { return stop_of(c); }),
            (Stop{kNow, "kari", "the network is being rebuilt"}));

  sql().write([&](Connection& c) {
    go_on_measuring(c, kNow + 2min, kPerson, "done");
    go_on_measuring(c, kNow + 3min, kPerson, "done twice");
  });
  EXPECT_EQ(taken(kNow + 2min)->id, running.id);
  const auto told = sql().read([](Connection& c) {
    return c.query("SELECT action FROM audit WHERE action LIKE 'measuring.%' ORDER BY number");
  });
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].text(0), "measuring.stop");
  EXPECT_EQ(told[1].text(0), "measuring.go-on");
}

TEST_P(Jobs, EveryChangeIsTold) {
  const auto mine = wanted("fjordvik");
  const auto running = taken();
  sql().write([&](Connection& c) { fail(c, kNow, *running, "looking up: no"); });
  const auto told = sql().read([](Connection& c) { return store::events_after(c, 0, 100); });
  std::vector<std::string> states;
  for (const auto& event : told) {
    EXPECT_EQ(event.kind, "job-changed");
    states.push_back(event.data);
  }
  ASSERT_EQ(states.size(), 3U);
  EXPECT_THAT(states[0], testing::HasSubstr("queued"));
  EXPECT_THAT(states[2], testing::HasSubstr("failed"));
  EXPECT_EQ(now_is(mine).error, "looking up: no");
}

// As the service looks: it writes only where there is something.
int scheduled(Connection& c, UtcTime now, int most) {
  const auto found = waiting(c, now);
  if (found.without_time) give_first_times(c, now);
  EXPECT_FALSE(waiting(c, now).without_time);
  return found.without_time || found.due ? queue_what_is_due(c, now, most) : 0;
}

TEST_P(Jobs, NewOrganisationsAreMeasuredAtOnceAndThenDaily) {
  target("fjordvik");
  const auto queue = [&](UtcTime at) {
    return sql().write([&](Connection& c) { return scheduled(c, at, 100); });
  };
  EXPECT_EQ(queue(kNow), 1);
  EXPECT_EQ(queue(kNow + 1min), 0);
  const auto first = taken();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->wanted_by, "schedule");
  sql().write([&](Connection& c) {
    finish(c, kNow, *first, "{}");
    after_measurement(c, "fjordvik", kNow, true, 12345);
  });
  EXPECT_EQ(queue(kNow + 11h), 0);
  EXPECT_EQ(queue(kNow + 37h), 1);
}

TEST_P(Jobs, AJobThatAPersonWantedIsNotDoubledByTheSchedule) {
  target("fjordvik");
  wanted("fjordvik");
  EXPECT_EQ(sql().write([](Connection& c) { return scheduled(c, kNow, 100); }), 0);
  EXPECT_EQ(sql().write([](Connection& c) { return scheduled(c, kNow + 25h, 100); }), 1);
}

TEST_P(Jobs, WhatWasMissedIsCaughtUpOldestFirstAndBounded) {
  for (const auto* id : {"fjordvik", "nordsky", "steinlia"}) {
    target(id);
    sql().write([&](Connection& c) { after_measurement(c, id, kNow, true, 0); });
  }
  const auto later = kNow + 24h * 30;
  EXPECT_EQ(sql().write([&](Connection& c) { return scheduled(c, later, 2); }), 2);
  EXPECT_EQ(sql().write([&](Connection& c) { return scheduled(c, later, 2); }), 1);
  EXPECT_EQ(sql().write([&](Connection& c) { return scheduled(c, later, 2); }), 0);
}

TEST_P(Jobs, RemovedOrganisationsAndThoseWithoutDomainsAreNotMeasured) {
  target("fjordvik");
  sql().write([](Connection& c) { c.execute("UPDATE organisation SET removed = 1 WHERE id = 'fjordvik'"); });
  EXPECT_EQ(sql().write([](Connection& c) { return scheduled(c, kNow, 100); }), 0);
}

TEST(Schedule, EveryOrganisationHasItsOwnSecondWithALittleChance) {
  std::set<std::int64_t> seconds;
  for (int i = 0; i < 100; ++i) {
    const auto id = "o" + std::to_string(i);
    const auto next = next_daily(id, kNow, 900);  // chance in the middle: no shift
    EXPECT_GE(next, kNow + 12h);
    EXPECT_LE(next, kNow + 36h);
    seconds.insert(to_unix(next) % 86'400);
    EXPECT_EQ(next_daily(id, next, 900), next + 24h);
    EXPECT_LE(std::chrono::abs(next_daily(id, kNow, 7) - next), 15min);
  }
  EXPECT_GT(seconds.size(), 95U);
}

TEST(Schedule, FailuresWaitLongerAndLonger) {
  EXPECT_EQ(wait_after_failures(1), 1h);
  EXPECT_EQ(wait_after_failures(3), 4h);
  EXPECT_EQ(wait_after_failures(6), 24h);
  EXPECT_EQ(wait_after_failures(100), 24h);
}

}  // namespace
}  // namespace utsyn::engine
