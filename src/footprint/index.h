// What the files of the register share among themselves.
#pragma once

#include <string_view>

#include "footprint/register.h"

namespace utsyn::footprint {

// The words an organisation is found by, anew from its name, number and targets.
void index_words(store::Connection& connection, std::string_view organisation);

// What somebody typed, fit to be shown: cut between characters, and escaped when it is no UTF-8.
std::string shown_text(std::string_view typed, std::size_t most = 300);

// measured, score_cp, grade and coverage of a standing, from that column on; nothing when it is null.
std::optional<Figures> figures_from(const store::Row& row, std::size_t column);

}  // namespace utsyn::footprint
