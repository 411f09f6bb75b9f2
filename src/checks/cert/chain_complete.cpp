// Can clients build the path from what is sent? Judged on the chain as sent: whoever fetches missing parts by
// their address (AIA) would not notice. A gap right above the leaf is a missing intermediate; higher up it
// cannot be told from a root that nobody knows.
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_chain_complete {
namespace {

Verdict judge(const Leaf& leaf) {
  const auto* path = leaf.endpoint->path.seen();
  if (path == nullptr) return could_not_look(leaf.endpoint->path.unseen());
  if (path->trusted) return {Outcome::pass, "complete"};
  if (leaf.certificate.self_signed) return {Outcome::not_applicable, "self-signed"};
  if (path->error == "unreadable") return could_not_look(Unseen::malformed);
  if (path->error == "out-of-mem" || path->error == "unspecified") return could_not_look(Unseen::local_error);
  const bool gap = path->error.starts_with("unable-to-get-issuer-cert") ||
                   path->error == "unable-to-verify-leaf-signature";
  if (!gap) return {Outcome::pass, "complete"};
  if (path->error_depth > 0)
    return Verdict{Outcome::unknown, "ends-in-the-unknown"}.with("depth", path->error_depth);
  return Verdict{Outcome::fail, "issuer-not-sent"}
      .with("issuer", leaf.certificate.issuer)
      .with("sent", leaf.sent.size());
}

Verdict evaluate(const Evidence& evidence) { return for_default_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"leaf and intermediate", site(leaf), Outcome::pass, "complete"},
      {"the leaf alone", tls_asset({untrusted({leaf}, "unable-to-get-issuer-cert-locally")}), Outcome::fail,
       "issuer-not-sent"},
      {"OpenSSL's other name for it", tls_asset({untrusted({leaf}, "unable-to-verify-leaf-signature")}),
       Outcome::fail, "issuer-not-sent"},
      {"the root was sent and nobody trusts it",
       tls_asset({untrusted({leaf, intermediate, root}, "self-signed-cert-in-chain", 2)}), Outcome::pass,
       "complete"},
      {"the intermediate's issuer is unknown: a gap, or a private root",
       tls_asset({untrusted({leaf, intermediate}, "unable-to-get-issuer-cert-locally", 1)}), Outcome::unknown,
       "ends-in-the-unknown"},
      {"self-signed", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::not_applicable, "self-signed"},
      {"our own machine failed", tls_asset({untrusted({leaf}, "unspecified")}), Outcome::unknown,
       "local-error"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_chain_complete

UTSYN_CHECK(cert_chain_complete) = {
    .id = "cert.chain.complete",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_chain_complete::evaluate,
    .examples = utsyn::checks::cert_chain_complete::examples,
};
