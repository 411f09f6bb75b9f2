#include "portfolio/strata.h"

#include <map>
#include <set>

#include "portfolio/suppression.h"
#include "score/constants.h"

namespace utsyn::portfolio {
namespace {

constexpr std::array<std::string_view, 6> kPopulationClasses = {
    "0-1999", "2000-4999", "5000-9999", "10000-19999", "20000-49999", "50000-and-more"};
constexpr std::array<std::string_view, 4> kAssetClasses = {"1-5", "6-20", "21-100", "101-and-more"};
constexpr std::string_view kUnknown = "unknown";

}  // namespace

std::string cell_name(const Table& table, std::uint32_t number, Dimension dimension) {
  if (number == 0) return std::string(kUnknown);
  switch (dimension) {
    case Dimension::county:
    case Dimension::kostra:
    case Dimension::sector:
      return table.words.text(number - 1);
    case Dimension::population:
      return std::string(kPopulationClasses[number - 1]);
    case Dimension::assets:
      return std::string(kAssetClasses[number - 1]);
    case Dimension::kind:
      return std::string(score::kind_words[number - 1]);
  }
  return std::string(kUnknown);
}

InStrata in_strata(const Table& table, std::span<const RowNumber> rows) {
  InStrata out{std::vector<std::uint64_t>(table.strata.size()),
               std::vector<std::uint64_t>(table.strata.size())};
  for (const auto row : rows) {
    ++out.members[table.stratum[row]];
    out.rated[table.stratum[row]] += table.rated(row) ? 1U : 0U;
  }
  return out;
}

Cells cells_of(const Table& table, const InStrata& counts, Dimension dimension) {
  const auto number_of = [&](std::size_t stratum) {
    return table.strata[stratum][static_cast<std::size_t>(dimension)];
  };
  std::map<std::string, std::uint32_t> numbers;  // by key
  std::set<std::uint32_t> seen;
  for (std::size_t stratum = 0; stratum < table.strata.size(); ++stratum)
    if (counts.members[stratum] > 0 && seen.insert(number_of(stratum)).second)
      numbers.emplace(cell_name(table, number_of(stratum), dimension), number_of(stratum));
  Cells cells;
  std::map<std::uint32_t, std::uint32_t> place;
  for (const auto& [key, number] : numbers) {
    place.emplace(number, static_cast<std::uint32_t>(cells.keys.size()));
    cells.keys.push_back(key);
    cells.numbers.push_back(number);
  }
  cells.of_stratum.resize(table.strata.size());
  for (std::size_t stratum = 0; stratum < table.strata.size(); ++stratum)
    if (counts.members[stratum] > 0) cells.of_stratum[stratum] = place.at(number_of(stratum));
  return cells;
}

std::vector<std::vector<bool>> hidden_in_all(const Table& table, const InStrata& counts) {
  std::vector<std::uint64_t> many;
  for (const auto rated : counts.rated)
    if (rated > 0) many.push_back(rated);
  std::vector<Partition> partitions;
  for (std::size_t each = 0; each < dimension_words.size(); ++each) {
    auto cells = cells_of(table, counts, static_cast<Dimension>(each));
    Partition partition{std::move(cells.keys), {}};
    for (std::size_t stratum = 0; stratum < counts.rated.size(); ++stratum)
      if (counts.rated[stratum] > 0) partition.cell_of.push_back(cells.of_stratum[stratum]);
    partitions.push_back(std::move(partition));
  }
  return hidden_cells(partitions, {}, many);
}

std::vector<bool> hidden_in(const Table& table, const InStrata& counts, Dimension dimension) {
  return hidden_in_all(table, counts)[static_cast<std::size_t>(dimension)];
}

}  // namespace utsyn::portfolio
