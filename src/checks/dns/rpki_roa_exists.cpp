// The prefixes of the domain's web, mail and name servers are covered by route origin authorisations (RFC
// 6480, RFC 9582). "Not found" is only the absence of one; it is not "invalid".
#include <algorithm>

#include "checks/examples.h"
#include "checks/judging.h"

namespace utsyn::checks::dns_rpki_roa_exists {
namespace {

Verdict judge(const AddressRoutes& address) {
  const auto* routes = address.routes.seen();
  if (routes == nullptr) return could_not_look(address.routes.unseen());
  if (routes->empty()) return {Outcome::unknown, "not-announced"};
  for (const auto& route : *routes) {
    if (route.validity == RouteValidity::not_found) {
      return Verdict{Outcome::fail, "not-covered"}
          .with("prefix", route.prefix)
          .with("origin", FactValue{route.origin_as})
          .with("host", address.host);
    }
  }
  return {Outcome::pass, "covered"};
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.routes, judge); }

Evidence routed(std::vector<Observed<std::vector<Route>>> routes) {
  auto evidence = domain_asset();
  int last = 1;
  for (auto& one : routes) {
    evidence.routes.push_back({"www.example.no", "192.0.2." + std::to_string(last++), std::move(one)});
  }
  return evidence;
}
std::vector<Route> route(RouteValidity validity) { return {{"192.0.2.0/24", 64500, validity}}; }

std::vector<Example> examples() {
  return {
      {"covered and valid", routed({route(RouteValidity::valid)}), Outcome::pass, "covered"},
      {"covered, but invalid: another check's business", routed({route(RouteValidity::invalid)}),
       Outcome::pass, "covered"},
      {"one of two is not covered", routed({route(RouteValidity::valid), route(RouteValidity::not_found)}),
       Outcome::fail, "not-covered"},
      {"nobody announces it", routed({std::vector<Route>{}}), Outcome::unknown, "not-announced"},
      {"the data sets are not installed", routed({Unseen::not_measured}), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_rpki_roa_exists

UTSYN_CHECK(dns_rpki_roa_exists) = {
    .id = "dns.rpki.roa-exists",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::routes,
    .evaluate = utsyn::checks::dns_rpki_roa_exists::evaluate,
    .examples = utsyn::checks::dns_rpki_roa_exists::examples,
};
