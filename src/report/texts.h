// What people read outside the checks, from data/texts/*.json in nb, nn and en.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "checks/catalogue.h"

namespace utsyn::report {

using checks::Language;

// The text of a key of data/texts/terminal.json, or of FILE.json when it is written "FILE.key". A key that is
// not there is a programming error and is shown as is.
const std::string& text(std::string_view key, Language language);

template <class... Values>
std::string text_with(std::string_view key, Language language, const Values&... values) {
  return fmt::format(fmt::runtime(text(key, language)), values...);
}

// "nb", "nn", "en", or a locale such as "nb_NO.UTF-8"; no, nb -> nb. English when nothing fits.
Language language_named(std::string_view name);

}  // namespace utsyn::report
