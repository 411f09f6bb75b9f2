// The web host answers over IPv6, at the same doors as over IPv4 (RFC 8200, RFC 8305).
//
// Silence over IPv6 may be our own network's, so it is unknown; a closed door is the host's.
#include <algorithm>
#include <map>
#include <set>

#include "checks/dns/ns_health.h"
#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::dns_ipv6_web {
namespace {

struct Doors {
  std::set<int> open;
  std::set<int> closed;
  std::optional<Unseen> trouble;
  void add(int port, const Observed<bool>& answers) {
    if (const auto* is_open = answers.seen()) {
      (*is_open ? open : closed).insert(port);
    } else if (answers.unseen() == Unseen::refused || answers.unseen() == Unseen::reset) {
      closed.insert(port);
    } else if (!trouble) {
      trouble = answers.unseen();
    }
  }
};

// Whatever answered TLS, or refused it politely, has an open port.
Observed<bool> door_of(const TlsEndpoint& endpoint) {
  if (endpoint.available.seen() != nullptr) return true;
  return endpoint.available.unseen() == Unseen::tls_failed ? Observed<bool>(true)
                                                           : Observed<bool>(endpoint.available.unseen());
}

Doors doors(const Evidence& evidence, bool v6) {
  Doors out;
  for (const auto& port : evidence.ports) {
    if (is_v6_text(port.address) == v6 && (port.port == 80 || port.port == 443))
      out.add(port.port, port.open);
  }
  for (const auto& endpoint : evidence.tls) {
    if (is_v6_text(endpoint.address) == v6 && endpoint.starttls.empty())
      out.add(endpoint.port, door_of(endpoint));
  }
  for (const int port : out.open) out.closed.erase(port);
  return out;
}

// Addresses that lead nowhere on the public internet, by the IANA registry.
bool is_usable(const IpAddress& address) {
  const auto purpose = special_purpose(address);
  return purpose != "documentation" && purpose != "private" && purpose != "link-local" &&
         purpose != "multicast";
}

Verdict evaluate(const Evidence& evidence) {
  const auto* v6 = evidence.dns.find(evidence.host, "AAAA");
  if (!answered(v6)) return no_answer(v6);
  if (v6->status != DnsStatus::found) return {Outcome::fail, "no-address"};
  const auto here = doors(evidence, true);
  if (!here.open.empty()) {
    const auto there = doors(evidence, false);
    std::vector<std::string> lacking;
    for (const int port : there.open) {
      if (here.closed.contains(port)) lacking.push_back(std::to_string(port));
    }
    if (!lacking.empty())
      return Verdict{Outcome::warn, "fewer-ports"}.with("closed_ports", std::move(lacking));
    return {Outcome::pass, "reachable"};
  }
  const auto addresses = typed_records<wire::AddressRecord>(*v6);
  if (std::ranges::none_of(addresses, [](const auto& record) { return is_usable(record.address); })) {
    return Verdict{Outcome::fail, "unusable-address"}.with("addresses", v6->records);
  }
  if (here.trouble) return could_not_look(*here.trouble);
  if (!here.closed.empty()) return Verdict{Outcome::fail, "not-answering"}.with("addresses", v6->records);
  return could_not_look(Unseen::not_measured);
}

const char* const kV6 = "2a02:ed0::1";
Evidence with_ports(const char* aaaa, std::vector<PortAnswer> ports) {
  auto evidence =
      web_asset({found("www.example.no", "A", {"193.69.0.1"}), found("www.example.no", "AAAA", {aaaa})});
  evidence.ports = std::move(ports);
  return evidence;
}
PortAnswer port(const char* address, int number, Observed<bool> open) {
  return {"www.example.no", address, number, open};
}

std::vector<Example> examples() {
  const auto v4_80 = port("193.69.0.1", 80, true);
  const auto v4_443 = port("193.69.0.1", 443, true);
  return {
      {"both ports over both", with_ports(kV6, {v4_80, v4_443, port(kV6, 80, true), port(kV6, 443, true)}),
       Outcome::pass, "reachable"},
      {"no AAAA", web_asset({found("www.example.no", "A", {"193.69.0.1"}), nodata("www.example.no", "AAAA")}),
       Outcome::fail, "no-address"},
      {"the address is closed", with_ports(kV6, {v4_443, port(kV6, 443, Unseen::refused)}), Outcome::fail,
       "not-answering"},
      {"only port 80 over IPv6", with_ports(kV6, {v4_80, v4_443, port(kV6, 80, true), port(kV6, 443, false)}),
       Outcome::warn, "fewer-ports"},
      {"an address for inside use", with_ports("fd00::1", {port("fd00::1", 443, Unseen::out_of_scope)}),
       Outcome::fail, "unusable-address"},
      {"silent, perhaps our own network", with_ports(kV6, {v4_443, port(kV6, 443, Unseen::timed_out)}),
       Outcome::unknown, "timed-out"},
      {"the look-up failed", web_asset({failed("www.example.no", "AAAA")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_ipv6_web

UTSYN_CHECK(dns_ipv6_web) = {
    .id = "dns.ipv6.web",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls | utsyn::checks::Part::web | utsyn::checks::Part::ports,
    .evaluate = utsyn::checks::dns_ipv6_web::evaluate,
    .examples = utsyn::checks::dns_ipv6_web::examples,
};
