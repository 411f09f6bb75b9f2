// The score of one organisation: sections 3 to 9 of the methodology, as section 10 prints it. A pure function
// over integers; the same input gives the same answer on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "score/organisation.h"
#include "score/planner.h"
#include "score/standing.h"

namespace utsyn::score {

enum class Confidence : std::uint8_t { low, medium, high };
inline constexpr std::array<std::string_view, 3> confidence_words = {"low", "medium", "high"};
constexpr std::string_view word(Confidence confidence) {
  return confidence_words[static_cast<std::size_t>(confidence)];
}

using CentsByName = std::map<std::string, std::int64_t, std::less<>>;  // sorted by the bytes of the names

struct Score {
  std::optional<std::string> id;
  std::int64_t score_cp = 0;  // S
  Grade grade = Grade::U;
  std::int64_t loss_ppm = 0;  // D
  CentsByName lines;          // where every cent went; they sum to 10000 - S
  std::array<std::int64_t, 2> interval_cp{};
  Confidence confidence = Confidence::low;
  std::int64_t managed_cp = 0;
  std::int64_t if_upheld_cp = 0;
  CentsByName gain_cp;  // by finding: the gain if it alone were fixed
  CentsByName domains;
  std::optional<PlanAnswer> plan;

  bool operator==(const Score&) const = default;
};

Score score(const Organisation& organisation);

// S, grade and D alone, for those who need nothing explained.
struct Rating {
  std::int64_t score_cp = 0;
  Grade grade = Grade::U;
  std::int64_t loss_ppm = 0;

  bool operator==(const Rating&) const = default;
};
Rating rate(const Organisation& organisation);

}  // namespace utsyn::score
