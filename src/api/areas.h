// The areas of the API: each AREA_routes.cpp adds its own routes. A new area needs a line here, one in
// areas.cpp, and its operations in data/openapi/AREA.yaml.
#pragma once

#include "api/route.h"

namespace utsyn::api {

void add_service_routes(Router& router);    // health, metrics, the OpenAPI document, live events
void add_job_routes(Router& router);        // measurements: queued, under way, done
void add_admin_routes(Router& router);      // the installation: state, stop switch, schedule, backups
void add_alert_routes(Router& router);      // rules, channels, what was noticed and sent
void add_login_routes(Router& router);      // first start, login, second factor, login providers, invitations
void add_account_routes(Router& router);    // one's own account: password, sessions, API tokens
void add_access_routes(Router& router);     // roles, users, grants, invitations, login providers
void add_audit_routes(Router& router);      // the audit log
void add_register_routes(Router& router);   // organisations, targets, suppliers, imports
void add_supplier_routes(Router& router);   // a supplier as its customer meets it, contacts
void add_footprint_routes(Router& router);  // assets, proof of ownership, opt-outs
void add_finding_routes(Router& router);    // findings: lists, groups, one
void add_treatment_routes(Router& router);  // what people decide about a finding
void add_finding_action_routes(Router& router);  // one thing for many findings
void add_saved_filter_routes(Router& router);    // filters that are kept
void add_people_routes(Router& router);          // whom findings may be given to
void add_check_routes(Router& router);           // the catalogue of checks, the tables of the method
void add_overview_routes(Router& router);        // the curve, ages, news, acceptances
void add_score_routes(Router& router);           // the score explained, plans, receipts
void add_recheck_routes(Router& router);         // measured again at once
void add_portfolio_routes(Router& router);       // lists, filters, shares, figures, comparison, peers
void add_nation_routes(Router& router);          // the national picture, its export
void add_consent_routes(Router& router);         // consents, and whom they are for
void add_exposure_routes(Router& router);        // who exposes a product
void add_report_routes(Router& router);          // the board report
void add_schedule_routes(Router& router);        // reports by e-mail, on their days
void add_table_routes(Router& router);           // the large tables as files
void add_listed_table_routes(Router& router);    // any other list as a file; after all that add lists

Router all_routes();

}  // namespace utsyn::api
