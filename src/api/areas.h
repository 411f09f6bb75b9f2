// The areas of the API: each AREA_routes.cpp adds its own routes. A new area needs a line here, one in
// areas.cpp, and its operations in data/openapi/AREA.yaml.
#pragma once

#include "api/route.h"

namespace utsyn::api {

void add_service_routes(Router& router);  // health, metrics, the OpenAPI document, live events
void add_job_routes(Router& router);      // measurements: queued, under way, done
void add_alert_routes(Router& router);    // rules, channels, what was noticed and sent

Router all_routes();

}  // namespace utsyn::api
