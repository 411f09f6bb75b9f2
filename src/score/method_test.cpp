// The pieces of the method: arithmetic (section 1), points (3), load (4), split (7), coverage (13), and the
// worked examples of section 15.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "score/arithmetic.h"
#include "score/points.h"
#include "score/random_organisation.h"
#include "score/score.h"
#include "score/split.h"

namespace utsyn::score {
namespace {

TEST(FloorDiv, RoundsTowardsMinusInfinity) {
  EXPECT_EQ(floor_div(7, 2), 3);
  EXPECT_EQ(floor_div(-7, 2), -4);
  EXPECT_EQ(floor_div(-8, 2), -4);
  EXPECT_EQ(floor_div(-3000, 31), -97);
  EXPECT_EQ(floor_div(0, 5), 0);
}

TEST(Ramp, IsFlatOutsideAndRoundsDownInside) {
  EXPECT_EQ(ramp(20, 14, 1000, 45, 500), 903);  // the method's own example
  EXPECT_EQ(ramp(14, 14, 1000, 45, 500), 1000);
  EXPECT_EQ(ramp(-5, 14, 1000, 45, 500), 1000);
  EXPECT_EQ(ramp(45, 14, 1000, 45, 500), 500);
  EXPECT_EQ(ramp(400, 14, 1000, 45, 500), 500);
  EXPECT_EQ(ramp(200, 180, 1000, 540, 1500), 1027);
}

TEST(Isqrt, IsTheLargestRootThatFits) {
  for (std::uint64_t x = 0; x < 3000; ++x) {
    const std::uint64_t root = isqrt(x);
    EXPECT_LE(root * root, x);
    EXPECT_GT((root + 1) * (root + 1), x);
  }
  for (const std::uint64_t root : {1'000'000ULL, 123'456'789ULL, 4'294'967'295ULL}) {
    EXPECT_EQ(isqrt(root * root), root);
    EXPECT_EQ(isqrt(root * root - 1), root - 1);
    EXPECT_EQ(isqrt(root * root + 1), root);
  }
  EXPECT_EQ(isqrt(0xFFFF'FFFF'FFFF'FFFFULL), 0xFFFF'FFFFULL);
}

struct SplitCase {
  const char* name;
  std::int64_t total;
  std::vector<Share> shares;
  std::vector<std::int64_t> expected;
};
void PrintTo(const SplitCase& split_case, std::ostream* out) { *out << split_case.name; }

const SplitCase split_cases[] = {
    {"ExampleA", 7037, {{"low", 1027}, {"medium", 4000}, {"serious", 90000}}, {76, 296, 6665}},
    {"EqualRemaindersGoToTheSmallestKey", 2, {{"c", 1}, {"a", 1}, {"b", 1}}, {0, 1, 1}},
    {"KeysCompareAsBytes", 1, {{"ø", 1}, {"z", 1}, {"Z", 1}}, {0, 0, 1}},
    {"NothingToShareBy", 100, {{"a", 0}, {"b", 0}}, {0, 0}},
    {"WithoutWeightNoOddCent", 1, {{"a", 0}, {"b", 3}}, {0, 1}},
    {"NobodyThere", 5, {}, {}},
    {"NothingToShare", 0, {{"a", 7}, {"b", 1}}, {0, 0}},
    {"Needs128Bits",
     10'000,
     {{"a", U128{50'000'000'000'000} * 1'000'000'000'000'000}, {"b", U128{1} << 80U}},
     {10'000, 0}},
};
class Split : public testing::TestWithParam<SplitCase> {};
TEST_P(Split, SharesByLargestRemainder) {
  EXPECT_EQ(split(GetParam().total, GetParam().shares), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Method, Split, testing::ValuesIn(split_cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Split, LosesNoCent) {
  Dice dice(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> keys;
    for (std::size_t i = 0, n = 1 + dice.below(12); i < n; ++i) keys.push_back("k" + std::to_string(i));
    std::vector<Share> shares;
    for (const std::string& key : keys) shares.push_back({key, dice.below(dice.chance(50) ? 5 : 1'000'000)});
    shares.front().weight += 1;
    const auto total = dice.from(0, 10'000);
    std::int64_t sum = 0;
    for (const std::int64_t cents : split(total, shares)) sum += cents;
    EXPECT_EQ(sum, total);
  }
}

struct ThreatCase {
  const char* name;
  Finding finding;
  std::uint32_t threat;
  std::int64_t deadline;
};
const ThreatCase threat_cases[] = {
    {"NoCve", {.sev = Severity::high, .ransomware = true, .epss_max7 = 900'000}, 1000, 30},
    {"NoCveYetKevSetsTheDeadline", {.sev = Severity::low, .kev = true}, 1000, 14},
    {"Ransomware", {.sev = Severity::high, .cve = true, .kev = true, .ransomware = true}, 2250, 14},
    {"Kev", {.sev = Severity::high, .cve = true, .kev = true, .automatable = true}, 2000, 14},
    {"KevUrgent",
     {.sev = Severity::low, .cve = true, .kev = true, .automatable = true, .total = true},
     2000,
     3},
    {"UrgentWithoutKevIsNot",
     {.sev = Severity::medium, .cve = true, .automatable = true, .total = true},
     1000,
     90},
    {"PublicExploit", {.sev = Severity::critical, .cve = true, .public_exploit = true}, 1600, 14},
    {"PublicExploitOfAHigh", {.sev = Severity::high, .cve = true, .public_exploit = true}, 1600, 30},
    {"Epss500000", {.sev = Severity::critical, .cve = true, .epss_max7 = 500'000}, 1600, 14},
    {"Epss499999", {.sev = Severity::critical, .cve = true, .epss_max7 = 499'999}, 1300, 30},
    {"Epss100000", {.sev = Severity::medium, .cve = true, .epss_max7 = 100'000}, 1300, 90},
    {"Epss99999", {.sev = Severity::medium, .cve = true, .epss_max7 = 99'999}, 1000, 90},
    {"Epss10000", {.sev = Severity::low, .cve = true, .epss_max7 = 10'000}, 1000, 180},
    {"Epss9999", {.sev = Severity::low, .cve = true, .epss_max7 = 9999}, 600, 180},
    {"EpssUnknown", {.sev = Severity::low, .cve = true}, 1000, 180},
};
class Threat : public testing::TestWithParam<ThreatCase> {};
TEST_P(Threat, FactorAndDeadline) {
  EXPECT_EQ(threat(GetParam().finding), GetParam().threat);
  EXPECT_EQ(deadline(GetParam().finding), GetParam().deadline);
}
INSTANTIATE_TEST_SUITE_P(Method, Threat, testing::ValuesIn(threat_cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Points, OfTheWorkedExamples) {
  EXPECT_EQ(points({.sev = Severity::critical,
                    .cve = true,
                    .kev = true,
                    .automatable = true,
                    .total = true,
                    .epss_max7 = 940'000,
                    .age = 10}),
            90'000U);
  EXPECT_EQ(points({.sev = Severity::medium, .age = 40}), 4000U);
  EXPECT_EQ(points({.sev = Severity::low, .age = 200}), 1027U);
  EXPECT_EQ(points({.sev = Severity::critical, .unseen = 20}), 27'090U);
  EXPECT_EQ(points({.sev = Severity::critical, .conf = Conf::weak, .age = 36}), 12'600U);
  EXPECT_EQ(points({.sev = Severity::critical, .ctrl = Ctrl::provider}), 0U);
  EXPECT_EQ(points({.sev = Severity::info, .cve = true, .kev = true}), 0U);
}

TEST(Load, CapsHygieneAndPutsSeriousOnTop) {
  EXPECT_EQ(band_loads(9000, 0, 0).load(), 6000U);
  EXPECT_EQ(band_loads(9000, 50'000, 0).load(), 20'000U);
  EXPECT_EQ(band_loads(1000, 50'000, 0).medium, 19'000U);
  EXPECT_EQ(band_loads(9000, 50'000, 12'000).load(), 32'000U);
  EXPECT_EQ(group_load(12'000, 12'000), 12'000U);
  EXPECT_EQ(group_load(12'000, 12'000 + 19 * 12'000U), 18'000U);  // twenty alike count as one and a half
  EXPECT_EQ(risk(0), 0U);
  EXPECT_EQ(risk(95'027), 703'762U);
  EXPECT_EQ(risk(18'000'000'000'000), risk(18'000'000'000'001));  // both sides of the 64-bit limit
  EXPECT_EQ(risk(std::uint64_t{1} << 60U), 999'999U);
}

TEST(Coverage, IsAShareOfWhatApplies) {
  EXPECT_EQ(coverage_share(0, 0), 0);
  EXPECT_EQ(coverage_share(2, 3), 6666);
  EXPECT_EQ(coverage_share(7, 7), 10'000);
}

TEST(Settle, GoesInOrderThroughBreachGateAndCoverage) {  // worked example D
  const Outcome outcome = settle(U128{132'300} * 132'300, 1, breach_permille(std::vector<std::int64_t>{30}),
                                 Gate::critical, 6000);
  EXPECT_EQ(outcome.base_cp, 1323);
  EXPECT_EQ(outcome.breach_cp, 390);
  EXPECT_EQ(outcome.gate_cp, 387);
  EXPECT_EQ(outcome.coverage_cp, 900);
  EXPECT_EQ(outcome.score_cp, 7000);
}

TEST(Grade, HasItsLimits) {
  EXPECT_EQ(grade_of(9000, 5000), Grade::A);
  EXPECT_EQ(grade_of(8999, 5000), Grade::B);
  EXPECT_EQ(grade_of(7999, 5000), Grade::C);
  EXPECT_EQ(grade_of(6999, 5000), Grade::D);
  EXPECT_EQ(grade_of(5999, 5000), Grade::F);
  EXPECT_EQ(grade_of(10'000, 4999), Grade::U);
}

Organisation example_a() {
  return {.assets = {{"a", 200}},
          .findings = {{.id = "F1",
                        .asset = "a",
                        .sev = Severity::critical,
                        .cve = true,
                        .kev = true,
                        .automatable = true,
                        .total = true,
                        .epss_max7 = 940'000,
                        .age = 10},
                       {.id = "F2", .asset = "a", .sev = Severity::medium, .age = 40},
                       {.id = "F3", .asset = "a", .sev = Severity::low, .age = 200}}};
}

TEST(Example, A) {
  const Score whole = score(example_a());
  EXPECT_EQ(whole.loss_ppm, 703'762);
  EXPECT_EQ(whole.score_cp, 2963);
  EXPECT_EQ(whole.grade, Grade::F);
  EXPECT_EQ(whole.lines, (CentsByName{{"F1", 6665}, {"F2", 296}, {"F3", 76}}));
}

TEST(Example, BOnOneOfFiveHundred) {
  Organisation organisation = example_a();
  for (int i = 1; i < 500; ++i) organisation.assets.push_back({"clean" + std::to_string(i), 100});
  const Score whole = score(organisation);
  EXPECT_EQ(whole.loss_ppm, 44'465);
  EXPECT_EQ(whole.score_cp, 5900);
  EXPECT_EQ(whole.lines, (CentsByName{{"#gate:F1", 3656}, {"F1", 420}, {"F2", 19}, {"F3", 5}}));
  EXPECT_EQ(whole.gain_cp, (CentsByName{{"F1", 9930 - 5900}}));
}

TEST(Example, BOnAllFiveHundred) {
  Organisation organisation;
  const Organisation one = example_a();
  for (int i = 0; i < 500; ++i) {
    const std::string suffix = "@" + std::to_string(i);
    organisation.assets.push_back({"a" + suffix, 200});
    for (Finding finding : one.findings) {
      finding.id += suffix;
      finding.asset = "a" + suffix;
      organisation.findings.push_back(finding);
    }
  }
  EXPECT_EQ(rate(organisation).score_cp, 2963);
}

TEST(Example, OneCriticalAmongNormalAssets) {  // section 5
  const std::array<std::pair<int, std::int64_t>, 5> rows = {
      {{1, 5715}, {5, 8084}, {20, 9042}, {100, 9572}, {500, 9809}}};
  for (const auto& [assets, expected] : rows) {
    Organisation organisation;
    for (int i = 0; i < assets; ++i) organisation.assets.push_back({"a" + std::to_string(i), 100});
    organisation.findings.push_back({.id = "x", .asset = "a0", .sev = Severity::critical});
    EXPECT_EQ(rate(organisation).score_cp, expected) << assets;
  }
}

TEST(Example, EPlansAreNotNested) {
  const std::vector<Action> actions = {{"F1", 480, {"F1"}}, {"F2", 120, {"F2"}}, {"F3", 30, {"F3"}}};
  using Ids = std::vector<std::string>;
  const auto to_reach = [&](std::int64_t target) {
    return answer_plan(example_a(), Plan{.actions = actions, .target_cp = target});
  };
  EXPECT_EQ(to_reach(8000), (PlanAnswer{true, Ids{"F1"}, 480, 8884}));
  EXPECT_EQ(to_reach(9000), (PlanAnswer{true, Ids{"F1", "F3"}, 510, 9091}));
  EXPECT_EQ(to_reach(9500), (PlanAnswer{true, Ids{"F1", "F2"}, 600, 9750}));
}

// More assets than anyone has, all at their worst: the sums must still fit.
TEST(Score, AHundredThousandAssetsFitTheNumbers) {
  Organisation organisation;
  for (int i = 0; i < 100'000; ++i) {
    const std::string id = std::to_string(i);
    organisation.assets.push_back({id, i % 17 == 0 ? 400U : 25U});
    organisation.findings.push_back({.id = id,
                                     .asset = id,
                                     .sev = Severity::critical,
                                     .cve = true,
                                     .kev = true,
                                     .ransomware = true,
                                     .age = 900});
  }
  const Rating rating = rate(organisation);
  EXPECT_EQ(rating.loss_ppm, static_cast<std::int64_t>(risk(101'250)));
  EXPECT_EQ(rating.grade, Grade::F);
}

}  // namespace
}  // namespace utsyn::score
