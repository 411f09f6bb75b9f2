// Did the certificate sign itself? Issuer and subject are equal and its own key verifies the signature.
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_trust_self_signed {
namespace {

Verdict judge(const Leaf& leaf) {
  if (!leaf.certificate.self_signed) return {Outcome::pass, "signed-by-another"};
  const bool chosen = leaf.when == "default" && root_of(*leaf.endpoint) == Root::of_the_operator;
  if (chosen) return {Outcome::pass, "trusted-by-operator"};
  return Verdict{Outcome::fail, "self-signed"}.with("subject", leaf.certificate.subject);
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"signed by a CA", site(leaf), Outcome::pass, "signed-by-another"},
      {"signed with its own key", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::fail, "self-signed"},
      {"shown only to clients that take ECDSA",
       tls_asset({also(serving_leaf(rsa_2048), "ecdsa", {self_signed})}), Outcome::fail, "self-signed"},
      {"only the names are alike",
       tls_asset({untrusted({self_issued, intermediate}, "cert-signature-failure")}), Outcome::pass,
       "signed-by-another"},
      {"added by the operator as a root", tls_asset({private_ca({self_signed})}), Outcome::pass,
       "trusted-by-operator"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_trust_self_signed

UTSYN_CHECK(cert_trust_self_signed) = {
    .id = "cert.trust.self-signed",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_trust_self_signed::evaluate,
    .examples = utsyn::checks::cert_trust_self_signed::examples,
};
