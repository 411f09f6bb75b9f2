// The figures against the method: golden vectors, the method's own slow way on random sets, and what a reader
// must never learn.
#include "portfolio/figures.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "base/text.h"
#include "portfolio/json.h"
#include "portfolio/test_table.h"
#include "score/json.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Detail;

access::Access everywhere(Detail detail, bool authority = false) {
  access::Access access;
  access.everywhere = detail;
  access.authority = authority;
  return access;
}

Tally::One one_of(const score::Member& member) {
  return {member.score_cp, member.grade,        member.weight,   member.inhabitants.value_or(0),
          member.coverage, member.overdue_days, member.open_gate};
}

TEST(Figures, AreThoseOfTheGoldenVectors) {
  std::ifstream file(UTSYN_SOURCE_DIR "/tests/golden/score.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto document = json::parse(text);
  std::size_t count = 0;
  for (const auto& vector : document.at("portfolio").as_array()) {
    const auto& in = vector.at("in");
    const auto& out = vector.at("out");
    const auto given =
        score::read_portfolio(in.is_string() ? std::string(in.as_string()) : json::serialize(in));
    ASSERT_TRUE(given) << given.error();
    std::map<std::string, const score::Member*> last;
    for (const auto& member : given->members) last[member.id] = &member;
    Tally tally;
    Table table;
    for (const auto& [id, member] : last) {
      tally.add(one_of(*member));
      auto row = fresh(id, member->score_cp, member->coverage);
      row.grade = score::word(member->grade);
      row.kind = score::word(member->kind);
      row.population = member->inhabitants;
      row.kostra = member->kostra.value_or("");
      table.put(row);
    }
    auto answer = tally.answer(given->authority);
    if (answer.figures) {
      // The method asks for the first group that is large enough; here each group is answered, and only
      // complementary suppression may take one away.
      const Seen seen(table, everywhere(Detail::score, true));
      for (const auto& [id, member] : last) {
        if (member->grade == score::Grade::U) continue;
        score::Peer peer;
        for (const auto& one : peers_of(table, seen, *table.find(id), from_unix(1'800'000'000))) {
          if (one.group == PeerGroup::sector || one.n < score::suppressed_below) continue;
          peer = {one.group == PeerGroup::kostra       ? score::PeerLevel::kostra
                  : one.group == PeerGroup::population ? score::PeerLevel::population
                                                       : score::PeerLevel::national,
                  one.n, one.percentile};
          break;
        }
        answer.figures->peers.emplace(id, peer);
      }
    }
    EXPECT_EQ(score::write_portfolio(answer),
              out.is_string() ? std::string(out.as_string()) : json::serialize(out))
        << vector.at("name");
    ++count;
  }
  EXPECT_EQ(count, 5U);
}

TEST(Figures, AreThoseOfTheMethodOnRandomSets) {
  std::mt19937 chance(7);
  for (std::size_t size = 0; size < 60; ++size) {
    Table table;
    score::Portfolio portfolio;
    Members members;
    for (std::size_t i = 0; i < size * 3; ++i) {
      const auto one = chance_organisation(chance, i);
      const auto row = table.put(one);
      const auto weight = static_cast<std::int64_t>(chance() % 1'000'000);
      members.rows.push_back(row);
      members.weights.push_back(weight);
      members.findings.push_back(1);
      portfolio.members.push_back({.id = one.id,
                                   .score_cp = one.score_cp,
                                   .grade = score::grade_of(one.score_cp, one.coverage),
                                   .weight = weight,
                                   .inhabitants = one.population,
                                   .coverage = one.coverage,
                                   .overdue_days = one.overdue_days,
                                   .open_gate = !one.gate.empty()});
    }
    for (const bool authority : {false, true}) {
      portfolio.authority = authority;
      auto expected = score::portfolio(portfolio);
      if (expected.figures) expected.figures->peers.clear();
      EXPECT_EQ(score::write_portfolio(figures_of(table, members, authority)),
                score::write_portfolio(expected));
    }
  }
}

// Everything that is answered to a reader, as one text.
std::string all_answers(const Table& table, const access::Access& access) {
  const Seen seen(table, access);
  const auto members = equal_members(seen, matching(table, seen, {}));
  json::array out;
  out.push_back(figures_json(figures_of(table, members, seen.authority())));
  out.push_back(issues_json(issues_of(table, seen, members.rows, 10)));
  out.push_back(movers_json(table, movers_of(table, members.rows, 20'833, 30, 10)));
  out.push_back(history_json(history_of(table, members, seen.authority(), 0, 30'000)));
  for (std::size_t each = 0; each < dimension_words.size(); ++each)
    out.push_back(
        breakdown_json(static_cast<Dimension>(each),
                       breakdown_of(table, members, static_cast<Dimension>(each), seen.authority())));
  for (const auto kind : leaning_words)
    out.push_back(concentration_json(kind, concentration_of(table, seen, members.rows, kind, 10)));
  out.push_back(concentration_json("supplier", concentration_of(table, seen, members.rows, "supplier", 10)));
  Filter largest;
  largest.largest = Largest::employees;
  largest.largest_count = 7;
  Filter suppliers;
  suppliers.suppliers_of = numbered(1);
  Filter check;
  check.open_check = "check.7";
  for (const auto& filter : {largest, suppliers, check}) {
    std::set<std::string_view> found;  // rows lie in another order in another installation
    for (const auto row : matching(table, seen, filter)) found.insert(table.id[row]);
    json::array ids;
    for (const auto id : found) ids.push_back(json::string(id));
    out.push_back(std::move(ids));
  }
  for (const auto row : sorted_page(table, seen, members.rows, {Order::id, false}, {}, 500))
    if (table.id[row].ends_with('3'))
      out.push_back(peers_json(table, row, peers_of(table, seen, row, from_unix(1'800'000'000))));
  for (const auto* order : {"name", "-score", "overdue", "-population"}) {
    const auto sorting = *sorting_named(order);
    for (const auto row : sorted_page(table, seen, members.rows, sorting, {}, 20))
      out.push_back(organisation_json(table, seen, row));
  }
  return json::serialize(out);
}

TEST(Figures, NeverDependOnHiddenOrganisations) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    std::mt19937 chance(seed);
    std::mt19937 other_chance(seed + 1000);
    access::Access access;
    Table one;
    Table other;
    std::vector<std::pair<RowNumber, std::uint16_t>> past_one;
    std::vector<std::pair<RowNumber, std::uint16_t>> past_other;
    const std::size_t count = 40 + seed * 10;
    for (std::size_t i = 0; i < count; ++i) {
      auto shown = chance_organisation(chance, i);
      shown.suppliers = {{numbered(chance() % count), 2}, {numbered(chance() % count), 4}};
      shown.dependences = {{"mail-operator", "m" + std::to_string(chance() % 3) + ".example"}};
      const auto then = static_cast<std::uint16_t>(chance() % 10'000);
      // Two installations that differ in what this reader does not see, and in nothing else.
      auto altered = shown;
      auto altered_then = then;
      if (const auto detail = static_cast<Detail>(chance() % 3); detail != Detail::none) {
        access.organisations.emplace_back(shown.id, detail);
        if (detail == Detail::score) {
          altered.checks = "check.7,check.8";
          altered.critical = 9;
          altered.dependences = {{"mail-operator", "elsewhere.example"}};
        }
      } else {
        altered = chance_organisation(other_chance, i);
        altered.suppliers = {{numbered(other_chance() % count), 1}};
        altered.removed = other_chance() % 4 == 0;
        altered_then = kNone;
      }
      past_one.emplace_back(one.put(shown), then);
      past_other.emplace_back(other.put(altered), altered_then);
    }
    // Suppliers make rows before their turn; each installation fills in its own.
    one.add_day(20'800, past_one);
    other.add_day(20'800, past_other);
    EXPECT_EQ(all_answers(one, access), all_answers(other, access)) << "seed " << seed;
    EXPECT_NE(all_answers(one, everywhere(Detail::evidence)),
              all_answers(other, everywhere(Detail::evidence)));
  }
}

TEST(Figures, FewAreSuppressedButForTheAuthority) {
  Table table;
  for (std::size_t i = 0; i < 4; ++i) table.put(fresh(numbered(i), 8'000));
  const Members members{{0, 1, 2, 3}, {}};
  EXPECT_TRUE(figures_of(table, members, false).suppressed);
  EXPECT_EQ(figures_of(table, members, true).figures->median_cp, 8'000);
  EXPECT_TRUE(issues_of(table, Seen(table, everywhere(Detail::findings)), members.rows, 5).suppressed);
  EXPECT_FALSE(issues_of(table, Seen(table, everywhere(Detail::findings, true)), members.rows, 5).suppressed);
}

TEST(Figures, IssuesAreCountedOneByOne) {
  std::mt19937 chance(3);
  Table table;
  std::map<std::string, std::size_t> expected;
  std::vector<RowNumber> rows;
  for (std::size_t i = 0; i < 500; ++i) {
    const auto one = chance_organisation(chance, i);
    rows.push_back(table.put(one));
    std::set<std::string_view> checks;
    for (std::string_view rest = one.checks; !rest.empty();) checks.insert(cut(rest, ','));
    for (const auto check : checks) ++expected[std::string(check)];
  }
  const auto issues = issues_of(table, Seen(table, everywhere(Detail::findings)), rows, 1'000);
  EXPECT_EQ(issues.measured, 500U);
  ASSERT_EQ(issues.most_common.size(), expected.size());
  std::size_t before = 500;
  for (const auto& issue : issues.most_common) {
    EXPECT_EQ(issue.organisations, expected[issue.check]) << issue.check;
    EXPECT_EQ(issue.share, static_cast<std::int64_t>(10'000 * expected[issue.check] / 500));
    EXPECT_LE(issue.organisations, before);
    before = issue.organisations;
  }
}

TEST(Figures, MoversAreThoseThatMovedMost) {
  Table table;
  std::vector<std::pair<RowNumber, std::uint16_t>> then;
  const std::int64_t now[] = {9'000, 5'000, 7'000, 6'000, 8'000};
  const std::uint16_t before[] = {8'000, 9'000, 7'000, kNone, 4'000};
  for (std::size_t i = 0; i < 5; ++i) then.emplace_back(table.put(fresh(numbered(i), now[i])), before[i]);
  table.add_day(100, then);
  const std::vector<RowNumber> rows{0, 1, 2, 3, 4};
  const auto movers = movers_of(table, rows, 130, 30, 2);
  EXPECT_EQ(movers.worst, (std::vector<RowNumber>{1, 3}));
  ASSERT_EQ(movers.improved.size(), 2U);
  EXPECT_EQ(movers.improved[0].row, 4U);
  EXPECT_EQ(movers.improved[1].row, 0U);
  ASSERT_EQ(movers.worsened.size(), 1U);
  EXPECT_EQ(movers.worsened[0].then_cp, 9'000);
  EXPECT_EQ(movers.since_day, 100);
  EXPECT_FALSE(movers_of(table, rows, 120, 30, 2).since_day);  // nothing is known of day 90
}

TEST(Figures, MoversOfManyAreTheFirstOfAllInOrder) {
  Table table;
  std::vector<std::pair<RowNumber, std::uint16_t>> then;
  std::vector<RowNumber> rows;
  for (std::size_t i = 0; i < 2'000; ++i) {
    const auto now_cp = static_cast<std::int64_t>(4'000 + i * 7'919 % 97);  // many alike
    rows.push_back(table.put(fresh(numbered(i), now_cp)));
    then.emplace_back(rows.back(), static_cast<std::uint16_t>(4'000 + i * 104'729 % 89));
  }
  table.add_day(100, then);
  const auto change = [&](RowNumber row) { return std::int64_t{table.score_cp[row]} - then[row].second; };
  const auto first_by = [&](auto key) {
    auto sorted = rows;
    std::ranges::sort(sorted, [&](RowNumber a, RowNumber b) {
      return key(a) != key(b) ? key(a) > key(b) : table.id[a] < table.id[b];
    });
    sorted.resize(10);
    return sorted;
  };
  const auto rows_of = [](const std::vector<Mover>& movers) {
    std::vector<RowNumber> found;
    for (const auto& mover : movers) found.push_back(mover.row);
    return found;
  };
  const auto movers = movers_of(table, rows, 130, 30, 10);
  EXPECT_EQ(movers.worst, first_by([&](RowNumber row) { return -std::int64_t{table.score_cp[row]}; }));
  EXPECT_EQ(rows_of(movers.improved), first_by(change));
  EXPECT_EQ(rows_of(movers.worsened), first_by([&](RowNumber row) { return -change(row); }));
}

TEST(Figures, HistoryIsOfTodaysMembersAsTheyStood) {
  Table table;
  std::vector<RowNumber> rows;
  std::vector<std::pair<RowNumber, std::uint16_t>> first;
  for (std::size_t i = 0; i < 6; ++i) {
    rows.push_back(table.put(fresh(numbered(i), 9'000)));
    first.emplace_back(rows.back(), static_cast<std::uint16_t>(5'000 + 100 * i));
  }
  table.add_day(10, first);
  table.add_day(11, std::vector<std::pair<RowNumber, std::uint16_t>>{{0, 9'500}, {1, kNone}, {2, kNone}});
  const auto points = history_of(table, {rows, {}}, false, 0, 20);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].answer.figures->median_cp, 5'250);
  const auto shown = history_json(points)[0].at("figures").as_object();
  EXPECT_EQ(shown.at("p10_cp").as_int64(), 5'000);
  EXPECT_EQ(shown.at("p25_cp").as_int64(), 5'100);
  EXPECT_EQ(shown.at("p75_cp").as_int64(), 5'400);
  EXPECT_EQ(shown.at("p90_cp").as_int64(), 5'500);
  EXPECT_EQ(points[0].answer.figures->grades[static_cast<std::size_t>(score::Grade::F)], 6U);
  EXPECT_TRUE(points[1].answer.suppressed);  // four are rated that day
  EXPECT_TRUE(history_of(table, {rows, {}}, false, 12, 20).empty());
  // Counted all at once, or one by one with a weight of 1 each: the same.
  const Members weighted{rows, std::vector<std::int64_t>(rows.size(), 1)};
  EXPECT_EQ(json::serialize(history_json(history_of(table, weighted, true, 0, 20))),
            json::serialize(history_json(history_of(table, {rows, {}}, true, 0, 20))));
}

TEST(Figures, OldDaysAreThinnedToWeeks) {
  Table table;
  table.put(fresh("a", 9'000));
  for (std::int64_t day = 0; day <= 300; ++day)
    table.add_day(day,
                  std::vector<std::pair<RowNumber, std::uint16_t>>{{0, static_cast<std::uint16_t>(day)}});
  EXPECT_EQ(table.past.size(), static_cast<std::size_t>(kDailyDays) + (300 - kDailyDays + 1) / 7);
  EXPECT_EQ(table.at_day(210)->score_cp[0], 210);
  EXPECT_EQ(table.at_day(30)->day, 27);  // the end of the week before
  EXPECT_EQ(table.at_day(5), nullptr);
}

TEST(Peers, HiddenOnesCountOnlyByConsentAndNeverFew) {
  Table table;
  access::Access access;
  const auto now = from_unix(1'800'000'000);
  for (std::size_t i = 0; i < 12; ++i) {
    auto one = fresh(numbered(i), 5'000 + static_cast<std::int64_t>(i) * 100);
    one.kostra = "EKG07";
    if (i < 3) access.organisations.emplace_back(one.id, Detail::score);
    if (i >= 3 && i < 7) one.comparison_consents = {{0, to_unix(now) + 1}};
    table.put(one);
  }
  // Three seen, four more have consented: too few to hide among.
  EXPECT_TRUE(peers_of(table, Seen(table, access), 0, now)[0].suppressed);
  auto fifth = fresh(numbered(7), 9'000);
  fifth.kostra = "EKG07";
  fifth.comparison_consents = {{0, to_unix(now) + 1}};
  table.put(fifth);
  const auto peers = peers_of(table, Seen(table, access), 0, now);
  EXPECT_FALSE(peers[0].suppressed);
  EXPECT_EQ(peers[0].group, PeerGroup::kostra);
  EXPECT_EQ(peers[0].n, 8U);
  EXPECT_EQ(peers[0].percentile, 10'000 * 1 / 16);
  // When the consents have run out, the three seen are too few.
  EXPECT_TRUE(peers_of(table, Seen(table, access), 0, from_unix(to_unix(now) + 1))[0].suppressed);
}

// Four that the reader sees are known to it: together with one that it does not see they hide nothing.
TEST(Peers, FewUnseenAreNotToldByTheDifferenceOfTwoGroups) {
  const auto now = from_unix(1'800'000'000);
  for (const std::size_t unseen_apart : {1U, 4U, 5U}) {
    Table table;
    access::Access access;
    std::size_t count = 0;
    const auto add = [&](std::string_view kostra, bool seen) {
      auto one = fresh(numbered(count++), 5'000);
      one.kostra = kostra;
      if (seen) access.organisations.emplace_back(one.id, Detail::score);
      if (!seen) one.comparison_consents = {{0, to_unix(now) + 1}};
      table.put(one);
    };
    add("EKG07", true);
    for (int i = 0; i < 5; ++i) add("EKG07", false);
    for (int i = 0; i < 4; ++i) add("EKG08", true);
    for (std::size_t i = 0; i < unseen_apart; ++i) add("EKG08", false);
    std::ranges::sort(access.organisations);
    const auto peers = peers_of(table, Seen(table, access), 0, now);
    ASSERT_EQ(peers.size(), 2U);
    EXPECT_EQ(peers[0].group, PeerGroup::kostra);
    EXPECT_EQ(peers[0].suppressed, unseen_apart < 5) << unseen_apart;
    EXPECT_FALSE(peers[1].suppressed);
  }
}

// Gates and days overdue are findings: whoever sees the score alone is told them of nobody, not even within a
// figure of many.
TEST(Figures, GatesAndOverdueDaysAreOfThoseWhoseFindingsAreSeen) {
  Table table;
  access::Access access;
  for (std::size_t i = 0; i < 12; ++i) {
    auto one = fresh(numbered(i), 5'000);
    const bool seen = i < 6;
    one.gate = i == 0 || !seen ? "g" : "";
    one.overdue_days = seen ? static_cast<std::int64_t>(i) : 300;
    access.organisations.emplace_back(one.id, seen ? Detail::findings : Detail::score);
    table.put(one);
  }
  const Seen seen(table, access);
  auto members = equal_members(seen, matching(table, seen, {}));
  for (const bool weighted : {false, true}) {
    if (weighted) members.weights.assign(members.rows.size(), 3);
    const auto figures = figures_of(table, members, false).figures;
    ASSERT_TRUE(figures);
    EXPECT_EQ(figures->rated, 12U);
    EXPECT_EQ(figures->gate_share, 10'000 / 6);
    EXPECT_EQ(figures->median_overdue_days, 2);
    const auto total = breakdown_of(table, members, Dimension::kind, false).total.figures;
    ASSERT_TRUE(total);
    EXPECT_EQ(total->gate_share, figures->gate_share);
    EXPECT_EQ(total->median_overdue_days, figures->median_overdue_days);
  }
  // Of four it would be told too closely, and of none there is nothing to tell.
  for (const std::size_t most : {4U, 0U}) {
    auto few = access;
    for (std::size_t i = most; i < 12; ++i) few.organisations[i].second = Detail::score;
    const Seen narrow(table, few);
    const auto figures = figures_of(table, equal_members(narrow, matching(table, narrow, {})), false).figures;
    ASSERT_TRUE(figures);
    EXPECT_EQ(figures->gate_share, std::nullopt) << most;
    EXPECT_EQ(figures->median_overdue_days, std::nullopt) << most;
    EXPECT_EQ(figures->mean_cp, 5'000);
  }
}

TEST(Peers, AGroupThatLeavesFewOfALargerOneIsNotShown) {
  Table table;
  for (std::size_t i = 0; i < 12; ++i) {
    auto one = fresh(numbered(i), 5'000);
    one.kostra = i < 9 ? "EKG07" : "EKG08";
    table.put(one);
  }
  const Seen seen(table, everywhere(Detail::score));
  const auto peers = peers_of(table, seen, 0, from_unix(0));
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_TRUE(peers[0].suppressed);   // nine of twelve: the other three would be told
  EXPECT_FALSE(peers[1].suppressed);  // all of the kind
}

TEST(Breakdown, CellsAddUpAndSmallOnesAreHidden) {
  Table table;
  Members members;
  for (std::size_t i = 0; i < 30; ++i) {
    auto one = fresh(numbered(i), 6'000 + static_cast<std::int64_t>(i) * 10);
    one.county = i < 3 ? "03" : i < 10 ? "11" : "15";
    members.rows.push_back(table.put(one));
  }
  const auto breakdown = breakdown_of(table, members, Dimension::county, false);
  ASSERT_EQ(breakdown.cells.size(), 3U);
  EXPECT_EQ(breakdown.cells[0].key, "03");
  EXPECT_TRUE(breakdown.cells[0].answer.suppressed);
  EXPECT_TRUE(breakdown.cells[1].answer.suppressed);
  EXPECT_EQ(breakdown.cells[2].answer.figures->rated, 20U);
  const auto whole = breakdown_of(table, members, Dimension::county, true);
  EXPECT_EQ(whole.cells[0].answer.figures->rated, 3U);
}

// The finding behind a gate is another one in nearly every organisation.
TEST(Gates, MoreThanSixteenBitsOfThem) {
  Table table;
  constexpr std::size_t count = 65'540;
  table.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto one = fresh(numbered(i), 4'000);
    if (i % 2 == 0 || i >= 65'530) one.gate = "tls.known-exploited@host" + std::to_string(i) + ".example";
    table.put(one);
  }
  std::vector<RowNumber> rows = table.present_rows;
  ASSERT_EQ(rows.size(), count);
  access::Access access;
  access.everywhere = access::Detail::findings;
  const Seen seen(table, access);
  const auto figures = figures_of(table, equal_members(seen, rows), false).figures;
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->gate_share, 10'000 * 32'775 / 65'540);
  Filter filter;
  filter.open_gate = true;
  EXPECT_EQ(matching(table, seen, filter).size(), 32'775U);
  EXPECT_EQ(issues_of(table, seen, rows, 1).open_gates, 32'775U);
  for (const RowNumber row : {65'534U, 65'535U, 65'536U, 65'539U})
    EXPECT_EQ(table.gate[row], "tls.known-exploited@host" + std::to_string(row) + ".example");
  EXPECT_TRUE(table.gate[1].empty());
  // A gate that is mended is gone.
  table.put(fresh(numbered(65'535), 9'000));
  EXPECT_EQ(matching(table, seen, filter).size(), 32'774U);
}

TEST(Words, EveryNumberIsATextAndNoTextIsNoNumber) {
  Words words(kNoNumber);
  for (std::uint32_t i = 0; i <= 65'536; ++i) ASSERT_EQ(words.number(std::to_string(i)), i);
  EXPECT_EQ(words.find("65535"), 65'535U);
  EXPECT_EQ(words.text(65'535), "65535");
  EXPECT_EQ(words.find("no"), kNoNumber);
  EXPECT_EQ(words.number(""), kNoNumber);
  Words few(2);
  EXPECT_EQ(few.number("a"), 0U);
  EXPECT_EQ(few.number("b"), 1U);
  EXPECT_EQ(few.number("c"), kNoNumber);
  EXPECT_EQ(few.number("b"), 1U);
}

}  // namespace
}  // namespace utsyn::portfolio
