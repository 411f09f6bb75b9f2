// The plots of the board report, as SVG, with the same in words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/board_words.h"

namespace utsyn::report {

using Point = BoardReport::Point;

struct Month {
  int year = 0;
  unsigned month = 1;
  auto operator<=>(const Month&) const = default;
};

// The last point of each of the twelve months up to the one in which the report is made; null: none.
std::vector<std::pair<Month, const Point*>> months_of(const BoardReport& report);
std::string month_text(Month month, const Words& words);

std::string trend_svg(const BoardReport& report, const Words& words, int width, int height);
std::string trend_alternative(const BoardReport& report, const Words& words);
std::string bullet_svg(const BoardReport& report, int width);
std::string against_text(const BoardReport& report, const Words& words);
// What is left when the coverage is shown as it is, cut to one decimal.
std::int64_t not_measured(const BoardReport& report);

}  // namespace utsyn::report
