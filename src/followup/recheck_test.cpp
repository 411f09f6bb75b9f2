// What is looked at again at once, and what is promised of it; on both databases.
#include "followup/recheck.h"

#include <gtest/gtest.h>

#include "followup/promises.h"
#include "followup/test_desk.h"

namespace utsyn::followup {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using store::Connection;

TEST_P(DeskTest, WhatOnlyActiveQuestionsSeeIsLookedForByThem) {
  measure("fjord", kFirst);
  const store::Actor actor{"anne", ""};
  sql().write([&](Connection& connection) {
    const std::string server = "ns1.example.no:53";
    const auto active = recheck(connection, kNow, actor, "fjord", server, "dns.axfr.open@" + server);
    ASSERT_TRUE(active.has_value());
    EXPECT_EQ(active->profile, "full");
    EXPECT_EQ(recheck(connection, kNow, actor, "fjord", server, "dns.axfr.open@" + server)->id, active->id);
    const auto core = recheck(connection, kNow, actor, "fjord", server, "dns.resolver.open@" + server);
    EXPECT_EQ(core->profile, "core");
    EXPECT_NE(core->id, active->id);
  });
}

TEST_P(DeskTest, RechecksAreBounded) {
  measure("fjord", kFirst);
  const store::Actor actor{"anne", ""};
  sql().write([&](Connection& connection) {
    const auto first = recheck(connection, kNow, actor, "fjord", "example.no", kDmarc);
    ASSERT_TRUE(first.has_value());
    // While it waits, asking again gives the same job and costs nothing.
    EXPECT_EQ(recheck(connection, kNow, actor, "fjord", "example.no", kDmarc)->id, first->id);
    int whole = 0;
    for (int i = 0; i < 10; ++i) {
      if (!recheck(connection, kNow, actor, "fjord", "", "")) break;
      ++whole;
      connection.execute("UPDATE job SET state = 'done' WHERE asset = ''");
    }
    EXPECT_EQ(whole, kWholeRechecksAnHour);
    int all = 1 + whole;
    for (int i = 0; i < 100; ++i) {
      if (!recheck(connection, kNow, actor, "fjord", "asset" + std::to_string(i), "")) break;
      ++all;
    }
    EXPECT_EQ(all, kRechecksAnHour);
    EXPECT_TRUE(recheck(connection, kNow + 61min, actor, "fjord", "", "").has_value());
  });
}

TEST_P(DeskTest, PromisesAreCounted) {
  measure("fjord", kFirst);
  const auto kept = [&](UtcTime now) {
    return sql().read([&](Connection& connection) { return promises(connection, now); });
  };
  EXPECT_EQ(kept(kNow).disputes, 0);
  EXPECT_EQ(kept(kNow).median_recheck_s, std::nullopt);
  const auto right = ask(dispute(), kNow, kTls);
  const auto wrong = ask(dispute(), kNow, kHsts);
  ASSERT_TRUE(ask(dispute(), kNow, kDmarc).has_value());
  ASSERT_TRUE(right.has_value() && wrong.has_value());
  ASSERT_TRUE(decide(right->treatment, Decision::upheld, "bjorn", kNow + 1h).has_value());
  ASSERT_TRUE(decide(wrong->treatment, Decision::rejected, "bjorn", kAnswer + 1h).has_value());
  sql().write([&](Connection& connection) {
    for (int i = 0; i < 5; ++i) {
      const auto job = recheck(connection, kNow, {"anne", ""}, "fjord", "asset" + std::to_string(i), "");
      connection.execute("UPDATE job SET state = 'done', finished = created + ?1 WHERE id = ?2",
                         {10 * i, job->id});
    }
  });
  const auto early = kept(kAnswer - 1s);
  EXPECT_EQ(early.rechecks, 5);
  EXPECT_EQ(early.median_recheck_s, 20);
  const auto late = kept(kAnswer + 2h);
  EXPECT_EQ(late.disputes, 3);
  EXPECT_EQ(late.upheld, 1);
  EXPECT_EQ(late.rejected, 1);
  EXPECT_EQ(late.waiting, 1);
  EXPECT_EQ(late.late, 2);  // one answered too late, one not yet
  EXPECT_EQ(kept(kNow + days{120}).disputes, 0);
}

}  // namespace
}  // namespace utsyn::followup
