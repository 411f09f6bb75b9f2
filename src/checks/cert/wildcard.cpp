// Does the certificate cover all names under a domain? Nobody forbids it; it is told because one lost key
// then speaks for all of them.
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_wildcard {
namespace {

Verdict judge(const Leaf& leaf) {
  std::vector<std::string> wildcards;
  for (const auto& name : leaf.certificate.dns_names) {
    if (name.starts_with("*.") && wildcards.size() < 10) wildcards.push_back(name);
  }
  if (wildcards.empty()) return {Outcome::pass, "no-wildcard"};
  return Verdict{Outcome::warn, "wildcard"}.with("names", wildcards);
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"names only", site(leaf), Outcome::pass, "no-wildcard"},
      {"a wildcard", site(leaf_wildcard), Outcome::warn, "wildcard"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_wildcard

UTSYN_CHECK(cert_wildcard) = {
    .id = "cert.wildcard",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_wildcard::evaluate,
    .examples = utsyn::checks::cert_wildcard::examples,
};
