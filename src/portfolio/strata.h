// Where organisations lie in every breakdown: the cells of a dimension, how many members lie in each stratum,
// and which cells may be shown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "portfolio/columns.h"
#include "portfolio/figures.h"

namespace utsyn::portfolio {

// The number of a cell in its dimension; 0 where nothing is known.
inline std::uint32_t cell_number(const Table& table, RowNumber row, Dimension dimension) {
  return table.strata[table.stratum[row]][static_cast<std::size_t>(dimension)];
}
std::string cell_name(const Table& table, std::uint32_t number, Dimension dimension);

// How many rows lie in each stratum, and how many of them are rated.
struct InStrata {
  std::vector<std::uint64_t> members;
  std::vector<std::uint64_t> rated;
};
InStrata in_strata(const Table& table, std::span<const RowNumber> rows);

// Only the cells that have rows, in the order of their keys.
struct Cells {
  std::vector<std::string> keys;
  std::vector<std::uint32_t> numbers;     // beside the keys
  std::vector<std::uint32_t> of_stratum;  // a place among the keys
};
Cells cells_of(const Table& table, const InStrata& counts, Dimension dimension);

// Which cells are hidden, by what all breakdowns together would tell: of each dimension, as cells_of() has
// them.
std::vector<std::vector<bool>> hidden_in_all(const Table& table, const InStrata& counts);
std::vector<bool> hidden_in(const Table& table, const InStrata& counts, Dimension dimension);

}  // namespace utsyn::portfolio
