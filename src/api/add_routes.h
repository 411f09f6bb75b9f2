// Routes for who is logged in, as the areas tell them: a line for each.
#pragma once

#include <string>
#include <vector>

#include "api/route.h"

namespace utsyn::api {

struct AreaRoute {
  std::string method;
  std::string path;  // after /api/v1
  std::string operation;
  access::Permission permission = access::Permission::read;
  access::Detail detail = access::Detail::none;
  Handler handler;
};
void add_routes(Router& router, std::vector<AreaRoute> routes);

}  // namespace utsyn::api
