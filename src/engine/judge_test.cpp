#include "engine/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checks/examples.h"
#include "checks/registry.h"
#include "engine/assess.h"
#include "score/json.h"
#include "score/points.h"

namespace utsyn::engine {
namespace {

using checks::Outcome;
using checks::Severity;

const store::Judged* find(const std::vector<store::Judged>& verdicts, std::string_view check) {
  for (const auto& judged : verdicts) {
    if (judged.check == check) return &judged;
  }
  return nullptr;
}

TEST(Judge, AsksEachCheckOfItsKindOfAssetOnce) {
  const auto verdicts = judge(checks::domain_asset());
  std::size_t expected = 0;
  for (const auto* check : checks::all_checks()) {
    for (const auto kind : check->assets) expected += kind == AssetKind::domain ? 1U : 0U;
  }
  EXPECT_EQ(verdicts.size(), expected);
  EXPECT_GT(expected, 30U);
}

TEST(Judge, NothingSeenFailsNothing) {
  for (const auto kind : {AssetKind::domain, AssetKind::web, AssetKind::mail, AssetKind::name_server}) {
    for (const auto& judged : judge(checks::host_asset(kind, "www.example.no", 443))) {
      EXPECT_TRUE(judged.verdict.outcome == Outcome::unknown ||
                  judged.verdict.outcome == Outcome::not_applicable)
          << judged.check << " said " << judged.verdict.reason << " without any evidence";
    }
  }
}

TEST(Judge, VerdictNamesTheAnswersItRestsOn) {
  const auto evidence =
      checks::domain_asset({checks::found("example.no", "CAA", {"0 issue \"letsencrypt.org\""}),
                            checks::found("other.example", "A", {"192.0.2.1"})});
  const auto records = records_of(evidence);
  const auto verdicts = judge(evidence, "dns.caa.exists");
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].verdict.outcome, Outcome::pass);
  EXPECT_THAT(verdicts[0].evidence, testing::ElementsAre(records[0].id));
}

TEST(Judge, OnlyTakesAGlob) {
  for (const auto& judged : judge(checks::domain_asset(), "email.dmarc.*")) {
    EXPECT_THAT(judged.check, testing::StartsWith("email.dmarc."));
  }
  EXPECT_TRUE(judge(checks::domain_asset(), "no.such.check").empty());
}

TEST(Judge, WarningWeighsOneStepLess) {
  const auto verdict = [](Outcome outcome) { return checks::Verdict{outcome, "r"}; };
  EXPECT_EQ(weight_of(verdict(Outcome::fail), Severity::high), Severity::high);
  EXPECT_EQ(weight_of(verdict(Outcome::warn), Severity::high), Severity::medium);
  EXPECT_EQ(weight_of(verdict(Outcome::warn), Severity::info), Severity::info);
  EXPECT_EQ(weight_of(verdict(Outcome::warn).weighing(Severity::critical), Severity::low),
            Severity::critical);
}

TEST(MethodName, IsAtMostTwoHundredBytesAndStillOne) {
  const std::string a(250, 'a');
  const std::string b = a + "b";
  EXPECT_EQ(method_name("short"), "short");
  EXPECT_EQ(method_name(a).size(), 200U);
  EXPECT_NE(method_name(a), method_name(b));
}

store::Asset asset(const std::string& id, int value, bool by_provider = false) {
  store::Asset out;
  out.id = id;
  out.value = value;
  out.by_provider = by_provider;
  out.why = {"given"};
  return out;
}

store::Judged judged(const std::string& on, const std::string& check, Outcome outcome) {
  store::Judged out;
  out.asset = on;
  out.check = check;
  out.verdict = {outcome, "r"};
  out.severity = Severity::high;
  return out;
}

TEST(ScoreInput, CoverageCountsAnswersByValue) {
  const store::Asset assets[] = {asset("a", 100), asset("b", 400), asset("supplier", 400, true)};
  const store::Judged verdicts[] = {judged("a", "x", Outcome::pass), judged("a", "y", Outcome::unknown),
                                    judged("a", "z", Outcome::not_applicable),
                                    judged("b", "x", Outcome::fail),
                                    judged("supplier", "x", Outcome::unknown)};
  const auto input = score_input({"o", "O", "other"}, assets, verdicts, {}, from_unix(0));
  EXPECT_EQ(input.coverage, 10'000 * 500 / 600);
  EXPECT_EQ(input.assets.size(), 2U);
}

TEST(ScoreInput, CandidatesLowerTheCoverageAndNothingElse) {
  store::Asset assets[] = {asset("a", 100), asset("hint", 300)};
  assets[1].why = {"ct-of:o.example"};
  const store::Judged verdicts[] = {judged("a", "x", Outcome::pass), judged("hint", "x", Outcome::fail),
                                    judged("hint", "y", Outcome::not_applicable)};
  store::Finding finding;
  finding.id = "x@hint";
  finding.asset = "hint";
  finding.check = "x";
  const store::Finding findings[] = {finding};
  const auto doubted = score_input({"o", "O", "other"}, assets, verdicts, findings, from_unix(0));
  EXPECT_EQ(doubted.assets.size(), 1U);
  EXPECT_TRUE(doubted.findings.empty());
  EXPECT_EQ(doubted.coverage, 10'000 * 100 / 400);
  // Somebody says that it is ours: now it counts.
  assets[1].why.push_back("confirmed");
  const auto sure = score_input({"o", "O", "other"}, assets, verdicts, findings, from_unix(0));
  EXPECT_EQ(sure.assets.size(), 2U);
  EXPECT_EQ(sure.findings.size(), 1U);
  EXPECT_EQ(sure.coverage, 10'000);
}

// A server that hands out its zone, and was asked because the owner wanted it.
Evidence leaky_name_server() {
  auto evidence = checks::name_server_asset();
  evidence.active_name_servers = {
      {"example.no", "ns1.example.no", "192.0.2.53", ZoneTransfer{false, 0, true, 12}}};
  return evidence;
}

TEST(Judge, ChecksOfTheFullProfileAreJudgedOnlyWhereTheyWereAsked) {
  EXPECT_EQ(find(judge(checks::name_server_asset()), "dns.axfr.open"), nullptr);
  const auto verdicts = judge(leaky_name_server());
  const auto* open = find(verdicts, "dns.axfr.open");
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(open->verdict.outcome, Outcome::fail);
  ASSERT_EQ(open->evidence.size(), 1U);
  EXPECT_EQ(verdicts.size(), judge(checks::name_server_asset()).size() + 1);
}

store::Asset name_server() {
  store::Asset out;
  out.id = "ns1.example.no:53";
  out.kind = AssetKind::name_server;
  out.domain = "example.no";
  out.host = "ns1.example.no";
  out.port = 53;
  out.value = 400;
  out.why = {"ns-of:example.no"};
  return out;
}

TEST(Conclude, TheFullProfileChangesNothingOfTheCoreScore) {
  const auto server = name_server();
  Question question;
  question.target.organisation = {"example.no", "example.no", "other"};
  const auto now = from_unix(checks::kExampleDay);
  const auto core = conclude(question, {{server, checks::name_server_asset()}}, {}, now);
  EXPECT_FALSE(core.full);
  question.profile = "full";
  const auto full = conclude(question, {{server, leaky_name_server()}}, {}, now);
  EXPECT_EQ(full.measurement.profile, "full");
  EXPECT_EQ(full.measurement.input, core.measurement.input);
  EXPECT_EQ(full.measurement.output, core.measurement.output);
  EXPECT_EQ(full.measurement.score_cp, core.measurement.score_cp);
  EXPECT_EQ(full.input.coverage, core.input.coverage);
  // It is a finding all the same, and its points are in the score that is the owner's own business.
  ASSERT_EQ(full.measurement.findings.size(), core.measurement.findings.size() + 1);
  ASSERT_TRUE(full.full);
  EXPECT_THAT(full.full->input, testing::HasSubstr("dns.axfr.open@ns1.example.no:53"));
  EXPECT_THAT(full.measurement.input, testing::Not(testing::HasSubstr("dns.axfr.open")));
  EXPECT_EQ(score::answer_score(full.full->input).value(), full.full->output);
  // A core measurement later asks nothing of it, so it neither closes the finding nor counts it.
  question.profile = "core";
  const auto later = conclude(question, {{server, checks::name_server_asset()}}, full.measurement.findings,
                              now + std::chrono::hours{24});
  const auto kept =
      std::ranges::find(later.measurement.findings, "dns.axfr.open@ns1.example.no:53", &store::Finding::id);
  ASSERT_NE(kept, later.measurement.findings.end());
  EXPECT_EQ(kept->state, store::FindingState::open);
  EXPECT_FALSE(kept->unseen);
  EXPECT_EQ(kept->last_seen, now);
  EXPECT_TRUE(later.input.findings.empty() || std::ranges::none_of(later.input.findings, [](const auto& one) {
                return one.id.starts_with("dns.axfr.open");
              }));
}

// A blocked scanner never lifts a grade (methodology section 17): a page that was not seen lowers no value.
TEST(Conclude, WhatCouldNotBeSeenLowersNoValue) {
  EXPECT_EQ(web_value(Evidence{}), std::nullopt);
  const auto server = name_server();
  Question question;
  question.target.organisation = {"example.no", "example.no", "other"};
  const auto now = from_unix(checks::kExampleDay);
  const auto before = conclude(question, {{server, leaky_name_server()}}, {}, now);
  auto usual = server;
  usual.value = 100;
  for (const bool valued : {false, true}) {
    auto blocked =
        conclude(question, {{usual, leaky_name_server(), valued}}, before.measurement.findings, now);
    EXPECT_EQ(blocked.input.assets.front().v, 100U);
    EXPECT_EQ(keep_values(blocked, {{server.id, 400}, {"another", 25}}), !valued);
    EXPECT_EQ(blocked.measurement.assets.front().asset.value, valued ? 100 : 400);
    EXPECT_EQ(blocked.measurement.input == before.measurement.input, !valued);
    EXPECT_EQ(score::answer_score(blocked.measurement.input).value(), blocked.measurement.output);
    EXPECT_FALSE(keep_values(blocked, {{server.id, 400}}) && valued);
  }
  auto fresh = conclude(question, {{usual, leaky_name_server(), false}}, {}, now);
  EXPECT_FALSE(keep_values(fresh, {})) << "never measured before";
}

// A decision that was taken while the organisation was measured counts as if it had been taken before.
TEST(Conclude, TreatmentsTakenMeanwhileCount) {
  const auto server = name_server();
  Question question;
  question.target.organisation = {"example.no", "example.no", "other"};
  question.profile = "full";
  const auto now = from_unix(checks::kExampleDay);
  const auto untreated = conclude(question, {{server, leaky_name_server()}}, {}, now);
  ASSERT_FALSE(untreated.measurement.findings.empty());
  auto treated = untreated.measurement.findings;
  for (auto& finding : treated) finding.state = store::FindingState::upheld;
  const auto before = conclude(question, {{server, leaky_name_server()}}, treated, now);
  ASSERT_NE(before.full->input, untreated.full->input);

  auto meanwhile = untreated;
  EXPECT_TRUE(take_treatments(meanwhile, treated));
  EXPECT_EQ(meanwhile.measurement.findings, before.measurement.findings);
  EXPECT_EQ(meanwhile.measurement.input, before.measurement.input);
  EXPECT_EQ(meanwhile.measurement.output, before.measurement.output);
  EXPECT_EQ(meanwhile.measurement.score_cp, before.measurement.score_cp);
  EXPECT_EQ(meanwhile.full->input, before.full->input);
  EXPECT_EQ(meanwhile.full->output, before.full->output);
  EXPECT_FALSE(take_treatments(meanwhile, treated));  // nothing is new

  // Only a measurement opens and closes.
  auto closed = untreated.measurement.findings;
  for (auto& finding : closed) finding.state = store::FindingState::fixed;
  auto fresh = untreated;
  EXPECT_FALSE(take_treatments(fresh, closed));
  EXPECT_EQ(fresh.measurement.output, untreated.measurement.output);
}

TEST(ScoreInput, WhatIsKnownToBeExploitedWeighsMoreAndSooner) {
  const store::Asset assets[] = {asset("a", 100)};
  const auto now = from_unix(100 * 86'400);
  store::Finding bleeding;
  bleeding.id = "tls.vuln.heartbleed@a";
  bleeding.asset = "a";
  bleeding.check = "tls.vuln.heartbleed";
  bleeding.severity = Severity::critical;
  bleeding.first_seen = bleeding.last_seen = now;
  auto other = bleeding;
  other.id = "tls.vuln.ccs@a";
  other.check = "tls.vuln.ccs";
  const store::Finding findings[] = {bleeding, other};
  const auto input = score_input({"o", "O", "other"}, assets, {}, findings, now, Counted::full);
  ASSERT_EQ(input.findings.size(), 2U);
  EXPECT_TRUE(input.findings[0].cve && input.findings[0].kev);
  EXPECT_FALSE(input.findings[1].cve || input.findings[1].kev);
  EXPECT_EQ(score::deadline(input.findings[0]), 14);
  EXPECT_EQ(score::points(input.findings[0]), 2 * score::points(input.findings[1]));
}

TEST(ScoreInput, FindingsAgeAndFade) {
  const store::Asset assets[] = {asset("a", 100), asset("supplier", 400, true)};
  const auto now = from_unix(100 * 86'400);
  store::Finding open;
  open.id = "dns.caa.exists@a";
  open.asset = "a";
  open.check = "dns.caa.exists";
  open.severity = Severity::medium;
  open.first_seen = from_unix(10 * 86'400);
  open.last_seen = from_unix(80 * 86'400);
  auto fixed = open;
  fixed.id = "other@a";
  fixed.state = store::FindingState::fixed;
  auto carried = open;
  carried.id = "other@supplier";
  carried.asset = "supplier";
  const store::Finding findings[] = {open, fixed, carried};
  const auto input = score_input({"o", "O", "other"}, assets, {}, findings, now);
  ASSERT_EQ(input.findings.size(), 1U);
  EXPECT_EQ(input.findings[0].age, 90);
  EXPECT_EQ(input.findings[0].unseen, 20);
  EXPECT_EQ(input.findings[0].domain, "dns");
}

TEST(Conclude, StoredEvidenceGivesTheSameBytes) {
  const auto evidence = checks::domain_asset({checks::txt("_dmarc.example.no", {"v=DMARC1; p=none"}),
                                              checks::found("example.no", "NS", {"ns1.example.no"})});
  SeenAsset seen{footprint::domain_asset("example.no"), evidence};
  Question question;
  question.target.organisation = {"example.no", "example.no", "other"};
  const auto now = from_unix(checks::kExampleDay);
  const auto fresh = conclude(question, {seen}, {}, now);

  SeenAsset again{seen.asset, checks::domain_asset()};
  ASSERT_TRUE(assemble(again.evidence, fresh.measurement.assets[0].records).has_value());
  const auto later = conclude(question, {again}, {}, now);
  EXPECT_EQ(later.measurement.input, fresh.measurement.input);
  EXPECT_EQ(later.measurement.output, fresh.measurement.output);
  EXPECT_EQ(later.measurement.verdicts, fresh.measurement.verdicts);
  EXPECT_EQ(score::answer_score(fresh.measurement.input).value(), fresh.measurement.output);
  EXPECT_NE(find(fresh.measurement.verdicts, "email.dmarc.policy"), nullptr);
}

}  // namespace
}  // namespace utsyn::engine
