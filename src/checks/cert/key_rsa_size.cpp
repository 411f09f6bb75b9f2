// Is the RSA key large enough and well formed? Below 2048 bits it can be broken; a modulus with a small
// factor, or a useless exponent, is no key at all.
#include "base/text.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"
#include "wire/tls/key_weakness.h"

namespace utsyn::checks::cert_key_rsa_size {
namespace {

// Utsyn's own policy; NCSC-NL phases 2048 bits out, and CAs must not sign for less.
constexpr unsigned kLeastBits = 2048;
constexpr unsigned kGoodBits = 3072;
constexpr unsigned kMostBits = 8192;  // beyond this every handshake costs too much
constexpr std::uint64_t kGoodExponent = 65537;

Verdict judge(const Leaf& leaf) {
  const auto& key = leaf.certificate.key;
  if (!has_rsa_key(leaf.certificate)) return {Outcome::not_applicable, "no-rsa"};
  if (key.unreadable) return could_not_look(Unseen::malformed);
  const auto say = [&](Verdict verdict) {
    return std::move(verdict)
        .with("bits", static_cast<std::size_t>(key.bits))
        .with("exponent", key.rsa_exponent);
  };
  const auto weakness = wire::find_key_weakness(key.rsa_modulus_hex);
  if (weakness.even || weakness.small_factor != 0) return say({Outcome::fail, "small-factor"});
  // An exponent above 64 bits is odd in both senses, but not weak.
  const auto exponent = parse_uint(key.rsa_exponent);
  if (exponent && (*exponent % 2 == 0 || *exponent == 1)) return say({Outcome::fail, "useless-exponent"});
  if (key.bits < kLeastBits) return say({Outcome::fail, "too-small"});
  if (exponent && *exponent < kGoodExponent) return say({Outcome::warn, "small-exponent"});
  if (key.bits > kMostBits) return say({Outcome::warn, "slow"});
  return say({Outcome::pass, key.bits < kGoodBits ? "phase-out" : "large-enough"});
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"3072 bits", site(rsa_3072), Outcome::pass, "large-enough"},
      {"2048 bits", site(rsa_2048), Outcome::pass, "phase-out"},
      {"1024 bits", site(rsa_1024), Outcome::fail, "too-small"},
      {"the second certificate", tls_asset({also(serving_leaf(leaf), "rsa", {rsa_1024, intermediate})}),
       Outcome::fail, "too-small"},
      {"divisible by a small prime", site(rsa_small_factor), Outcome::fail, "small-factor"},
      {"an even exponent", site(rsa_even_exponent), Outcome::fail, "useless-exponent"},
      {"exponent 3", site(rsa_exponent_3), Outcome::warn, "small-exponent"},
      {"9216 bits", site(rsa_9216), Outcome::warn, "slow"},
      {"an elliptic curve", site(leaf), Outcome::not_applicable, "no-rsa"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_key_rsa_size

UTSYN_CHECK(cert_key_rsa_size) = {
    .id = "cert.key.rsa-size",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_key_rsa_size::evaluate,
    .examples = utsyn::checks::cert_key_rsa_size::examples,
};
