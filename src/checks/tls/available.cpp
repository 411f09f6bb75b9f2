// Does the web host answer with TLS on port 443 at all? A host that answers on port 80 alone sends everything
// in the clear; one that answers on neither is nobody's web site.
#include <algorithm>

#include "checks/tls/reading.h"

namespace utsyn::checks::tls_available {
namespace {

// Does something answer HTTP in the clear at this address?
Observed<bool> plain_port_open(const Evidence& evidence, const std::string& address) {
  for (const auto& port : evidence.ports) {
    if (port.address == address && port.port == 80) return port.open;
  }
  return Unseen::not_measured;
}

Verdict judge(const Evidence& evidence, const TlsEndpoint& endpoint) {
  if (endpoint.available.is(true)) return {Outcome::pass, "offered"};
  if (endpoint.available.is(false)) {
    if (endpoint.refusal == "alert:112")
      return Verdict{Outcome::fail, "name-not-known"}.with("refusal", endpoint.refusal);
    return Verdict{Outcome::fail, "no-tls-there"}.with("refusal", endpoint.refusal);
  }
  if (endpoint.available.unseen() != Unseen::refused) return could_not_look(endpoint.available.unseen());
  const auto plain = plain_port_open(evidence, endpoint.address);
  if (plain.is(true)) return {Outcome::fail, "only-in-clear"};
  if (plain.is(false)) return {Outcome::not_applicable, "no-web"};
  return could_not_look(Unseen::refused);
}

Verdict evaluate(const Evidence& evidence) {
  return worst_of(evidence.tls, [&](const TlsEndpoint& endpoint) { return judge(evidence, endpoint); });
}

std::vector<Example> examples() {
  const auto with_port_80 = [](TlsEndpoint endpoint, Observed<bool> open) {
    auto evidence = tls_asset({endpoint});
    evidence.ports = {{"www.example.no", endpoint.address, 80, open}};
    return evidence;
  };
  auto unknown_name = no_tls_endpoint();
  unknown_name.refusal = "alert:112";
  return {
      {"TLS is spoken", tls_asset({modern_endpoint()}), Outcome::pass, "offered"},
      {"port 443 is closed, port 80 answers", with_port_80(silent_endpoint(Unseen::refused), true),
       Outcome::fail, "only-in-clear"},
      {"plain text on port 443", tls_asset({no_tls_endpoint()}), Outcome::fail, "no-tls-there"},
      {"the server does not know the name", tls_asset({unknown_name}), Outcome::fail, "name-not-known"},
      {"both ports are closed", with_port_80(silent_endpoint(Unseen::refused), false),
       Outcome::not_applicable, "no-web"},
      {"the server was silent", with_port_80(silent_endpoint(), true), Outcome::unknown, "timed-out"},
      {"one address of two is silent", tls_asset({modern_endpoint(), silent_endpoint()}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_available

UTSYN_CHECK(tls_available) = {
    .id = "tls.available",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls | utsyn::checks::Part::ports,
    .evaluate = utsyn::checks::tls_available::evaluate,
    .examples = utsyn::checks::tls_available::examples,
};
