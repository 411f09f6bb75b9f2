// Histories that are kept and brought up to date, against the same counted anew: random readers, filters,
// weights and days, while organisations come, change, leave and are measured.
#include "portfolio/past_answers.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

#include "portfolio/json.h"
#include "portfolio/portfolios.h"
#include "portfolio/remembered.h"
#include "portfolio/test_table.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Access;
using access::Detail;

std::string told(const std::vector<HistoryPoint>& points) { return json::serialize(history_json(points)); }

class PastAnswersTest : public testing::Test {
 protected:
  std::size_t upto(std::size_t most) { return chance_() % (most + 1); }
  bool one_in(std::size_t count) { return chance_() % count == 0; }

  void change_something() {
    if (one_in(5)) {
      std::vector<std::pair<RowNumber, std::uint16_t>> changed;
      for (RowNumber row = 0; row < table_.size(); ++row)
        if (one_in(3))
          changed.emplace_back(row, one_in(6) ? kNone : static_cast<std::uint16_t>(upto(10'000)));
      if (one_in(3)) ++today_;
      table_.add_day(today_, changed);
      return;
    }
    auto one = chance_organisation(chance_, upto(250));
    one.removed = one_in(8);
    table_.put(one);
  }
  // Another table, as after a load: other rows, other words, other numbers.
  void load_anew() {
    Table anew;
    anew.version = table_.version + 1;
    std::mt19937 chance(chance_());
    for (std::size_t i = 0; i < 150; ++i) anew.put(chance_organisation(chance, 200 - i));
    for (std::int64_t day = today_ - 5; day <= today_; ++day) {
      std::vector<std::pair<RowNumber, std::uint16_t>> changed;
      for (RowNumber row = 0; row < anew.size(); ++row)
        changed.emplace_back(row, static_cast<std::uint16_t>(upto(10'000)));
      anew.add_day(day, changed);
    }
    table_ = std::move(anew);
  }

  std::mt19937 chance_{20261121};
  std::int64_t today_ = 20'000;
  Table table_;
};

TEST_F(PastAnswersTest, SayWhatCountingAnewSays) {
  for (int i = 0; i < 300; ++i) change_something();
  Access access;
  access.user = "u";
  access.everywhere = Detail::findings;
  struct Question {
    Filter filter;
    bool weighted = false;
    std::optional<Dimension> dimension;
    bool authority = false;
    bool certain = false;
    PastAnswers kept;
  };
  std::vector<Question> questions;
  const auto add = [&](Filter filter, bool weighted, std::optional<Dimension> dimension, bool authority,
                       bool certain) {
    questions.push_back(
        {std::move(filter), weighted, dimension, authority, certain, PastAnswers(authority, dimension)});
  };
  Filter suppliers;
  suppliers.kinds = {score::Kind::supplier};
  Filter weak;
  weak.score_cp = Range{0, 6'000};
  for (const bool certain : {false, true}) {
    add({}, false, std::nullopt, false, certain);
    add(weak, true, std::nullopt, false, certain);
    add(suppliers, false, std::nullopt, true, certain);
    add({}, false, Dimension::county, false, certain);
    add(weak, false, Dimension::assets, false, certain);
    add(suppliers, false, Dimension::kostra, true, certain);
  }
  std::size_t points = 0;
  std::size_t open = 0;
  std::size_t hidden = 0;
  for (int round = 0; round < 120; ++round) {
    const auto changes = upto(4);
    for (std::size_t i = 0; i < changes; ++i) change_something();
    if (one_in(30)) load_anew();
    access.authority = false;
    for (auto& question : questions) {
      if (one_in(4)) continue;  // the next time more has changed
      auto reader = access;
      reader.authority = question.authority;
      const Seen seen(table_, reader);
      Members members{matching(table_, seen, question.filter), {}};
      if (question.weighted)
        for (const auto row : members.rows)
          members.weights.push_back(table_.population[row] == kNoNumber ? 0 : table_.population[row]);
      const auto from = today_ - static_cast<std::int64_t>(upto(20));
      const auto answer =
          question.kept.ask(table_, {from, today_, question.certain}, [&] { return members; });
      if (!question.dimension) {
        ASSERT_EQ(told(answer->points), told(history_of(table_, members, question.authority, from, today_)))
            << "round " << round;
        points += answer->points.size();
        continue;
      }
      const auto expected =
          breakdown_history_of(table_, members, *question.dimension, question.authority, from, today_);
      ASSERT_EQ(answer->cells.size(), expected.size()) << "round " << round;
      for (std::size_t cell = 0; cell < expected.size(); ++cell) {
        ASSERT_EQ(answer->cells[cell].key, expected[cell].key) << "round " << round;
        ASSERT_EQ(told(answer->cells[cell].points), told(expected[cell].points)) << "round " << round;
        for (const auto& point : expected[cell].points) (point.answer.suppressed ? hidden : open) += 1;
      }
    }
  }
  // It was not all about nothing.
  EXPECT_GT(points, 1'000U);
  EXPECT_GT(open, 1'000U);
  EXPECT_GT(hidden, 100U);
}

TEST_F(PastAnswersTest, AnUnchangedQuestionIsAnsweredAtOnce) {
  for (int i = 0; i < 100; ++i) change_something();
  Access access;
  access.everywhere = Detail::score;
  const Seen seen(table_, access);
  PastAnswers kept(false, std::nullopt);
  int asked = 0;
  const auto members = [&] {
    ++asked;
    return Members{matching(table_, seen, {}), {}};
  };
  const auto first = kept.ask(table_, {0, today_, true}, members);
  EXPECT_EQ(kept.ask(table_, {0, today_, true}, members), first);
  EXPECT_EQ(asked, 1);
  EXPECT_NE(kept.ask(table_, {1, today_, true}, members), first);
  EXPECT_EQ(asked, 1);
  table_.put(chance_organisation(chance_, 1));
  EXPECT_NE(kept.ask(table_, {1, today_, true}, members), first);
  EXPECT_EQ(asked, 2);
  EXPECT_GT(kept.bytes(), 40'000U);
}

struct Heavy {
  std::size_t weight = 0;
  std::size_t bytes() const { return weight; }
};

TEST(Remembered, DropsTheLeastRecentlyAskedAndWhatFailed) {
  Remembered<Heavy> kept(100);
  int made = 0;
  const auto ask = [&](const std::string& key, std::size_t weight) {
    return kept.with(
        key,
        [&] {
          ++made;
          return Heavy{};
        },
        [&](Heavy& one) { return one.weight = weight; });
  };
  EXPECT_EQ(ask("a", 40), 40U);
  ask("b", 40);
  ask("a", 40);
  EXPECT_EQ(made, 2);
  ask("c", 40);  // b goes
  EXPECT_EQ(kept.size(), 2U);
  ask("a", 40);
  EXPECT_EQ(made, 3);
  ask("b", 40);  // c goes
  EXPECT_EQ(made, 4);
  ask("big", 101);  // all go
  EXPECT_EQ(kept.size(), 0U);
  ask("a", 10);
  const auto fails = [](Heavy&) -> int { throw std::runtime_error("half way"); };
  EXPECT_THROW(kept.with("a", [] { return Heavy{}; }, fails), std::runtime_error);
  EXPECT_EQ(kept.size(), 0U);
}

}  // namespace
}  // namespace utsyn::portfolio
