// Which organisations: a live filter is data (JSON in the database and in the API), checked when it comes in
// and answered from the columns, always within what the reader sees. And the order of a list.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "portfolio/columns.h"

namespace utsyn::portfolio {

struct Range {
  std::int64_t least = 0;
  std::int64_t most = 1'000'000'000;
  bool operator==(const Range&) const = default;
};

enum class Largest { none, population, employees };

// Everything given must fit; an empty list asks for nothing.
struct Filter {
  std::vector<score::Kind> kinds;
  std::vector<std::string> counties;        // "03"
  std::vector<std::string> municipalities;  // "0301"
  std::vector<std::string> kostra_groups;   // "EKG07"
  std::vector<std::string> sectors;         // "6500"
  std::vector<score::Grade> grades;
  std::optional<Range> population;
  std::optional<Range> employees;
  std::optional<Range> score_cp;
  std::string text;          // in the name or the organisation number; capitals and accents do not matter
  std::string open_check;    // has an open finding of this check; only where findings are seen
  bool open_gate = false;    // likewise
  std::string suppliers_of;  // delivers to this organisation
  // Of what is left the largest, at last.
  Largest largest = Largest::none;
  std::size_t largest_count = 0;

  bool operator==(const Filter&) const = default;
};

struct FilterError {
  std::string pointer;  // JSON pointer inside the filter: "/counties/2"
  std::string detail;
  bool operator==(const FilterError&) const = default;
};
inline constexpr std::size_t kMostFilterValues = 400;  // in each list

Result<Filter, FilterError> read_filter(const boost::json::value& document);
boost::json::object write_filter(const Filter& filter);

// The reader's rights, on rows. Made for one view and valid as long as it.
class Seen {
 public:
  Seen(const Table& table, const access::Access& access);
  access::Detail detail(RowNumber row) const;
  bool sees(RowNumber row, access::Detail wanted = access::Detail::score) const {
    return table_->present[row] != 0 && detail(row) >= wanted;
  }
  bool sees_all(access::Detail wanted = access::Detail::score) const { return everywhere_ >= wanted; }
  // Every organisation at the same detail, so that what is computed for one such reader holds for another.
  std::optional<access::Detail> everything_alike() const;
  bool authority() const { return authority_; }
  // Those granted by name, in row order, whether they are in the register or not.
  std::vector<RowNumber> granted_rows(access::Detail wanted = access::Detail::score) const;
  // Every organisation that is seen at `wanted` or more, in row order.
  std::vector<RowNumber> rows(access::Detail wanted = access::Detail::score) const;

 private:
  const Table* table_;
  access::Detail everywhere_;
  std::vector<std::pair<RowNumber, access::Detail>> granted_;  // by row
  bool authority_;
};

// Those the reader sees that fit, in row order. What the filter names and the reader does not see fits
// nothing; so does a customer of which only the score is seen, as who delivers to it is among its findings.
std::vector<RowNumber> matching(const Table& table, const Seen& seen, const Filter& filter);
// The same, among given rows (already seen).
std::vector<RowNumber> narrowed(const Table& table, const Seen& seen, const Filter& filter,
                                std::span<const RowNumber> rows);

enum class Order { id, name, score, population, coverage, measured, overdue };
struct Sorting {
  Order by = Order::name;
  bool descending = false;
};
std::optional<Sorting> sorting_named(std::string_view word);  // "name", "-score", ...
// The next `limit` rows after the sort key of the last one shown ({} at the start). Unrated ones have no
// score: they come last in either direction, and so do unknown populations. Overdue days are findings: only
// where those are seen, unknown else.
std::vector<RowNumber> sorted_page(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                                   Sorting sorting, std::span<const std::string> after, std::size_t limit);
std::vector<std::string> sort_key(const Table& table, const Seen& seen, RowNumber row, Sorting sorting);

}  // namespace utsyn::portfolio
