// The end of a finding whose asset the organisation no longer has; what verdicts do is in store_test.cpp.
#include "store/finding.h"

#include <gtest/gtest.h>

#include "store/store.h"

namespace utsyn::store {
namespace {

UtcTime day(int n) { return UtcTime{} + std::chrono::days(20'000 + n); }

TEST(Advance, AssetThatLeftTakesItsFindingsAlong) {
  Judged bad;
  bad.asset = "www.fjord.example:443";
  bad.check = "c";
  bad.verdict = {checks::Outcome::fail, "r"};
  auto findings = advance({}, {&bad, 1}, day(0)).findings;
  findings.front().unseen = true;

  const std::string left[] = {"mx.fjord.example:25", "www.fjord.example:443"};
  const auto gone = advance(findings, {}, day(1), left);
  ASSERT_EQ(gone.findings.size(), 1U);
  EXPECT_EQ(gone.findings[0].state, FindingState::fixed);
  EXPECT_EQ(gone.findings[0].closed, day(1));
  EXPECT_EQ(gone.findings[0].reason, "r") << "what was last seen stays";
  EXPECT_FALSE(gone.findings[0].unseen);
  EXPECT_EQ(gone.events, (std::vector<FindingEvent>{
                             {"c@www.fjord.example:443", day(1), FindingChange::closed, "left-footprint"}}));

  EXPECT_TRUE(advance(gone.findings, {}, day(2), left).events.empty()) << "it left once";
  const auto back = advance(gone.findings, {&bad, 1}, day(3));
  EXPECT_EQ(back.findings[0].state, FindingState::open);
  EXPECT_EQ(back.findings[0].reopened, 1);
}

}  // namespace
}  // namespace utsyn::store
