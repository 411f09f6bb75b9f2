// A token: what names of fields, methods and parameters are made of (RFC 9110 section 5.6.2).
#pragma once

#include <algorithm>
#include <string_view>

#include "base/characters.h"

namespace utsyn::wire {

constexpr bool is_http_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

}  // namespace utsyn::wire
