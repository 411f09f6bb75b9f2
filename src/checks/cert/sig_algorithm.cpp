// Are the leaf and its intermediates signed with a sound hash? The root's own signature proves nothing, nor
// does that of a certificate that signed itself.
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"
#include "checks/dns_reading.h"

namespace utsyn::checks::cert_sig_algorithm {
namespace {

enum class Strength { good, leaving, broken, unknown };

Strength strength_of(std::string_view hash) {
  for (const auto* good :
       {"sha256", "sha384", "sha512", "sha512-256", "sha3-256", "sha3-384", "sha3-512", "intrinsic"})
    if (hash == good) return Strength::good;
  for (const auto* leaving : {"sha224", "sha512-224", "sha3-224"})
    if (hash == leaving) return Strength::leaving;
  for (const auto* broken : {"md2", "md4", "md5", "mdc2", "sha1", "ripemd160", "ripemd"})
    if (hash == broken) return Strength::broken;
  return Strength::unknown;
}

Verdict judge_signature(const wire::Certificate& certificate) {
  const auto& signature = certificate.signature;
  const auto say = [&](Verdict verdict) {
    return std::move(verdict)
        .with("subject", certificate.subject)
        .with("algorithm", signature.algorithm)
        .with("hash", signature.hash);
  };
  if (!signature.same_inside) return say({Outcome::fail, "two-algorithms"});
  auto weakest = strength_of(signature.hash);
  if (!signature.pss_mgf_hash.empty() && weakest != Strength::broken) {
    const auto mask = strength_of(signature.pss_mgf_hash);
    if (mask != Strength::good) weakest = mask;
  }
  switch (weakest) {
    case Strength::broken:
      return say({Outcome::fail, "broken-hash"});
    case Strength::leaving:
      return say({Outcome::warn, "phase-out"});
    case Strength::unknown:
      return say({Outcome::unknown, "unknown-algorithm"});
    case Strength::good:
      break;
  }
  return {Outcome::pass, "sound"};
}

Verdict judge(const Leaf& leaf) {
  if (leaf.certificate.self_signed) return {Outcome::not_applicable, "self-signed"};
  Gravest gravest;
  for (const auto& certificate : used_chain(leaf)) gravest.add(judge_signature(certificate));
  return std::move(gravest).take({Outcome::unknown, "not-measured"});
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"SHA-256 all the way", site(leaf), Outcome::pass, "sound"},
      {"the leaf with SHA-1", site(leaf_sha1), Outcome::fail, "broken-hash"},
      {"the intermediate with SHA-1", tls_asset({serving({leaf, intermediate_sha1})}), Outcome::fail,
       "broken-hash"},
      {"the second certificate",
       tls_asset({also(serving_leaf(rsa_2048), "ecdsa", {leaf_sha1, intermediate})}), Outcome::fail,
       "broken-hash"},
      {"SHA-1 beside the path",
       tls_asset({untrusted({leaf, intermediate, unrelated_sha1}, "unable-to-get-issuer-cert-locally", 1)}),
       Outcome::pass, "sound"},
      {"SHA-224", site(leaf_sha224), Outcome::warn, "phase-out"},
      {"two names for one signature", site(leaf_two_algorithms), Outcome::fail, "two-algorithms"},
      {"an algorithm without a name", site(leaf_unknown_algorithm), Outcome::unknown, "unknown-algorithm"},
      {"self-signed", tls_asset({untrusted({self_signed}, "depth-zero-self-signed-cert")}),
       Outcome::not_applicable, "self-signed"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_sig_algorithm

UTSYN_CHECK(cert_sig_algorithm) = {
    .id = "cert.sig.algorithm",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_sig_algorithm::evaluate,
    .examples = utsyn::checks::cert_sig_algorithm::examples,
};
