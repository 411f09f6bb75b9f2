// Measurements: what is queued, under way and done, and when the next one is due.
#include <boost/describe/enum_to_string.hpp>

#include "api/areas.h"
#include "api/context.h"
#include "api/job_json.h"
#include "api/route.h"
#include "engine/jobs.h"

namespace utsyn::api {

namespace json = boost::json;

namespace {

json::value maybe_text(const std::string& text) { return text.empty() ? json::value() : json::value(text); }
json::value maybe_time(const std::optional<UtcTime>& time) {
  return time ? json::value(format_time(*time)) : json::value();
}

}  // namespace

json::object job_json(const engine::Job& job, const access::Access& access) {
  json::object out{{"id", job.id},
                   {"organisation", job.organisation},
                   {"asset", maybe_text(job.asset)},
                   {"finding", maybe_text(job.finding)},
                   {"profile", job.profile},
                   {"state", boost::describe::enum_to_string(job.state, "?")},
                   {"wanted_by", job.wanted_by},
                   {"created", format_time(job.created)},
                   {"started", maybe_time(job.started)},
                   {"finished", maybe_time(job.finished)},
                   {"progress", nullptr},
                   {"result", nullptr},
                   {"error", maybe_text(job.error)}};
  const auto detail = access.detail(job.organisation);
  if (!job.progress.empty()) out["progress"] = json::parse(job.progress);
  if (!job.result.empty() && detail >= access::Detail::findings) {
    auto result = json::parse(job.result);
    if (detail < access::Detail::evidence) {
      for (auto& finding : result.as_object()["findings"].as_array()) {
        for (const auto* side : {"before", "after"}) {
          if (auto* verdict = finding.as_object()[side].if_object()) (*verdict)["evidence"] = json::array();
        }
      }
    }
    out["result"] = std::move(result);
  }
  if (detail < access::Detail::findings) {
    // Which asset or finding is looked at would tell what is wrong there.
    out["asset"] = nullptr;
    out["finding"] = nullptr;
    out["error"] = nullptr;
  }
  return out;
}

namespace {

Response get_job(Context& context, const Request& request) {
  const auto job = context.sql->read(
      [&](store::Connection& connection) { return engine::job(connection, request.parameter("job")); });
  if (!job || !request.access.sees(job->organisation)) not_found("job");
  return json_response(job_json(*job, request.access));
}

Response list_jobs(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto jobs = context.sql->read([&](store::Connection& connection) {
    return engine::jobs(connection, request.parameter("organisation"), page.limit);
  });
  json::array items;
  for (const auto& job : jobs) items.push_back(job_json(job, request.access));
  return list_response(std::move(items), {});
}

Response get_schedule(Context& context, const Request& request) {
  const auto row = context.sql->read([&](store::Connection& connection) {
    return connection.first("SELECT due, failures FROM schedule WHERE organisation = ?1",
                            {request.parameter("organisation")});
  });
  json::object out{{"due", nullptr}, {"failures", 0}};
  if (row) {
    out["due"] = format_time(from_unix(row->number(0)));
    out["failures"] = row->number(1);
  }
  return json_response(out);
}

}  // namespace

void add_job_routes(Router& router) {
  using access::Detail;
  using access::Permission;
  router.add({.method = "GET",
              .pattern = "/api/v1/jobs/{job}",
              .operation = "getJob",
              .permission = Permission::read,
              .handler = get_job});
  router.add({.method = "GET",
              .pattern = "/api/v1/organisations/{organisation}/jobs",
              .operation = "listJobs",
              .permission = Permission::read,
              .detail = Detail::score,
              .handler = list_jobs});
  router.add({.method = "GET",
              .pattern = "/api/v1/organisations/{organisation}/schedule",
              .operation = "getSchedule",
              .permission = Permission::read,
              .detail = Detail::score,
              .handler = get_schedule});
}

}  // namespace utsyn::api
