// What holds for every check there is: its names agree, its texts are whole in three languages, and its
// examples give the verdict they promise. A new check file is tested here without an edit.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <filesystem>
#include <ostream>
#include <set>
#include <string>

#include "base/text.h"
#include "base/time.h"
#include "checks/catalogue.h"
#include "checks/judging.h"
#include "checks/registry.h"

namespace utsyn::checks {
namespace {

// Checks that only tell (severity info): there is nothing in them that can fail.
const std::set<std::string_view> kOnlyTells = {
    "dns.caa.account-binding", "dns.server.cookies-rrl", "dns.domain.registry-lock",
    "dns.dnssec.zone-walk",    "email.dane.rollover",    "email.dmarc.alignment-mode",
    "email.mx.exists",         "dns.wildcard",
};

std::string symbol_of(std::string_view id) {
  std::string symbol(id);
  std::ranges::replace_if(symbol, [](char c) { return c == '.' || c == '-'; }, '_');
  return symbol;
}

// src/checks/dns/caa_exists.cpp: the first word of the id is the folder, the rest the file.
std::filesystem::path file_of(std::string_view id) {
  const auto symbol = symbol_of(id);
  const auto end = symbol.find('_');
  return std::filesystem::path(UTSYN_SOURCE_DIR) / "src/checks" / symbol.substr(0, end) /
         (symbol.substr(end + 1) + ".cpp");
}

const char* outcome_name(Outcome outcome) { return boost::describe::enum_to_string(outcome, "?"); }

// The order in which the registry lists: by symbol.
std::vector<std::string> symbols_in_order() {
  std::vector<std::string> symbols;
  for (const auto* check : all_checks()) symbols.push_back(symbol_of(check->id));
  return symbols;
}

class EveryCheck : public testing::TestWithParam<const Check*> {
 protected:
  const Check& check() const { return *GetParam(); }
};

TEST_P(EveryCheck, IsNamedAsItsFile) {
  EXPECT_TRUE(std::filesystem::exists(file_of(check().id)))
      << check().id << " is not in " << file_of(check().id);
  ASSERT_NE(check().evaluate, nullptr);
  ASSERT_NE(check().examples, nullptr);
  EXPECT_FALSE(check().assets.empty()) << "a check is asked of some kind of asset";
}

TEST_P(EveryCheck, HasTextsInEveryLanguage) {
  const auto* entry = catalogue_entry(check().id);
  ASSERT_NE(entry, nullptr) << "data/checks/" << check().id << ".json is missing";
  EXPECT_FALSE(entry->area.empty());
  EXPECT_FALSE(entry->scope.empty());
  EXPECT_EQ(needs_consent(check().id), has(check().reads, Part::active))
      << "a check is of the full profile when it reads the answers to active questions, and only then";
  EXPECT_FALSE(entry->references.empty());
  EXPECT_TRUE(entry->title.complete()) << "title";
  EXPECT_TRUE(entry->why.complete()) << "why";
  EXPECT_TRUE(entry->remedy.complete()) << "remedy";
  EXPECT_TRUE(entry->decision.sentence.complete()) << "decision";
  EXPECT_FALSE(entry->reasons.empty());
  for (const auto& [reason, sentence] : entry->reasons)
    EXPECT_TRUE(sentence.complete()) << "reason " << reason;
}

TEST_P(EveryCheck, HasItsSituationsInEveryLanguage) {
  const auto* entry = catalogue_entry(check().id);
  ASSERT_NE(entry, nullptr);
  std::set<std::string_view> met;
  for (const auto& example : check().examples()) {
    met.insert(example.title);
    const auto* situation = situation_text(*entry, example.title);
    ASSERT_NE(situation, nullptr) << "no text for the situation '" << example.title << "'";
    EXPECT_TRUE(situation->complete()) << "situation '" << example.title << "'";
    EXPECT_EQ(situation->en, example.title);
  }
  for (const auto& [english, texts] : entry->situations)
    EXPECT_TRUE(met.contains(english)) << "no example is of the situation '" << english << "'";
}

TEST_P(EveryCheck, GivesTheVerdictsOfItsExamples) {
  const auto* entry = catalogue_entry(check().id);
  ASSERT_NE(entry, nullptr);
  std::set<Outcome> outcomes;
  for (const auto& example : check().examples()) {
    SCOPED_TRACE(std::string(example.title));
    const auto verdict = check().evaluate(example.evidence);
    EXPECT_STREQ(outcome_name(verdict.outcome), outcome_name(example.expected))
        << "because of " << verdict.reason;
    if (!example.reason.empty()) EXPECT_EQ(verdict.reason, example.reason);
    EXPECT_NE(reason_text(*entry, verdict.reason), nullptr) << "no text for the reason " << verdict.reason;
    EXPECT_EQ(check().evaluate(example.evidence), verdict) << "the same evidence gives the same verdict";
    EXPECT_NE(std::ranges::find(check().assets, example.evidence.kind), check().assets.end())
        << "the example is of an asset that the check is not asked of";
    outcomes.insert(verdict.outcome);
  }
  EXPECT_TRUE(outcomes.contains(Outcome::pass)) << "no example passes";
  EXPECT_TRUE(outcomes.contains(Outcome::unknown)) << "no example is unknown";
  if (!kOnlyTells.contains(check().id)) {
    EXPECT_TRUE(outcomes.contains(Outcome::fail) || outcomes.contains(Outcome::warn)) << "no example fails";
  }
}

// Nothing seen is never a fault, and nothing seen is never fine: whoever did not look cannot judge.
TEST_P(EveryCheck, NeverJudgesWhatNobodyLookedAt) {
  for (const auto kind : check().assets) {
    Evidence nothing;
    nothing.kind = kind;
    nothing.domain = "example.no";
    nothing.host = kind == AssetKind::domain ? "example.no" : "host.example.no";
    nothing.asset = nothing.host;
    nothing.as_of = from_unix(1795168800);
    const auto verdict = check().evaluate(nothing);
    EXPECT_TRUE(verdict.outcome == Outcome::unknown || verdict.outcome == Outcome::not_applicable)
        << outcome_name(verdict.outcome) << " because of " << verdict.reason;
  }
}

std::string case_name(const testing::TestParamInfo<const Check*>& param) {
  return symbol_of(param.param->id);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryCheck, testing::ValuesIn(all_checks().begin(), all_checks().end()),
                         case_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EveryCheck);

TEST(Registry, IsSortedAndWithoutDoubles) {
  const auto symbols = symbols_in_order();
  EXPECT_TRUE(std::ranges::is_sorted(symbols));
  EXPECT_EQ(std::ranges::adjacent_find(symbols), symbols.end());
}

TEST(Catalogue, DescribesOnlyChecksThatExist) {
  std::set<std::string_view> known;
  for (const auto* check : all_checks()) known.insert(check->id);
  for (const auto& entry : catalogue()) {
    EXPECT_TRUE(known.contains(entry.id)) << "data/checks/" << entry.id << ".json has no check";
  }
}

// What is claimed of the catalogue of known exploited vulnerabilities is one of the check's own references,
// with the day it was listed; tests/known_exploited.py holds it against the catalogue itself, where that is
// at hand.
TEST(Catalogue, SaysWhatIsKnownToBeExploited) {
  std::set<std::string_view> listed;
  for (const auto& entry : catalogue()) {
    if (!entry.known_exploited) continue;
    listed.insert(entry.id);
    SCOPED_TRACE(entry.id);
    EXPECT_NE(std::ranges::find(entry.references, entry.known_exploited->cve), entry.references.end());
    EXPECT_TRUE(entry.known_exploited->cve.starts_with("CVE-"));
    EXPECT_TRUE(parse_time(entry.known_exploited->added + "T00:00:00Z").has_value());
    EXPECT_EQ(known_exploited(entry.id), &*entry.known_exploited);
  }
  EXPECT_EQ(listed, std::set<std::string_view>{"tls.vuln.heartbleed"});
  EXPECT_EQ(known_exploited("tls.vuln.ccs"), nullptr);
  EXPECT_EQ(known_exploited("no.such.check"), nullptr);
}

TEST(Catalogue, FindsEntriesById) {
  EXPECT_EQ(catalogue_entry("no.such.check"), nullptr);
  EXPECT_EQ(catalogue_entry("common"), nullptr);
  for (const auto& entry : catalogue()) EXPECT_EQ(catalogue_entry(entry.id), &entry);
}

TEST(Catalogue, SharesTheSentencesOfWhatWasNotSeen) {
  const CatalogueEntry bare;
  for (const auto why : {Unseen::not_measured, Unseen::timed_out, Unseen::refused, Unseen::reset,
                         Unseen::unreachable, Unseen::out_of_scope, Unseen::budget_spent, Unseen::opted_out,
                         Unseen::stopped, Unseen::malformed, Unseen::rejected, Unseen::server_failure,
                         Unseen::tls_failed, Unseen::local_error, Unseen::contradicted}) {
    const auto* sentence = reason_text(bare, unseen_reason(why));
    ASSERT_NE(sentence, nullptr) << unseen_reason(why);
    EXPECT_TRUE(sentence->complete()) << unseen_reason(why);
  }
}

TEST(Catalogue, SharesOnlySituationsThatAreMet) {
  std::set<std::string_view> met;
  for (const auto* check : all_checks())
    for (const auto& example : check->examples()) met.insert(example.title);
  EXPECT_FALSE(common_situations().empty());
  for (const auto& [english, texts] : common_situations())
    EXPECT_TRUE(met.contains(english)) << "no example is of the situation '" << english << "'";
}

TEST(Catalogue, PrefersTheChecksOwnSituation) {
  CatalogueEntry entry;
  ASSERT_NE(situation_text(entry, "no answer"), nullptr);
  EXPECT_NE(situation_text(entry, "no answer")->nb, "eget");
  entry.situations["no answer"] = {"no answer", "eget", "eige"};
  EXPECT_EQ(situation_text(entry, "no answer")->nb, "eget");
  EXPECT_EQ(situation_text(entry, "unheard of"), nullptr);
}

TEST(Catalogue, PrefersTheChecksOwnSentence) {
  CatalogueEntry entry;
  entry.reasons["timed-out"] = {"own", "egen", "eigen"};
  const auto* sentence = reason_text(entry, "timed-out");
  ASSERT_NE(sentence, nullptr);
  EXPECT_EQ(text(*sentence, Language::en), "own");
  EXPECT_EQ(text(*sentence, Language::nb), "egen");
  EXPECT_EQ(text(*sentence, Language::nn), "eigen");
  EXPECT_EQ(reason_text(entry, "unheard-of"), nullptr);
}

}  // namespace
}  // namespace utsyn::checks
