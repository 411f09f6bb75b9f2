#include "api/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace utsyn::api {

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter().Name("utsyn_requests_total").Help("Requests answered").Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                           .Name("utsyn_request_seconds")
                                                           .Help("Time from the whole request to its answer")
                                                           .Register(registry);
  prometheus::Family<prometheus::Gauge>& now = prometheus::BuildGauge()
                                                   .Name("utsyn_open")
                                                   .Help("Open connections and event streams")
                                                   .Register(registry);
  prometheus::Gauge& connections = now.Add({{"what", "connections"}});
  prometheus::Gauge& streams = now.Add({{"what", "streams"}});
  prometheus::Gauge& waiting = now.Add({{"what", "waiting_requests"}});
  prometheus::Counter& overload = prometheus::BuildCounter()
                                      .Name("utsyn_overload_total")
                                      .Help("Requests refused because too many waited")
                                      .Register(registry)
                                      .Add({});
  prometheus::Family<prometheus::Gauge>& jobs =
      prometheus::BuildGauge().Name("utsyn_jobs").Help("Measurements by state").Register(registry);
  prometheus::Family<prometheus::Gauge>& figures =
      prometheus::BuildGauge().Name("utsyn_store").Help("What the store holds").Register(registry);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::served(std::string_view method, std::string_view route, int status,
                     std::chrono::microseconds took) {
  static const prometheus::Histogram::BucketBoundaries kBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                               0.1,   0.25,   0.5,   1,    2.5,   10};
  // Only methods and patterns that are ours become labels, so that no client can make the series grow.
  const std::string shown_route(route.empty() ? "none" : route);
  const std::string shown_method(route.empty() ? "any" : method);
  impl_->requests.Add({{"method", shown_method}, {"route", shown_route}, {"status", std::to_string(status)}})
      .Increment();
  impl_->seconds.Add({{"route", shown_route}}, kBounds).Observe(static_cast<double>(took.count()) / 1e6);
}

void Metrics::set_connections(std::int64_t open) { impl_->connections.Set(static_cast<double>(open)); }
void Metrics::set_streams(std::int64_t open) { impl_->streams.Set(static_cast<double>(open)); }
void Metrics::set_waiting(std::size_t requests) { impl_->waiting.Set(static_cast<double>(requests)); }
void Metrics::refused_overload() { impl_->overload.Increment(); }
void Metrics::set_jobs(std::string_view state, std::int64_t number) {
  impl_->jobs.Add({{"state", std::string(state)}}).Set(static_cast<double>(number));
}
void Metrics::set_figure(std::string_view name, std::int64_t value) {
  impl_->figures.Add({{"what", std::string(name)}}).Set(static_cast<double>(value));
}
std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace utsyn::api
