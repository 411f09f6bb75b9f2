// The request target of RFC 9112 in origin form: "/api/v1/findings?limit=5&state=open". Segments and query
// are percent-decoded; what is left must be valid UTF-8 without control characters. A bad target is the
// client's mistake, so there is one error with words for it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace utsyn::api {

inline constexpr std::size_t max_target_bytes = 8192;
inline constexpr std::size_t max_query_parameters = 100;

struct Target {
  std::string path;                   // as it was sent, without the query
  std::vector<std::string> segments;  // decoded; "/" has one empty segment
  std::multimap<std::string, std::string, std::less<>> query;
};

Result<Target, std::string> parse_target(std::string_view target);

}  // namespace utsyn::api
