// What of the findings that are fixed is still told by the history of issues: between which days a check had
// one open. Six bytes each, those of a check that overlap as one, beside the organisation they belong to.
//
// A day stands for how it ended, as it does in the history of scores: the day of the closing is not among
// them. What was upheld as no fault, and what stood at a supplier, never counted and is left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql.h"

namespace utsyn::portfolio {

struct PastLife {
  std::uint16_t check = 0;  // in Table::finding_checks
  std::uint16_t from = 0;   // days since 1970-01-01; the last one is not among them
  std::uint16_t to = 0;
  auto operator<=>(const PastLife&) const = default;
};

// As it comes from the database.
struct FreshLife {
  std::string check;
  std::int64_t from = 0;  // days
  std::int64_t to = 0;
};

std::uint16_t day_number(std::int64_t day);  // as sixteen bits hold it

// Sorted, those of a check that touch or overlap made one, at most kMostLives, the newest.
inline constexpr std::size_t kMostLives = 8'192;
std::vector<PastLife> merged(std::vector<PastLife> lives);

// Those of one organisation that ended after a second, of findings that are fixed and of findings that came
// back.
std::vector<FreshLife> past_lives_of(store::Connection& connection, std::string_view organisation,
                                     std::int64_t after);
// Of one finding that came back, those before its present one. The last lives of what is fixed are read with
// the open findings, in one go (each_open_finding), and so is which ones came back.
std::vector<FreshLife> lives_before(store::Connection& connection, std::string_view organisation,
                                    std::string_view finding, std::int64_t after);

// What a finding f must be for the end of its life to be told: `after` is ?1.
inline constexpr std::string_view kToldWhenFixed =
    R"(f.state = 'fixed' AND f.closed > ?1 AND f.severity <> 'info'
AND NOT EXISTS (SELECT 1 FROM treatment t WHERE t.organisation = f.organisation AND t.finding = f.id
  AND t.kind = 'dispute' AND t.decision = 'upheld' AND t.withdrawn IS NULL AND t.created >= f.first_seen)
AND NOT EXISTS (SELECT 1 FROM asset a WHERE a.organisation = f.organisation AND a.id = f.asset AND a.by_provider = 1))";

}  // namespace utsyn::portfolio
