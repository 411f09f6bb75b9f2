// The decisions of the catalogue: each check has one, and nobody needs to know an acronym to adopt it.
#include "checks/decision.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <set>
#include <stdexcept>

#include "checks/catalogue.h"

namespace utsyn::checks {
namespace {

const char* const kShared =
    R"({"renew": {"role": "registrar", "en": "Renew.", "nb": "Forny nå.", "nn": "Forny no."},
        "bare": {"role": "it", "en": "Renew.", "nb": "Forny nå."}})";

TEST(Decision, IsTheChecksOwnOrShared) {
  const auto shared = boost::json::parse(kShared);
  const auto own = boost::json::parse(R"({"role": "it", "en": "Do.", "nb": "Gjør.", "nn": "Gjer."})");
  const auto mine = decision_in("dns.some", &own, shared.as_object());
  EXPECT_EQ(mine.key, "dns.some");
  EXPECT_EQ(mine.role, Role::it);
  EXPECT_EQ(text(mine.sentence, Language::nn), "Gjer.");
  const boost::json::value name = "renew";
  const auto ours = decision_in("dns.some", &name, shared.as_object());
  EXPECT_EQ(ours.key, "renew");
  EXPECT_EQ(word(ours.role), "registrar");
  EXPECT_EQ(text(ours.sentence, Language::nb), "Forny nå.");
}

TEST(Decision, IsRefusedUnlessItIsWhole) {
  const std::string as_long(longest_decision - 1, 'x');
  struct Case {
    const char* name;
    std::string decision;  // empty: none
    const char* fault;     // empty: taken
  };
  const Case cases[] = {
      {"none", "", "is missing"},
      {"unheard of", R"("thaw")", "no 'thaw' is shared"},
      {"the shared one lacks a language", R"("bare")", "is missing in nn"},
      {"no sentences", "[]", "is no sentences"},
      {"nobody", R"({"en": "Do.", "nb": "Gjør.", "nn": "Gjer."})", "nobody carries it out"},
      {"an unknown role", R"({"role": "king", "en": "Do.", "nb": "Gjør.", "nn": "Gjer."})",
       "nobody carries it out"},
      {"a language is missing", R"({"role": "it", "nb": "Gjør.", "nn": "Gjer."})", "is missing in en"},
      {"no text", R"({"role": "it", "en": "Do.", "nb": 1, "nn": "Gjer."})", "is missing in nb"},
      {"two sentences", R"({"role": "it", "en": "Do. It.", "nb": "Gjør.", "nn": "Gjer."})",
       "is not one sentence in en"},
      {"no end", R"({"role": "it", "en": "Do.", "nb": "Gjør", "nn": "Gjer."})", "is not one sentence in nb"},
      {"as long as may be", R"({"role": "web", "en": ")" + as_long + R"(.", "nb": "Gjør.", "nn": "Gjer."})",
       ""},
      {"too long", R"({"role": "web", "en": "o)" + as_long + R"(.", "nb": "Gjør.", "nn": "Gjer."})",
       "is too long in en"},
  };
  const auto shared = boost::json::parse(kShared);
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    boost::json::value value;
    if (!one.decision.empty()) value = boost::json::parse(one.decision);
    try {
      const auto taken = decision_in("dns.some", one.decision.empty() ? nullptr : &value, shared.as_object());
      EXPECT_STREQ(one.fault, "") << taken.key;
    } catch (const std::logic_error& refused) {
      EXPECT_EQ(refused.what(), std::string("catalogue: dns.some: decision: ") + one.fault);
    }
  }
}

TEST(Decisions, ReadDifferentlyWhereTheyDiffer) {
  for (const auto language : {Language::en, Language::nb, Language::nn}) {
    std::map<std::string_view, std::string_view> keys;
    for (const auto& entry : catalogue()) {
      const auto [other, fresh] = keys.emplace(text(entry.decision.sentence, language), entry.decision.key);
      if (!fresh) EXPECT_EQ(other->second, entry.decision.key) << entry.id << ": " << other->first;
    }
    EXPECT_GT(keys.size(), 80U);
  }
}

TEST(Decisions, AreSharedBySeveral) {
  std::map<std::string_view, std::set<std::string_view>> checks;
  for (const auto& entry : catalogue())
    if (entry.decision.key != entry.id) checks[entry.decision.key].insert(entry.id);
  EXPECT_GT(checks.size(), 20U);
  for (const auto& [key, by] : checks)
    EXPECT_GT(by.size(), 1U) << key << " is of one check: let it be its own";
  EXPECT_GT(checks["weak-encryption"].size(), 5U);
  for (const auto& key : shared_decisions()) EXPECT_TRUE(checks.contains(key)) << key << " is nobody's";
}

// Two capitals in a row are an acronym, and a figure is a version, a limit or a standard's name.
TEST(Decisions, TakeNoTechnicalKnowledge) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  for (const auto& entry : catalogue())
    for (const auto language : {Language::en, Language::nb, Language::nn}) {
      const auto& sentence = text(entry.decision.sentence, language);
      SCOPED_TRACE(entry.id + ": " + sentence);
      EXPECT_TRUE(capital(sentence.front()));
      for (std::size_t i = 0; i < sentence.size(); ++i) {
        if (i > 0) EXPECT_FALSE(capital(sentence[i]) && capital(sentence[i - 1]));
        EXPECT_FALSE(sentence[i] >= '0' && sentence[i] <= '9');
      }
    }
}

TEST(Decisions, AreNynorskInNynorsk) {
  for (const auto& entry : catalogue()) {
    const auto& nynorsk = entry.decision.sentence.nn;
    EXPECT_NE(nynorsk, entry.decision.sentence.nb) << entry.id;
    for (const auto* foreign :
         {" ikke ", " fra ", " noen ", " hvem ", " hva ", " hvor", " være", " bare ", "tjener", "nettsted",
          "virksomhet", " vårt navn", " dem ", " uten ", "oppføringen ", "sikkerhet"})
      EXPECT_EQ(nynorsk.find(foreign), std::string::npos) << entry.id << ": " << foreign;
  }
}

}  // namespace
}  // namespace utsyn::checks
