// At least two name servers, on different addresses, answer for the zone (RFC 1034 section 4.1, RFC 2182).
//
// A server counts by name: one address that answers is enough, so that a measuring machine without IPv6 finds
// no fault. When no server at all answered, the fault may as well be ours: unknown.
#include <set>

#include "checks/dns/ns_health.h"
#include "checks/judging.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_delegation_ns_count {
namespace {

Verdict evaluate(const Evidence& evidence) {
  if (evidence.name_servers.empty()) return could_not_look(Unseen::not_measured);
  const auto servers = servers_by_name(evidence.name_servers);
  const auto working = names_in(servers, ServerState::answers);
  const auto unasked = names_in(servers, ServerState::unasked);
  auto missing = names_in(servers, ServerState::silent);
  for (auto& name : names_in(servers, ServerState::lame)) missing.push_back(std::move(name));

  std::set<std::string> addresses;
  for (const auto& address : evidence.name_servers) {
    if (state_of(address) == ServerState::answers) addresses.insert(address.address);
  }
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict).with("working", working).with("not_working", missing);
  };
  if (working.empty()) return with_facts({Outcome::unknown, "none-answered"});
  if (working.size() < 2) {
    if (!unasked.empty()) return with_facts({Outcome::unknown, "some-not-asked"});
    return with_facts({Outcome::fail, "too-few"});
  }
  if (addresses.size() < 2) return with_facts({Outcome::fail, "one-address"});
  if (!missing.empty()) return with_facts({Outcome::warn, "some-not-working"});
  return with_facts({Outcome::pass, "enough"});
}

std::vector<Example> examples() {
  const auto one = working_server("ns1.example.no", "192.0.2.53");
  const auto two = working_server("ns2.example.net", "198.51.100.53");
  return {
      {"two servers answer", zone({one, two}), Outcome::pass, "enough"},
      {"IPv6 silent, IPv4 answers",
       zone({one, two, server("ns2.example.net", "2001:db8::53", Unseen::timed_out)}), Outcome::pass,
       "enough"},
      {"one of three is silent",
       zone({one, two, server("ns3.example.org", "203.0.113.53", Unseen::timed_out)}), Outcome::warn,
       "some-not-working"},
      {"one server in all", zone({one}), Outcome::fail, "too-few"},
      {"the second is lame", zone({one, server("ns2.example.net", "198.51.100.53", refusal())}),
       Outcome::fail, "too-few"},
      {"two names, one machine", zone({one, working_server("ns2.example.net", "192.0.2.53")}), Outcome::fail,
       "one-address"},
      {"nobody answered us",
       zone({server("ns1.example.no", "192.0.2.53", Unseen::timed_out),
             server("ns2.example.net", "198.51.100.53", Unseen::timed_out)}),
       Outcome::unknown, "none-answered"},
      {"the second was outside our scope",
       zone({one, server("ns2.example.net", "10.0.0.53", Unseen::out_of_scope)}), Outcome::unknown,
       "some-not-asked"},
      {"not measured", zone({}), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_delegation_ns_count

UTSYN_CHECK(dns_delegation_ns_count) = {
    .id = "dns.delegation.ns-count",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_delegation_ns_count::evaluate,
    .examples = utsyn::checks::dns_delegation_ns_count::examples,
};
