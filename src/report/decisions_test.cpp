#include "report/decisions.h"

#include <gtest/gtest.h>

#include "score/score.h"

namespace utsyn::report {
namespace {

using followup::PlannedAction;
using score::Severity;

// Findings of one organisation, each on an asset of its own, and the work that one check makes.
struct Made {
  score::Organisation organisation;
  std::vector<PlannedAction> actions;

  void add(const std::string& check, Severity severity, std::int64_t minutes, int findings = 1) {
    PlannedAction action{check, check, minutes, {}};
    for (int i = 0; i < findings; ++i) {
      const auto asset = "host" + std::to_string(organisation.assets.size());
      organisation.assets.push_back({asset, 100});
      score::Finding finding;
      finding.id = check + "@" + asset;
      finding.asset = asset;
      finding.sev = severity;
      organisation.findings.push_back(finding);
      action.findings.push_back(finding.id);
    }
    actions.push_back(std::move(action));
  }
};

Made quiet() {
  Made out;
  out.organisation.coverage = 10'000;
  for (int i = 0; i < 12; ++i) out.organisation.assets.push_back({"calm" + std::to_string(i), 100});
  return out;
}

std::vector<std::string> keys_of(const std::vector<ProposedDecision>& decisions) {
  std::vector<std::string> out;
  out.reserve(decisions.size());
  for (const auto& one : decisions) out.push_back(one.key);
  return out;
}

using Keys = std::vector<std::string>;

TEST(Decisions, ChecksThatLeadToOneDecisionAreOne) {
  auto made = quiet();
  made.add("tls.cipher.3des-sweet32", Severity::low, 50);
  made.add("tls.cipher.aead", Severity::medium, 60, 2);
  made.add("tls.cipher.guideline-level", Severity::medium, 45);
  made.add("http.security-txt", Severity::low, 40);
  score::Standing standing(made.organisation);
  const auto before = standing.score_cp();
  const auto decisions = proposed_decisions(standing, made.actions);
  ASSERT_EQ(keys_of(decisions), (Keys{"weak-encryption", "http.security-txt"}));
  EXPECT_EQ(decisions[0].minutes, 155);
  EXPECT_EQ(decisions[0].actions, (std::vector<std::size_t>{1, 2, 0})) << "the check that gains most first";
  EXPECT_GT(decisions[0].gain_cp, decisions[1].gain_cp);
  EXPECT_EQ(standing.score_cp(), before) << "handed back as it was";
  // All that is wrong is decided, and the gains add up to what lacks.
  EXPECT_EQ(before + decisions[0].gain_cp + decisions[1].gain_cp, score::full_score_cp);
}

TEST(Decisions, AreByGainForTheWorkAndNotByGainAlone) {
  struct Case {
    const char* name;
    std::int64_t minutes;  // of the medium one
    Keys keys;
  };
  const Case cases[] = {
      {"as quick", 60, {"http.availability", "http.security-txt"}},
      {"weeks of work", 30'000, {"http.security-txt", "http.availability"}},
  };
  for (const auto& one : cases) {
    auto made = quiet();
    made.add("http.availability", Severity::medium, one.minutes);
    made.add("http.security-txt", Severity::low, 60);
    score::Standing standing(made.organisation);
    EXPECT_EQ(keys_of(proposed_decisions(standing, made.actions)), one.keys) << one.name;
  }
}

TEST(Decisions, ATrifleIsNotTheBestBecauseItIsQuick) {
  auto made = quiet();
  made.add("http.availability", Severity::medium, 120);
  made.add("http.security-txt", Severity::low, 5);
  score::Standing standing(made.organisation);
  EXPECT_EQ(keys_of(proposed_decisions(standing, made.actions, 1)), Keys{"http.availability"});
}

TEST(Decisions, AreThreeAtMost) {
  auto made = quiet();
  for (const auto* check : {"http.availability", "http.security-txt", "http.robots-leak", "dns.https-rr"})
    made.add(check, Severity::medium, 60);
  score::Standing standing(made.organisation);
  EXPECT_EQ(proposed_decisions(standing, made.actions).size(), most_decisions);
  EXPECT_EQ(proposed_decisions(standing, {}).size(), 0U);
}

// Two findings of the same gate: neither gains a point alone, and yet nothing else is to be decided first.
TEST(Decisions, WhatACapStandsOnComesFirst) {
  auto made = quiet();
  made.add("http.security-txt", Severity::low, 10);
  made.add("dns.dnssec.valid", Severity::critical, 120);
  made.add("cert.revocation.status", Severity::critical, 60);
  for (int i = 0; i < 300; ++i) made.organisation.assets.push_back({"more" + std::to_string(i), 100});
  for (auto& finding : made.organisation.findings)
    if (finding.sev == Severity::critical) {
      finding.cve = true;
      finding.kev = true;
      finding.age = 400;
    }
  score::Standing standing(made.organisation);
  ASSERT_TRUE(standing.lowest_gate().has_value());
  ASSERT_GT(standing.outcome().gate_cp, 0);
  const auto before = standing.score_cp();
  const auto decisions = proposed_decisions(standing, made.actions);
  ASSERT_EQ(keys_of(decisions), (Keys{"cert.revocation.status", "dns.dnssec.valid", "http.security-txt"}));
  EXPECT_EQ(decisions[0].gain_cp, 0);
  EXPECT_GT(decisions[1].gain_cp, 0);
  EXPECT_EQ(before + decisions[1].gain_cp + decisions[2].gain_cp, score::full_score_cp);
}

TEST(Decisions, ACheckThatIsNoLongerThereIsItsOwnDecision) {
  auto made = quiet();
  made.add("http.gone", Severity::medium, 60);
  score::Standing standing(made.organisation);
  EXPECT_EQ(keys_of(proposed_decisions(standing, made.actions)), Keys{"http.gone"});
}

}  // namespace
}  // namespace utsyn::report
