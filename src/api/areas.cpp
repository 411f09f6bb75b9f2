#include "api/areas.h"

namespace utsyn::api {

Router all_routes() {
  Router router;
  add_service_routes(router);
  add_job_routes(router);
  add_admin_routes(router);
  add_alert_routes(router);
  add_login_routes(router);
  add_account_routes(router);
  add_access_routes(router);
  add_audit_routes(router);
  add_register_routes(router);
  add_supplier_routes(router);
  add_footprint_routes(router);
  add_finding_routes(router);
  add_treatment_routes(router);
  add_finding_action_routes(router);
  add_saved_filter_routes(router);
  add_people_routes(router);
  add_check_routes(router);
  add_overview_routes(router);
  add_score_routes(router);
  add_recheck_routes(router);
  add_portfolio_routes(router);
  add_nation_routes(router);
  add_exposure_routes(router);
  add_consent_routes(router);
  add_report_routes(router);
  add_schedule_routes(router);
  add_table_routes(router);
  add_listed_table_routes(router);
  return router;
}

}  // namespace utsyn::api
