// The columns give the same S and grade as the method itself, organisation for organisation.
#include "score/bulk.h"

#include <gtest/gtest.h>

#include <vector>

#include "score/json.h"
#include "score/random_organisation.h"
#include "score/score.h"

namespace utsyn::score {
namespace {

TEST(Bulk, EqualsScore) {
  Dice dice(5);
  BulkOrganisations bulk;
  std::vector<Organisation> organisations;
  for (int i = 0; i < 3000; ++i) {
    Organisation organisation = random_organisation(dice, {.most_assets = 20, .most_findings = 50});
    if (!organisation.findings.empty() && dice.chance(20)) {  // repeated and unknown ids
      organisation.findings.push_back(random_finding(dice, "f0", organisation.findings.back().asset));
      organisation.findings.push_back(random_finding(dice, "f1", "elsewhere"));
      organisation.assets.push_back({"a0", 25});
    }
    bulk.append(organisation);
    organisations.push_back(std::move(organisation));
  }
  ASSERT_EQ(bulk.size(), organisations.size());
  std::vector<BulkScore> scores(bulk.size());
  bulk.score(scores);
  for (std::size_t i = 0; i < organisations.size(); ++i) {
    const Rating rating = rate(organisations[i]);
    ASSERT_EQ(scores[i].score_cp, rating.score_cp) << write_organisation(organisations[i]);
    ASSERT_EQ(scores[i].grade, rating.grade) << write_organisation(organisations[i]);
  }
}

// One finding on one asset, through every kind, vector, and the days at which something changes.
TEST(Bulk, EqualsScoreForEverySingleFinding) {
  BulkOrganisations bulk;
  std::vector<std::int64_t> expected;
  Organisation organisation{.assets = {{"a", 200}}, .findings = {{.id = "f", .asset = "a"}}};
  Finding& finding = organisation.findings.front();
  for (std::size_t severity = 0; severity < severity_words.size(); ++severity)
    for (unsigned flags = 0; flags < 32; ++flags)
      for (const int epss : {-1, 9999, 10'000, 100'000, 500'000})
        for (const std::int64_t age : {0, 4, 29, 61, 170, 36'500}) {
          finding.sev = static_cast<Severity>(severity);
          finding.cve = (flags & 1U) != 0;
          finding.kev = (flags & 2U) != 0;
          finding.automatable = finding.total = (flags & 4U) != 0;
          finding.public_exploit = (flags & 8U) != 0;
          finding.ransomware = (flags & 16U) != 0;
          finding.epss_max7 = epss < 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(epss));
          finding.age = age;
          bulk.append(organisation);
          expected.push_back(rate(organisation).score_cp);
        }
  finding = {.id = "f", .asset = "a", .sev = Severity::critical};
  for (std::size_t conf = 0; conf < conf_words.size(); ++conf)
    for (std::size_t ctrl = 0; ctrl < ctrl_words.size(); ++ctrl)
      for (std::size_t state = 0; state < state_words.size(); ++state)
        for (const bool compromise : {false, true})
          for (const std::int64_t unseen : {0, 15, 45, 46, 89, 90, 36'500}) {
            finding.conf = static_cast<Conf>(conf);
            finding.ctrl = static_cast<Ctrl>(ctrl);
            finding.state = static_cast<State>(state);
            finding.compromise = compromise;
            finding.unseen = unseen;
            bulk.append(organisation);
            expected.push_back(rate(organisation).score_cp);
          }
  std::vector<BulkScore> scores(bulk.size());
  bulk.score(scores);
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(scores[i].score_cp, expected[i]) << i;
}

TEST(Bulk, KnowsItsSize) {
  BulkOrganisations bulk;
  EXPECT_EQ(bulk.bytes(), 0U);
  bulk.append({.assets = {{"a", 100}, {"b", 25}}, .findings = {{.id = "f", .asset = "a"}}});
  EXPECT_EQ(bulk.size(), 1U);
  EXPECT_EQ(bulk.findings(), 1U);
  EXPECT_EQ(bulk.bytes(), 7U + 2 * 6U + 5U);
}

}  // namespace
}  // namespace utsyn::score
