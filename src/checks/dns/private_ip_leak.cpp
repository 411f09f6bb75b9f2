// Public DNS does not hand out addresses of the inside network (RFC 1918, RFC 6890).
//
// An address that the measurement was let through to belongs to a network the operator declared as part of
// what is measured: it is not a leak there.
#include <algorithm>

#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::dns_private_ip_leak {
namespace {

bool was_let_through(const Evidence& evidence, const std::string& address) {
  const auto here = [&](const auto& one, const auto& part) {
    return one.address == address && (part.seen() != nullptr || part.unseen() != Unseen::out_of_scope);
  };
  return std::ranges::any_of(evidence.tls, [&](const auto& one) { return here(one, one.available); }) ||
         std::ranges::any_of(evidence.ports, [&](const auto& one) { return here(one, one.open); });
}

Verdict evaluate(const Evidence& evidence) {
  const auto host = addresses_of(evidence.dns, evidence.host);
  std::vector<std::string> inside;
  for (const auto& address : host.addresses) {
    const auto purpose = special_purpose(address);
    if (purpose != "private" && purpose != "loopback" && purpose != "link-local" && purpose != "shared")
      continue;
    if (!was_let_through(evidence, address.str())) inside.push_back(address.str());
  }
  if (!inside.empty()) return Verdict{Outcome::fail, "inside-address"}.with("addresses", std::move(inside));
  if (host.trouble) return *host.trouble;
  return {Outcome::pass, "public-only"};
}

std::vector<Example> examples() {
  const auto none = nodata("www.example.no", "AAAA");
  auto inside = web_asset({found("www.example.no", "A", {"10.1.2.3"}), none});
  PortAnswer open;
  open.host = "www.example.no";
  open.address = "10.1.2.3";
  open.port = 443;
  open.open = true;
  auto own_network = inside;
  own_network.ports = {open};
  return {
      {"a public address", web_asset({found("www.example.no", "A", {"193.69.0.1"}), none}), Outcome::pass,
       "public-only"},
      {"an inside address", inside, Outcome::fail, "inside-address"},
      {"an inside address beside a public one",
       web_asset(
           {found("www.example.no", "A", {"193.69.0.1"}), found("www.example.no", "AAAA", {"fd00::1"})}),
       Outcome::fail, "inside-address"},
      {"a network the operator measures from inside", own_network, Outcome::pass, "public-only"},
      {"no answer", web_asset({failed("www.example.no", "A"), none}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_private_ip_leak

UTSYN_CHECK(dns_private_ip_leak) = {
    .id = "dns.private-ip-leak",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls | utsyn::checks::Part::ports,
    .evaluate = utsyn::checks::dns_private_ip_leak::evaluate,
    .examples = utsyn::checks::dns_private_ip_leak::examples,
};
