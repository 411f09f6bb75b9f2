// Organisations from a file: a table with a header line (CSV, XLSX: report/table_in.h) or the JSON of
// Enhetsregisteret. Reading is pure and tells what is wrong by row and column; taking in is the same run for
// the dry run and for the real one, and the same file again changes nothing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "footprint/register.h"

namespace utsyn::footprint {

struct RowFault {
  std::size_t row = 0;  // as a spreadsheet counts: 1 is the first line of the file. Of JSON: the unit, from 1
  std::string column;   // the header as it stands in the file, or the member
  Fault fault;
  bool operator==(const RowFault&) const = default;
};

struct ImportItem {
  std::size_t row = 0;
  Details details;  // only what the file says; an empty cell says nothing
  std::vector<std::string> domains;
  std::vector<std::string> hosts;
  std::vector<std::string> customers;  // organisation numbers it delivers to
  std::int64_t criticality = 1;
  bool operator==(const ImportItem&) const = default;
};

struct ImportFile {
  std::vector<ImportItem> items;
  std::vector<RowFault> faults;
  std::vector<std::pair<std::string, std::string>> columns;  // header -> field, as it was understood
  std::vector<std::string> ignored;                          // headers nobody knows
  std::size_t rows = 0;                                      // with something in them, the header left out
};

inline constexpr std::size_t kMostImportRows = 100'000;
inline constexpr std::size_t kMostFaults = 1'000;  // listed; a file with more is the wrong file

using Rows = std::span<const std::vector<std::string>>;
// The first of the first ten lines that names two known columns (or the only one) is the header. `named`
// tells of columns that the header names do not: header -> field.
ImportFile read_rows(Rows rows, const std::vector<std::pair<std::string, std::string>>& named = {});

// One unit, a list, or a page of the API ("_embedded").
ImportFile read_units(std::string_view json);

// "15 221", "15221,0" -> 15221; nothing when it is no whole number.
Number count_from(std::string_view cell);

enum class RowOutcome { created, changed, unchanged };
struct RowReport {
  std::size_t row = 0;
  std::string organisation;  // its id; empty when it would be created and has no number
  std::string name;
  RowOutcome outcome = RowOutcome::unchanged;
  std::vector<std::string> changes;  // the members that change, "domain:x", "supplier-of:123456785"
};
struct ImportReport {
  std::size_t rows = 0;
  std::size_t created = 0;
  std::size_t changed = 0;
  std::size_t unchanged = 0;
  std::vector<RowFault> faults;    // of reading and of taking in, by row
  std::vector<RowReport> reports;  // at most kMostFaults: those that change something first
};

// Takes everything in, in the caller's transaction; rows with faults are left out whole and told of. Only an
// unknown customer costs a row no more than that link. The caller rolls back for a dry run, and when there
// are faults that nobody said to skip.
ImportReport take_in(store::Connection& connection, UtcTime now, const access::Access& access,
                     const ImportFile& file, std::string_view default_kind);

}  // namespace utsyn::footprint
