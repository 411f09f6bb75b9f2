// When the daily measurement is a full one: only while consent and proof both hold, once a week, on both
// databases.
#include <gtest/gtest.h>

#include <set>

#include "engine/full_grant.h"
#include "engine/scheduler.h"
#include "store/test_database.h"

namespace utsyn::engine {
namespace {

using namespace std::chrono_literals;
using store::Connection;

const UtcTime kNow = *parse_time("2026-11-21T08:00:00Z");
constexpr auto kDay = 24h;

class FullSchedule : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    sql().write([](Connection& c) {
      c.execute("INSERT INTO organisation (id, name, kind) VALUES ('fjordvik', 'Fjordvik', 'municipality')",
                {});
      c.execute(
          "INSERT INTO target (organisation, kind, name, added, added_by) "
          "VALUES ('fjordvik', 'domain', 'fjordvik.example', 0, 'x')",
          {});
    });
  }
  void consent(UtcTime from = kNow, std::optional<UtcTime> until = {},
               std::string_view scope = kActiveScope) {
    sql().write([&](Connection& c) {
      std::optional<std::int64_t> end;
      if (until) end = to_unix(*until);
      c.execute(
          "INSERT INTO consent (organisation, id, scope, recipient, given_by, recorded_by, from_time, "
          "until_time, recorded) VALUES ('fjordvik', ?1, ?2, 'Utsyn', 'the head of IT', 'kari', ?3, ?4, ?3)",
          {"c" + std::to_string(++consents_), scope, to_unix(from), end});
    });
  }
  void withdraw() {
    sql().write([](Connection& c) {
      c.execute("UPDATE consent SET withdrawn = ?1, withdrawn_by = 'kari'", {to_unix(kNow)});
    });
  }
  void proof(std::optional<UtcTime> proved = kNow, const std::string& domain = "fjordvik.example") {
    sql().write([&](Connection& c) {
      std::optional<std::int64_t> time;
      if (proved) time = to_unix(*proved);
      c.execute(
          "INSERT INTO ownership (organisation, domain, token, asked, asked_by, proved, method) "
          "VALUES ('fjordvik', ?1, 'token', 0, 'kari', ?2, 'dns') "
          "ON CONFLICT (organisation, domain) DO UPDATE SET proved = excluded.proved",
          {domain, time});
    });
  }
  bool given(UtcTime at = kNow) {
    return sql().read([&](Connection& c) { return full_grant(c, "fjordvik", at).given(); });
  }
  std::string why_not(UtcTime at = kNow) {
    return std::string(sql().read([&](Connection& c) { return full_grant(c, "fjordvik", at).reason(); }));
  }
  std::optional<UtcTime> planned(UtcTime at = kNow) {
    return sql().read([&](Connection& c) { return next_full(c, "fjordvik", at); });
  }
  // Queues what is due and carries it out; its profile, empty when nothing was due. `asks`: whether the proof
  // was found again when it began.
  std::string day(UtcTime at, bool asks = true) {
    return sql().write([&](Connection& c) {
      give_first_times(c, at);
      if (queue_what_is_due(c, at, 10) == 0) return std::string();
      const auto job = take(c, at);
      if (!job) return std::string("nothing to take");
      finish(c, at, *job, "{}");
      after_measurement(c, "fjordvik", at, true, 21'600, asks && job->profile == "full");
      return job->profile;
    });
  }
  // The profile of each day's measurement, one letter each.
  std::string days(UtcTime from, int count, bool asks = true) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      for (auto hour = 0h; hour < kDay; hour += 1h) {
        const auto profile = day(from + i * kDay + hour, asks);
        if (!profile.empty()) out += profile == "full" ? 'F' : profile == "core" ? 'c' : '?';
      }
    }
    return out;
  }

 private:
  int consents_ = 0;
};
UTSYN_BOTH_DATABASES(FullSchedule);

TEST_P(FullSchedule, NeedsConsentAndProofBoth) {
  EXPECT_EQ(why_not(), "no-consent");
  proof();
  EXPECT_EQ(why_not(), "no-consent");
  EXPECT_FALSE(planned());
  EXPECT_EQ(day(kNow), "core");
  consent();
  EXPECT_EQ(why_not(), "");
  EXPECT_TRUE(given());
  ASSERT_TRUE(planned());
  EXPECT_GT(*planned(), kNow);
  proof(std::nullopt);
  EXPECT_EQ(why_not(), "no-proof");
  EXPECT_FALSE(planned());
  EXPECT_EQ(days(kNow + 12h, 3), "ccc");
}

TEST_P(FullSchedule, OtherConsentsAndOtherTimesDoNotCount) {
  proof();
  for (const auto* scope : {"comparison", "score", "findings"}) consent(kNow, {}, scope);
  EXPECT_FALSE(given());
  consent(kNow + kDay, kNow + 3 * kDay);
  EXPECT_FALSE(given());
  EXPECT_TRUE(given(kNow + 2 * kDay));
  EXPECT_FALSE(given(kNow + 3 * kDay));
}

TEST_P(FullSchedule, AProofHoldsForAYearAndForDomainsThatAreMeasured) {
  consent();
  proof(kNow - footprint::kProofHolds);
  EXPECT_FALSE(given());
  proof(kNow - footprint::kProofHolds + 1h);
  EXPECT_TRUE(given());
  EXPECT_FALSE(given(kNow + 2h));
  proof(std::nullopt);
  proof(kNow, "elsewhere.example");
  EXPECT_EQ(why_not(), "no-proof");
}

TEST_P(FullSchedule, OneDayOfTheWeekIsFull) {
  proof();
  consent();
  const auto weeks = days(kNow, 29);
  EXPECT_EQ(weeks.front(), 'F') << "the first measurement after consent and proof";
  EXPECT_EQ(weeks.find('?'), std::string::npos) << weeks;
  // From its own time of the week on, every seventh day.
  const auto second = weeks.find('F', 1);
  ASSERT_NE(second, std::string::npos) << weeks;
  EXPECT_GE(second, 3U);
  EXPECT_LE(second, 12U);
  const auto third = weeks.find('F', second + 1);
  ASSERT_NE(third, std::string::npos) << weeks;
  EXPECT_NEAR(static_cast<double>(third - second), 7, 1) << weeks;
}

TEST_P(FullSchedule, WhatIsPlannedIsSaid) {
  proof();
  consent();
  EXPECT_EQ(day(kNow), "full");
  const auto next = planned();
  ASSERT_TRUE(next);
  EXPECT_GE(*next, kNow + 3 * kDay);
  EXPECT_LE(*next, kNow + 11 * kDay);
  withdraw();
  EXPECT_FALSE(planned());
}

TEST_P(FullSchedule, WithdrawnConsentEndsItAtOnceAndANewOneBringsItBack) {
  proof();
  consent();
  EXPECT_EQ(days(kNow, 2), "Fc");
  withdraw();
  EXPECT_EQ(days(kNow + 2 * kDay, 14), std::string(14, 'c'));
  consent();
  EXPECT_EQ(day(kNow + 17 * kDay), "full") << "long due";
}

TEST_P(FullSchedule, AJobThatMayNotAskIsNotCountedAsAFullOne) {
  proof();
  consent();
  // Queued as full; when it began the proof could not be looked for, so it asked nothing. Tried again the
  // next day.
  EXPECT_EQ(day(kNow, false), "full");
  EXPECT_EQ(days(kNow + 12h, 3, false), "FFF");
  EXPECT_EQ(days(kNow + 4 * kDay, 2), "Fc");
}

TEST(Weekly, EveryOrganisationHasItsOwnTimeOfTheWeekWithALittleChance) {
  std::set<std::int64_t> days;
  for (int i = 0; i < 200; ++i) {
    const auto id = "o" + std::to_string(i);
    const auto middle = next_weekly(id, kNow, 6 * 3600);  // chance in the middle: no shift
    EXPECT_GE(middle, kNow + 84h);
    EXPECT_LE(middle, kNow + 252h);
    EXPECT_EQ(middle - next_weekly(id, kNow, 0), 6h);
    EXPECT_EQ(next_weekly(id, kNow, 12 * 3600) - middle, 6h);
    EXPECT_EQ(to_unix(next_weekly(id, middle, 6 * 3600)) - to_unix(middle), 7 * 86'400);
    days.insert(to_unix(middle) / 86'400 % 7);
  }
  EXPECT_EQ(days.size(), 7U) << "spread over the week";
}

}  // namespace
}  // namespace utsyn::engine
