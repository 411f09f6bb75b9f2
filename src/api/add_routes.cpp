#include "api/add_routes.h"

#include <utility>

namespace utsyn::api {

void add_routes(Router& router, std::vector<AreaRoute> routes) {
  for (auto& one : routes)
    router.add({.method = std::move(one.method),
                .pattern = "/api/v1" + one.path,
                .operation = std::move(one.operation),
                .permission = one.permission,
                .detail = one.detail,
                .handler = std::move(one.handler)});
}

}  // namespace utsyn::api
