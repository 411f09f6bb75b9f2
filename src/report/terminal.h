// Scores for a person at a terminal: grade, score with its interval, coverage, and the findings that cost
// most with what to do. Colour only supports what letters and words say already.
#pragma once

#include <span>
#include <string>

#include "engine/assess.h"
#include "report/texts.h"

namespace utsyn::report {

struct Look {
  Language language = Language::en;
  bool colour = false;
  int width = 100;  // columns
};

// One organisation, several lines, ending with an empty one.
std::string render(const engine::Assessment& assessment, const Look& look);
// The closing table of several organisations, worst first.
std::string render_summary(std::span<const engine::Assessment> assessments, const Look& look);

// Centipoints as readers see them: cut to one decimal (8999 -> "89.9"), with a comma in Norwegian.
std::string points(std::int64_t cp, Language language);
// Exact, two decimals: 123 -> "1.23".
std::string exact_points(std::int64_t cp, Language language);
// Columns a text takes; letters outside ASCII count one each.
std::size_t display_width(std::string_view text);
// Breaks at blanks so that no line is wider than `width`.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace utsyn::report
