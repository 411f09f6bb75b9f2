// What may stand behind the question mark. The OpenAPI document says it for each operation, so it is checked
// in one place, before the handler: a misspelt filter is refused instead of silently not filtering, and a new
// route is checked from its first day.
#pragma once

#include <string_view>

#include "api/route.h"

namespace utsyn::api {

// 422 that names the parameter: one that the operation does not have, that stands twice, that is missing, or
// whose value the document rules out. What only the handler can judge (times, cursors, lists with commas, and
// whether an empty value means none) is left to it. `lang` is taken everywhere. An operation with
// `x-other-parameters` (others decide what they send) and one that is not in the document are not checked.
void check_query(std::string_view operation, const Request& request);

}  // namespace utsyn::api
