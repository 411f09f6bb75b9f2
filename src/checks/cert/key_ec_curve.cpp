// Does an elliptic-curve key lie on a named curve that is large enough?
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_key_ec_curve {
namespace {

bool good(const wire::PublicKeyFacts& key) {
  if (key.algorithm == "ed25519" || key.algorithm == "ed448") return true;
  if (key.curve.starts_with("brainpool")) return key.bits >= 256;
  return key.curve == "secp256r1" || key.curve == "secp384r1" || key.curve == "secp521r1";
}

Verdict judge(const Leaf& leaf) {
  const auto& key = leaf.certificate.key;
  const bool edwards = key.algorithm == "ed25519" || key.algorithm == "ed448";
  if (key.algorithm != "ec" && !edwards) return {Outcome::not_applicable, "no-ec"};
  const auto say = [&](Verdict verdict) {
    return std::move(verdict).with("curve", edwards ? key.algorithm : key.curve);
  };
  if (key.explicit_curve) return say({Outcome::fail, "explicit-parameters"});
  if (key.unreadable) return could_not_look(Unseen::malformed);
  if (good(key)) return say({Outcome::pass, "good-curve"});
  if (key.curve == "secp224r1") return say({Outcome::warn, "phase-out"});
  return say({Outcome::fail, "other-curve"});
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"P-256", site(leaf), Outcome::pass, "good-curve"},
      {"P-384", site(ec_p384), Outcome::pass, "good-curve"},
      {"brainpool of 256 bits", site(ec_brainpool256), Outcome::pass, "good-curve"},
      {"Ed25519", site(ed25519), Outcome::pass, "good-curve"},
      {"P-224", site(ec_p224), Outcome::warn, "phase-out"},
      {"P-192", site(ec_p192), Outcome::fail, "other-curve"},
      {"a curve made for money", site(ec_secp256k1), Outcome::fail, "other-curve"},
      {"parameters written out (CVE-2020-0601)", site(ec_explicit), Outcome::fail, "explicit-parameters"},
      {"RSA", site(rsa_2048), Outcome::not_applicable, "no-ec"},
      {"the second certificate", tls_asset({also(serving_leaf(rsa_2048), "ecdsa", {ec_p192, intermediate})}),
       Outcome::fail, "other-curve"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_key_ec_curve

UTSYN_CHECK(cert_key_ec_curve) = {
    .id = "cert.key.ec-curve",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_key_ec_curve::evaluate,
    .examples = utsyn::checks::cert_key_ec_curve::examples,
};
