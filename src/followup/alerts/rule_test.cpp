// The pure rules: which measurement and which event is worth an alert.
#include "followup/alerts/rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/describe/enum_to_string.hpp>

namespace utsyn::followup::alerts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

UtcTime day(int number) { return *parse_time("2026-11-01T08:00:00Z") + std::chrono::hours{24 * number}; }

Figures figures(int on, std::int64_t score_cp, std::string grade, std::int64_t coverage = 9000,
                std::string gate = "") {
  return {day(on), score_cp, std::move(grade), coverage, std::move(gate)};
}

std::vector<RuleKind> kinds(const std::vector<Noticed>& noticed) {
  std::vector<RuleKind> out;
  for (const auto& one : noticed) out.push_back(one.kind);
  return out;
}

// Plays measurements one after the other and returns what each gave.
std::vector<std::vector<RuleKind>> play(const std::vector<Figures>& measurements) {
  std::optional<Memory> memory;
  std::vector<std::vector<RuleKind>> out;
  for (const auto& one : measurements) {
    const auto after = after_measurement("fjordvik", memory, one);
    memory = after.memory;
    out.push_back(kinds(after.noticed));
  }
  return out;
}

TEST(AlertRules, FirstMeasurementIsNoNews) {
  EXPECT_THAT(play({figures(1, 4000, "F")}), ElementsAre(IsEmpty()));
}

TEST(AlertRules, AGradeCountsWhenTwoMeasurementsAgree) {
  EXPECT_THAT(
      play({figures(1, 8100, "B"), figures(2, 9000, "A"), figures(3, 9010, "A"), figures(4, 9010, "A")}),
      ElementsAre(IsEmpty(), IsEmpty(), ElementsAre(RuleKind::grade_changed), IsEmpty()));
}

TEST(AlertRules, AGradeThatComesBackAtOnceIsNoNews) {
  EXPECT_THAT(
      play({figures(1, 8100, "B"), figures(2, 9000, "A"), figures(3, 9000, "B"), figures(4, 9000, "B")}),
      ElementsAre(IsEmpty(), IsEmpty(), IsEmpty(), IsEmpty()));
}

TEST(AlertRules, DropGateAndCoverage) {
  EXPECT_THAT(
      play({figures(1, 8100, "B"), figures(2, 7800, "B"), figures(3, 7800, "B", 7000),
            figures(4, 7800, "B", 7000, "F1"), figures(5, 7800, "B", 7000, "F1"),
            figures(6, 7800, "B", 8000)}),
      ElementsAre(IsEmpty(), ElementsAre(RuleKind::score_dropped), ElementsAre(RuleKind::coverage_fell),
                  ElementsAre(RuleKind::new_gate), IsEmpty(), IsEmpty()));
}

TEST(AlertRules, ThresholdDecides) {
  const auto after = after_measurement("fjordvik", Memory{figures(1, 8000, "B"), "B"}, figures(2, 7801, "B"));
  ASSERT_EQ(after.noticed.size(), 1U);
  Rule rule;
  rule.kind = RuleKind::score_dropped;
  rule.threshold = 200;
  EXPECT_FALSE(wants(rule, after.noticed[0]));
  rule.threshold = 199;
  EXPECT_TRUE(wants(rule, after.noticed[0]));
  rule.organisation = "steinlia";
  EXPECT_FALSE(wants(rule, after.noticed[0]));
  rule.organisation = "fjordvik";
  EXPECT_TRUE(wants(rule, after.noticed[0]));
  rule.active = false;
  EXPECT_FALSE(wants(rule, after.noticed[0]));
}

struct EventCase {
  const char* name;
  const char* kind;
  const char* data;
  std::vector<RuleKind> expected;
};
class AlertEvents : public testing::TestWithParam<EventCase> {};

TEST_P(AlertEvents, GiveWhatTheyShould) {
  EXPECT_EQ(kinds(after_event({7, day(1), GetParam().kind, "fjordvik", GetParam().data})),
            GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AlertEvents,
    testing::Values(
        EventCase{"Critical",
                  "finding-opened",
                  R"({"finding":"tls.heartbleed@www:443","severity":"critical"})",
                  {RuleKind::new_critical}},
        EventCase{"CriticalAgain",
                  "finding-reopened",
                  R"({"finding":"tls.x@www:443","severity":"critical"})",
                  {RuleKind::new_critical}},
        EventCase{"High", "finding-opened", R"({"finding":"tls.x@www:443","severity":"high"})", {}},
        EventCase{
            "KnownExploited",
            "finding-opened",
            R"({"finding":"tls.x@www:443","severity":"high","known_exploited":{"cve":"CVE-2014-0160"}})",
            {RuleKind::new_critical}},
        EventCase{"Expiring",
                  "finding-opened",
                  R"({"finding":"cert.validity.expiring@www:443","severity":"low","reason":"soon"})",
                  {RuleKind::certificate_expiring}},
        EventCase{
            "Expired",
            "finding-reopened",
            R"({"finding":"cert.validity.expired@www:443","severity":"critical","reason":"intermediate-expired"})",
            {RuleKind::new_critical, RuleKind::certificate_expiring}},
        EventCase{
            "NotYetValid",
            "finding-opened",
            R"({"finding":"cert.validity.expired@www:443","severity":"critical","reason":"not-yet-valid"})",
            {RuleKind::new_critical}},
        EventCase{"TooLongALife",
                  "finding-opened",
                  R"({"finding":"cert.validity.lifetime@www:443","severity":"low","reason":"too-long"})",
                  {}},
        EventCase{"VerySoon",
                  "finding-changed",
                  R"({"finding":"cert.validity.expiring@www:443","severity":"medium","severity_before":"low",
                      "outcome":"fail","outcome_before":"warn","reason":"very-soon"})",
                  {RuleKind::certificate_expiring}},
        EventCase{"NoLongerVerySoon",
                  "finding-changed",
                  R"({"finding":"cert.validity.expiring@www:443","severity":"low","severity_before":"medium",
                      "outcome":"warn","outcome_before":"fail","reason":"soon"})",
                  {}},
        EventCase{"WorseOutcome",
                  "finding-changed",
                  R"({"finding":"cert.validity.expiring@www:443","severity":"info","severity_before":"info",
                      "outcome":"fail","outcome_before":"warn","reason":"very-soon"})",
                  {RuleKind::certificate_expiring}},
        EventCase{"BecomesCritical",
                  "finding-changed",
                  R"({"finding":"tls.x@www:443","severity":"critical","severity_before":"high",
                      "outcome":"fail","outcome_before":"warn"})",
                  {RuleKind::new_critical}},
        EventCase{"CriticalAsBefore",
                  "finding-changed",
                  R"({"finding":"tls.x@www:443","severity":"critical","severity_before":"critical",
                      "outcome":"fail","outcome_before":"warn"})",
                  {}},
        EventCase{"CriticalNoMore",
                  "finding-changed",
                  R"({"finding":"tls.x@www:443","severity":"high","severity_before":"critical",
                      "outcome":"warn","outcome_before":"fail"})",
                  {}},
        EventCase{"BecomesHigh",
                  "finding-changed",
                  R"({"finding":"tls.x@www:443","severity":"high","severity_before":"medium",
                      "outcome":"fail","outcome_before":"warn"})",
                  {}},
        EventCase{"ExploitedWasToldOf",
                  "finding-changed",
                  R"({"finding":"tls.x@www:443","severity":"critical","severity_before":"high",
                      "outcome":"fail","outcome_before":"warn","known_exploited":{"cve":"CVE-2014-0160"}})",
                  {}},
        EventCase{"NoSeverityBefore",
                  "finding-changed",
                  R"({"finding":"tls.x@www:443","severity":"critical"})",
                  {}},
        EventCase{"Closed", "finding-closed", R"({"finding":"tls.x@www:443","severity":"critical"})", {}},
        EventCase{"Asset", "asset-found", R"({"asset":"ny.fjordvik.example:443"})", {RuleKind::new_asset}},
        EventCase{"Upheld",
                  "treatment-changed",
                  R"({"finding":"a@b","kind":"dispute","standing":"in_effect"})",
                  {RuleKind::dispute_answered}},
        EventCase{"Rejected",
                  "treatment-changed",
                  R"({"finding":"a@b","kind":"dispute","standing":"refused"})",
                  {RuleKind::dispute_answered}},
        EventCase{"Disputed",
                  "treatment-changed",
                  R"({"finding":"a@b","kind":"dispute","standing":"waiting"})",
                  {}},
        EventCase{"Accepted",
                  "treatment-changed",
                  R"({"finding":"a@b","kind":"acceptance","standing":"in_effect"})",
                  {}},
        EventCase{"NoObject", "finding-opened", "[]", {}}, EventCase{"NoJson", "finding-opened", "{", {}}),
    [](const auto& info) { return info.param.name; });

TEST(AlertRules, TheAnswerToADisputeIsInItsAlert) {
  const auto noticed = after_event({7, day(1), "treatment-changed", "fjordvik",
                                    R"({"finding":"a@b","kind":"dispute","standing":"refused"})"});
  ASSERT_EQ(noticed.size(), 1U);
  EXPECT_THAT(noticed[0].data, testing::HasSubstr(R"("answer":"rejected")"));
}

TEST(AlertRules, OneEventHasOneSubjectHoweverOftenItIsRead) {
  const store::Event event{7, day(1), "asset-found", "fjordvik", R"({"asset":"a"})"};
  EXPECT_EQ(after_event(event)[0].subject, after_event(event)[0].subject);
  auto next = event;
  next.number = 8;
  EXPECT_NE(after_event(event)[0].subject, after_event(next)[0].subject);
}

TEST(AlertRules, DeadlineIsNearOnceForEachDeadline) {
  const OpenFinding finding{"fjordvik", "a@b", "high", day(10)};
  const auto six = deadline_near(finding, day(4));
  const auto five = deadline_near(finding, day(5));
  ASSERT_TRUE(six && five);
  EXPECT_EQ(six->amount, 6);
  EXPECT_EQ(six->subject, five->subject);
  EXPECT_EQ(deadline_near(finding, day(11))->amount, 0);
  EXPECT_FALSE(deadline_near(finding, day(-60)));
  Rule rule;
  rule.kind = RuleKind::deadline_near;
  rule.threshold = 5;
  EXPECT_FALSE(wants(rule, *six));
  EXPECT_TRUE(wants(rule, *five));
}

// The method (methodology.md section 11): alerts at |dS| of 200 cp, at coverage down by 1000 or more. A
// deadline is near in its last week.
TEST(AlertRules, UsualPaceAndThresholdOfEach) {
  struct Usual {
    RuleKind kind;
    Pace pace;
    std::int64_t threshold;
  };
  const Usual all[] = {
      {RuleKind::grade_changed, Pace::daily, 0},    {RuleKind::score_dropped, Pace::daily, 200},
      {RuleKind::new_critical, Pace::now, 0},       {RuleKind::new_gate, Pace::now, 0},
      {RuleKind::coverage_fell, Pace::daily, 1000}, {RuleKind::certificate_expiring, Pace::daily, 0},
      {RuleKind::new_asset, Pace::daily, 0},        {RuleKind::dispute_answered, Pace::now, 0},
      {RuleKind::deadline_near, Pace::daily, 7}};
  static_assert(std::size(all) ==
                boost::mp11::mp_size<boost::describe::describe_enumerators<RuleKind>>::value);
  for (const auto& [kind, pace, threshold] : all) {
    EXPECT_EQ(usual_pace(kind), pace) << boost::describe::enum_to_string(kind, "?");
    EXPECT_EQ(usual_threshold(kind), threshold) << boost::describe::enum_to_string(kind, "?");
  }
}

// "Two points or more", "ten points": the figure itself is enough, one less is not.
TEST(AlertRules, TheUsualThresholdIsReachedExactly) {
  const auto noticed = [](const Figures& now) {
    const auto after = after_measurement("fjordvik", Memory{figures(1, 8000, "B", 9000), "B"}, now);
    EXPECT_EQ(after.noticed.size(), 1U);
    return after.noticed.at(0);
  };
  const auto wanted = [](const Noticed& one) {
    Rule rule;
    rule.kind = one.kind;
    rule.threshold = usual_threshold(one.kind);
    return wants(rule, one);
  };
  EXPECT_TRUE(wanted(noticed(figures(2, 7800, "B", 9000))));
  EXPECT_FALSE(wanted(noticed(figures(2, 7801, "B", 9000))));
  EXPECT_TRUE(wanted(noticed(figures(2, 8000, "B", 8000))));
  EXPECT_FALSE(wanted(noticed(figures(2, 8000, "B", 8001))));
  const OpenFinding finding{"fjordvik", "a@b", "high", day(10)};
  EXPECT_TRUE(wanted(*deadline_near(finding, day(3))));
  EXPECT_FALSE(wanted(*deadline_near(finding, day(2))));
}

}  // namespace
}  // namespace utsyn::followup::alerts
