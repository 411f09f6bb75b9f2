// The service about itself: alive, ready, metrics, the OpenAPI document, live events.
#include <algorithm>

#include "api/areas.h"
#include "api/context.h"
#include "api/identify.h"
#include "api/live_events.h"
#include "api/log.h"
#include "api/metrics.h"
#include "api/openapi.h"
#include "engine/measuring.h"
#include "store/events.h"

namespace utsyn::api {
namespace {

Response healthz(Context&, const Request&) { return json_response({{"status", "alive"}}); }

// Ready: the store answers.
Response readyz(Context& context, const Request&) {
  context.sql->read([](store::Connection& connection) { connection.query("SELECT 1"); });
  return json_response({{"status", "ready"}});
}

void read_figures(store::Connection& connection, UtcTime now, Metrics& figures) {
  const auto number = [&](std::string_view query, std::initializer_list<store::Value> values = {}) {
    const auto row = connection.first(query, values);
    return row && !row->null(0) ? row->number(0) : 0;
  };
  for (const auto* state : {"queued", "running", "failed"})
    figures.set_jobs(state, number("SELECT count(*) FROM job WHERE state = ?1", {state}));
  figures.set_figure("organisations", number("SELECT count(*) FROM organisation WHERE removed IS NULL"));
  figures.set_figure("last_event", store::last_event(connection));
  for (const auto* state : {"pending", "uncertain", "dead"})
    figures.set_figure(std::string("deliveries_") + state,
                       number("SELECT count(*) FROM delivery WHERE state = ?1", {state}));
  const auto due = number("SELECT min(due) FROM schedule");
  figures.set_figure("measurement_overdue_seconds",
                     due == 0 ? 0 : std::max<std::int64_t>(0, to_unix(now) - due));
}

Response metrics(Context& context, const Request& request) {
  if (!request.local) {
    Request asking = request;
    identify(context, asking);
    if (!asking.access.may(access::Permission::manage_service)) {
      fail({.status = 403,
            .type = "forbidden",
            .title = "Not allowed",
            .detail =
                "From another machine, /metrics takes an API token with the permission manage_service."});
    }
  }
  Metrics none;
  auto& figures = context.metrics ? *context.metrics : none;
  // What this process counts is told when the store is away, too.
  try {
    context.sql->read(
        [&](store::Connection& connection) { read_figures(connection, context.now(), figures); });
    figures.set_figure("up", 1);
  } catch (const store::Failure& failure) {
    log_failure(request.id, request.route, failure.what());
    figures.set_figure("up", 0);
  }
  if (context.measuring) {
    const auto measuring = context.measuring->figures();
    figures.set_figure("jobs_done", measuring.jobs_done);
    figures.set_figure("jobs_failed", measuring.jobs_failed);
    figures.set_figure("connections_opened", measuring.connections);
  }
  return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = figures.text()};
}

Response openapi(Context&, const Request&) { return {.body = std::string(openapi_document())}; }

}  // namespace

void add_service_routes(Router& router) {
  router.add({.method = "GET",
              .pattern = "/healthz",
              .operation = "getHealth",
              .door = Door::open,
              .handler = healthz});
  router.add({.method = "GET",
              .pattern = "/readyz",
              .operation = "getReadiness",
              .door = Door::open,
              .handler = readyz});
  router.add({.method = "GET",
              .pattern = "/metrics",
              .operation = "getMetrics",
              .door = Door::open,
              .handler = metrics});
  router.add({.method = "GET",
              .pattern = "/api/v1/openapi.json",
              .operation = "getOpenApi",
              .door = Door::open,
              .handler = openapi});
  router.add(
      {.method = "GET", .pattern = "/api/v1/events", .operation = "streamEvents", .handler = live_events});
}

}  // namespace utsyn::api
