// Does the server have both an RSA and an ECDSA certificate? That is fine, and easily forgotten: both must be
// renewed, and both must name the same hosts. All other certificate checks judge both.
#include <set>
#include <string>
#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_dual_cert {
namespace {

bool same_names(const wire::Certificate& a, const wire::Certificate& b) {
  return a.name_count == b.name_count && std::set<std::string>(a.dns_names.begin(), a.dns_names.end()) ==
                                             std::set<std::string>(b.dns_names.begin(), b.dns_names.end());
}

Verdict judge(const Leaf& leaf) {
  bool asked = false;
  for (const auto* when : {"rsa", "ecdsa"}) {
    const auto* chain = leaf.endpoint->chain(when);
    if (chain == nullptr || chain->pem.empty()) continue;
    asked = true;
    const auto ders = wire::certificates_from_pem(chain->pem.front(), 1);
    if (ders.empty()) return could_not_look(Unseen::malformed);
    const auto other = wire::parse_certificate(ders.front());
    if (!other) return could_not_look(Unseen::malformed);
    if (other->sha256 == leaf.certificate.sha256) continue;
    const auto say = [&](Verdict verdict) {
      return std::move(verdict)
          .with("default_key", leaf.certificate.key.algorithm)
          .with("other_key", other->key.algorithm)
          .with("other_not_after", format_time(other->not_after));
    };
    return say(same_names(leaf.certificate, *other) ? Verdict{Outcome::pass, "two"}
                                                    : Verdict{Outcome::warn, "names-differ"});
  }
  return asked ? Verdict{Outcome::pass, "one"} : could_not_look(Unseen::not_measured);
}

Verdict evaluate(const Evidence& evidence) { return for_default_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"one certificate", tls_asset({also(serving_leaf(leaf), "ecdsa", {leaf, intermediate})}), Outcome::pass,
       "one"},
      {"two for the same names", tls_asset({also(serving_leaf(leaf), "rsa", {rsa_2048, intermediate})}),
       Outcome::pass, "two"},
      {"two for different names",
       tls_asset({also(serving_leaf(rsa_2048), "ecdsa", {leaf_wildcard, intermediate})}), Outcome::warn,
       "names-differ"},
      {"nobody asked for the other", site(leaf), Outcome::unknown, "not-measured"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_dual_cert

UTSYN_CHECK(cert_dual_cert) = {
    .id = "cert.dual-cert",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_dual_cert::evaluate,
    .examples = utsyn::checks::cert_dual_cert::examples,
};
