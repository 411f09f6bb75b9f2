// Structured field dictionaries (RFC 9651): the syntax of Permissions-Policy and Reporting-Endpoints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace utsyn::wire {

enum class StructuredFieldError {
  too_long,
  too_many_members,
  bad_key,
  bad_item,
  bad_number,
  bad_string,
  bad_inner_list,
  trailing_comma,
  trailing_text
};
std::string_view describe(StructuredFieldError error);

struct StructuredItem {
  enum class Type {
    integer,
    decimal,
    string,
    token,
    bytes,
    boolean,
    date,
    display_string
  } type = Type::boolean;
  std::string text;  // strings unescaped, everything else as written without its marks; booleans "1" or "0"
  bool operator==(const StructuredItem&) const = default;
};

struct StructuredMember {
  std::string key;
  bool inner_list = false;
  std::vector<StructuredItem> items;  // one, or those of the inner list
  bool operator==(const StructuredMember&) const = default;
};

// A repeated key keeps its place and takes the last value.
Result<std::vector<StructuredMember>, StructuredFieldError> parse_structured_dictionary(
    std::string_view value);

}  // namespace utsyn::wire
