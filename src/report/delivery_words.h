// Why a message did not arrive, in the language of whoever reads it, with the next thing to do.
#pragma once

#include <string>
#include <string_view>

#include "followup/alerts/fault.h"
#include "report/texts.h"

namespace utsyn::report {

// `kept` as the store has it (followup/alerts/fault.h). Words that an older version kept come out as they
// are.
std::string delivery_words(std::string_view kept, Language language);

}  // namespace utsyn::report
