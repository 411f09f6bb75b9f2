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
#include "store/events.h"
#include "store/test_database.h"

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
      std::vector<std::pair<RowNumber, std::uint16_t>> troubles;
      if (one_in(2))
        for (RowNumber row = 0; row < table_.size(); ++row)
          if (one_in(2)) troubles.emplace_back(row, packed_trouble(one_in(4), some_since()));
      if (one_in(3)) ++today_;
      table_.add_day(today_, changed, troubles);
      return;
    }
    auto one = chance_organisation(chance_, upto(250));
    one.removed = one_in(8);
    table_.put(one);
  }
  std::int64_t some_since() { return one_in(3) ? 0 : today_ - static_cast<std::int64_t>(upto(300)); }
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
  std::size_t troubles = 0;
  std::size_t open = 0;
  std::size_t hidden = 0;
  for (int round = 0; round < 60; ++round) {
    const auto changes = upto(4);
    for (std::size_t i = 0; i < changes; ++i) change_something();
    if (one_in(15)) load_anew();
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
      if (question.certain || !one_in(10))
        for (const auto row : members.rows)
          members.findings.push_back(question.certain ? 1 : (row + static_cast<RowNumber>(round / 20)) % 2);
      const auto from = today_ - static_cast<std::int64_t>(upto(20));
      const auto answer =
          question.kept.ask(table_, {from, today_, question.certain}, [&] { return members; });
      if (!question.dimension) {
        ASSERT_EQ(told(answer->points), told(history_of(table_, members, question.authority, from, today_)))
            << "round " << round;
        points += answer->points.size();
        for (const auto& point : answer->points) troubles += point.trouble ? 1 : 0;
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
  EXPECT_GT(troubles, 100U);
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

TEST(TroubleTally, CountsGatesAndTheMiddleOfTheDaysButNeverOfFew) {
  TroubleTally tally;
  EXPECT_FALSE(tally.answer(true));  // nothing was kept
  const auto put = [&](bool gated, std::int64_t since) {
    tally.add(20'000, 5'000, packed_trouble(gated, since));
  };
  put(true, 19'990);
  put(true, 19'980);
  put(false, 0);
  tally.add(20'000, kNone, packed_trouble(true, 19'000));  // not rated
  tally.add(20'000, 5'000, kNone);                         // not kept
  put(false, 20'010);                                      // measured after that day: not overdue yet
  EXPECT_FALSE(tally.answer(false));
  ASSERT_TRUE(tally.answer(true));
  EXPECT_EQ(tally.answer(true)->open_gates, 2);
  EXPECT_EQ(tally.answer(true)->median_overdue_days, 5);
  put(false, 19'970);
  ASSERT_TRUE(tally.answer(false));
  EXPECT_EQ(tally.answer(false)->median_overdue_days, 10);
  tally.remove(20'000, 5'000, packed_trouble(true, 19'980));
  EXPECT_FALSE(tally.answer(false));
  EXPECT_EQ(tally.answer(true)->open_gates, 1);
}

class KeptTroubleTest : public store::testing::DatabaseTest {
 protected:
  void measure(store::Connection& connection, const std::string& id, std::int64_t day, bool gated,
               std::int64_t overdue_days) {
    connection.execute(
        "INSERT INTO organisation (id, name, kind) VALUES (?1, ?1, 'other') ON CONFLICT (id) DO NOTHING",
        {id});
    connection.execute(
        R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate,
  assets, critical, high, medium, low, overdue_days, checks)
VALUES (?1, ?2, 5000, 'D', 5000, 9000, 5000, 5000, ?3, 1, 0, 0, 0, 0, ?4, '')
ON CONFLICT (organisation) DO UPDATE
  SET measured = excluded.measured, gate = excluded.gate, overdue_days = excluded.overdue_days)",
        {id, day * 86'400 + 3'600, gated ? "kev" : "", overdue_days});
    store::append_event(connection, from_unix(day * 86'400), "measured", id, "{}");
  }
  void keep(std::int64_t day) {
    sql().write([&](store::Connection& connection) { keep_history(connection, from_unix(day * 86'400)); });
  }
  // "day gates/days" of every point.
  static std::string told(Portfolios& portfolios, Detail everywhere) {
    const auto view = portfolios.view();
    Access access;
    access.user = "u";
    access.everywhere = everywhere;
    Portfolio all;
    all.form = Form::filter;
    std::string out;
    const auto history = portfolios.history(view, Seen(*view, access), access, all, {}, kFirst, kFirst + 40);
    for (const auto& point : history->points) {
      out += std::to_string(point.day - kFirst) + " ";
      out += point.trouble ? std::to_string(point.trouble->open_gates) + "/" +
                                 std::to_string(point.trouble->median_overdue_days)
                           : std::string("-");
      out += "; ";
    }
    return out;
  }
  static constexpr std::int64_t kFirst = 20'800;
};
UTSYN_BOTH_DATABASES(KeptTroubleTest);

TEST_P(KeptTroubleTest, GatesAndDaysOverdueAreKnownFromTheDayTheyAreKept) {
  // From before anything of it was kept.
  sql().write([&](store::Connection& connection) {
    for (int i = 0; i < 6; ++i) {
      measure(connection, "o" + std::to_string(i), kFirst, i < 2, i < 5 ? 10 : 0);
      connection.execute("INSERT INTO standing_past VALUES (?1, ?2, 5000, 'D', 9000)",
                         {"o" + std::to_string(i), kFirst});
    }
  });
  Portfolios kept_up(shared_sql());
  EXPECT_EQ(told(kept_up, Detail::findings), "0 -; ");
  keep(kFirst + 1);
  // Time goes on by itself, as long as they are measured or not.
  keep(kFirst + 3);
  EXPECT_EQ(told(kept_up, Detail::findings), "0 -; 1 2/11; 3 2/13; ");
  EXPECT_EQ(told(kept_up, Detail::score), "0 -; 1 -; 3 -; ");
  const auto rows = [&] {
    return sql().read([](store::Connection& connection) {
      return connection.first("SELECT count(*) FROM trouble_past")->number(0);
    });
  };
  EXPECT_EQ(rows(), 6);
  // What was overdue is mended, a gate is closed.
  sql().write([&](store::Connection& connection) {
    for (int i = 0; i < 6; ++i)
      measure(connection, "o" + std::to_string(i), kFirst + 4, i < 1, i < 2 ? 14 : 0);
  });
  keep(kFirst + 4);
  EXPECT_EQ(rows(), 10);
  EXPECT_EQ(told(kept_up, Detail::evidence), "0 -; 1 2/11; 3 2/13; 4 1/0; ");
  // A load fills the days between, where the columns that were kept up knew of none.
  Portfolios loaded(shared_sql());
  EXPECT_EQ(told(loaded, Detail::findings), "0 -; 1 2/11; 2 2/12; 3 2/13; 4 1/0; ");
  // Four left are too few to be told of.
  sql().write([&](store::Connection& connection) {
    for (const auto* gone : {"o4", "o5"}) {
      connection.execute("UPDATE organisation SET removed = 1 WHERE id = ?1", {gone});
      store::append_event(connection, from_unix(0), "organisation-changed", gone, "{}");
    }
  });
  EXPECT_EQ(told(loaded, Detail::findings), "0 -; 1 -; 2 -; 3 -; 4 -; ");
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
