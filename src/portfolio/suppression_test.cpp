// No small group is told by two breakdowns together: the rule on cases, and an attack on random ones.
#include "portfolio/suppression.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace utsyn::portfolio {
namespace {

Partition partition(const std::vector<std::pair<std::string, std::size_t>>& cells) {
  Partition out;
  for (const auto& [key, count] : cells) {
    for (std::size_t i = 0; i < count; ++i)
      out.cell_of.push_back(static_cast<std::uint32_t>(out.keys.size()));
    out.keys.push_back(key);
  }
  return out;
}

TEST(Suppression, NothingIsHiddenWhereAllAreLarge) {
  const Partition all[] = {partition({{"a", 5}, {"b", 9}})};
  EXPECT_EQ(hidden_cells(all), (std::vector<std::vector<bool>>{{false, false}}));
}

TEST(Suppression, TheSmallestOfTheRestGoesWithASingleSmallCell) {
  const Partition all[] = {partition({{"a", 3}, {"b", 9}, {"c", 7}, {"d", 7}})};
  EXPECT_EQ(hidden_cells(all), (std::vector<std::vector<bool>>{{true, false, true, false}}));
}

TEST(Suppression, TwoSmallCellsOfFourTogetherTakeAThird) {
  const Partition all[] = {partition({{"a", 2}, {"b", 2}, {"c", 6}, {"d", 8}})};
  EXPECT_EQ(hidden_cells(all), (std::vector<std::vector<bool>>{{true, true, true, false}}));
}

TEST(Suppression, SmallCellsThatAreFiveTogetherAreEnough) {
  const Partition all[] = {partition({{"a", 2}, {"b", 3}, {"c", 6}})};
  EXPECT_EQ(hidden_cells(all), (std::vector<std::vector<bool>>{{true, true, false}}));
}

TEST(Suppression, ASizeClassLessItsGroupsWouldTellTheHiddenGroup) {
  // Twelve under 2000 inhabitants are nine of one KOSTRA group and three of another; the others are all one.
  const Partition kostra = partition({{"EKG14", 9}, {"EKG16", 3}, {"EKG07", 20}, {"EKG08", 8}});
  Partition sizes;
  sizes.keys = {"under 2000", "more"};
  for (std::size_t i = 0; i < kostra.cell_of.size(); ++i) sizes.cell_of.push_back(i < 12 ? 0 : 1);
  const Partition alone[] = {kostra};
  EXPECT_EQ(hidden_cells(alone), (std::vector<std::vector<bool>>{{false, true, false, true}}));
  const Partition both[] = {kostra, sizes};
  const auto hidden = hidden_cells(both);
  // With EKG14 and the size class shown, EKG16 would be their difference.
  EXPECT_TRUE(hidden[0][1]);
  EXPECT_TRUE(hidden[0][0] || hidden[1][0]);
}

TEST(Suppression, WhatIsHiddenAlreadyStaysSo) {
  const Partition all[] = {partition({{"a", 5}, {"b", 9}, {"c", 6}})};
  const std::vector<bool> already[] = {{false, true, false}};
  EXPECT_TRUE(hidden_cells(all, already)[0][1]);
}

TEST(Suppression, LeastCutOfTwoTrianglesAndABridge) {
  std::vector<std::vector<std::uint64_t>> edges(6, std::vector<std::uint64_t>(6));
  const auto join = [&](std::size_t a, std::size_t b, std::uint64_t weight) {
    edges[a][b] = edges[b][a] = weight;
  };
  join(0, 1, 4);
  join(1, 2, 4);
  join(0, 2, 4);
  join(3, 4, 5);
  join(4, 5, 5);
  join(3, 5, 5);
  EXPECT_EQ(least_cut(edges).edges, 8U);  // parts that hang together by nothing are no cut
  join(2, 3, 3);
  const auto cut = least_cut(edges);
  EXPECT_EQ(cut.edges, 3U);
  EXPECT_EQ(cut.side.size(), 3U);
  EXPECT_EQ(least_cut({}).edges, 0U);
}

// The attack: with everything that is shown of two breakdowns (cells, and the hidden ones together as the
// total less the shown), take any cells of the one and any of the other; what lies in one sum only must be
// nobody or at least five.
TEST(Suppression, NoDifferenceOfTwoBreakdownsIsASmallGroup) {
  std::mt19937 chance(20261121);
  const auto upto = [&](std::size_t most) { return chance() % (most + 1); };
  std::size_t shown_cells = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Partition> partitions(2);
    const std::size_t count = 5 + upto(60);
    for (auto& one : partitions) {
      const std::size_t cells = 1 + upto(4);
      for (std::size_t cell = 0; cell < cells; ++cell) one.keys.push_back(std::to_string(cell));
    }
    // Often one breakdown refines the other but for a few.
    const bool refines = chance() % 2 == 0;
    for (std::size_t i = 0; i < count; ++i) {
      const auto a = static_cast<std::uint32_t>(chance() % partitions[0].keys.size());
      partitions[0].cell_of.push_back(a);
      partitions[1].cell_of.push_back(refines && chance() % 20 != 0
                                          ? a % static_cast<std::uint32_t>(partitions[1].keys.size())
                                          : static_cast<std::uint32_t>(chance() % partitions[1].keys.size()));
    }
    const auto hidden = hidden_cells(partitions);
    // Node 0 of each is what is hidden.
    std::vector<std::vector<std::size_t>> node_of(2);
    for (std::size_t p = 0; p < 2; ++p)
      for (const auto cell : partitions[p].cell_of) node_of[p].push_back(hidden[p][cell] ? 0 : cell + 1);
    for (const auto& one : hidden) shown_cells += static_cast<std::size_t>(std::ranges::count(one, false));
    const std::size_t left_nodes = partitions[0].keys.size() + 1;
    const std::size_t right_nodes = partitions[1].keys.size() + 1;
    for (std::size_t left = 0; left < (std::size_t{1} << left_nodes); ++left) {
      for (std::size_t right = 0; right < (std::size_t{1} << right_nodes); ++right) {
        std::size_t in_one_only = 0;
        for (std::size_t i = 0; i < count; ++i)
          in_one_only += (left >> node_of[0][i] & 1U) != (right >> node_of[1][i] & 1U) ? 1 : 0;
        ASSERT_TRUE(in_one_only == 0 || in_one_only >= 5)
            << "round " << round << ": " << in_one_only << " of " << count << " can be told apart";
      }
    }
  }
  EXPECT_GT(shown_cells, 400U);  // hiding everything would be too easy
}

}  // namespace
}  // namespace utsyn::portfolio
