// Was the RSA key made by the faulty Infineon library (ROCA, CVE-2017-15361)? The modulus alone shows it.
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"
#include "wire/tls/key_weakness.h"

namespace utsyn::checks::cert_key_roca {
namespace {

constexpr unsigned kMostBits = 16384;  // larger ones are not looked into

Verdict judge(const Leaf& leaf) {
  const auto& key = leaf.certificate.key;
  if (!has_rsa_key(leaf.certificate)) return {Outcome::not_applicable, "no-rsa"};
  if (key.unreadable || key.rsa_modulus_hex.empty()) return could_not_look(Unseen::malformed);
  if (key.bits > kMostBits) return {Outcome::unknown, "key-too-large"};
  const auto weakness = wire::find_key_weakness(key.rsa_modulus_hex);
  if (weakness.roca)
    return Verdict{Outcome::fail, "fingerprint"}.with("bits", static_cast<std::size_t>(key.bits));
  return {Outcome::pass, "not-found"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"an ordinary key", site(rsa_2048), Outcome::pass, "not-found"},
      {"a faulty key", site(rsa_roca), Outcome::fail, "fingerprint"},
      {"the second certificate", tls_asset({also(serving_leaf(leaf), "rsa", {rsa_roca, intermediate})}),
       Outcome::fail, "fingerprint"},
      {"too large to look into", site(rsa_16400), Outcome::unknown, "key-too-large"},
      {"an elliptic curve", site(leaf), Outcome::not_applicable, "no-rsa"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_key_roca

UTSYN_CHECK(cert_key_roca) = {
    .id = "cert.key.roca",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_key_roca::evaluate,
    .examples = utsyn::checks::cert_key_roca::examples,
};
