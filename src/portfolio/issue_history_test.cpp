// Issues with time: against the same counted the slow way, a day and a finding at a time; what readers must
// not learn; and out of both databases, with findings that came back and some that never counted.
#include "portfolio/issue_history.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <numeric>
#include <random>
#include <set>

#include "portfolio/figures.h"
#include "portfolio/json.h"
#include "portfolio/portfolios.h"
#include "portfolio/test_table.h"
#include "store/events.h"
#include "store/test_database.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Access;
using access::Detail;
using checks::Severity;
using store::Connection;
using store::FindingState;

constexpr std::int64_t kToday = 20'840;

Access looking(Detail everywhere, bool authority = false) {
  Access access;
  access.user = "u";
  access.everywhere = everywhere;
  access.authority = authority;
  return access;
}

FreshFinding living(std::string check, std::int64_t since, FindingState state = FindingState::open,
                    Severity severity = Severity::high) {
  return {std::move(check), {}, severity, state, 0, since};
}

// Each day's counts of a check; a day that is hidden is -1.
std::vector<std::int64_t> counts_of(const IssueHistory& history, std::string_view check) {
  const auto at = std::ranges::find(history.checks, check, &IssueHistory::Check::id);
  if (at == history.checks.end()) return {};
  std::vector<std::int64_t> out;
  out.reserve(history.days.size());
  for (const auto& day : history.days)
    out.push_back(
        day.suppressed
            ? -1
            : std::int64_t{day.organisations[static_cast<std::size_t>(at - history.checks.begin())]});
  return out;
}

// Seven organisations, of which `first_kept` says when each is first kept; the days 1 to 9 and today, the
// 10th.
constexpr std::int64_t kZero = kToday - 10;
struct Life {
  std::int64_t from, to;  // days after kZero
};
Table table_of(const std::vector<std::vector<Life>>& lives,
               const std::vector<std::vector<FreshFinding>>& open,
               const std::vector<std::int64_t>& first_kept) {
  Table table;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    auto one = fresh(numbered(i), 5'000);
    one.findings = open[i];
    std::set<std::string> counting;
    for (const auto& finding : open[i])
      if (finding.state != FindingState::upheld && finding.state != FindingState::dispute_overdue &&
          finding.severity != Severity::info)
        counting.insert(finding.check);
    for (const auto& check : counting) one.checks += (one.checks.empty() ? "" : ",") + check;
    one.lives.emplace();
    for (const auto& life : lives[i]) one.lives->push_back({"x", kZero + life.from, kZero + life.to});
    table.put(one);
  }
  for (std::int64_t day = 1; day <= 10; ++day) {
    std::vector<std::pair<RowNumber, std::uint16_t>> changed;
    for (std::size_t i = 0; i < first_kept.size(); ++i)
      if (first_kept[i] == day) changed.emplace_back(static_cast<RowNumber>(i), 5'000);
    table.add_day(kZero + day, changed);
  }
  return table;
}

TEST(IssueHistory, LivesOfOneCheckAreCountedOnceADay) {
  const auto since = [](std::int64_t day, FindingState state = FindingState::open,
                        Severity severity = Severity::high) {
    return living("x", kZero + day, state, severity);
  };
  struct Row {
    std::string_view what;
    std::vector<Life> lives;
    std::vector<FreshFinding> open;
    std::string_view days;  // 1 to 9 and today
  } rows[] = {
      {"nothing", {}, {}, "0000000000"},
      {"open since the fourth", {}, {since(4)}, "0001111111"},
      {"open since long ago", {}, {since(-300)}, "1111111111"},
      {"closed on the sixth: not open as it ends", {{2, 6}}, {}, "0111100000"},
      {"closed on the day it opened", {{5, 5}}, {}, "0000000000"},
      {"came back", {{1, 3}, {5, 6}}, {since(8)}, "1100100111"},
      {"two assets that overlap", {{1, 5}, {3, 7}}, {}, "1111110000"},
      {"one asset follows another", {{1, 4}, {4, 6}}, {}, "1111100000"},
      {"one still open on another asset", {{2, 8}}, {since(5)}, "0111111111"},
      {"two open", {}, {since(7), since(3)}, "0011111111"},
      {"upheld as no fault", {{1, 2}}, {since(3, FindingState::upheld)}, "1000000000"},
      {"upheld on one asset only", {}, {since(2, FindingState::upheld), since(6)}, "0000011111"},
      {"the answer to a dispute is late", {}, {since(3, FindingState::dispute_overdue)}, "0000000000"},
      {"disputed", {}, {since(3, FindingState::disputed)}, "0011111111"},
      {"accepted", {}, {since(3, FindingState::accepted)}, "0011111111"},
      {"compensated", {}, {since(9, FindingState::compensated)}, "0000000011"},
      {"only told", {}, {since(3, FindingState::open, Severity::info)}, "0000000000"},
      {"ended before the days", {{-40, 1}}, {}, "0000000000"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    // Another check, open everywhere, so that there is something to tell in any case.
    auto open = row.open;
    open.push_back(living("y", kZero));
    const auto table = table_of({row.lives}, {open}, {1});
    const auto access = looking(Detail::findings, true);
    const Seen seen(table, access);
    const std::vector<RowNumber> all{0};
    const auto history = issue_history_of(table, seen, all, {kZero, kToday, kToday}, 10);
    ASSERT_EQ(history.days.size(), 10U);
    std::string days;
    const auto counts = counts_of(history, "x");
    for (std::size_t day = 0; day < 10; ++day)
      days += counts.empty() ? '0' : static_cast<char>('0' + counts[day]);
    EXPECT_EQ(days, row.days);
    EXPECT_EQ(counts_of(history, "y"), std::vector<std::int64_t>(10, 1));
  }
}

TEST(IssueHistory, WhoWasNotKeptYetIsNotCounted) {
  const std::vector<FreshFinding> open{living("x", kZero - 5)};
  const auto table = table_of({{}, {}, {{-3, 8}}, {}}, {open, open, {}, open}, {1, 4, 6, 99});
  const auto access = looking(Detail::findings, true);
  const Seen seen(table, access);
  const std::vector<RowNumber> all{0, 1, 2, 3};
  const auto history = issue_history_of(table, seen, all, {kZero, kToday, kToday}, 10);
  EXPECT_EQ(counts_of(history, "x"), (std::vector<std::int64_t>{1, 1, 1, 2, 2, 3, 3, 2, 2, 3}));
  std::vector<std::size_t> measured;
  measured.reserve(history.days.size());
  for (const auto& day : history.days) measured.push_back(day.measured);
  EXPECT_EQ(measured, (std::vector<std::size_t>{1, 1, 1, 2, 2, 3, 3, 3, 3, 4}));
  EXPECT_EQ(history.days[3].share(0), 10'000);
  EXPECT_EQ(history.days[9].share(0), 7'500);
}

TEST(IssueHistory, DaysOfFewAreHiddenAndScoresTellNothing) {
  std::vector<std::vector<FreshFinding>> open(7, {living("x", kZero)});
  const auto table = table_of(std::vector<std::vector<Life>>(7), open, {1, 1, 1, 1, 3, 5, 99});
  const std::vector<RowNumber> all{0, 1, 2, 3, 4, 5, 6};
  const auto told = [&](const Access& access) {
    return counts_of(issue_history_of(table, Seen(table, access), all, {kZero, kToday, kToday}, 10), "x");
  };
  using Days = std::vector<std::int64_t>;
  EXPECT_EQ(told(looking(Detail::findings)), (Days{-1, -1, 5, 5, 6, 6, 6, 6, 6, 7}));
  EXPECT_EQ(told(looking(Detail::findings, true)), (Days{4, 4, 5, 5, 6, 6, 6, 6, 6, 7}));
  EXPECT_EQ(told(looking(Detail::score)), Days{});
  EXPECT_EQ(told(looking(Detail::score, true)), Days{});
  // Findings of five, scores of the others: the others are not among the counts.
  auto some = looking(Detail::score);
  for (std::size_t i = 0; i < 5; ++i) some.organisations.emplace_back(numbered(i), Detail::findings);
  EXPECT_EQ(told(some), (Days{-1, -1, 5, 5, 5, 5, 5, 5, 5, 5}));
  some.organisations.pop_back();
  EXPECT_EQ(told(some), Days{});
  const auto hidden =
      issue_history_json(issue_history_of(table, Seen(table, some), all, {kZero, kToday, kToday}, 10));
  EXPECT_TRUE(hidden.at("issues").as_array().empty());
  EXPECT_EQ(hidden.at("days").as_array().size(), 10U);
}

TEST(IssueHistory, DaysAndChecksAreThoseAskedFor) {
  // x is the only one early, y and z take over; of one in each list, each has been the first once.
  std::vector<std::vector<FreshFinding>> open(6);
  for (std::size_t i = 0; i < 6; ++i) open[i].push_back(living("y", kZero + 4));
  open[0].push_back(living("z", kZero + 6));
  const auto table =
      table_of(std::vector<std::vector<Life>>(6, {{1, 3}}), open, std::vector<std::int64_t>(6, 1));
  const auto access = looking(Detail::findings);
  const Seen seen(table, access);
  const std::vector<RowNumber> all{0, 1, 2, 3, 4, 5};
  const auto ids = [&](IssueDays days, std::size_t most) {
    std::string out;
    const auto history = issue_history_of(table, seen, all, days, most);
    for (const auto& check : history.checks) out += check.id;
    return out + " " + std::to_string(history.days.size());
  };
  EXPECT_EQ(ids({kZero, kToday, kToday}, 1), "yx 10");
  EXPECT_EQ(ids({kZero, kToday, kToday}, 2), "yzx 10");
  EXPECT_EQ(ids({kZero + 5, kToday, kToday}, 1), "y 6");
  EXPECT_EQ(ids({kZero, kZero + 2, kToday}, 1), "x 2");
  EXPECT_EQ(ids({kToday, kToday, kToday}, 5), "yz 1");
  EXPECT_EQ(ids({kToday + 1, kToday + 9, kToday}, 5), " 0");
}

// Whatever lived when: each day's count is what a look at every life says.
TEST(IssueHistory, ChanceLivesGiveWhatLookingAtEachDayGives) {
  std::mt19937 chance(7);
  const auto upto = [&](std::size_t most) { return static_cast<std::int64_t>(chance() % (most + 1)); };
  for (int round = 0; round < 40; ++round) {
    std::vector<std::vector<Life>> lives(12);
    std::vector<std::vector<FreshFinding>> open(12);
    std::vector<std::int64_t> first(12);
    for (std::size_t i = 0; i < 12; ++i) {
      first[i] = 1 + upto(9);
      for (auto many = upto(5); many > 0; --many) {
        const auto from = upto(14) - 4;
        lives[i].push_back({from, std::min<std::int64_t>(10, from + upto(5))});
      }
      for (auto many = upto(2); many > 0; --many) open[i].push_back(living("x", kZero + upto(14) - 4));
      open[i].push_back(living("y", kZero));
    }
    const auto table = table_of(lives, open, first);
    const auto access = looking(Detail::findings, true);
    const Seen seen(table, access);
    std::vector<RowNumber> all(12);
    std::iota(all.begin(), all.end(), RowNumber{0});
    const auto history = issue_history_of(table, seen, all, {kZero, kToday, kToday}, 10);
    std::vector<std::int64_t> expected;
    for (std::int64_t day = 1; day <= 10; ++day) {
      std::int64_t count = 0;
      for (std::size_t i = 0; i < 12; ++i) {
        const auto lived = std::ranges::any_of(
            lives[i], [&](const Life& life) { return day < 10 && life.from <= day && day < life.to; });
        const auto lives_now = std::ranges::any_of(open[i], [&](const FreshFinding& finding) {
          return finding.check == "x" && (finding.since <= kZero + day || day == 10);
        });
        count += (day == 10 ? lives_now : first[i] <= day && (lived || lives_now)) ? 1 : 0;
      }
      expected.push_back(count);
    }
    auto got = counts_of(history, "x");
    if (got.empty()) got.assign(10, 0);
    EXPECT_EQ(got, expected) << "round " << round;
  }
}

TEST(PastLives, AreMergedAndBounded) {
  using Lives = std::vector<PastLife>;
  EXPECT_EQ(merged(Lives{{2, 1, 3}, {1, 4, 9}, {1, 1, 4}, {1, 12, 12}, {1, 5, 6}}),
            (Lives{{1, 1, 9}, {2, 1, 3}}));
  Lives many;
  for (std::uint16_t i = 0; i < 10'000; ++i)
    many.push_back({1, static_cast<std::uint16_t>(4 * i), static_cast<std::uint16_t>(4 * i + 1)});
  const auto kept = merged(std::move(many));
  ASSERT_EQ(kept.size(), kMostLives);
  EXPECT_EQ(kept.back().to, 4 * 9'999 + 1);
  EXPECT_EQ(day_number(-1), 0);
  EXPECT_EQ(day_number(1'000'000), 0xFFFE);
}

class IssueHistoryTest : public store::testing::DatabaseTest {
 protected:
  static constexpr std::int64_t kDaySeconds = 86'400;
  static std::int64_t on(std::int64_t day) { return (kToday + day) * kDaySeconds + 3'600; }

  void organisation(Connection& connection, const std::string& id, std::string_view checks) {
    connection.execute("INSERT INTO organisation (id, name, kind) VALUES (?1, ?1, 'municipality')", {id});
    connection.execute(
        R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate,
  assets, critical, high, medium, low, overdue_days, checks)
VALUES (?1, ?2, 5000, 'F', 5000, 10000, 5000, 5000, '', 1, 0, 1, 0, 0, 0, ?3))",
        {id, on(0), checks});
    for (std::int64_t day = -20; day < 0; ++day)
      connection.execute("INSERT INTO standing_past VALUES (?1, ?2, 5000, 'F', 10000)", {id, kToday + day});
    told(connection, id);
  }
  static void told(Connection& connection, const std::string& id) {
    store::append_event(connection, from_unix(on(0)), "measured", id, "{}");
  }
  void finding(Connection& connection, const std::string& organisation, const std::string& asset,
               std::int64_t first_seen, std::optional<std::int64_t> closed, int reopened = 0) {
    connection.execute(
        R"(INSERT INTO finding (organisation, id, asset, "check", severity, state, first_seen, last_seen, closed, reopened)
VALUES (?1, ?2, ?3, 'x', 'high', ?4, ?5, ?6, ?7, ?8))",
        {organisation, "x@" + asset, asset, closed ? "fixed" : "open", on(first_seen), on(0),
         closed ? std::optional(on(*closed)) : std::nullopt, reopened});
  }
  void event(Connection& connection, const std::string& organisation, std::string_view change,
             std::int64_t day) {
    connection.execute("INSERT INTO finding_event VALUES (?1, 'x@a', ?2, ?3, 'r', '{}')",
                       {organisation, on(day), change});
  }
  static std::string history(const View& view) {
    const auto access = looking(Detail::findings, true);
    return json::serialize(issue_history_json(
        issue_history_of(*view, Seen(*view, access), view->present_rows, {kToday - 20, kToday, kToday}, 10)));
  }
  // Of one organisation, a digit a day from twenty days ago until today.
  static std::string days_of(const View& view, std::string_view organisation) {
    const auto access = looking(Detail::findings, true);
    const std::vector<RowNumber> rows{*view->find(organisation)};
    std::string out;
    for (const auto count : counts_of(
             issue_history_of(*view, Seen(*view, access), rows, {kToday - 20, kToday, kToday}, 10), "x"))
      out += static_cast<char>('0' + count);
    return out;
  }
};
UTSYN_BOTH_DATABASES(IssueHistoryTest);

TEST_P(IssueHistoryTest, WhatTheStoreKnowsOfFindingsIsTold) {
  sql().write([&](Connection& connection) {
    organisation(connection, "open", "x");
    finding(connection, "open", "a", -12, std::nullopt);
    organisation(connection, "fixed", "");
    finding(connection, "fixed", "a", -12, -3);
    organisation(connection, "returned", "x");
    finding(connection, "returned", "a", -4, std::nullopt, 2);
    event(connection, "returned", "opened", -18);
    event(connection, "returned", "unseen", -17);
    event(connection, "returned", "closed", -16);
    event(connection, "returned", "reopened", -10);
    event(connection, "returned", "changed", -9);
    event(connection, "returned", "closed", -7);
    event(connection, "returned", "reopened", -4);
    organisation(connection, "twice", "");
    finding(connection, "twice", "a", -5, -2, 1);
    event(connection, "twice", "opened", -15);
    event(connection, "twice", "closed", -11);
    event(connection, "twice", "reopened", -5);
    event(connection, "twice", "closed", -2);
    // What was no fault, and what is a supplier's, never counted.
    organisation(connection, "no-fault", "");
    finding(connection, "no-fault", "a", -12, -3);
    finding(connection, "no-fault", "b", -6, -5);
    connection.execute(
        R"(INSERT INTO treatment (organisation, finding, id, kind, owner, reason, evidence, evidence_sha256, created,
  created_by, decision, decided, decided_by, decision_reason, withdrawn_by)
VALUES ('no-fault', 'x@a', 't', 'dispute', 'o', 'r', 'e', 'h', ?1, 'u', 'upheld', ?1, 'v', 'w', ''))",
        {on(-8)});
    organisation(connection, "carried", "");
    finding(connection, "carried", "a", -12, -3);
    connection.execute(
        "INSERT INTO asset VALUES ('carried', 'a', ?1, ?1, 'web', 'a.example', 'a.example', 443, 1, 1, '[]', "
        "'[]')",
        {on(-12)});
  });
  Portfolios portfolios(shared_sql());
  const auto view = portfolios.view();
  struct {
    std::string_view organisation, days;
  } const rows[] = {{"open", "000000001111111111111"},     {"fixed", "000000001111111110000"},
                    {"returned", "001100000011100011111"}, {"twice", "000001111000000111000"},
                    {"no-fault", "000000000000001000000"}, {"carried", ""}};
  for (const auto& row : rows) EXPECT_EQ(days_of(view, row.organisation), row.days) << row.organisation;
}

TEST_P(IssueHistoryTest, AChangeIsFollowedAndTheLastDayIsThePresent) {
  sql().write([&](Connection& connection) {
    for (std::size_t i = 0; i < 6; ++i) {
      organisation(connection, numbered(i), "x");
      finding(connection, numbered(i), "a", -10, std::nullopt);
      event(connection, numbered(i), "opened", -10);
    }
  });
  Portfolios kept_up(shared_sql());
  EXPECT_EQ(days_of(kept_up.view(), numbered(0)), "000000000011111111111");
  const auto before = history(kept_up.view());
  // It is closed today: the past stays.
  sql().write([&](Connection& connection) {
    connection.execute("UPDATE finding SET state = 'fixed', closed = ?1 WHERE organisation = 'org-000000'",
                       {on(0)});
    event(connection, numbered(0), "closed", 0);
    connection.execute("UPDATE standing SET checks = '' WHERE organisation = 'org-000000'");
    told(connection, numbered(0));
  });
  EXPECT_NE(history(kept_up.view()), before);
  EXPECT_EQ(days_of(kept_up.view(), numbered(0)), "000000000011111111110");
  EXPECT_EQ(history(kept_up.view()), history(Portfolios(shared_sql()).view()));

  // The same for everybody who sees everything, remembered, and its end is what issues_of() says.
  const auto view = kept_up.view();
  const auto access = looking(Detail::findings);
  const Seen seen(*view, access);
  const auto all = kept_up.issue_history(view, seen, {}, {kToday - 20, kToday, kToday}, 10);
  EXPECT_EQ(kept_up.issue_history(view, seen, {}, {kToday - 20, kToday, kToday}, 10), all);
  EXPECT_EQ(counts_of(*all, "x"),
            (std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5}));
  const auto now = issues_of(*view, seen, view->present_rows, 10);
  ASSERT_EQ(now.most_common.size(), 1U);
  EXPECT_EQ(now.most_common[0].organisations, 5U);
  EXPECT_EQ(now.most_common[0].share, all->days.back().share(0));
  EXPECT_EQ(now.measured, all->days.back().measured);
}

}  // namespace
}  // namespace utsyn::portfolio
