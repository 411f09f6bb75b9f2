// How the decisions read: on the first page, and in the sentence at the top that says what they lead to. For
// the files of the report only.
#pragma once

#include <string>

#include "report/board_words.h"

namespace utsyn::report {

std::string decisions_html(const BoardReport& report, const Words& words);
// "Tre beslutninger, til sammen om lag seks timer, løfter oss til 85,1 poeng (karakter B)."
std::string decisions_sentence(const BoardReport& report, const Words& words);

}  // namespace utsyn::report
