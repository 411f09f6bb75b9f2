// What a reader who knows some by name could work out of the national picture about the others: never
// anything of fewer than five.
#include "portfolio/nation.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "portfolio/test_table.h"
#include "score/constants.h"

namespace utsyn::portfolio {
namespace {

using access::Detail;
using Kind = NationGuard::Kind;

bool few(std::size_t many) { return many > 0 && many < score::suppressed_below; }

access::Access naming(const std::vector<std::pair<std::string, Detail>>& organisations) {
  access::Access access;
  access.organisations = organisations;
  std::ranges::sort(access.organisations);
  return access;
}

Breakdown picture(const Table& table, const access::Access& reader, Dimension dimension, Kind kind = {}) {
  const Seen all(table, counting_all(reader));
  Filter filter;
  if (kind) filter.kinds = {*kind};
  auto out =
      breakdown_of(table, equal_members(all, matching(table, all, filter)), dimension, reader.authority);
  NationGuard(table, Seen(table, reader), kind).guard(out, dimension);
  return out;
}

std::set<std::string> shown(const Breakdown& breakdown) {
  std::set<std::string> out;
  for (const auto& cell : breakdown.cells)
    if (!cell.answer.suppressed) out.insert(cell.key);
  return out;
}

// Municipalities by county, a number in each.
Table towns(const std::map<std::string, int>& counties) {
  Table table;
  std::size_t number = 0;
  for (const auto& [county, many] : counties)
    for (int i = 0; i < many; ++i) {
      auto one = fresh(numbered(number), 5'000 + 10 * static_cast<std::int64_t>(number));
      one.county = county;
      ++number;
      table.put(one);
    }
  return table;
}

TEST(Nation, CountsAllAndNamesNobody) {
  const auto table = towns({{"11", 6}, {"15", 7}, {"46", 8}});
  const auto all = picture(table, naming({}), Dimension::county);
  EXPECT_EQ(all.total.members, 21U);
  EXPECT_EQ(shown(all), (std::set<std::string>{"11", "15", "46"}));
}

TEST(Nation, AKnownOneInACellOfFiveLeavesFour) {
  const auto table = towns({{"11", 5}, {"15", 7}, {"46", 8}});
  EXPECT_TRUE(shown(picture(table, naming({}), Dimension::county)).contains("11"));
  // One of county 11 has consented: its five less the known one are four. And with 11 alone hidden, all less
  // the others would give it.
  const auto one = naming({{numbered(0), Detail::score}});
  EXPECT_EQ(shown(picture(table, one, Dimension::county)), std::set<std::string>{"46"});
  // All of 11 have: there is nobody left to tell of.
  std::vector<std::pair<std::string, Detail>> five;
  for (std::size_t i = 0; i < 5; ++i) five.emplace_back(numbered(i), Detail::findings);
  EXPECT_EQ(shown(picture(table, naming(five), Dimension::county)),
            (std::set<std::string>{"11", "15", "46"}));
  // Their findings are not seen: of these two counts nothing is left but the findings of five.
  five[0].second = Detail::score;
  EXPECT_FALSE(shown(picture(table, naming(five), Dimension::county)).contains("11"));
  auto authority = one;
  authority.authority = true;
  EXPECT_TRUE(shown(picture(table, authority, Dimension::county)).contains("11"));
}

TEST(Nation, TheTotalTooIsOfFewWhenAlmostAllAreKnown) {
  const auto table = towns({{"11", 6}, {"15", 6}});
  std::vector<std::pair<std::string, Detail>> most;
  for (std::size_t i = 0; i < 9; ++i) most.emplace_back(numbered(i), Detail::findings);
  const auto left = picture(table, naming(most), Dimension::county);
  EXPECT_TRUE(left.total.suppressed);
  EXPECT_TRUE(shown(left).empty());
  for (std::size_t i = 9; i < 12; ++i) most.emplace_back(numbered(i), Detail::findings);
  EXPECT_FALSE(picture(table, naming(most), Dimension::county).total.suppressed);
}

TEST(Nation, AKindIsNotWhatTheOthersLeave) {
  auto table = towns({{"11", 9}, {"15", 9}});
  for (std::size_t i = 0; i < 3; ++i) {
    auto one = fresh(numbered(100 + i), 4'000);
    one.kind = "county";
    one.county = "11";
    table.put(one);
  }
  const auto reader = naming({});
  // Twenty-one less eighteen municipalities would be the three.
  EXPECT_TRUE(picture(table, reader, Dimension::county, score::Kind::municipality).total.suppressed);
  EXPECT_FALSE(picture(table, reader, Dimension::county).total.suppressed);
}

// Everything that is shown of a dimension, of all and of each kind, as sums over the rated ones that the
// reader does not see; then each difference that somebody would think of.
TEST(Nation, NoSumLeavesAFew) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 chance(seed);
    Table table;
    std::vector<std::pair<std::string, Detail>> known;
    for (std::size_t i = 0; i < 100 + 50 * seed; ++i) {
      table.put(chance_organisation(chance, i));
      if (chance() % 6 < seed)
        known.emplace_back(numbered(i), chance() % 2 == 0 ? Detail::score : Detail::findings);
    }
    const auto reader = naming(known);
    const Seen named(table, reader);
    // Each picture once: of all, then of each kind.
    using Pictures = std::map<std::size_t, Breakdown>;
    std::array<Pictures, dimension_words.size()> by_kind;
    std::array<Breakdown, dimension_words.size()> whole;
    const Seen everybody(table, counting_all(reader));
    for (std::size_t picture = 0; picture <= score::kind_words.size(); ++picture) {
      Kind kind;
      Filter filter;
      if (picture > 0) {
        kind = static_cast<score::Kind>(picture - 1);
        filter.kinds = {*kind};
      }
      const NationGuard guard(table, named, kind);
      const auto members = equal_members(everybody, matching(table, everybody, filter));
      for (std::size_t each = 0; each < dimension_words.size(); ++each) {
        auto one = breakdown_of(table, members, static_cast<Dimension>(each), false);
        guard.guard(one, static_cast<Dimension>(each));
        (picture == 0 ? whole[each] : by_kind[each][picture - 1]) = std::move(one);
      }
    }
    for (const auto wanted : {Detail::none, Detail::score, Detail::findings}) {
      const auto counts = [&](RowNumber row) {
        return table.rated(row) && (wanted == Detail::none || named.detail(row) < wanted);
      };
      for (std::size_t each = 0; each < dimension_words.size(); ++each) {
        const auto dimension = static_cast<Dimension>(each);
        std::map<std::string, std::size_t> sizes;
        std::map<std::string, std::map<std::size_t, std::size_t>> of_kind;
        std::map<std::size_t, std::size_t> kinds;
        for (const auto row : table.present_rows) {
          if (!counts(row)) continue;
          const auto key = cell_key(table, row, dimension);
          ++sizes[key];
          ++of_kind[key][table.kind[row]];
          ++kinds[table.kind[row]];
        }
        const auto& all = whole[each];
        auto& pictures = by_kind[each];
        std::size_t left = 0;
        std::size_t left_of_totals = 0;
        for (const auto& [kind, many] : kinds)
          if (pictures[kind].total.suppressed) left_of_totals += many;
        EXPECT_FALSE(few(left_of_totals)) << seed << " kinds beside the total";
        const auto open = shown(all);
        for (const auto& [key, many] : sizes) {
          if (!open.contains(key)) {
            left += many;
            continue;
          }
          EXPECT_FALSE(few(many)) << seed << " " << key;
          std::size_t hidden = 0;
          for (const auto& [kind, some] : of_kind[key])
            if (!shown(pictures[kind]).contains(key)) hidden += some;
          EXPECT_FALSE(few(hidden)) << seed << " " << key << " less the kinds of it";
        }
        EXPECT_FALSE(few(left)) << seed << " " << dimension_words[each] << " the total less what is shown";
        for (const auto& [kind, breakdown] : pictures) {
          if (breakdown.total.suppressed) {
            EXPECT_TRUE(shown(breakdown).empty());
            continue;
          }
          EXPECT_FALSE(few(kinds[kind])) << seed;
          std::size_t rest = 0;
          for (const auto& [key, many] : of_kind)
            if (!shown(breakdown).contains(key)) rest += many.contains(kind) ? many.at(kind) : 0;
          EXPECT_FALSE(few(rest)) << seed << " " << dimension_words[each] << " of kind " << kind;
        }
      }
    }
  }
}

TEST(Nation, DaysGoneByAreGuardedToo) {
  auto table = towns({{"11", 6}, {"15", 9}, {"46", 9}});
  Table::Past past;
  past.day = 20'000;
  past.score_cp.assign(table.size(), 5'000);
  // On that day one of county 11 was not rated; one of the five others is known.
  past.score_cp[*table.find(numbered(5))] = kNone;
  table.past = {past};
  const auto points = [&](const access::Access& reader) {
    const Seen all(table, counting_all(reader));
    const auto members = equal_members(all, matching(table, all, {}));
    auto total = history_of(table, members, false, 0, 40'000);
    auto cells = breakdown_history_of(table, members, Dimension::county, false, 0, 40'000);
    NationGuard(table, Seen(table, reader), {}).guard(total, cells, Dimension::county);
    std::set<std::string> out;
    if (!total.at(0).answer.suppressed) out.insert("total");
    for (const auto& cell : cells)
      if (!cell.points.at(0).answer.suppressed) out.insert(cell.key);
    return out;
  };
  EXPECT_EQ(points(naming({})), (std::set<std::string>{"11", "15", "46", "total"}));
  EXPECT_TRUE(
      shown(picture(table, naming({{numbered(0), Detail::findings}}), Dimension::county)).contains("11"));
  const auto left = points(naming({{numbered(0), Detail::findings}}));
  EXPECT_FALSE(left.contains("11"));
  EXPECT_EQ(left.size(), 2U) << "and one more, so that the total does not give it";
  std::vector<std::pair<std::string, Detail>> most;
  for (std::size_t i = 0; i < 20; ++i) most.emplace_back(numbered(i), Detail::findings);
  EXPECT_TRUE(points(naming(most)).empty());
}

}  // namespace
}  // namespace utsyn::portfolio
