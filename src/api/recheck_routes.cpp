// Measured again at once: one finding, one asset, one organisation.
#include "api/add_routes.h"
#include "api/areas.h"
#include "api/context.h"
#include "api/details.h"
#include "api/followup_json.h"
#include "api/job_json.h"
#include "followup/promises.h"
#include "followup/recheck.h"

namespace utsyn::api {
namespace {

using access::Detail;
using access::Permission;
using store::Connection;

// `of` gives the asset, or ends with 404.
template <class AssetOf>
Response recheck(Context& context, const Request& request, std::string_view finding, const AssetOf& of) {
  const auto organisation = request.parameter("organisation");
  must_be_allowed(request, Permission::recheck, organisation);
  boost::json::object out;
  context.sql->write([&](Connection& connection) {
    const std::string asset = of(connection);
    const auto job =
        followup::recheck(connection, context.now(), request.access.actor, organisation, asset, finding);
    if (!job)
      fail({.status = 429,
            .type = "too-many-rechecks",
            .title = "Too many rechecks",
            .detail = asset.empty()
                          ? "The whole organisation has been measured six times this hour. Recheck one "
                            "asset, or wait."
                          : "This organisation has been rechecked sixty times this hour. Wait a little.",
            .retry_after_s = 600});
    out = job_json(*job, request.access, language_told(request));
  });
  auto response = json_response(out, 202);
  response.headers.emplace_back("Location", "/api/v1/jobs/" + std::string(out.at("id").as_string()));
  return response;
}

Response recheck_finding(Context& context, const Request& request) {
  const auto finding = request.parameter("finding");
  return recheck(context, request, finding, [&](Connection& connection) {
    const auto known =
        followup::finding_now(connection, request.parameter("organisation"), finding, context.now());
    if (!known) not_found("finding");
    return known->asset;
  });
}

Response recheck_asset(Context& context, const Request& request) {
  const auto asset = request.parameter("asset");
  return recheck(context, request, "", [&](Connection& connection) {
    if (!connection.first("SELECT 1 FROM asset WHERE organisation = ?1 AND id = ?2 LIMIT 1",
                          {request.parameter("organisation"), asset}))
      not_found("asset");
    return std::string(asset);
  });
}

Response recheck_organisation(Context& context, const Request& request) {
  return recheck(context, request, "", [&](Connection& connection) {
    if (!connection.first("SELECT 1 FROM organisation WHERE id = ?1", {request.parameter("organisation")}))
      not_found("organisation");
    return std::string();
  });
}

Response get_promises(Context& context, const Request&) {
  const auto kept = context.sql->read(
      [&](Connection& connection) { return followup::promises(connection, context.now()); });
  return json_response(boost::json::object{
      {"since", format_time(kept.since)},
      {"rechecks", kept.rechecks},
      {"median_recheck_seconds",
       kept.median_recheck_s ? boost::json::value(*kept.median_recheck_s) : boost::json::value()},
      {"disputes", kept.disputes},
      {"upheld", kept.upheld},
      {"rejected", kept.rejected},
      {"waiting", kept.waiting},
      {"late", kept.late}});
}

}  // namespace

void add_recheck_routes(Router& router) {
  add_routes(router, {{"POST", "/organisations/{organisation}/findings/{finding}/recheck", "recheckFinding",
                       Permission::recheck, Detail::findings, recheck_finding},
                      {"POST", "/organisations/{organisation}/assets/{asset}/recheck", "recheckAsset",
                       Permission::recheck, Detail::findings, recheck_asset},
                      {"POST", "/organisations/{organisation}/recheck", "recheckOrganisation",
                       Permission::recheck, Detail::findings, recheck_organisation}});
  router.add({.method = "GET",
              .pattern = "/api/v1/promises",
              .operation = "getPromises",
              .door = Door::open,
              .handler = get_promises});
}

}  // namespace utsyn::api
