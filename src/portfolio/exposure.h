// Who exposes a product: the products that many name, counted in the columns; the organisations that lean on
// one; and, out of an organisation's latest evidence, on which host and port it answered, with the version
// that it told, the record that shows it and when it was seen. The columns follow the evidence by about a
// minute; what is told of a host is read from the evidence itself, so it is never older than that.
//
// Only what says its name is seen. An organisation that is not in an answer may use the product all the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "portfolio/columns.h"
#include "portfolio/figures.h"
#include "portfolio/filter.h"
#include "portfolio/programs.h"
#include "store/sql.h"

namespace utsyn::portfolio {

inline constexpr std::size_t kMostPlaces = 100;  // told of one organisation

// Of the rows those that are measured and whose findings the reader sees, since it is read out of evidence.
std::vector<RowNumber> looked_at(const Table& table, const Seen& seen, std::span<const RowNumber> rows);

// A product by any spelling: capitals do not matter. Numbers in Table::dependence_names, sorted.
std::vector<std::uint32_t> spellings_of(const Table& table, std::string_view product);
std::vector<RowNumber> exposing(const Table& table, std::span<const RowNumber> rows,
                                std::span<const std::uint32_t> spellings);

// The products with `text` in their names, those of most organisations first; of organisations looked at.
// When these are fewer than five, products are named and not counted.
struct ProductCount {
  std::string name;  // as most of them write it
  std::size_t organisations = 0;
};
struct ProductCounts {
  std::size_t members = 0;
  bool suppressed = false;
  std::vector<ProductCount> products;
};
ProductCounts products_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                          std::string_view text, std::size_t most);

// How many expose it, of how many, cell by cell; the cells that breakdown_of() hides of the same
// organisations are hidden here too.
struct ExposureCell {
  std::string key;
  std::size_t members = 0;
  std::size_t organisations = 0;  // that expose it
  bool suppressed = false;
};
struct ExposureBreakdown {
  ExposureCell total;
  std::vector<ExposureCell> cells;  // by key
};
ExposureBreakdown exposure_breakdown_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                                        std::string_view product, Dimension dimension);

struct ExposedPlace {
  Program program;
  std::string asset;
  std::string evidence;  // id of the record
  std::string kind;      // of the record
  UtcTime seen{};
};
struct Exposure {
  std::vector<ExposedPlace> places;  // by host and port; at most kMostPlaces
  std::size_t places_total = 0;
  std::vector<std::string> contacts;  // of its security.txt files that have not expired
};
// Of one organisation, in the caller's transaction; `version` empty: any, also none.
Exposure exposure_of(store::Connection& connection, UtcTime now, std::string_view organisation,
                     std::string_view product, std::string_view version);

}  // namespace utsyn::portfolio
