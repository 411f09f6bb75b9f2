// At least two name servers answer over IPv6, by UDP and TCP (RFC 3901).
//
// An address that never answers is a fault of the server only when some other server answered us over IPv6;
// else our own network may lack it.
#include <map>

#include "base/text.h"
#include "checks/dns/ns_health.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_ipv6_ns {
namespace {

enum class Reach { works, closed, silent, unasked };

Reach reach_of(const NameServer& server) {
  const auto state = state_of(server);
  if (state == ServerState::unasked) return Reach::unasked;
  if (state == ServerState::silent)
    return server.udp.unseen() == Unseen::timed_out ? Reach::silent : Reach::closed;
  if (state == ServerState::lame) return Reach::closed;
  if (const auto* tcp = server.tcp.seen()) return *tcp ? Reach::works : Reach::closed;
  switch (server.tcp.unseen()) {
    case Unseen::refused:
    case Unseen::reset:
      return Reach::closed;
    case Unseen::timed_out:
      return Reach::silent;
    default:
      return Reach::unasked;
  }
}

Verdict evaluate(const Evidence& evidence) {
  if (evidence.name_servers.empty()) return could_not_look(Unseen::not_measured);
  std::map<std::string, Reach> best;  // by server, the best of its IPv6 addresses
  std::map<std::string, bool> all;
  for (const auto& server : evidence.name_servers) {
    all[lower(server.name)] = true;
    if (!is_v6_text(server.address)) continue;
    const auto reach = reach_of(server);
    const auto [at, is_new] = best.try_emplace(lower(server.name), reach);
    if (!is_new && reach < at->second) at->second = reach;
  }
  for (const auto& [name, there] : all) {
    const auto* v6 = best.contains(name) ? nullptr : evidence.dns.find(name, "AAAA");
    if (v6 != nullptr && v6->status == DnsStatus::error) return no_answer(v6);
  }
  if (best.empty()) return {Outcome::fail, "no-ipv6"};
  std::vector<std::string> working;
  std::vector<std::string> dead;
  bool unasked = false;
  for (const auto& [name, reach] : best) {
    if (reach == Reach::works) {
      working.push_back(name);
    } else if (reach == Reach::unasked) {
      unasked = true;
    } else {
      dead.push_back(name);
    }
  }
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict).with("working", working).with("not_working", dead);
  };
  bool refused = false;
  for (const auto& [name, reach] : best) refused = refused || reach == Reach::closed;
  if (working.empty() && !refused) return with_facts({Outcome::unknown, "none-answered"});
  if (!dead.empty()) return with_facts({Outcome::fail, "address-does-not-answer"});
  if (working.size() >= 2) return with_facts({Outcome::pass, "several"});
  if (unasked) return with_facts({Outcome::unknown, "some-not-asked"});
  return with_facts({Outcome::warn, "only-one"});
}

NameServer v6(const char* name, const char* address, Observed<ServerAnswer> udp, Observed<bool> tcp = true) {
  auto one = server(name, address, std::move(udp));
  one.tcp = tcp;
  return one;
}

std::vector<Example> examples() {
  const auto one = v6("ns1.example.no", "2001:db8::1", good_answer());
  const auto two = v6("ns2.example.net", "2001:db8:1::1", good_answer());
  return {
      {"two over IPv6", zone({one, two}), Outcome::pass, "several"},
      {"one over IPv6", zone({one, working_server("ns2.example.net", "198.51.100.53")}), Outcome::warn,
       "only-one"},
      {"none has IPv6", zone({working_server("ns1.example.no", "192.0.2.53")}), Outcome::fail, "no-ipv6"},
      {"one of two never answers", zone({one, v6("ns2.example.net", "2001:db8:1::1", Unseen::timed_out)}),
       Outcome::fail, "address-does-not-answer"},
      {"TCP over IPv6 is closed",
       zone({one, v6("ns2.example.net", "2001:db8:1::1", good_answer(), Unseen::refused)}), Outcome::fail,
       "address-does-not-answer"},
      {"none answered: it may be our own network",
       zone({v6("ns1.example.no", "2001:db8::1", Unseen::timed_out),
             v6("ns2.example.net", "2001:db8:1::1", Unseen::timed_out)}),
       Outcome::unknown, "none-answered"},
      {"we have no IPv6", zone({v6("ns1.example.no", "2001:db8::1", Unseen::unreachable)}), Outcome::unknown,
       "none-answered"},
      {"not measured", zone({}), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_ipv6_ns

UTSYN_CHECK(dns_ipv6_ns) = {
    .id = "dns.ipv6.ns",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_ipv6_ns::evaluate,
    .examples = utsyn::checks::dns_ipv6_ns::examples,
};
