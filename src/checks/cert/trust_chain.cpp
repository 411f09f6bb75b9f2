// Does the chain lead to a trusted root? Dates are judged by cert.validity.expired: a path that is only too
// old passes here.
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_trust_chain {
namespace {

Verdict not_trusted(const PathCheck& path) {
  struct Row {
    std::string_view error;
    const char* reason;
  };
  static constexpr Row rows[] = {
      {"depth-zero-self-signed-cert", "self-signed"},
      {"self-signed-certificate", "self-signed"},
      {"self-signed-cert-in-chain", "unknown-root"},
      {"unable-to-get-issuer-cert", "issuer-missing"},
      {"unable-to-get-issuer-cert-locally", "issuer-missing"},
      {"unable-to-verify-leaf-signature", "issuer-missing"},
      {"invalid-ca", "wrong-purpose"},
      {"invalid-non-ca", "wrong-purpose"},
      {"invalid-purpose", "wrong-purpose"},
      {"keyusage-no-certsign", "wrong-purpose"},
      {"path-length-exceeded", "wrong-purpose"},
      {"permitted-violation", "outside-constraints"},
      {"excluded-violation", "outside-constraints"},
      {"cert-signature-failure", "bad-signature"},
      {"unable-to-decrypt-cert-signature", "bad-signature"},
      {"unable-to-decode-issuer-public-key", "bad-signature"},
      {"ee-key-too-small", "too-weak"},
      {"ca-key-too-small", "too-weak"},
      {"ca-md-too-weak", "too-weak"},
  };
  // Our own trouble, or bytes that cannot be read, say nothing about trust.
  if (path.error == "unreadable") return could_not_look(Unseen::malformed);
  if (path.error == "out-of-mem" || path.error == "unspecified") return could_not_look(Unseen::local_error);
  Verdict verdict{Outcome::fail, "not-trusted"};
  for (const auto& row : rows) {
    if (row.error == path.error) verdict.reason = row.reason;
  }
  return std::move(verdict).with("error", path.error).with("depth", path.error_depth);
}

Verdict judge(const Leaf& leaf) {
  const auto* path = leaf.endpoint->path.seen();
  if (path == nullptr) return could_not_look(leaf.endpoint->path.unseen());
  const bool only_dates =
      path->error == "certificate-has-expired" || path->error == "certificate-not-yet-valid";
  if (!path->trusted && !only_dates) return not_trusted(*path).with("issuer", leaf.certificate.issuer);
  if (path->trusted && !path->public_root) return {Outcome::pass, "trusted-by-operator"};
  return {Outcome::pass, only_dates ? "trusted-but-for-dates" : "trusted"};
}

Verdict evaluate(const Evidence& evidence) { return for_default_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  auto dated = serving_leaf(leaf);
  dated.path.seen()->error = "certificate-has-expired";
  auto no_store = serving_leaf(leaf);
  no_store.path = Unseen::not_measured;
  auto other = serving_leaf(leaf);
  other.address = "192.0.2.2";
  return {
      {"a path to a public root", site(leaf), Outcome::pass, "trusted"},
      {"a root that the operator added", tls_asset({private_ca({leaf, intermediate})}), Outcome::pass,
       "trusted-by-operator"},
      {"only the dates are wrong", tls_asset({dated}), Outcome::pass, "trusted-but-for-dates"},
      {"nobody knows the root",
       tls_asset({untrusted({leaf, intermediate, root}, "self-signed-cert-in-chain", 2)}), Outcome::fail,
       "unknown-root"},
      {"one of two addresses sends no intermediate",
       tls_asset({other, untrusted({leaf}, "unable-to-get-issuer-cert-locally")}), Outcome::fail,
       "issuer-missing"},
      {"self-signed", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}), Outcome::fail,
       "self-signed"},
      {"the issuer is no CA", tls_asset({untrusted({leaf, intermediate}, "invalid-ca", 1)}), Outcome::fail,
       "wrong-purpose"},
      {"a name its CA may not sign for", tls_asset({untrusted({leaf, intermediate}, "permitted-violation")}),
       Outcome::fail, "outside-constraints"},
      {"a signature that does not verify",
       tls_asset({untrusted({leaf, intermediate}, "cert-signature-failure")}), Outcome::fail,
       "bad-signature"},
      {"a CA key that is too small", tls_asset({untrusted({leaf, intermediate}, "ca-key-too-small", 1)}),
       Outcome::fail, "too-weak"},
      {"an error without a name of its own", tls_asset({untrusted({leaf, intermediate}, "error-71")}),
       Outcome::fail, "not-trusted"},
      {"our own machine failed", tls_asset({untrusted({leaf, intermediate}, "out-of-mem")}), Outcome::unknown,
       "local-error"},
      {"no trust store was at hand", tls_asset({no_store}), Outcome::unknown, "not-measured"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_trust_chain

UTSYN_CHECK(cert_trust_chain) = {
    .id = "cert.trust.chain",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_trust_chain::evaluate,
    .examples = utsyn::checks::cert_trust_chain::examples,
};
