// The check of docs/adding-a-check.md, compiled from the page itself: its examples hold, its texts are
// complete.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "checks/check.h"

namespace utsyn::checks::catalogue {
extern const Check dns_txt_pile;
}

namespace utsyn {
namespace {

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
  std::ifstream file(UTSYN_SOURCE_DIR "/docs/adding-a-check.md");
  std::ostringstream page;
  page << file.rdbuf();
  const auto text = page.str();
  const auto begin = text.find("```json\n");
  ASSERT_NE(begin, std::string::npos);
  const auto json = boost::json::parse(text.substr(begin + 8, text.find("```", begin + 8) - begin - 8));
  for (const char* member : {"title", "why", "remedy"}) {
    for (const char* language : {"en", "nb", "nn"}) {
      EXPECT_FALSE(json.at(member).at(language).as_string().empty()) << member << " " << language;
    }
  }
  EXPECT_EQ(json.at("reasons").as_object().size(), 2U);
}

}  // namespace
}  // namespace utsyn
