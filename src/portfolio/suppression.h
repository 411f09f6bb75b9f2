// Several breakdowns of the same organisations, each beside the total: which cells may be shown so that no
// group smaller than five can be worked out from them.
//
// Within one breakdown the methodology (section 11) says what is hidden. Two breakdowns together say more:
// add up some cells of the one, take away some cells of the other, and what is left is the organisations that
// lie in only one of the two sums. Seen as a graph, with the cells of both as nodes and each organisation as
// an edge between its two cells, the organisations that are left are the edges of a cut. So no small group
// can be told apart exactly when no cut of the graph has fewer than five edges (but none), which is checked
// (Stoer and Wagner, 1997) and mended by hiding cells until it holds. All hidden cells of a breakdown are one
// node: their sum is the total less what is shown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace utsyn::portfolio {

struct Partition {
  std::vector<std::string> keys;  // of its cells
  // Of each rated organisation, or of each group of them that no partition divides, in the same order in
  // every partition.
  std::vector<std::uint32_t> cell_of;
};

// For each partition and cell whether it is hidden; what is hidden `already` stays so. `many`: how many
// organisations each place of `cell_of` stands for; none: one each.
std::vector<std::vector<bool>> hidden_cells(std::span<const Partition> partitions,
                                            std::span<const std::vector<bool>> already = {},
                                            std::span<const std::uint64_t> many = {});

// The least number of edges, above none, that a cut of a connected part of the graph has, with one side of
// it; no cut: 0.
struct Cut {
  std::uint64_t edges = 0;
  std::vector<std::uint32_t> side;
};
Cut least_cut(const std::vector<std::vector<std::uint64_t>>& edges);

}  // namespace utsyn::portfolio
