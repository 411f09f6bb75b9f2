// Names as they are searched for and sorted by: small letters, accents left out, the Norwegian letters kept
// and in their order. Covers the Latin letters of Norwegian, Sami and the neighbours' languages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace utsyn::footprint {

// "Kárášjohka  ÅS" -> "karasjohka ås"; ä is æ and ö is ø, for they are the same letters next door. Bytes that
// are no UTF-8 stay as they are.
std::string folded(std::string_view text);

// Sorted as bytes gives the order of the alphabet: æ, ø, å last. At most 120 bytes.
std::string sort_key(std::string_view name);

// The words of a folded name, without what stands between them; at most `most`.
std::vector<std::string> words_of(std::string_view folded_name, std::size_t most = 24);

}  // namespace utsyn::footprint
