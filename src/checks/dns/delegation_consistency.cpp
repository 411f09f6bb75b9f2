// The parent's referral and what each of the zone's own servers says name the same servers, glue is right,
// and every delegated server answers for the zone (RFC 1034 section 4.2.2).
#include <algorithm>
#include <set>

#include "base/text.h"
#include "checks/dns/ns_health.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_delegation_consistency {
namespace {

std::vector<std::string> only_in(const std::set<std::string>& one, const std::set<std::string>& other) {
  std::vector<std::string> names;
  std::ranges::set_difference(one, other, std::back_inserter(names));
  return names;
}

// Glue is wrong when the server's own addresses are known and do not hold it.
std::vector<std::string> wrong_glue(const Evidence& evidence, const Delegation& delegation) {
  std::vector<std::string> wrong;
  for (const auto& glue : delegation.glue) {
    std::string_view rest = glue;
    const auto name = cut(rest, ' ');
    const auto address = IpAddress::parse(rest);
    if (!address) continue;
    const auto* real = evidence.dns.find(name, address->is_v4() ? "A" : "AAAA");
    if (!answered(real)) continue;
    const auto records = typed_records<wire::AddressRecord>(*real);
    if (std::ranges::none_of(records, [&](const auto& record) { return record.address == *address; })) {
      wrong.push_back(glue);
    }
  }
  return wrong;
}

Verdict evaluate(const Evidence& evidence) {
  const auto* delegation = evidence.delegation.seen();
  if (delegation == nullptr) return could_not_look(evidence.delegation.unseen());
  if (evidence.name_servers.empty()) return could_not_look(Unseen::not_measured);

  const auto lame = names_in(servers_by_name(evidence.name_servers), ServerState::lame);
  if (!lame.empty()) return Verdict{Outcome::fail, "lame"}.with("servers", lame);

  std::set<std::string> parent;
  for (const auto& name : delegation->name_servers) parent.insert(lower(name));
  bool any_answer = false;
  for (const auto& server : evidence.name_servers) {
    const auto* answer = server.udp.seen();
    if (answer == nullptr || answer->name_servers.empty() || state_of(server) != ServerState::answers)
      continue;
    any_answer = true;
    std::set<std::string> child;
    for (const auto& name : answer->name_servers) child.insert(lower(name));
    if (child != parent) {
      return Verdict{Outcome::warn, "sets-differ"}
          .with("asked", server.name)
          .with("only_at_parent", only_in(parent, child))
          .with("only_in_zone", only_in(child, parent));
    }
  }
  if (auto glue = wrong_glue(evidence, *delegation); !glue.empty()) {
    return Verdict{Outcome::warn, "glue-differs"}.with("glue", std::move(glue));
  }
  if (!any_answer) return {Outcome::unknown, "none-answered"};
  return Verdict{Outcome::pass, "agree"}.with("name_servers", delegation->name_servers);
}

std::vector<Example> examples() {
  const auto one = working_server("ns1.example.no", "192.0.2.53");
  const auto two = working_server("ns2.example.net", "198.51.100.53");
  const auto parent = delegated_to({"ns1.example.no", "ns2.example.net"}, {"ns1.example.no 192.0.2.53"});
  const DnsAnswers addresses{found("ns1.example.no", "A", {"192.0.2.53"})};
  return {
      {"both say the same", zone({one, two}, parent, addresses), Outcome::pass, "agree"},
      {"case does not matter", zone({one, two}, delegated_to({"NS1.example.no", "ns2.example.net"})),
       Outcome::pass},
      {"the parent knows a third",
       zone({one, two}, delegated_to({"ns1.example.no", "ns2.example.net", "old.example.org"})),
       Outcome::warn, "sets-differ"},
      {"old glue",
       zone({one, two}, delegated_to({"ns1.example.no", "ns2.example.net"}, {"ns1.example.no 192.0.2.99"}),
            addresses),
       Outcome::warn, "glue-differs"},
      {"a server that refuses the zone",
       zone({one, server("ns2.example.net", "198.51.100.53", refusal())}, parent), Outcome::fail, "lame"},
      {"the servers were silent",
       zone({server("ns1.example.no", "192.0.2.53", Unseen::timed_out)}, delegated_to({"ns1.example.no"})),
       Outcome::unknown, "none-answered"},
      {"the parent was not asked", zone({one, two}, Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_delegation_consistency

UTSYN_CHECK(dns_delegation_consistency) = {
    .id = "dns.delegation.consistency",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::delegation | utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_delegation_consistency::evaluate,
    .examples = utsyn::checks::dns_delegation_consistency::examples,
};
