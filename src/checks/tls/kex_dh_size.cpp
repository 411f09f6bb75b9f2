// Are finite-field Diffie-Hellman groups large enough? Below 1024 bits is critical, below 2048 high; 2048
// bits and primes outside RFC 7919 are a mild fault, and so are the larger RFC 7919 groups (phase-out).
#include <algorithm>

#include "checks/tls/reading.h"
#include "wire/tls/dh_groups.h"

namespace utsyn::checks::tls_kex_dh_size {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  if (endpoint.dh.empty()) {
    const auto dhe = accepted(endpoint, [](const wire::Suite& suite) {
      return suite.key_exchange == wire::KeyExchange::dhe || suite.key_exchange == wire::KeyExchange::anon_dh;
    });
    if (!dhe.empty()) return {Outcome::unknown, "group-not-seen"};
    if (!fully_enumerated(endpoint)) return not_fully_enumerated(endpoint);
    return {Outcome::pass, "no-dhe"};
  }
  const auto smallest = std::ranges::min_element(endpoint.dh, {}, &DhParameters::bits);
  const auto say = [&](Verdict verdict) {
    return std::move(verdict).with("bits", smallest->bits).with("suite", smallest->suite);
  };
  if (smallest->bits < 1024) return say(Verdict{Outcome::fail, "below-1024"}.weighing(Severity::critical));
  if (smallest->bits < 2048) return say(Verdict{Outcome::fail, "below-2048"}.weighing(Severity::high));
  const bool outside = std::ranges::any_of(endpoint.dh, [](const DhParameters& group) {
    const auto prime = from_hex(group.prime_hex);
    return !prime || !wire::examine_dh_group(*prime, {}, {}).rfc7919;
  });
  if (smallest->bits < 3072) return say({Outcome::warn, "below-3072"});
  if (outside) return say({Outcome::warn, "not-rfc7919"});
  return say(Verdict{Outcome::warn, "phase-out"}.weighing(Severity::info));
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  const auto with_group = [](int bits) {
    auto endpoint = speaking({{"TLSv1.2", {"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}}});
    endpoint.dh = {{bits, "fb", "02", "TLSv1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}};
    return tls_asset({endpoint});
  };
  return {
      {"elliptic curves alone", tls_asset({modern_endpoint()}), Outcome::pass, "no-dhe"},
      {"512 bits", with_group(512), Outcome::fail, "below-1024"},
      {"1024 bits", with_group(1024), Outcome::fail, "below-2048"},
      {"2048 bits", with_group(2048), Outcome::warn, "below-3072"},
      {"4096 bits, a prime of its own", with_group(4096), Outcome::warn, "not-rfc7919"},
      {"DHE is accepted, the group was not seen",
       tls_asset({speaking({{"TLSv1.2", {"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}}})}), Outcome::unknown,
       "group-not-seen"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_kex_dh_size

UTSYN_CHECK(tls_kex_dh_size) = {
    .id = "tls.kex.dh-size",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_kex_dh_size::evaluate,
    .examples = utsyn::checks::tls_kex_dh_size::examples,
};
