// Tables that people bring: CSV (RFC 4180, with what spreadsheets make of it) and XLSX (ECMA-376, the first
// visible sheet). Both become rows of texts. Everything is bounded: a file is a stranger's until it is read.
#pragma once

#include <boost/describe/enum.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace utsyn::report {

enum class TableError {
  empty,
  not_a_table,  // binary, or a workbook without what a workbook has
  broken_zip,   // cut off, encrypted, or no zip inside
  too_large,    // unzips to more than kMostUnzipped, or to absurdly more than was sent (a zip bomb)
  broken_xml,   // a part of the workbook that is no XML
  no_sheet,     // no sheet that can be seen
  too_many_rows,
  too_many_columns,
  too_many_texts,  // shared strings
  cell_too_long,
  open_quote  // a quoted field that never ends
};
BOOST_DESCRIBE_ENUM(TableError, empty, not_a_table, broken_zip, too_large, broken_xml, no_sheet,
                    too_many_rows, too_many_columns, too_many_texts, cell_too_long, open_quote)

inline constexpr std::size_t kMostTableRows = 100'100;
inline constexpr std::size_t kMostTableColumns = 256;
inline constexpr std::size_t kMostCellBytes = 32'767;
inline constexpr std::size_t kMostUnzipped = std::size_t{32} << 20U;  // of each part of a workbook
inline constexpr std::size_t kMostSharedTexts = 500'000;

// Row i stands on line i + 1 of a sheet (blank rows are kept as empty ones); cells are valid UTF-8, without
// what stands between.
using Table = std::vector<std::vector<std::string>>;

// UTF-8 with or without a mark, or Windows-1252; ';', ',' or tab, whichever the first line has most of, or
// what "sep=;" says.
Result<Table, TableError> read_csv(std::string_view text);
Result<Table, TableError> read_xlsx(std::string_view bytes);
// A zip is a workbook, all else is CSV.
Result<Table, TableError> read_table(std::string_view bytes);

}  // namespace utsyn::report
