// The OpenAPI 3.1 document: data/openapi/*.yaml, joined by cmake/openapi.py and carried inside the program.
#pragma once

#include <string_view>

namespace utsyn::api {

std::string_view openapi_document();  // JSON

}  // namespace utsyn::api
