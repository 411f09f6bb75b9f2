// What passing time does, on both databases: deadlines are told of once, treatments end, a little at a time.
#include "followup/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "followup/deadline.h"
#include "followup/test_desk.h"

namespace utsyn::followup {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using store::Connection;
using testing::Contains;

TEST_P(DeskTest, TheSweepTellsOfDeadlinesOnce) {
  measure("fjord", kFirst);
  sweep_at(kFirst + 1h);  // from here on deadlines are looked for
  const auto due = kFirst + deadline_of("email.dmarc.policy", checks::Severity::high) + days{1};
  EXPECT_EQ(sweep_at(due - 1s).deadlines, 0);
  const auto swept = sweep_at(due);
  EXPECT_EQ(swept.deadlines, 1);  // the high one
  EXPECT_EQ(swept.rescored, std::vector<std::string>{"fjord"});
  EXPECT_EQ(sweep_at(due + 1h).deadlines, 0);
  EXPECT_THAT(event_kinds(), Contains("deadline-passed"));

  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", due));
    desk.assign("fjord", kHsts, {"bjorn", oslo_date(due + days{3})});
    desk.finish();
  });
  EXPECT_EQ(sweep_at(due + days{2}).deadlines, 0);
  EXPECT_EQ(sweep_at(due + days{5}).deadlines, 1);
  EXPECT_EQ(sweep_at(due + days{6}).deadlines, 0);
}

// A finding that becomes graver has a sooner deadline; the mark of that pace may have gone past it long ago.
TEST_P(DeskTest, ADeadlineThatPassesByBecomingGraverIsToldOnce) {
  using checks::Severity;
  const auto told = [&] {
    return sql().read([&](Connection& connection) {
      std::vector<std::string> out;
      for (const auto& event : store::events_after(connection, 0, 1000))
        if (event.kind == "deadline-passed")
          out.push_back(event.organisation + " " +
                        std::string(boost::json::parse(event.data).at("finding").as_string()));
      return out;
    });
  };
  const auto find = [&](UtcTime time, const std::string& finding, Severity severity) {
    gravity_[finding] = severity;
    measure("fjord", time);
  };
  measure("fjord", kFirst);
  sweep_at(kFirst + 1h);
  measure("vidda", kFirst + 2h);
  EXPECT_EQ(sweep_at(kFirst + days{31} + 2h).deadlines, 2);  // the high ones: the mark is past all of fjord

  // Thirty days are over for what is high now, and ninety were not.
  find(kFirst + days{40}, kTls, Severity::high);
  EXPECT_EQ(sweep_at(kFirst + days{40}).deadlines, 1);
  const std::vector<std::string> once = {"fjord " + kDmarc, "vidda " + kDmarc, "fjord " + kTls};
  EXPECT_EQ(told(), once);
  EXPECT_EQ(sweep_at(kFirst + days{41}).deadlines, 0);
  // Up and down again, and graver still, where the mark has not come so far.
  find(kFirst + days{42}, kTls, Severity::medium);
  find(kFirst + days{43}, kTls, Severity::high);
  EXPECT_EQ(sweep_at(kFirst + days{43}).deadlines, 0);
  find(kFirst + days{44}, kTls, Severity::critical);
  find(kFirst + days{44} + 1h, kDmarc, Severity::critical);
  EXPECT_EQ(sweep_at(kFirst + days{45}).deadlines, 0);
  EXPECT_EQ(told(), once);
  // Somebody has set a date for this one: that one counts.
  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", kNow));
    desk.assign("fjord", kHsts, {"bjorn", oslo_date(kFirst + days{300})});
    desk.finish();
  });
  find(kFirst + days{46}, kHsts, Severity::critical);
  EXPECT_EQ(sweep_at(kFirst + days{46}).deadlines, 0);
  // Back to what it was, its first deadline passes too: vidda hears of its own, and fjord has heard.
  find(kFirst + days{47}, kTls, Severity::medium);
  EXPECT_EQ(sweep_at(kFirst + days{91} + 2h).deadlines, 1);
  EXPECT_EQ(told().back(), "vidda " + kTls);

  // A new life begins anew, and what becomes graver in time is told of at its time.
  measure("fjord", kFirst + days{92}, checks::Outcome::pass);
  measure("fjord", kFirst + days{93});
  find(kFirst + days{94}, kTls, Severity::high);
  EXPECT_EQ(sweep_at(kFirst + days{93 + 31} - 1s).deadlines, 0);
  EXPECT_EQ(sweep_at(kFirst + days{93 + 31}).deadlines, 1);
  EXPECT_EQ(told().back(), "fjord " + kTls);
}

TEST_P(DeskTest, TheSweepDoesALittleAtATime) {
  measure("fjord", kFirst);
  ASSERT_TRUE(ask(acceptance(kNow + days{1}), kNow, kTls).has_value());
  ASSERT_TRUE(ask(acceptance(kNow + days{1}), kNow, kHsts).has_value());
  const auto most = [&](int n) {
    return sql().write([&](Connection& connection) { return sweep(connection, kNow + days{2}, n); });
  };
  const auto first = most(1);
  EXPECT_EQ(first.treatments, 1);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(most(1).treatments, 1);
  EXPECT_EQ(most(1).treatments, 0);
}

}  // namespace
}  // namespace utsyn::followup
