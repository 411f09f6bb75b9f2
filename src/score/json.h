// The documents of the method: sections 2, 9, 10 and 11 of the methodology in JSON (RFC 8259). The reader is
// strict about what it knows and silent about what it does not: unknown members are ignored, null is the same
// as absent, `1.0` and `true` are no integers. The writer is compact, its members stand in the order of the
// methodology, maps are sorted by the bytes of their keys, and UTF-8 goes out as it is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "score/change.h"
#include "score/organisation.h"
#include "score/portfolio.h"
#include "score/score.h"

namespace utsyn::score {

inline constexpr std::size_t max_document_bytes = std::size_t{256} << 20U;
inline constexpr std::size_t max_document_depth = 64;

struct BeforeAndAfter {
  Organisation before;
  Organisation after;

  bool operator==(const BeforeAndAfter&) const = default;
};

// The error says where and what: `findings[3].age: an integer from 0 to 36500 is needed`.
Result<Organisation, std::string> read_organisation(std::string_view document);
Result<BeforeAndAfter, std::string> read_change(std::string_view document);
Result<Portfolio, std::string> read_portfolio(std::string_view document);

// One line each, without the line feed.
std::string write_organisation(const Organisation& organisation);  // what was given; defaults are left out
std::string write_score(const Score& score);
std::string write_change(const Change& change);
std::string write_portfolio(const PortfolioAnswer& answer);

// What `utsyn score|change|portfolio` answer to one document: the result, or why there is none.
Result<std::string, std::string> answer_score(std::string_view document);
Result<std::string, std::string> answer_change(std::string_view document);
Result<std::string, std::string> answer_portfolio(std::string_view document);

// The same for line `number` (from 1) of many: always one line of JSON. Nothing for a blank line.
struct Answer {
  std::string text;  // the result, or {"error":"line N: ..."}
  bool ok = false;

  bool operator==(const Answer&) const = default;
};
std::optional<Answer> answer_score_line(std::string_view line, std::size_t number);
std::optional<Answer> answer_change_line(std::string_view line, std::size_t number);
std::optional<Answer> answer_portfolio_line(std::string_view line, std::size_t number);

// The line `{"error":"..."}` for what could not be read at all, such as a line that was cut at the limit.
Answer refuse_line(std::size_t number, std::string_view reason);

}  // namespace utsyn::score
