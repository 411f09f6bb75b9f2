// How alike two pages are, as a reader would see it: tags, scripts and digits (dates, tokens, counters) are
// left out and the rest compared by runs of three words. For IPv4 against IPv6, and for pages that say 200
// for a missing path.
#pragma once

#include <string_view>

namespace utsyn::wire {

// Permille: 1000 the same, 0 nothing in common. The first 64 KiB of each are read. Two empty pages are the
// same.
int similarity_permille(std::string_view a, std::string_view b);

}  // namespace utsyn::wire
