// The golden vectors of the methodology: what goes in, and byte for byte what comes out.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "score/json.h"

namespace utsyn::score {
namespace {

const boost::json::object& vectors() {
  static const boost::json::object all = [] {
    std::ifstream file(UTSYN_SOURCE_DIR "/tests/golden/score.json", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return boost::json::parse(text).as_object();
  }();
  return all;
}

std::string text(const boost::json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
}

void expect_answers(const char* kind, std::size_t count,
                    std::optional<Answer> (*answer_line)(std::string_view, std::size_t)) {
  const auto& list = vectors().at(kind).as_array();
  EXPECT_EQ(list.size(), count);
  for (const auto& vector : list) {
    SCOPED_TRACE(text(vector.at("name")));
    const auto answer = answer_line(text(vector.at("in")), 1);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->ok);
    EXPECT_EQ(answer->text, text(vector.at("out")));
  }
}

TEST(Golden, IsOfThisMethod) { EXPECT_EQ(text(vectors().at("method")), method_id); }
TEST(Golden, Score) { expect_answers("score", 60, answer_score_line); }
TEST(Golden, Change) { expect_answers("change", 3, answer_change_line); }
TEST(Golden, Portfolio) { expect_answers("portfolio", 5, answer_portfolio_line); }

TEST(Golden, InvalidGivesAnErrorLine) {
  const auto& list = vectors().at("invalid").as_array();
  EXPECT_EQ(list.size(), 8U);
  for (const auto& vector : list) {
    SCOPED_TRACE(text(vector.at("name")));
    const auto answer = answer_score_line(text(vector.at("in")), 7);
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->ok);
    EXPECT_TRUE(answer->text.starts_with(R"({"error":"line 7: )")) << answer->text;
  }
}

TEST(Golden, InputWrittenBackScoresTheSame) {
  for (const auto& vector : vectors().at("score").as_array()) {
    SCOPED_TRACE(text(vector.at("name")));
    const auto organisation = read_organisation(text(vector.at("in")));
    ASSERT_TRUE(organisation);
    const std::string written = write_organisation(*organisation);
    EXPECT_EQ(read_organisation(written), organisation);
    EXPECT_EQ(answer_score(written), text(vector.at("out")));
  }
}

}  // namespace
}  // namespace utsyn::score
