#include "api/areas.h"

namespace utsyn::api {

Router all_routes() {
  Router router;
  add_service_routes(router);
  add_job_routes(router);
  add_alert_routes(router);
  return router;
}

}  // namespace utsyn::api
