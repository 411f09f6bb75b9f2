// Findings and words out of rows.
#pragma once

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <string>
#include <string_view>

#include "store/finding.h"
#include "store/sql.h"

namespace utsyn::followup {

template <class Enum>
std::string word_of(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}
template <class Enum>
std::optional<Enum> named(std::string_view word) {
  Enum out{};
  if (!boost::describe::enum_from_string(std::string(word).c_str(), out)) return std::nullopt;
  return out;
}

// The columns of the table `finding` under the name `f`, and the finding in a row that begins with them.
inline constexpr std::string_view finding_columns =
    R"(f.id, f.asset, f."check", f.outcome, f.severity, f.confidence, f.reason, f.state, f.first_seen, f.last_seen, )"
    "f.closed, f.reopened, f.unseen";
inline constexpr std::size_t finding_column_count = 13;
store::Finding finding_of(const store::Row& row);

}  // namespace utsyn::followup
