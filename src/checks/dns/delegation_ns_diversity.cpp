// The zone's name servers do not all hang on one network (RFC 2182 section 3.1).
//
// Networks are compared by address and, where the operator has a copy of the routing table, by origin.
// Anycast services announce many places from one prefix; those known are enough by themselves.
#include <array>
#include <set>

#include "base/name.h"
#include "base/text.h"
#include "checks/dns/ns_health.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_delegation_ns_diversity {
namespace {

// Name servers of services that answer from many places at once (their own published descriptions).
constexpr std::array<std::string_view, 14> kAnycast = {
    "ns.cloudflare.com", "nsone.net",    "ultradns.com",  "ultradns.net",  "ultradns.org",
    "akam.net",          "dynect.net",   "azure-dns.com", "azure-dns.net", "googledomains.com",
    "dnsmadeeasy.com",   "dnsimple.com", "cdns.net",      "domeneshop.no"};

bool is_anycast(const std::string& server) {
  if (server.find(".awsdns-") != std::string::npos) return true;
  for (const auto suffix : kAnycast) {
    if (is_subdomain(server, suffix)) return true;
  }
  return false;
}

std::string network_of(const IpAddress& address) { return Cidr{address, address.is_v4() ? 24U : 48U}.str(); }

// The /24 or /48 that an address lies in, with the bits behind it cleared.
std::string neighbourhood(const IpAddress& address) {
  if (address.is_v4()) {
    const auto& b = address.bytes();
    return network_of(IpAddress::v4({b[0], b[1], b[2], 0}));
  }
  std::array<std::uint8_t, 16> base{};
  for (std::size_t i = 0; i < 6; ++i) base[i] = address.bytes()[i];
  return network_of(IpAddress::v6(base));
}

Verdict evaluate(const Evidence& evidence) {
  std::set<std::string> networks;
  std::set<std::int64_t> origins;
  bool anycast = false;
  bool every_origin = true;
  bool v4 = false;
  std::set<std::string> networks_v4;
  for (const auto& server : evidence.name_servers) {
    const auto address = IpAddress::parse(server.address);
    if (!address) continue;
    const auto network = neighbourhood(*address);
    networks.insert(network);
    if (address->is_v4()) {
      v4 = true;
      networks_v4.insert(network);
    }
    anycast = anycast || is_anycast(lower(server.name));
    bool found_origin = false;
    for (const auto& known : evidence.routes) {
      const auto* routes = known.address == server.address ? known.routes.seen() : nullptr;
      if (routes == nullptr) continue;
      for (const auto& route : *routes) {
        origins.insert(route.origin_as);
        found_origin = true;
      }
    }
    every_origin = every_origin && found_origin;
  }
  if (networks.empty()) return could_not_look(Unseen::not_measured);
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict)
        .with("networks", std::vector<std::string>(networks.begin(), networks.end()))
        .with("origins", origins.size());
  };
  if (anycast) return with_facts({Outcome::pass, "anycast"});
  if (origins.size() >= 2) return with_facts({Outcome::pass, "several-origins"});
  // An IPv6 network beside the only IPv4 one is most often the same line, so IPv4 decides when there is any.
  if ((v4 ? networks_v4.size() : networks.size()) < 2) return with_facts({Outcome::fail, "one-network"});
  if (!every_origin) return with_facts({Outcome::pass, "several-networks"}).held(Confidence::inferred);
  return with_facts({Outcome::warn, "one-origin"});
}

AddressRoutes routed(std::string address, std::string prefix, std::int64_t origin) {
  AddressRoutes routes;
  routes.address = std::move(address);
  routes.routes = std::vector<Route>{{std::move(prefix), origin, RouteValidity::valid}};
  return routes;
}
Evidence with_routes(Evidence evidence, std::vector<AddressRoutes> routes) {
  evidence.routes = std::move(routes);
  return evidence;
}

std::vector<Example> examples() {
  const auto one = working_server("ns1.example.no", "192.0.2.53");
  const auto two = working_server("ns2.example.net", "198.51.100.53");
  const auto near = working_server("ns2.example.no", "192.0.2.54");
  return {
      {"two networks of two operators",
       with_routes(zone({one, two}), {routed("192.0.2.53", "192.0.2.0/24", 64500),
                                      routed("198.51.100.53", "198.51.100.0/24", 64501)}),
       Outcome::pass, "several-origins"},
      {"two networks, no routing table at hand", zone({one, two}), Outcome::pass, "several-networks"},
      {"two networks of one operator",
       with_routes(zone({one, two}), {routed("192.0.2.53", "192.0.2.0/24", 64500),
                                      routed("198.51.100.53", "198.51.100.0/24", 64500)}),
       Outcome::warn, "one-origin"},
      {"side by side", zone({one, near}), Outcome::fail, "one-network"},
      {"a service in many places", zone({working_server("ada.ns.cloudflare.com", "192.0.2.1")}),
       Outcome::pass, "anycast"},
      {"not measured", zone({}), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_delegation_ns_diversity

UTSYN_CHECK(dns_delegation_ns_diversity) = {
    .id = "dns.delegation.ns-diversity",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::name_servers | utsyn::checks::Part::routes,
    .evaluate = utsyn::checks::dns_delegation_ns_diversity::evaluate,
    .examples = utsyn::checks::dns_delegation_ns_diversity::examples,
};
