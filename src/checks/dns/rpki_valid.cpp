// No prefix of the domain's servers is announced against the holder's authorisation (RFC 6811, RFC 9319).
#include "checks/examples.h"
#include "checks/judging.h"

namespace utsyn::checks::dns_rpki_valid {
namespace {

Verdict judge(const AddressRoutes& address) {
  const auto* routes = address.routes.seen();
  if (routes == nullptr) return could_not_look(address.routes.unseen());
  if (routes->empty()) return {Outcome::unknown, "not-announced"};
  bool valid = false;
  for (const auto& route : *routes) {
    if (route.validity == RouteValidity::invalid) {
      return Verdict{Outcome::fail, "invalid"}
          .with("prefix", route.prefix)
          .with("origin", FactValue{route.origin_as})
          .with("host", address.host);
    }
    valid = valid || route.validity == RouteValidity::valid;
  }
  return valid ? Verdict{Outcome::pass, "valid"} : Verdict{Outcome::not_applicable, "not-covered"};
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
      {"as authorised", routed({route(RouteValidity::valid)}), Outcome::pass, "valid"},
      {"announced by another than authorised",
       routed({route(RouteValidity::valid), route(RouteValidity::invalid)}), Outcome::fail, "invalid"},
      {"no authorisation to hold it against", routed({route(RouteValidity::not_found)}),
       Outcome::not_applicable, "not-covered"},
      {"nobody announces it", routed({std::vector<Route>{}}), Outcome::unknown, "not-announced"},
      {"the data sets are not installed", routed({Unseen::not_measured}), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_rpki_valid

UTSYN_CHECK(dns_rpki_valid) = {
    .id = "dns.rpki.valid",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::routes,
    .evaluate = utsyn::checks::dns_rpki_valid::evaluate,
    .examples = utsyn::checks::dns_rpki_valid::examples,
};
