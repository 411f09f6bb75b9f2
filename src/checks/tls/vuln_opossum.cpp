// Opossum (2025): a server that lets HTTP on port 80 be upgraded to TLS in the middle (RFC 2817) can be
// brought out of step with what the visitor believes to be asking.
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_vuln_opossum {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto* site = evidence.web.seen();
  if (site == nullptr) return could_not_look(evidence.web.unseen());
  const auto* first = site->plain.first();
  if (first != nullptr && first->answer.seen() == nullptr && first->answer.unseen() == Unseen::refused) {
    return {Outcome::not_applicable, "no-plain-http"};
  }
  const auto* offered = site->upgrade_to_tls.seen();
  if (offered == nullptr) return could_not_look(site->upgrade_to_tls.unseen());
  return *offered ? Verdict{Outcome::fail, "upgrade-offered"} : Verdict{Outcome::pass, "no-upgrade"};
}

Evidence answering(Observed<bool> upgrade, Observed<HttpAnswer> plain) {
  auto evidence = tls_asset({modern_endpoint()});
  WebSite site;
  site.host = evidence.host;
  site.plain.hops = {{"http://www.example.no/", "192.0.2.1", std::move(plain)}};
  site.upgrade_to_tls = upgrade;
  evidence.web = site;
  return evidence;
}

std::vector<Example> examples() {
  return {
      {"no upgrade is offered", answering(false, HttpAnswer{}), Outcome::pass, "no-upgrade"},
      {"Upgrade: TLS/1.0 is answered", answering(true, HttpAnswer{}), Outcome::fail, "upgrade-offered"},
      {"port 80 is closed", answering(Unseen::not_measured, Unseen::refused), Outcome::not_applicable,
       "no-plain-http"},
      {"the question timed out", answering(Unseen::timed_out, HttpAnswer{}), Outcome::unknown, "timed-out"},
      {"the web server was not seen", tls_asset({modern_endpoint()}), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_vuln_opossum

UTSYN_CHECK(tls_vuln_opossum) = {
    .id = "tls.vuln.opossum",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::tls_vuln_opossum::evaluate,
    .examples = utsyn::checks::tls_vuln_opossum::examples,
};
