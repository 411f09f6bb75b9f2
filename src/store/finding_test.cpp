// The life of a finding by verdicts, and its end when the organisation no longer has its asset.
#include "store/finding.h"

#include <gtest/gtest.h>

#include "store/store.h"
#include "store/test_measurement.h"

namespace utsyn::store {
namespace {

using checks::Outcome;
using testing::day;
using testing::judged;

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

struct Step {
  Outcome outcome;
  FindingState state;
  std::optional<FindingChange> change;
};

TEST(Advance, FindingLives) {
  const Step steps[] = {
      {Outcome::fail, FindingState::open, FindingChange::opened},
      {Outcome::fail, FindingState::open, std::nullopt},
      {Outcome::unknown, FindingState::open, FindingChange::unseen},
      {Outcome::unknown, FindingState::open, std::nullopt},
      {Outcome::fail, FindingState::open, FindingChange::changed},
      {Outcome::warn, FindingState::open, FindingChange::changed},
      {Outcome::pass, FindingState::fixed, FindingChange::closed},
      {Outcome::unknown, FindingState::fixed, std::nullopt},
      {Outcome::pass, FindingState::fixed, std::nullopt},
      {Outcome::fail, FindingState::open, FindingChange::reopened},
      {Outcome::not_applicable, FindingState::fixed, FindingChange::closed},
  };
  std::vector<Finding> findings;
  int n = 0;
  for (const auto& step : steps) {
    const Judged verdicts[] = {judged("c", step.outcome, "r")};
    auto advanced = advance(findings, verdicts, day(n++));
    findings = advanced.findings;
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].state, step.state) << n;
    ASSERT_EQ(advanced.events.empty(), !step.change.has_value()) << n;
    if (step.change) {
      EXPECT_EQ(advanced.events[0].change, *step.change) << n;
    }
  }
  EXPECT_EQ(findings[0].reopened, 1);
  EXPECT_EQ(findings[0].first_seen, day(9));
}

TEST(Advance, UnknownNeverOpens) {
  const Judged verdicts[] = {judged("c", Outcome::unknown, "timed-out"), judged("d", Outcome::pass, "r")};
  const auto advanced = advance({}, verdicts, day(0));
  EXPECT_TRUE(advanced.findings.empty());
  EXPECT_TRUE(advanced.events.empty());
}

TEST(Advance, TreatmentOutlivesMeasurement) {
  Finding accepted;
  accepted.id = "c@fjord.example";
  accepted.asset = "fjord.example";
  accepted.check = "c";
  accepted.severity = checks::Severity::high;
  accepted.reason = "r";
  accepted.state = FindingState::accepted;
  const Judged verdicts[] = {judged("c", Outcome::fail, "r")};
  const auto advanced = advance({&accepted, 1}, verdicts, day(1));
  EXPECT_EQ(advanced.findings[0].state, FindingState::accepted);
  EXPECT_EQ(advanced.findings[0].last_seen, day(1));
}

TEST(Advance, FindingOfAnAssetNotMeasuredIsUntouched) {
  Finding elsewhere;
  elsewhere.id = "c@other.example";
  elsewhere.asset = "other.example";
  elsewhere.check = "c";
  const Judged verdicts[] = {judged("c", Outcome::pass, "r")};
  const auto advanced = advance({&elsewhere, 1}, verdicts, day(1));
  EXPECT_EQ(advanced.findings, (std::vector<Finding>{elsewhere}));
}

}  // namespace
}  // namespace utsyn::store
