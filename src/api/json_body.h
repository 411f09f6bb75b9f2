// JSON bodies (RFC 8259) as the API takes them: at most 32 deep, valid UTF-8, no member twice (two readers
// could take different ones), no zero character in a text (no database keeps it).
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace utsyn::api {

inline constexpr std::size_t max_json_depth = 32;

Result<boost::json::value, std::string> parse_json(std::string_view text);

}  // namespace utsyn::api
