// What people decide, on both databases: states, effects on the score, events, the audit log.
#include "followup/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "followup/history.h"
#include "followup/test_desk.h"

namespace utsyn::followup {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using store::Connection;
using store::FindingState;
using testing::Contains;
using testing::ElementsAre;

UTSYN_BOTH_DATABASES(DeskTest);

// What a receipt says: a score that stands since a treatment was measured before it.
TEST_P(DeskTest, TheLatestMeasurementIsNotTheLatestScore) {
  measure("fjord", kFirst);
  ask(acceptance());
  sql().read([&](Connection& connection) {
    EXPECT_EQ(score_at(connection, "fjord", kNow)->from, kNow);
    EXPECT_EQ(last_measured(connection, "fjord", kNow), kFirst);
    EXPECT_EQ(last_measured(connection, "fjord"), kFirst);
    EXPECT_EQ(last_measured(connection, "fjord", kFirst - std::chrono::seconds{1}), std::nullopt);
  });
}

TEST_P(DeskTest, AnAcceptanceShowsBesideTheScoreAndEnds) {
  measure("fjord", kFirst);
  const auto before = score(kFirst);
  const auto answer = ask(acceptance());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->before, FindingState::open);
  EXPECT_EQ(answer->after, FindingState::accepted);
  EXPECT_EQ(stored_state(), FindingState::accepted);
  // P11 of the method: it moves neither the score nor its lines, only the managed score beside it.
  EXPECT_EQ(score(kNow), before);
  EXPECT_EQ(effects_.at("fjord"), (Effect{before, before}));
  EXPECT_THAT(event_kinds(), Contains("treatment-changed"));

  EXPECT_EQ(sweep_at(kNow + days{100} - 1s).treatments, 0);
  EXPECT_EQ(sweep_at(kNow + days{100}).treatments, 1);
  EXPECT_EQ(stored_state(), FindingState::open);
  EXPECT_EQ(sweep_at(kNow + days{100} + 1h).treatments, 0);
}

TEST_P(DeskTest, ACompensationTakesASecondPerson) {
  measure("fjord", kFirst);
  const auto asked = ask(compensation());
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(stored_state(), FindingState::open);
  const auto own = decide(asked->treatment, Decision::approved, "anne", kNow + 1h);
  ASSERT_FALSE(own.has_value());
  EXPECT_EQ(std::get<Refusal>(own.error()), Refusal::same_person);
  const auto second = decide(asked->treatment, Decision::approved, "bjorn", kNow + 1h);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(stored_state(), FindingState::compensated);
  EXPECT_GT(effects_.at("fjord").after_cp, effects_.at("fjord").before_cp);
  sweep_at(kNow + days{100});
  EXPECT_EQ(stored_state(), FindingState::open);
}

TEST_P(DeskTest, ADisputeBindsThePlatform) {
  measure("fjord", kFirst);
  const auto before = score(kFirst);
  const auto asked = ask(dispute());
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->treatment.answer, kAnswer);
  EXPECT_EQ(stored_state(), FindingState::disputed);
  EXPECT_EQ(score(kNow), before);
  sweep_at(kAnswer - 1s);
  EXPECT_EQ(stored_state(), FindingState::disputed);
  EXPECT_EQ(sweep_at(kAnswer).rescored, std::vector<std::string>{"fjord"});
  EXPECT_EQ(stored_state(), FindingState::dispute_overdue);
  EXPECT_GT(score(kAnswer), before);

  const auto answered = decide(asked->treatment, Decision::rejected, "bjorn", kAnswer + 1h);
  ASSERT_TRUE(answered.has_value());
  EXPECT_EQ(stored_state(), FindingState::open);
  EXPECT_LT(effects_.at("fjord").after_cp, effects_.at("fjord").before_cp);
  const auto again = ask(dispute(), kAnswer + 2h);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(std::get<Refusal>(again.error()), Refusal::same_evidence);
  EXPECT_TRUE(ask(dispute("a newer letter"), kAnswer + 2h).has_value());
}

TEST_P(DeskTest, OnlyAMeasurementClosesAndANewLifeIsUntreated) {
  measure("fjord", kFirst);
  ASSERT_TRUE(ask(acceptance()).has_value());
  measure("fjord", kNow + 1h);
  EXPECT_EQ(stored_state(), FindingState::accepted);  // measuring keeps it
  measure("fjord", kNow + 2h, checks::Outcome::pass);
  EXPECT_EQ(stored_state(), FindingState::fixed);
  const auto refused = ask(acceptance(), kNow + 3h);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(std::get<Refusal>(refused.error()), Refusal::closed);
  measure("fjord", kNow + 4h);
  EXPECT_EQ(stored_state(), FindingState::open);
}

TEST_P(DeskTest, EveryStepIsInTheAuditLog) {
  measure("fjord", kFirst);
  const auto asked = ask(dispute());
  ASSERT_TRUE(asked.has_value());
  decide(asked->treatment, Decision::upheld, "bjorn", kNow + 1h);
  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", kNow));
    EXPECT_TRUE(desk.assign("fjord", kTls, {"bjorn", parse_date("2026-12-01")}));
    EXPECT_TRUE(desk.comment("fjord", kTls, "Ordered.").has_value());
    EXPECT_FALSE(desk.assign("fjord", "no@such", {"bjorn", {}}));
    EXPECT_FALSE(desk.comment("other", kTls, "Ordered.").has_value());
    desk.finish();
  });
  sql().read([&](Connection& connection) {
    std::vector<std::string> actions;
    for (const auto& row :
         connection.query("SELECT action, actor, object, detail FROM audit ORDER BY number")) {
      actions.push_back(row.text(0) + " " + row.text(1) + " " + row.text(2));
      if (row.text(0) == "finding.answer") {
        const auto detail = boost::json::parse(row.text(3));
        EXPECT_EQ(detail.at("state_after").as_string(), "upheld");
        EXPECT_GT(detail.at("score_after_cp").as_int64(), detail.at("score_before_cp").as_int64());
      }
    }
    EXPECT_THAT(actions,
                ElementsAre("finding.dispute token-of-anne " + kTls, "finding.answer token-of-bjorn " + kTls,
                            "finding.assign token-of-anne " + kTls, "finding.comment token-of-anne " + kTls));
    EXPECT_EQ(store::first_broken_audit_entry(connection), std::nullopt);
    EXPECT_EQ(assignment_of(connection, "fjord", kTls).assignee, "bjorn");
    EXPECT_EQ(comments_of(connection, "fjord", kTls).at(0).text, "Ordered.");
  });
}

}  // namespace
}  // namespace utsyn::followup
