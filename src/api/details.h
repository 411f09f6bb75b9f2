// The details of problems in the language of who reads them. Handlers write them in English;
// data/texts/details.json holds the same sentences in nb and nn, with {} where something of the request
// stands.
#pragma once

#include <string>
#include <string_view>

namespace utsyn::api {

struct Request;

// The language of what a program said, such as the detail of a problem or why a job failed: what was asked
// for (a browser does), else English, the language of the documentation (a program mostly does not ask).
std::string_view language_told(const Request& request);

// The sentence itself where there is no translation: it is better than none.
std::string detail_in(std::string_view language, std::string_view detail);

}  // namespace utsyn::api
