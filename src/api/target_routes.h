// Where measuring starts, and what waits to become so.
#pragma once

#include "api/route.h"

namespace utsyn::api {

void add_target_routes(Router& router);

}  // namespace utsyn::api
