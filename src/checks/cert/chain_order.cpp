// Is the chain sent in order and without extras? TLS 1.3 clients must put up with disorder, older and
// stricter ones do not, and whatever is beside the path only costs bytes.
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"
#include "wire/tls/chain.h"

namespace utsyn::checks::cert_chain_order {
namespace {

Verdict judge(const Leaf& leaf) {
  if (leaf.certificate.self_signed && leaf.sent.size() == 1) return {Outcome::not_applicable, "self-signed"};
  const auto order = wire::order_chain(leaf.sent);
  const auto say = [&](Verdict verdict) { return std::move(verdict).with("sent", leaf.sent.size()); };
  if (!order.in_order) return say({Outcome::warn, "out-of-order"});
  if (order.unrelated > 0 || order.unreadable > 0) return say({Outcome::warn, "unrelated"});
  if (order.duplicates > 0) return say({Outcome::warn, "duplicates"});
  if (order.root_included) return say({Outcome::warn, "root-included"});
  return say({Outcome::pass, "in-order"});
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"leaf and intermediate", site(leaf), Outcome::pass, "in-order"},
      {"the leaf alone", tls_asset({serving({leaf})}), Outcome::pass, "in-order"},
      {"the root before the intermediate", tls_asset({serving({leaf, root, intermediate})}), Outcome::warn,
       "out-of-order"},
      {"a certificate on no path", tls_asset({serving({leaf, intermediate, unrelated_sha1})}), Outcome::warn,
       "unrelated"},
      {"the intermediate twice", tls_asset({serving({leaf, intermediate, intermediate})}), Outcome::warn,
       "duplicates"},
      {"with the root", tls_asset({serving({leaf, intermediate, root})}), Outcome::warn, "root-included"},
      {"self-signed", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::not_applicable, "self-signed"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_chain_order

UTSYN_CHECK(cert_chain_order) = {
    .id = "cert.chain.order",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_chain_order::evaluate,
    .examples = utsyn::checks::cert_chain_order::examples,
};
