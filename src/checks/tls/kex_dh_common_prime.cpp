// Is the Diffie-Hellman prime one that half the internet shares at 1024 bits (Logjam), or no safe prime at
// all?
#include "checks/tls/reading.h"
#include "wire/tls/dh_groups.h"

namespace utsyn::checks::tls_kex_dh_common_prime {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  if (endpoint.dh.empty()) {
    const auto dhe = accepted(endpoint, [](const wire::Suite& suite) {
      return suite.key_exchange == wire::KeyExchange::dhe || suite.key_exchange == wire::KeyExchange::anon_dh;
    });
    if (!dhe.empty()) return {Outcome::unknown, "group-not-seen"};
    if (!fully_enumerated(endpoint)) return not_fully_enumerated(endpoint);
    return {Outcome::not_applicable, "no-dhe"};
  }
  std::optional<Verdict> worst;
  for (const auto& group : endpoint.dh) {
    const auto prime = from_hex(group.prime_hex);
    const auto generator = from_hex(group.generator_hex);
    if (!prime || !generator) continue;
    const auto facts = wire::examine_dh_group(*prime, *generator, {});
    Verdict verdict{Outcome::pass, "own-or-standard"};
    if (facts.bits <= 1024 && !facts.known_as.empty()) {
      verdict = Verdict{Outcome::fail, "shared-prime"}.with("known_as", std::string(facts.known_as));
    } else if (facts.examined && !facts.prime) {
      verdict = {Outcome::fail, "not-prime"};
    } else if (facts.examined && !facts.safe_prime && facts.known_as.empty()) {
      verdict = {Outcome::warn, "not-safe-prime"};
    }
    verdict = std::move(verdict).with("bits", static_cast<std::size_t>(facts.bits));
    if (!worst || gravity(verdict.outcome) > gravity(worst->outcome)) worst = std::move(verdict);
  }
  if (!worst) return {Outcome::unknown, "malformed"};
  return std::move(*worst);
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  // The second Oakley group (RFC 2409), which most servers of the 2000s shared; 23 is a safe prime, 21 is
  // none.
  const std::string oakley2 =
      "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519"
      "b3cd3a431b"
      "302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24"
      "117c4b1fe6"
      "49286651ece65381ffffffffffffffff";
  const auto with_prime = [](const std::string& prime) {
    auto endpoint = speaking({{"TLSv1.2", {"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}}});
    endpoint.dh = {
        {static_cast<int>(prime.size() * 4), prime, "02", "TLSv1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}};
    return tls_asset({endpoint});
  };
  return {
      {"a group from the nineties that everybody shares", with_prime(oakley2), Outcome::fail, "shared-prime"},
      {"not a prime at all", with_prime("15"), Outcome::fail, "not-prime"},
      {"a prime, not a safe one", with_prime("1d"), Outcome::warn, "not-safe-prime"},
      {"a safe prime of its own", with_prime("17"), Outcome::pass, "own-or-standard"},
      {"elliptic curves alone", tls_asset({modern_endpoint()}), Outcome::not_applicable, "no-dhe"},
      {"DHE is accepted, the group was not seen",
       tls_asset({speaking({{"TLSv1.2", {"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}}})}), Outcome::unknown,
       "group-not-seen"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_kex_dh_common_prime

UTSYN_CHECK(tls_kex_dh_common_prime) = {
    .id = "tls.kex.dh-common-prime",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_kex_dh_common_prime::evaluate,
    .examples = utsyn::checks::tls_kex_dh_common_prime::examples,
};
