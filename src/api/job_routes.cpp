// Measurements: what is queued, under way and done, and when the next one is due.
#include <boost/describe/enum_to_string.hpp>

#include "api/areas.h"
#include "api/context.h"
#include "api/details.h"
#include "api/job_json.h"
#include "api/route.h"
#include "engine/full_grant.h"
#include "engine/jobs.h"

namespace utsyn::api {

namespace json = boost::json;

namespace {

json::value maybe_text(const std::string& text) { return text.empty() ? json::value() : json::value(text); }
json::value maybe_time(const std::optional<UtcTime>& time) {
  return time ? json::value(format_time(*time)) : json::value();
}

}  // namespace

json::object job_json(const engine::Job& job, const access::Access& access, std::string_view language) {
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
                   {"error", maybe_text(detail_in(language, job.error))}};
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
  return json_response(job_json(*job, request.access, language_told(request)));
}

Response list_jobs(Context& context, const Request& request) {
  const auto page = page_of(request);
  std::optional<std::pair<UtcTime, std::string>> after;
  if (!page.after.empty()) {
    const auto time = page.after.size() == 2 ? parse_time(page.after[0]) : std::nullopt;
    if (!time) wrong_field("cursor", "This cursor is of another list.");
    after = {*time, page.after[1]};
  }
  auto jobs = context.sql->read([&](store::Connection& connection) {
    return engine::jobs(connection, request.parameter("organisation"), page.limit + 1, after);
  });
  const bool more = jobs.size() > page.limit;
  if (more) jobs.pop_back();
  json::array items;
  for (const auto& job : jobs) items.push_back(job_json(job, request.access, language_told(request)));
  return list_response(std::move(items), more ? std::vector{format_time(jobs.back().created), jobs.back().id}
                                              : std::vector<std::string>{});
}

Response get_schedule(Context& context, const Request& request) {
  json::object out{{"due", nullptr}, {"full_due", nullptr}, {"failures", 0}};
  context.sql->read([&](store::Connection& connection) {
    const auto organisation = request.parameter("organisation");
    const auto row =
        connection.first("SELECT due, failures FROM schedule WHERE organisation = ?1", {organisation});
    if (!row) return;
    out["due"] = format_time(from_unix(row->number(0)));
    out["full_due"] = maybe_time(engine::next_full(connection, organisation, context.now()));
    out["failures"] = row->number(1);
  });
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
