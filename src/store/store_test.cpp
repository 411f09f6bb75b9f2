// What is stored of measurements, and the standings and news that come with them. Files and folders are
// store_file_test.cpp, sudden death store_kill_test.cpp, the life of a finding finding_test.cpp.
#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <random>
#include <set>

#include "score/json.h"
#include "store/events.h"
#include "store/standing.h"
#include "store/test_database.h"
#include "store/test_measurement.h"

namespace utsyn::store {
namespace {

using checks::Outcome;
using testing::day;
using testing::judged;
using testing::measurement;
using testing::record;

class StoreTest : public testing::DatabaseTest {
 protected:
  std::shared_ptr<Store> open() const {
    auto store = open_store(where());
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
    return store ? std::move(*store) : nullptr;
  }
  std::vector<Event> told(std::int64_t after = 0) {
    return sql().read([&](Connection& connection) { return events_after(connection, after, 1000); });
  }
  std::optional<StandingRow> standing(std::string_view organisation = "fjord") {
    return sql().read([&](Connection& connection) { return read_standing(connection, organisation); });
  }
};
UTSYN_BOTH_DATABASES(StoreTest);

TEST_P(StoreTest, MeasuringTwiceWithoutChangeAddsNoEvidence) {
  const auto store = open();
  const std::vector<Record> records = {record("fjord.example/A", "{\"a\":1}"),
                                       record("fjord.example/MX", "{\"b\":1}")};
  const auto first =
      store->save(measurement(day(0), records, {judged("dns.caa.exists", Outcome::pass, "found")}));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(*first, (Saved{2, 0}));
  const auto counts = *store->counts();
  const auto second =
      store->save(measurement(day(1), records, {judged("dns.caa.exists", Outcome::pass, "found")}));
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(*second, (Saved{0, 2}));
  auto expected = counts;
  expected.measurements = 2;
  EXPECT_EQ(*store->counts(), expected);
}

TEST_P(StoreTest, ChangedVerdictBeginsNewInterval) {
  const auto store = open();
  ASSERT_TRUE(store->save(measurement(day(0), {}, {judged("c", Outcome::fail, "none")})));
  ASSERT_TRUE(store->save(measurement(day(1), {}, {judged("c", Outcome::fail, "none")})));
  ASSERT_TRUE(store->save(measurement(day(2), {}, {judged("c", Outcome::pass, "found")})));
  ASSERT_TRUE(store->save(measurement(day(3), {}, {judged("c", Outcome::fail, "none")})));
  const auto rows = store->verdicts("fjord", "fjord.example", "c");
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].from, day(0));
  EXPECT_EQ((*rows)[0].to, day(1));
  EXPECT_EQ((*rows)[1].judged.verdict.outcome, Outcome::pass);
  EXPECT_EQ((*rows)[2].from, day(3));
  EXPECT_EQ((*rows)[2].judged.verdict.detail, judged("c", Outcome::fail, "none").verdict.detail);
}

TEST_P(StoreTest, FixClosesAndSaysSo) {
  const auto store = open();
  ASSERT_TRUE(store->save(measurement(day(0), {}, {judged("c", Outcome::fail, "none")})));
  const auto before = *store->findings("fjord");
  ASSERT_EQ(before.size(), 1U);
  const auto after = measurement(day(3), {}, {judged("c", Outcome::pass, "found")}, before);
  ASSERT_EQ(after.events.size(), 1U);
  EXPECT_EQ(after.events[0].change, FindingChange::closed);
  ASSERT_TRUE(store->save(after));
  const auto now = *store->findings("fjord");
  EXPECT_EQ(now[0].state, FindingState::fixed);
  EXPECT_EQ(now[0].closed, day(3));
  EXPECT_EQ(now[0].first_seen, day(0));
  EXPECT_EQ(store->events("fjord")->size(), 2U);
}

TEST_P(StoreTest, PastIsPutTogetherAsItWas) {
  const auto store = open();
  const auto old_record = record("fjord.example/A", "{\"a\":1}");
  const auto new_record = record("fjord.example/A", "{\"a\":2}");
  ASSERT_TRUE(store->save(measurement(day(0), {old_record}, {judged("c", Outcome::fail, "none")})));
  ASSERT_TRUE(store->save(
      measurement(day(1), {new_record}, {judged("c", Outcome::pass, "found")}, *store->findings("fjord"))));
  ASSERT_TRUE(store->save(
      measurement(day(2), {old_record}, {judged("c", Outcome::fail, "none")}, *store->findings("fjord"))));

  EXPECT_FALSE(store->at("fjord", day(0) - std::chrono::seconds{1})->has_value());
  const std::pair<UtcTime, Record> cases[] = {{day(0), old_record},
                                              {day(0) + std::chrono::hours{5}, old_record},
                                              {day(1), new_record},
                                              {day(2), old_record}};
  for (const auto& [moment, expected] : cases) {
    const auto snapshot = store->at("fjord", moment);
    ASSERT_TRUE(snapshot.has_value() && snapshot->has_value());
    ASSERT_EQ((*snapshot)->assets.size(), 1U);
    EXPECT_THAT((*snapshot)->assets[0].records, ::testing::ElementsAre(expected)) << format_time(moment);
  }
  EXPECT_EQ((*store->at("fjord", day(1)))->findings[0].state, FindingState::fixed);
  EXPECT_EQ((*store->at("fjord", day(0)))->findings[0].state, FindingState::open);
  EXPECT_EQ((*store->at("fjord", day(2)))->findings[0].reopened, 1);
}

TEST_P(StoreTest, ScoresKeepTheirInterval) {
  const auto store = open();
  ASSERT_TRUE(store->save(measurement(day(0), {}, {}, {}, "{\"score_cp\":9000}")));
  ASSERT_TRUE(store->save(measurement(day(1), {}, {}, {}, "{\"score_cp\":9000}")));
  ASSERT_TRUE(store->save(measurement(day(2), {}, {}, {}, "{\"score_cp\":8000}")));
  const auto rows = *store->scores("fjord");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].to, day(1));
  EXPECT_EQ(rows[1].output, "{\"score_cp\":8000}");
}

TEST_P(StoreTest, OrganisationsDoNotSeeEachOther) {
  const auto store = open();
  auto other = measurement(day(0), {record("x/A", "{}")}, {judged("c", Outcome::fail, "none")});
  other.organisation.id = "stein";
  ASSERT_TRUE(store->save(other));
  ASSERT_TRUE(store->save(measurement(day(0), {}, {})));
  EXPECT_EQ(store->findings("fjord")->size(), 0U);
  EXPECT_EQ(store->findings("stein")->size(), 1U);
  EXPECT_EQ(store->organisations()->size(), 2U);
}

// --- standings and news

score::Organisation scored(std::vector<score::Finding> findings) {
  score::Organisation out;
  out.method_named = true;
  out.assets = {{"fjord.example", 200}};
  out.coverage = 9000;
  out.findings = std::move(findings);
  return out;
}
score::Finding weighed(const std::string& id, score::Severity severity, std::int64_t age,
                       score::State state = score::State::open) {
  score::Finding out;
  out.id = id;
  out.asset = "fjord.example";
  out.sev = severity;
  out.age = age;
  out.state = state;
  return out;
}
void put_score(Measurement& m, const score::Organisation& input) {
  const auto score = score::score(input);
  m.input = score::write_organisation(input);
  m.output = score::write_score(score);
  m.score_cp = score.score_cp;
  m.grade = score::word(score.grade);
}

TEST(Standing, IsWhatTheScoreSays) {
  using score::Severity;
  using score::State;
  const auto input = scored({weighed("tls.a@fjord.example", Severity::critical, 70),
                             weighed("tls.a@b.fjord.example", Severity::high, 31),
                             weighed("dns.b@fjord.example", Severity::medium, 10),
                             weighed("dns.c@fjord.example", Severity::low, 1000, State::upheld),
                             weighed("dns.d@fjord.example", Severity::low, 5, State::accepted),
                             weighed("dns.e@fjord.example", Severity::info, 5000)});
  const auto score = score::score(input);
  const auto row = standing_of(score::write_organisation(input), score::write_score(score));
  EXPECT_EQ(row.score_cp, score.score_cp);
  EXPECT_EQ(row.grade, score::word(score.grade));
  EXPECT_EQ(row.managed_cp, score.managed_cp);
  EXPECT_GT(row.managed_cp, row.score_cp);
  EXPECT_EQ(row.low_cp, score.interval_cp[0]);
  EXPECT_EQ(row.high_cp, score.interval_cp[1]);
  EXPECT_EQ(row.coverage, 9000);
  EXPECT_EQ(row.assets, 1);
  EXPECT_EQ(row.gate, "tls.a@fjord.example");
  EXPECT_EQ((std::array{row.critical, row.high, row.medium, row.low}),
            (std::array<std::int64_t, 4>{1, 1, 1, 1}));
  EXPECT_EQ(row.overdue_days, 70 - 30);
  EXPECT_EQ(row.checks, "dns.b,dns.d,tls.a");
  EXPECT_THROW(standing_of("[]", "{}"), Failure);
  EXPECT_THROW(standing_of(score::write_organisation(input), "nothing"), Failure);
}

TEST_P(StoreTest, NewsOfAFindingSayWhetherItIsKnownToBeExploited) {
  const auto store = store_on(shared_sql());
  ASSERT_TRUE(store->save(measurement(day(0), {},
                                      {judged("tls.vuln.ccs", Outcome::fail, "answered"),
                                       judged("tls.vuln.heartbleed", Outcome::fail, "answered")})));
  const auto events = told();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_THAT(events[0].data, ::testing::Not(::testing::HasSubstr("known_exploited")));
  EXPECT_THAT(events[1].data,
              ::testing::HasSubstr(R"("known_exploited":{"cve":"CVE-2014-0160","added":"2022-05-04"})"));
}

TEST_P(StoreTest, StandingAndNewsComeWithTheMeasurement) {
  using score::Severity;
  const auto store = store_on(shared_sql());
  EXPECT_FALSE(standing().has_value());
  auto first = measurement(day(0), {}, {judged("c", Outcome::fail, "none")});
  put_score(first, scored({weighed("c@fjord.example", Severity::high, 0)}));
  ASSERT_TRUE(store->save(first));
  ASSERT_TRUE(standing().has_value());
  EXPECT_EQ(standing()->high, 1);
  EXPECT_EQ(standing()->checks, "c");
  const auto kinds = [](const std::vector<Event>& events) {
    std::vector<std::string> out;
    for (const auto& event : events) out.push_back(event.kind);
    return out;
  };
  EXPECT_THAT(kinds(told()), ::testing::ElementsAre("finding-opened", "measured"))
      << "the first find is no news";

  auto second = measurement(day(1), {}, {judged("c", Outcome::pass, "found")}, *store->findings("fjord"));
  put_score(second, scored({}));
  second.assets[0].asset.value = 400;
  Asset more;
  more.id = more.host = "www.fjord.example";
  second.assets.push_back({more, {}});
  ASSERT_TRUE(store->save(second));
  auto events = told(2);
  EXPECT_THAT(kinds(events), ::testing::ElementsAre("asset-changed", "asset-found", "finding-closed",
                                                    "score-changed", "measured"));
  EXPECT_THAT(events[0].data, ::testing::HasSubstr(R"("value":400)"));
  EXPECT_THAT(events[2].data, ::testing::HasSubstr(R"("finding":"c@fjord.example")"));
  EXPECT_THAT(events[3].data, ::testing::HasSubstr(R"("score_cp":)" + std::to_string(first.score_cp)));
  EXPECT_EQ(standing()->high, 0);
  EXPECT_EQ(standing()->checks, "");

  auto third = measurement(day(2), {}, {judged("c", Outcome::fail, "none")}, *store->findings("fjord"));
  put_score(third, scored({weighed("c@fjord.example", Severity::high, 0)}));
  third.assets[0].asset.value = 400;
  ASSERT_TRUE(store->save(third));
  EXPECT_THAT(kinds(told(7)),
              ::testing::ElementsAre("asset-gone", "finding-reopened", "score-changed", "measured"));
  // The same again says nothing new but that it was measured.
  third.time = day(3);
  third.events.clear();
  ASSERT_TRUE(store->save(third));
  EXPECT_THAT(kinds(told(11)), ::testing::ElementsAre("measured"));
}

TEST_P(StoreTest, NewsOfAFindingThatGoesOnSayHowGraveItWas) {
  using checks::Severity;
  const auto store = store_on(shared_sql());
  int n = 0;
  const auto news = [&](Outcome outcome, Severity severity, const std::string& reason) {
    const auto before = told().size();
    auto verdict = judged("c", outcome, reason);
    verdict.severity = severity;
    const auto m = measurement(day(n), {}, {verdict}, *store->findings("fjord"));
    EXPECT_TRUE(store->save(m));
    if (n++ > 0) EXPECT_TRUE(store->save(m));  // stored once more, it is no news
    std::vector<std::string> out;
    for (const auto& event : told(static_cast<std::int64_t>(before))) {
      if (event.kind == "measured") continue;
      const auto data = boost::json::parse(event.data).as_object();
      const auto text = [&](std::string_view member) {
        return data.contains(member) ? std::string(data.at(member).as_string()) : "-";
      };
      out.push_back(event.kind + " " + text("severity_before") + " " + text("severity") + " " +
                    text("outcome_before") + " " + text("outcome") + " " + text("reason"));
    }
    return out;
  };
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  EXPECT_THAT(news(Outcome::warn, Severity::high, "weak"), ElementsAre("finding-opened - high - warn weak"));
  EXPECT_THAT(news(Outcome::fail, Severity::critical, "weak"),
              ElementsAre("finding-changed high critical warn fail weak"));
  EXPECT_THAT(news(Outcome::fail, Severity::critical, "weak"), IsEmpty());
  EXPECT_THAT(news(Outcome::fail, Severity::critical, "another"), IsEmpty());
  EXPECT_THAT(news(Outcome::unknown, Severity::critical, "timed-out"), IsEmpty());
  EXPECT_THAT(news(Outcome::fail, Severity::critical, "another"), IsEmpty());
  EXPECT_THAT(news(Outcome::fail, Severity::high, "another"),
              ElementsAre("finding-changed critical high fail fail another"));
  EXPECT_THAT(news(Outcome::warn, Severity::high, "another"),
              ElementsAre("finding-changed high high fail warn another"));
  auto treated = *store->findings("fjord");
  ASSERT_EQ(treated.size(), 1U);
  treated[0].state = FindingState::accepted;
  const auto last = measurement(day(n), {}, {});
  const auto before = told().size();
  ASSERT_TRUE(store->save_rescore({"fjord",
                                   day(n),
                                   treated,
                                   {{treated[0].id, day(n), FindingChange::changed, "treatment"}},
                                   last.method,
                                   last.input,
                                   last.output,
                                   last.score_cp,
                                   last.grade}));
  EXPECT_THAT(told(static_cast<std::int64_t>(before)), IsEmpty()) << "what people decide is told by them";
}

TEST_P(StoreTest, RescoringMovesTheScoreAndMeasuresNothing) {
  using score::Severity;
  const auto store = store_on(shared_sql());
  auto m = measurement(day(0), {}, {judged("c", Outcome::fail, "none")});
  put_score(m, scored({weighed("c@fjord.example", Severity::high, 0)}));
  ASSERT_TRUE(store->save(m));

  auto treated = m.findings;
  treated[0].state = FindingState::accepted;
  Measurement again = m;
  put_score(again, scored({weighed("c@fjord.example", Severity::high, 40, score::State::accepted)}));
  Rescore rescore{"fjord",     day(2),       treated,        {},         m.method,
                  again.input, again.output, again.score_cp, again.grade};
  ASSERT_TRUE(store->save_rescore(rescore));
  EXPECT_EQ((*store->findings("fjord"))[0].state, FindingState::accepted);
  EXPECT_EQ(standing()->score_cp, again.score_cp);
  EXPECT_EQ(store->scores("fjord")->size(), 2U);
  EXPECT_EQ(store->counts()->measurements, 1);
  EXPECT_EQ(
      sql().read([](Connection& c) { return c.query("SELECT measured FROM standing").at(0).number(0); }),
      to_unix(day(0)));
  EXPECT_EQ(told().back().kind, "score-changed");
  // The same score once more lengthens its interval, and is no news.
  const auto last = told().back().number;
  rescore.time = day(3);
  ASSERT_TRUE(store->save_rescore(rescore));
  EXPECT_EQ(store->scores("fjord")->back().to, day(3));
  EXPECT_EQ(told().back().number, last);

  // A measurement that began before the treatment does not undo it; only closing ends it.
  auto late = measurement(day(4), {}, {judged("c", Outcome::fail, "none")}, m.findings);
  ASSERT_EQ(late.findings[0].state, FindingState::open);
  ASSERT_TRUE(store->save(late));
  EXPECT_EQ((*store->findings("fjord"))[0].state, FindingState::accepted);
  // One that ended before a rescore and is stored after it is what counts from then on.
  rescore.time = day(4) + std::chrono::hours{2};
  ASSERT_TRUE(store->save_rescore(rescore));
  late = measurement(day(4) + std::chrono::hours{1}, {}, {judged("c", Outcome::fail, "none")},
                     *store->findings("fjord"));
  put_score(late, scored({weighed("c@fjord.example", Severity::low, 40, score::State::accepted)}));
  ASSERT_NE(late.score_cp, rescore.score_cp);
  ASSERT_TRUE(store->save(late));
  EXPECT_EQ(store->scores("fjord")->back().score_cp, late.score_cp);
  EXPECT_EQ(store->scores("fjord")->back().from, rescore.time);
  EXPECT_EQ(standing()->score_cp, late.score_cp);
  ASSERT_TRUE(
      store->save(measurement(day(5), {}, {judged("c", Outcome::pass, "found")}, *store->findings("fjord"))));
  EXPECT_EQ((*store->findings("fjord"))[0].state, FindingState::fixed);

  rescore.organisation = "nobody";
  ASSERT_TRUE(store->save_rescore(rescore));
  EXPECT_FALSE(standing("nobody").has_value());
}

TEST_P(StoreTest, WhatTheRegisterKnowsIsNotMeasuredAway) {
  sql().write([](Connection& connection) {
    connection.execute(
        "INSERT INTO organisation (id, name, kind, number, county, created) VALUES ('fjord', 'Fjord', "
        "'county', "
        "'123456785', '46', 1)");
  });
  ASSERT_TRUE(store_on(shared_sql())->save(measurement(day(0), {}, {})));
  sql().read([](Connection& connection) {
    const auto row =
        *connection.first("SELECT name, kind, number, county FROM organisation WHERE id = 'fjord'");
    EXPECT_EQ(row.text(0) + row.text(1) + row.text(2) + row.text(3), "Fjordcounty12345678546");
  });
}

// Two measurements within one second: the second stands in the place of the first, and what ended stays
// ended.
TEST_P(StoreTest, StoredTwiceInOneSecond) {
  const auto store = store_on(shared_sql());
  const auto a = record("fjord.example/A", "{\"a\":1}");
  const auto b = record("fjord.example/A", "{\"a\":2}");
  ASSERT_TRUE(store->save(
      measurement(day(0), {a}, {judged("c", Outcome::fail, "none"), judged("d", Outcome::pass, "x")})));
  ASSERT_TRUE(store->save(
      measurement(day(1), {b}, {judged("c", Outcome::pass, "found"), judged("d", Outcome::pass, "x")})));
  const auto again =
      store->save(measurement(day(1), {b},
                              {judged("c", Outcome::warn, "odd"), judged("d", Outcome::pass, "x"),
                               judged("d", Outcome::fail, "twice")}));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(*again, (Saved{0, 1}));
  const auto c = *store->verdicts("fjord", "fjord.example", "c");
  ASSERT_EQ(c.size(), 2U);
  EXPECT_EQ(c[0].to, day(0)) << "what ended stays ended";
  EXPECT_EQ(c[1].judged.verdict.reason, "odd");
  const auto d = *store->verdicts("fjord", "fjord.example", "d");
  ASSERT_EQ(d.size(), 2U);
  EXPECT_EQ(d[0].to, day(1));
  EXPECT_EQ(d[1].judged.verdict.reason, "twice");
  EXPECT_THAT((*store->at("fjord", day(0)))->assets[0].records, ::testing::ElementsAre(a));
  EXPECT_THAT((*store->at("fjord", day(1)))->assets[0].records, ::testing::ElementsAre(b));
}

TEST_P(StoreTest, WhatIsNotSeenAgainWithinTheSecondIsGone) {
  const auto store = store_on(shared_sql());
  Asset more;
  more.id = more.host = "www.fjord.example";
  const auto page = record("www.fjord.example/", "{}");
  const auto save_both = [&](UtcTime time, bool both) {
    auto measured = measurement(time, {}, {judged("c", Outcome::pass, "found")}, *store->findings("fjord"));
    if (both) {
      auto verdict = judged("c", Outcome::pass, "found");
      verdict.asset = more.id;
      measured.verdicts.push_back(verdict);
      measured.assets.push_back({more, {page}});
    }
    ASSERT_TRUE(store->save(measured));
  };
  save_both(day(0), true);
  save_both(day(1), true);
  save_both(day(1), false);
  EXPECT_EQ((*store->at("fjord", day(0)))->assets.size(), 2U);
  EXPECT_EQ((*store->at("fjord", day(1)))->assets.size(), 1U);
  EXPECT_EQ((*store->verdicts("fjord", more.id, "c"))[0].to, day(0));
  sql().read([&](Connection& connection) {
    const auto ends = connection.query(
        R"(SELECT last_seen FROM asset WHERE id = ?1
           UNION ALL SELECT last_seen FROM observation WHERE asset = ?1)",
        {more.id});
    ASSERT_EQ(ends.size(), 2U);
    for (const auto& row : ends) EXPECT_EQ(from_unix(row.number(0)), day(0));
  });
  // Told once, and what comes back within the second has not been away.
  EXPECT_EQ(told().back().kind, "measured");
  EXPECT_EQ(std::ranges::count(told(), "asset-gone", &Event::kind), 1);
  save_both(day(2), false);
  EXPECT_EQ(std::ranges::count(told(), "asset-gone", &Event::kind), 1);
  save_both(day(2), true);
  EXPECT_EQ(std::ranges::count(told(), "asset-found", &Event::kind), 1);
  EXPECT_EQ((*store->at("fjord", day(2)))->assets.size(), 2U);
}

// Some change, some go away, some come: each interval ends and begins where it should.
TEST_P(StoreTest, ManyIntervalsEndAndBegin) {
  const auto store = store_on(shared_sql());
  std::mt19937 chance(7);                                                    // NOLINT: the same each run
  std::map<std::string, std::vector<std::pair<int, std::string>>> expected;  // by check: day, reason
  for (int n = 0; n < 12; ++n) {
    std::vector<Record> records;
    std::vector<Judged> verdicts;
    for (int i = 0; i < 12; ++i) {
      const auto check = "c" + std::to_string(i);
      if (chance() % 5 == 0) continue;  // not asked this time
      const auto reason = "r" + std::to_string(chance() % 2);
      verdicts.push_back(judged(check, Outcome::pass, reason));
      verdicts.back().evidence = {"sha256:" + std::to_string(chance() % 3)};
      records.push_back(record(check, "{\"r\":\"" + reason + "\"}"));
      expected[check].emplace_back(n, reason);
    }
    ASSERT_TRUE(store->save(measurement(day(n), records, verdicts)));
  }
  for (const auto& [check, days] : expected) {
    std::vector<std::pair<UtcTime, UtcTime>> intervals;
    for (std::size_t i = 0; i < days.size(); ++i) {
      const bool goes_on =
          i > 0 && days[i].first == days[i - 1].first + 1 && days[i].second == days[i - 1].second;
      if (goes_on) {
        intervals.back().second = day(days[i].first);
      } else {
        intervals.emplace_back(day(days[i].first), day(days[i].first));
      }
    }
    std::vector<std::pair<UtcTime, UtcTime>> stored;
    for (const auto& row : *store->verdicts("fjord", "fjord.example", check))
      stored.emplace_back(row.from, row.to);
    EXPECT_EQ(stored, intervals) << check;
  }
  for (int n = 0; n < 12; ++n) {
    std::set<std::string> there;
    for (const auto& one : (*store->at("fjord", day(n)))->assets[0].records)
      there.insert(one.subject + one.data);
    std::set<std::string> should;
    for (const auto& [check, days] : expected)
      for (const auto& [on, reason] : days)
        if (on == n) should.insert(check + "{\"r\":\"" + reason + "\"}");
    EXPECT_EQ(there, should) << n;
  }
  sql().read([](Connection& connection) {
    EXPECT_FALSE(connection.first(R"(SELECT 1 FROM evidence e WHERE last_seen <>
        (SELECT max(last_seen) FROM observation o WHERE o.organisation = e.organisation AND o.evidence = e.id))"));
  });
}

TEST_P(StoreTest, CarriedRecordsHoldOnUnseen) {
  const auto store = store_on(shared_sql());
  const auto one = record("fjord.example/A", "{}");
  ASSERT_TRUE(store->save(measurement(day(0), {one}, {})));
  auto carried = measurement(day(1), {one}, {});
  carried.assets[0].carried = true;
  EXPECT_EQ(*store->save(carried), (Saved{0, 1}));
  sql().read([](Connection& connection) {
    EXPECT_EQ(connection.query("SELECT last_seen FROM evidence").at(0).number(0), to_unix(day(0)));
    EXPECT_EQ(connection.query("SELECT last_seen FROM observation").at(0).number(0), to_unix(day(1)));
  });
  ASSERT_EQ((*store->at("fjord", day(1)))->assets.size(), 1U);
  EXPECT_THAT((*store->at("fjord", day(1)))->assets[0].records, ::testing::ElementsAre(one));
}

}  // namespace
}  // namespace utsyn::store
