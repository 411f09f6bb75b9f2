// Nobody else can take over a name server the zone is delegated to: its domain is registered, and it is no
// DNS hosting service that has forgotten the zone.
//
// Fail: the server's name does not exist, nor does its registrable domain, and the registry says that it is
// free. Without the registry's word the same may be a domain on hold: a warning, weakly held. Fail as well,
// inferred: every server of a service where anybody may add the zone refuses to answer for it.
#include <map>
#include <set>

#include "base/text.h"
#include "checks/dns/ns_health.h"
#include "checks/dns/takeover_providers.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_delegation_dangling_ns {
namespace {

std::set<std::string> targets(const Evidence& evidence) {
  std::set<std::string> names;
  if (const auto* delegation = evidence.delegation.seen()) {
    for (const auto& name : delegation->name_servers) names.insert(lower(name));
  }
  for (const auto& server : evidence.name_servers) {
    names.insert(lower(server.name));
    if (const auto* answer = server.udp.seen()) {
      for (const auto& name : answer->name_servers) names.insert(lower(name));
    }
  }
  return names;
}

Verdict judge_name(const Evidence& evidence, const std::set<std::string>& resolved, const std::string& name) {
  if (resolved.contains(name)) return {Outcome::pass, "all-registered"};
  const auto addresses = addresses_of(evidence.dns, name);
  if (!addresses.addresses.empty()) return {Outcome::pass, "all-registered"};
  if (!addresses.no_such_name) {
    return addresses.trouble ? *addresses.trouble : Verdict{Outcome::pass, "all-registered"};
  }
  switch (vacancy_of(evidence, name)) {
    case Vacancy::free:
      return Verdict{Outcome::fail, "claimable"}
          .with("name_server", name)
          .with("domain", registrable_or_self(name));
    case Vacancy::perhaps_free:
      return Verdict{Outcome::warn, "perhaps-claimable"}
          .with("name_server", name)
          .with("domain", registrable_or_self(name))
          .held(Confidence::weak);
    case Vacancy::unknown:
      return could_not_look(Unseen::not_measured);
    case Vacancy::taken:
      break;
  }
  return {Outcome::pass, "all-registered"};
}

// A service whose every server that answered did so as a stranger to the zone.
std::string forgetful_host(const Evidence& evidence) {
  std::map<std::string_view, bool> all_lame;
  for (const auto& [name, state] : servers_by_name(evidence.name_servers)) {
    const auto host = claimable_dns_host(name);
    if (host.empty()) continue;
    const auto [at, is_new] = all_lame.try_emplace(host, true);
    at->second = at->second && state == ServerState::lame;
  }
  for (const auto& [host, lame] : all_lame) {
    if (lame) return std::string(host);
  }
  return {};
}

Verdict evaluate(const Evidence& evidence) {
  const auto names = targets(evidence);
  if (names.empty()) {
    return could_not_look(evidence.delegation.seen() == nullptr ? evidence.delegation.unseen()
                                                                : Unseen::not_measured);
  }
  std::set<std::string> resolved;
  for (const auto& server : evidence.name_servers) {
    if (!server.address.empty()) resolved.insert(lower(server.name));
  }
  Gravest gravest;
  for (const auto& name : names) gravest.add(judge_name(evidence, resolved, name));
  if (const auto host = forgetful_host(evidence); !host.empty()) {
    gravest.add(Verdict{Outcome::fail, "lame-at-provider"}.with("provider", host).held(Confidence::inferred));
  }
  return std::move(gravest).take(could_not_look(Unseen::not_measured));
}

std::vector<Example> examples() {
  const auto good = server("ns1.example.no", "192.0.2.53", good_answer({"ns1.example.no"}));
  const auto parent = delegated_to({"ns1.example.no", "ns.gone-hosting.example"});
  const DnsAnswers gone{nxdomain("ns.gone-hosting.example", "A"), nxdomain("ns.gone-hosting.example", "AAAA"),
                        nxdomain("gone-hosting.example", "SOA")};
  const DnsAnswers stale{nxdomain("ns.gone-hosting.example", "A"),
                         nxdomain("ns.gone-hosting.example", "AAAA"),
                         found("gone-hosting.example", "SOA", {kExampleSoa})};
  const auto zone_at = [](const char* name, Observed<ServerAnswer> answer) {
    return zone({server(name, "192.0.2.7", std::move(answer))}, delegated_to({name}));
  };
  return {
      {"every server exists", zone({good}, delegated_to({"ns1.example.no"})), Outcome::pass,
       "all-registered"},
      {"the server's domain is for sale",
       with_registrations(zone({good}, parent, gone), {not_registered("gone-hosting.example")}),
       Outcome::fail, "claimable"},
      {"gone, and the registry was not asked", zone({good}, parent, gone), Outcome::warn,
       "perhaps-claimable"},
      {"gone from DNS, but registered",
       with_registrations(zone({good}, parent, gone), {is_registered("gone-hosting.example")}),
       Outcome::pass},
      {"the host is gone, its domain is not", zone({good}, parent, stale), Outcome::pass},
      {"a hosting service has forgotten the zone", zone_at("ns1.digitalocean.com", refusal()), Outcome::fail,
       "lame-at-provider"},
      {"the hosting service answers", zone_at("ns1.digitalocean.com", good_answer({"ns1.digitalocean.com"})),
       Outcome::pass},
      {"the look-up failed",
       zone({good}, parent,
            {failed("ns.gone-hosting.example", "A"), failed("ns.gone-hosting.example", "AAAA")}),
       Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_delegation_dangling_ns

UTSYN_CHECK(dns_delegation_dangling_ns) = {
    .id = "dns.delegation.dangling-ns",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::delegation | utsyn::checks::Part::name_servers |
             utsyn::checks::Part::registrations,
    .evaluate = utsyn::checks::dns_delegation_dangling_ns::evaluate,
    .examples = utsyn::checks::dns_delegation_dangling_ns::examples,
};
