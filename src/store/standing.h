// The latest figures of an organisation in one row, made from the input and the output of its score.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "store/sql.h"

namespace utsyn::store {

struct StandingRow {
  std::int64_t score_cp = 0;
  std::string grade;
  std::int64_t managed_cp = 0;
  std::int64_t coverage = 0;
  std::int64_t low_cp = 0;
  std::int64_t high_cp = 0;
  std::string gate;  // the finding that sets the lowest cap; empty when none does
  std::int64_t assets = 0;
  std::int64_t critical = 0;  // findings that count against somebody, by severity
  std::int64_t high = 0;
  std::int64_t medium = 0;
  std::int64_t low = 0;
  std::int64_t overdue_days = 0;
  std::string checks;  // ids of the checks with such findings, sorted, comma between
  bool operator==(const StandingRow&) const = default;
};

// Pure. Throws Failure when the documents are not those of the method.
StandingRow standing_of(std::string_view input, std::string_view output);

// Nothing when it has never been measured.
std::optional<StandingRow> read_standing(Connection& connection, std::string_view organisation);
void write_standing(Connection& connection, std::string_view organisation, UtcTime measured,
                    const StandingRow& row);

}  // namespace utsyn::store
