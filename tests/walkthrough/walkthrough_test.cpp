// The check of docs/adding-a-check.md, compiled from the page itself: its examples hold, its texts are
// complete.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "checks/check.h"
#include "checks/decision.h"

namespace utsyn::checks::catalogue {
extern const Check dns_txt_pile;
}

namespace utsyn {
namespace {

std::string content_of(const char* path) {
  std::ifstream file(std::string(UTSYN_SOURCE_DIR) + path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST(Walkthrough, ExamplesOfThePageHold) {
  const auto& check = checks::catalogue::dns_txt_pile;
  EXPECT_EQ(check.id, "dns.txt.pile");
  const auto examples = check.examples();
  ASSERT_GE(examples.size(), 4U);
  for (const auto& example : examples) {
    const auto verdict = check.evaluate(example.evidence);
    EXPECT_EQ(verdict.outcome, example.expected) << example.title;
    if (!example.reason.empty()) EXPECT_EQ(verdict.reason, example.reason) << example.title;
  }
}

TEST(Walkthrough, TextsOfThePageAreComplete) {
  const auto text = content_of("/docs/adding-a-check.md");
  const auto begin = text.find("```json\n");
  ASSERT_NE(begin, std::string::npos);
  const auto json = boost::json::parse(text.substr(begin + 8, text.find("```", begin + 8) - begin - 8));
  for (const char* member : {"title", "why", "remedy"}) {
    for (const char* language : {"en", "nb", "nn"}) {
      EXPECT_FALSE(json.at(member).at(language).as_string().empty()) << member << " " << language;
    }
  }
  EXPECT_EQ(checks::decision_in("dns.txt.pile", &json.at("decision"), {}).key, "dns.txt.pile");
  EXPECT_EQ(json.at("reasons").as_object().size(), 2U);
  const auto& situations = json.at("situations").as_object();
  const auto common = boost::json::parse(content_of("/data/checks/common.json"));
  for (const auto& example : checks::catalogue::dns_txt_pile.examples()) {
    if (common.at("situations").as_object().contains(example.title)) continue;
    const auto* own = situations.if_contains(example.title);
    ASSERT_NE(own, nullptr) << example.title;
    for (const char* language : {"nb", "nn"}) EXPECT_FALSE(own->at(language).as_string().empty()) << language;
  }
}

}  // namespace
}  // namespace utsyn
