// Section 11 where the golden vectors do not reach.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "score/change.h"
#include "score/json.h"
#include "score/portfolio.h"
#include "score/score.h"

namespace utsyn::score {
namespace {

struct ChangeCase {
  const char* name;
  Organisation before;
  Organisation after;
  std::int64_t Change::Steps::* step;  // the only one that moves, if any does
};
void PrintTo(const ChangeCase& change_case, std::ostream* out) { *out << change_case.name; }

const Finding high{.id = "x", .asset = "a", .sev = Severity::high};
Finding changed(Finding finding, auto change_it) {
  change_it(finding);
  return finding;
}

const ChangeCase change_cases[] = {
    {"Nothing",
     {.assets = {{"a", 100}}, .findings = {high}},
     {.assets = {{"a", 100}}, .findings = {high}},
     nullptr},
    {"AnAssetLeavesWithItsFindings",
     {.assets = {{"a", 100}, {"b", 100}}, .findings = {high}},
     {.assets = {{"b", 100}}},
     &Change::Steps::footprint},
    {"AnAssetComesWithItsFindings",
     {.assets = {{"b", 100}}},
     {.assets = {{"a", 100}, {"b", 100}}, .findings = {high}},
     &Change::Steps::footprint},
    {"AFindingThatWasOnAnUnknownAssetWasNotCounted",
     {.assets = {{"b", 100}}, .findings = {high}},
     {.assets = {{"a", 100}, {"b", 100}}},
     nullptr},
    {"Coverage",
     {.assets = {{"a", 100}}, .coverage = 5000},
     {.assets = {{"a", 100}}, .coverage = 6000},
     &Change::Steps::footprint},
    {"Control",
     {.assets = {{"a", 100}}, .findings = {high}},
     {.assets = {{"a", 100}}, .findings = {changed(high, [](Finding& f) { f.ctrl = Ctrl::shared; })}},
     &Change::Steps::footprint},
    {"Severity",
     {.assets = {{"a", 100}}, .findings = {high}},
     {.assets = {{"a", 100}}, .findings = {changed(high, [](Finding& f) { f.sev = Severity::critical; })}},
     &Change::Steps::feeds},
    {"State",
     {.assets = {{"a", 100}}, .findings = {high}},
     {.assets = {{"a", 100}}, .findings = {changed(high, [](Finding& f) { f.state = State::upheld; })}},
     &Change::Steps::treatment},
    {"Age",
     {.assets = {{"a", 100}}, .findings = {high}},
     {.assets = {{"a", 100}}, .findings = {changed(high, [](Finding& f) { f.age = 60; })}},
     &Change::Steps::ageing},
    {"OlderBreach",
     {.assets = {{"a", 100}}, .breach_days = {10}},
     {.assets = {{"a", 100}}, .breach_days = {100}},
     &Change::Steps::ageing},
    {"NewBreach",
     {.assets = {{"a", 100}}, .breach_days = {10}},
     {.assets = {{"a", 100}}, .breach_days = {10, 0}},
     &Change::Steps::findings},
    {"BetterEvidence",
     {.assets = {{"a", 100}}, .findings = {changed(high, [](Finding& f) { f.conf = Conf::weak; })}},
     {.assets = {{"a", 100}}, .findings = {high}},
     &Change::Steps::findings},
    {"FixedAndGone",
     {.assets = {{"a", 100}}, .findings = {high}},
     {.assets = {{"a", 100}}},
     &Change::Steps::findings},
};
class WhyItMoved : public testing::TestWithParam<ChangeCase> {};
TEST_P(WhyItMoved, NamesTheStep) {
  const Change moved = change(GetParam().before, GetParam().after);
  Change expected{.before_cp = rate(GetParam().before).score_cp, .after_cp = rate(GetParam().after).score_cp};
  if (GetParam().step != nullptr) {
    expected.steps.*GetParam().step = expected.after_cp - expected.before_cp;
    EXPECT_NE(expected.after_cp, expected.before_cp);
  }
  EXPECT_EQ(write_change(moved), write_change(expected));
}
INSTANTIATE_TEST_SUITE_P(Change, WhyItMoved, testing::ValuesIn(change_cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Change, AFindingThatMovedToANewAssetKeepsItsOldPlaceUntilTheLastStep) {
  const Organisation before{.assets = {{"a", 100}, {"b", 100}}, .findings = {high}};
  Organisation after{.assets = {{"a", 100}, {"b", 100}, {"c", 400}}, .findings = {high}};
  after.findings[0].asset = "c";
  Organisation between = before;
  between.assets = after.assets;
  const Change moved = change(before, after);
  EXPECT_EQ(moved.steps.footprint, rate(between).score_cp - rate(before).score_cp);
  EXPECT_EQ(moved.steps.findings, rate(after).score_cp - rate(between).score_cp);
}

Member member(std::string id, std::int64_t score_cp, Grade grade) {
  return {.id = std::move(id), .score_cp = score_cp, .grade = grade};
}

TEST(Portfolio, EmptyAndUnratedOnes) {
  EXPECT_EQ(write_portfolio(portfolio({})), R"({"members":0,"suppressed":true})");
  EXPECT_EQ(write_portfolio(portfolio({.authority = true})), R"({"members":0,"suppressed":false})");
  EXPECT_EQ(write_portfolio(portfolio({.authority = true, .members = {member("a", 5000, Grade::U)}})),
            R"({"members":1,"suppressed":false})");
}

TEST(Portfolio, OneMemberSeenByTheAuthority) {
  Portfolio one{.authority = true, .members = {member("a", 1, Grade::F), member("a", 6500, Grade::D)}};
  one.members[1].weight = 0;
  one.members[1].open_gate = true;
  one.members[1].inhabitants = 700;
  EXPECT_EQ(
      write_portfolio(portfolio(one)),
      R"({"members":1,"suppressed":false,"rated":1,"unrated":0,"mean_cp":6500,"median_cp":6500,)"
      R"("weighted_cp":null,"p10_cp":6500,"p25_cp":6500,"p75_cp":6500,"p90_cp":6500,"median_interval_cp":null,)"
      R"("grades":{"A":0,"B":0,"C":0,"D":1,"F":0,"U":0},"gate_share":10000,"median_overdue_days":0,)"
      R"("mean_coverage":10000,"inhabitants_d_f":700,"peers":{"a":{"level":"none","n":0,"percentile":null}}})");
}

TEST(Portfolio, PopulationClassesHaveTheirLimits) {
  // Five on each side of 2000: nobody is a peer of the other side.
  Portfolio whole;
  for (int i = 0; i < 10; ++i) {
    Member each = member("k" + std::to_string(i), 5000 + 100 * i, Grade::D);
    each.kind = Kind::municipality;
    each.inhabitants = i < 5 ? 1999 : 2000;
    whole.members.push_back(each);
  }
  const auto answer = portfolio(whole);
  ASSERT_TRUE(answer.figures);
  EXPECT_EQ(answer.figures->peers.at("k0"), (Peer{PeerLevel::population, 5, 1000}));
  EXPECT_EQ(answer.figures->peers.at("k5"), (Peer{PeerLevel::population, 5, 1000}));
  EXPECT_EQ(answer.figures->peers.at("k9"), (Peer{PeerLevel::population, 5, 9000}));
}

TEST(Portfolio, LargeSumsFit) {
  Portfolio whole;
  for (int i = 0; i < 2000; ++i) {
    Member each = member(std::to_string(i), 10'000, Grade::A);
    each.weight = 1'000'000'000;
    whole.members.push_back(each);
  }
  EXPECT_EQ(portfolio(whole).figures->weighted_cp, 10'000);
  EXPECT_EQ(portfolio(whole).figures->median_interval_cp, (std::array<std::int64_t, 2>{10'000, 10'000}));
}

TEST(SuppressedCells, NoSingleCellCanBeFoundBySubtraction) {
  using Cells = std::vector<Cell>;
  using Flags = std::vector<bool>;
  EXPECT_EQ(suppressed_cells(Cells{{"a", 9}, {"b", 4}, {"c", 7}}, true), (Flags{false, true, true}));
  EXPECT_EQ(suppressed_cells(Cells{{"a", 9}, {"b", 4}, {"c", 7}}, false), (Flags{false, true, false}));
  EXPECT_EQ(suppressed_cells(Cells{{"d", 7}, {"b", 4}, {"c", 7}}, true), (Flags{false, true, true}));
  EXPECT_EQ(suppressed_cells(Cells{{"a", 9}, {"b", 4}, {"c", 3}}, true), (Flags{false, true, true}));
  EXPECT_EQ(suppressed_cells(Cells{{"a", 9}, {"b", 5}}, true), (Flags{false, false}));
  EXPECT_EQ(suppressed_cells(Cells{{"a", 4}}, true), (Flags{true}));
  EXPECT_TRUE(suppressed_cells(Cells{}, true).empty());
}

}  // namespace
}  // namespace utsyn::score
