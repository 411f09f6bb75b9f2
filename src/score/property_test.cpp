// The invariants P1 to P17 of the methodology, section 14, on organisations made up with a fixed seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "score/change.h"
#include "score/json.h"
#include "score/random_organisation.h"
#include "score/score.h"

namespace utsyn::score {
namespace {

constexpr int rounds = 600;

std::int64_t cp(const Organisation& organisation) { return rate(organisation).score_cp; }

std::int64_t sum(const CentsByName& cents) {
  std::int64_t total = 0;
  for (const auto& [name, amount] : cents) total += amount;
  return total;
}

// Runs `check(dice, organisation)` on many, and prints the one that failed.
template <class Check>
void for_many(std::uint64_t seed, Check check, const Shape& shape = {}) {
  Dice dice(seed);
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    const Organisation organisation = random_organisation(dice, shape);
    SCOPED_TRACE(write_organisation(organisation));
    check(dice, organisation);
  }
}

std::string some_asset(Dice& dice, const Organisation& organisation) {
  return organisation.assets[dice.below(organisation.assets.size())].id;
}

TEST(Property, P1AddingAFindingNeverRaises) {
  for_many(1, [](Dice& dice, Organisation organisation) {
    if (organisation.assets.empty()) return;
    const std::int64_t before = cp(organisation);
    organisation.findings.push_back(random_finding(dice, "new", some_asset(dice, organisation)));
    EXPECT_LE(cp(organisation), before);
  });
}

TEST(Property, P2RemovingOrFixingNeverLowersAndGainsSaySo) {
  for_many(2, [](Dice&, const Organisation& organisation) {
    const Score whole = score(organisation);
    for (std::size_t i = 0; i < organisation.findings.size(); ++i) {
      Organisation fixed = organisation;
      fixed.findings[i].state = State::fixed;
      Organisation without = organisation;
      without.findings.erase(without.findings.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_EQ(cp(fixed), cp(without));
      EXPECT_GE(cp(fixed), whole.score_cp);
      const auto gain = whole.gain_cp.find(organisation.findings[i].id);
      EXPECT_EQ(cp(fixed) - whole.score_cp, gain == whole.gain_cp.end() ? 0 : gain->second);
    }
  });
}

TEST(Property, P3OrderDoesNotMatter) {
  for_many(3, [](Dice& dice, const Organisation& organisation) {
    Organisation shuffled = organisation;
    dice.shuffle(shuffled.assets);
    dice.shuffle(shuffled.findings);
    EXPECT_EQ(write_score(score(shuffled)), write_score(score(organisation)));
  });
}

TEST(Property, P4ARepeatedFindingDoesNotMatterAndTheLastCounts) {
  for_many(4, [](Dice& dice, const Organisation& organisation) {
    if (organisation.findings.empty()) return;
    Organisation repeated = organisation;
    repeated.findings.push_back(organisation.findings[dice.below(organisation.findings.size())]);
    repeated.assets.push_back(organisation.assets[dice.below(organisation.assets.size())]);
    EXPECT_EQ(score(repeated), score(organisation));

    Organisation replaced = organisation;
    replaced.findings.insert(replaced.findings.begin(), random_finding(dice, organisation.findings.front().id,
                                                                       some_asset(dice, organisation)));
    EXPECT_EQ(score(replaced), score(organisation));
  });
}

TEST(Property, P5SameInputSameBytesAlsoWrittenBack) {
  for_many(5, [](Dice& dice, Organisation organisation) {
    organisation.id = "ø";
    organisation.method_named = dice.chance(50);
    if (dice.chance(30)) organisation.plan = random_plan(dice, organisation, dice.below(6));
    const std::string document = write_organisation(organisation);
    const auto read = read_organisation(document);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, organisation);
    EXPECT_EQ(write_organisation(*read), document);
    EXPECT_EQ(answer_score(document), write_score(score(organisation)));
  });
}

TEST(Property, P6LinesSumToTheLoss) {
  for_many(6, [](Dice&, const Organisation& organisation) {
    const Score whole = score(organisation);
    EXPECT_EQ(sum(whole.lines), 10'000 - whole.score_cp);
    for (const auto& [name, amount] : whole.lines) EXPECT_GT(amount, 0) << name;
  });
}

TEST(Property, P7CopyingAnOrganisationChangesNothing) {
  for_many(7, [](Dice& dice, const Organisation& organisation) {
    Organisation copied = organisation;
    for (std::size_t copy = 1, copies = 2 + dice.below(5); copy < copies; ++copy) {
      const std::string suffix = "'" + std::to_string(copy);
      for (Asset asset : organisation.assets) {
        asset.id += suffix;
        copied.assets.push_back(asset);
      }
      for (Finding finding : organisation.findings) {
        finding.id += suffix;
        finding.asset += suffix;
        if (finding.group) *finding.group += suffix;
        copied.findings.push_back(finding);
      }
    }
    EXPECT_LE(std::abs(cp(copied) - cp(organisation)), 1);
  });
}

// The weight of section 5, written as the section writes it.
std::uint64_t weight(const Organisation& organisation, std::size_t index, std::uint64_t& total) {
  std::uint64_t lo = 0;
  std::uint64_t hi = 0;
  for (const Asset& asset : organisation.assets) (asset.v == 25 ? lo : hi) += asset.v;
  const bool guard = hi > 0 && 4 * lo > hi;
  std::uint64_t mine = 0;
  total = 0;
  for (std::size_t i = 0; i < organisation.assets.size(); ++i) {
    const std::uint64_t v = organisation.assets[i].v;
    const std::uint64_t w = !guard ? v : v == 25 ? v * hi : v * 4 * lo;
    total += w;
    if (i == index) mine = w;
  }
  return mine;
}

TEST(Property, P8OneAssetMovesAtMostItsWeight) {
  for_many(8, [](Dice& dice, Organisation organisation) {
    if (organisation.assets.empty()) return;
    organisation.coverage = full_coverage;
    organisation.breach_days.clear();
    for (Finding& finding : organisation.findings) finding.conf = Conf::inferred;  // no gates
    const std::size_t index = dice.below(organisation.assets.size());
    Organisation cleared = organisation;
    std::erase_if(cleared.findings,
                  [&](const Finding& finding) { return finding.asset == organisation.assets[index].id; });
    std::uint64_t total = 0;
    const std::uint64_t w = weight(organisation, index, total);
    const std::int64_t moved = std::max<std::int64_t>(0, cp(cleared) - cp(organisation) - 2);
    EXPECT_LE(static_cast<U128>(moved) * static_cast<U128>(moved) * total, U128{100'000'000} * w);
  });
}

TEST(Property, P9HygieneAloneNeverFallsBelowTwoThirds) {
  for_many(9,
           [](Dice&, Organisation organisation) {
             if (organisation.assets.empty()) return;
             organisation.coverage = full_coverage;
             organisation.breach_days.clear();
             for (Finding& finding : organisation.findings) {
               finding.sev = std::min(finding.sev, Severity::medium);
               finding.conf = Conf::inferred;
             }
             EXPECT_GE(cp(organisation), 6667);
           },
           {.most_assets = 2, .most_findings = 60});
}

TEST(Property, P10TheIntervalHoldsTheScore) {
  for_many(10, [](Dice&, const Organisation& organisation) {
    const Score whole = score(organisation);
    EXPECT_LE(whole.interval_cp[0], whole.score_cp);
    EXPECT_GE(whole.interval_cp[1], whole.score_cp);
    EXPECT_GE(whole.interval_cp[0], 0);
    EXPECT_LE(whole.interval_cp[1], 10'000);
  });
}

TEST(Property, P11AcceptingARiskChangesNeitherScoreNorLines) {
  for_many(11, [](Dice&, Organisation organisation) {
    for (Finding& finding : organisation.findings)
      if (finding.state == State::accepted) finding.state = State::open;
    const Score open = score(organisation);
    for (Finding& finding : organisation.findings)
      if (finding.state == State::open) finding.state = State::accepted;
    const Score accepted = score(organisation);
    EXPECT_EQ(accepted.score_cp, open.score_cp);
    EXPECT_EQ(accepted.lines, open.lines);
    EXPECT_GE(accepted.managed_cp, open.managed_cp);
  });
}

TEST(Property, P12ACleanAssetNeverLowers) {
  for_many(12, [](Dice& dice, Organisation organisation) {
    const std::int64_t before = cp(organisation);
    constexpr std::array<std::uint32_t, 4> values = {25, 100, 200, 400};
    organisation.assets.push_back({"new", dice.one_of(values)});
    EXPECT_GE(cp(organisation), before);
  });
}

TEST(Property, P13LowTierAssetsDiluteLittle) {
  for_many(13, [](Dice& dice, Organisation organisation) {
    if (organisation.assets.empty()) return;
    for (Asset& asset : organisation.assets) asset.v = std::max(asset.v, 100U);
    const std::int64_t loss = rate(organisation).loss_ppm;
    for (std::size_t i = 0, n = dice.below(300); i < n; ++i)
      organisation.assets.push_back({"parked" + std::to_string(i), low_tier_value});
    EXPECT_GE(1000 * (rate(organisation).loss_ppm + 1), 894 * loss);
  });
}

TEST(Property, P14OldEvidenceLosesPoints) {
  for_many(14, [](Dice& dice, Organisation organisation) {
    if (organisation.findings.empty()) return;
    const std::int64_t before = cp(organisation);
    Finding& finding = organisation.findings[dice.below(organisation.findings.size())];
    const std::uint64_t points_before = points(finding);
    finding.unseen += dice.from(0, 90);
    EXPECT_LE(points(finding), points_before);
    EXPECT_GE(cp(organisation), before);
    finding.unseen = 90;
    EXPECT_EQ(points(finding), 0U);
  });
}

TEST(Property, P15UnknownEpssIsNeverBetterThanALowOne) {
  for_many(15, [](Dice& dice, Organisation organisation) {
    if (organisation.findings.empty()) return;
    Finding& finding = organisation.findings[dice.below(organisation.findings.size())];
    finding.epss_max7 = static_cast<std::uint32_t>(dice.below(10'000));
    const std::int64_t low = cp(organisation);
    finding.epss_max7 = std::nullopt;
    EXPECT_LE(cp(organisation), low);
  });
}

TEST(Property, P16StepsOfAChangeSumExactly) {
  for_many(16, [](Dice& dice, const Organisation& before) {
    Organisation after = random_organisation(dice);
    if (dice.chance(60)) {  // a later day of the same
      after.assets = before.assets;
      for (std::size_t i = 0; i < std::min(after.findings.size(), before.findings.size()); ++i)
        after.findings[i].asset = before.findings[i].asset;
    }
    const Change moved = change(before, after);
    EXPECT_EQ(moved.before_cp, cp(before));
    EXPECT_EQ(moved.after_cp, cp(after));
    const auto& steps = moved.steps;
    EXPECT_EQ(steps.method + steps.footprint + steps.feeds + steps.treatment + steps.ageing + steps.findings,
              moved.after_cp - moved.before_cp);
  });
}

struct Worsening {
  const char* name;
  void (*worsen)(Dice&, Finding&);
};
const Worsening worsenings[] = {
    {"Severity",
     [](Dice&, Finding& f) {
       f.sev = std::min(Severity::critical, static_cast<Severity>(static_cast<int>(f.sev) + 1));
     }},
    {"Kev", [](Dice&, Finding& f) { f.kev = true; }},
    {"KevUrgent", [](Dice&, Finding& f) { f.kev = f.automatable = f.total = true; }},
    {"Automatable", [](Dice&, Finding& f) { f.automatable = true; }},
    {"Ransomware", [](Dice&, Finding& f) { f.ransomware = true; }},
    {"Exploit", [](Dice&, Finding& f) { f.public_exploit = true; }},
    {"EpssUp",
     [](Dice& dice, Finding& f) {
       if (f.epss_max7) f.epss_max7 = static_cast<std::uint32_t>(dice.from(*f.epss_max7, 1'000'000));
     }},
    {"Evidence",
     [](Dice&, Finding& f) { f.conf = static_cast<Conf>(std::max(0, static_cast<int>(f.conf) - 1)); }},
    {"Age", [](Dice& dice, Finding& f) { f.age += dice.from(0, 100); }},
    {"Freshness", [](Dice& dice, Finding& f) { f.unseen = dice.from(0, f.unseen); }},
    {"Control",
     [](Dice&, Finding& f) { f.ctrl = static_cast<Ctrl>(std::max(0, static_cast<int>(f.ctrl) - 1)); }},
    {"TreatmentBackToOpen", [](Dice&, Finding& f) { f.state = State::open; }},
    {"Compromise", [](Dice&, Finding& f) { f.compromise = true; }},
};

class P17 : public testing::TestWithParam<Worsening> {};

TEST_P(P17, WorseningOneThingNeverRaises) {
  int moved = 0;
  for_many(17, [&](Dice& dice, Organisation organisation) {
    if (organisation.findings.empty()) return;
    const std::int64_t before = cp(organisation);
    GetParam().worsen(dice, organisation.findings[dice.below(organisation.findings.size())]);
    EXPECT_LE(cp(organisation), before);
    moved += cp(organisation) < before ? 1 : 0;
  });
  EXPECT_GT(moved, 0) << "the test never worsened anything";
}

INSTANTIATE_TEST_SUITE_P(Property, P17, testing::ValuesIn(worsenings),
                         [](const auto& info) { return std::string(info.param.name); });

// Section 8 by its own words: each figure is S of the organisation with the stated change.
TEST(Property, OtherNumbersAreScoresOfChangedOrganisations) {
  for_many(18, [](Dice&, const Organisation& organisation) {
    const Score whole = score(organisation);
    const auto without = [&](auto left_out) {
      Organisation changed = organisation;
      std::erase_if(changed.findings, left_out);
      return changed;
    };
    EXPECT_EQ(whole.managed_cp, cp(without([](const Finding& finding) {
                return finding.state == State::accepted || finding.state == State::compensated;
              })));
    EXPECT_EQ(whole.if_upheld_cp,
              cp(without([](const Finding& finding) { return finding.state == State::disputed; })));
    if (!organisation.assets.empty()) {
      Organisation certain = without([](const Finding& finding) {
        return finding.conf != Conf::confirmed || finding.state == State::disputed;
      });
      certain.coverage = full_coverage;
      EXPECT_EQ(whole.interval_cp[1], std::max(whole.score_cp, cp(certain)));
    }
    for (const auto& [domain, domain_cp] : whole.domains) {
      Organisation alone = without([&](const Finding& finding) { return finding.domain != domain; });
      alone.breach_days.clear();
      alone.coverage = full_coverage;
      EXPECT_EQ(domain_cp, cp(alone)) << domain;
    }
    for (const Finding& finding : organisation.findings)
      EXPECT_TRUE(!finding.domain || whole.domains.contains(*finding.domain));
  });
}

}  // namespace
}  // namespace utsyn::score
