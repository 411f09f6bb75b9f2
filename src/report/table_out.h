// Tables for people to take with them: one model, written as CSV (RFC 4180) piece by piece, or as a workbook
// (XLSX, ECMA-376) with typed cells, a frozen header row and a second sheet that says where the figures come
// from. Rows are drawn a few thousand at a time, so that a table of any length fits in little memory.
//
// What stands in a cell may be a stranger's: a text that a spreadsheet would take for a formula is kept a
// text (an apostrophe before it in CSV, a string cell in XLSX).
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "report/texts.h"

namespace utsyn::report {

// Hundredths: a score in points, a share in per cent.
struct Hundredths {
  std::int64_t value = 0;
  auto operator<=>(const Hundredths&) const = default;
};
// Nothing, a text, a whole number, hundredths, a time (UTC), a date, a truth.
using TableCell = std::variant<std::monostate, std::string, std::int64_t, Hundredths, UtcTime,
                               std::chrono::year_month_day, bool>;
using TableRow = std::vector<TableCell>;

struct TableColumn {
  std::string title;
  int width = 16;  // characters, in a workbook
};

struct OutTable {
  Language language = Language::nb;
  std::string name;   // of the file, without its ending: "utsyn-findings"
  std::string title;  // "Findings"
  std::vector<TableColumn> columns;
  // Label and value, for the second sheet: what, about whom, measured when, filter, link.
  std::vector<std::pair<std::string, std::string>> origin;
  // The next rows; none: the end. Called until then, one call at a time.
  std::function<std::vector<TableRow>()> next;
};

struct CsvForm {
  char separator = ',';
  bool byte_order_mark = false;
  bool decimal_comma = false;
};

std::string csv_head(const OutTable& table, const CsvForm& form);
std::string csv_row(const TableRow& row, const CsvForm& form, Language language);
// The next piece of the file, some thousand rows; empty: the end.
std::function<std::string()> csv_pieces(OutTable table, CsvForm form);

inline constexpr std::size_t kMostSheetRows = 1'000'000;  // what a sheet can hold, less a little

// A finished workbook in a file that has no name any more: it is gone when this is.
class Workbook {
 public:
  explicit Workbook(std::FILE* file) : file_(file, &std::fclose) {}
  std::string piece(std::size_t most = 256 * 1024);  // empty: the end

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};
// Draws all rows. Throws std::runtime_error when there is no room for the file.
Workbook write_workbook(const OutTable& table, UtcTime made, std::size_t most_rows = kMostSheetRows);

}  // namespace utsyn::report
