// DROWN (CVE-2016-0800): SSL 2.0 here, or the same key on any endpoint of the organisation that speaks it,
// lets an attacker read recorded sessions.
#include <algorithm>

#include "checks/tls/reading.h"
#include "wire/tls/x509.h"

namespace utsyn::checks::tls_vuln_drown {
namespace {

std::string leaf_key(const TlsEndpoint& endpoint) {
  const auto* chain = endpoint.chain();
  if (chain == nullptr || chain->pem.empty()) return {};
  for (const auto& der : wire::certificates_from_pem(chain->pem.front(), 1)) {
    if (const auto leaf = wire::parse_certificate(der)) return leaf->spki_sha256;
  }
  return {};
}

Verdict judge(const Evidence& evidence, const TlsEndpoint& endpoint) {
  const auto* sslv2 = endpoint.protocol("SSLv2");
  if (sslv2 != nullptr && sslv2->offered.is(true)) return {Outcome::fail, "ssl2-here"};
  const auto key = leaf_key(endpoint);
  if (!key.empty() && std::ranges::find(evidence.sslv2_keys, key) != evidence.sslv2_keys.end()) {
    return Verdict{Outcome::fail, "key-used-with-ssl2"}.with("key", key);
  }
  if (sslv2 == nullptr) return {Outcome::unknown, "not-measured"};
  if (sslv2->offered.seen() == nullptr) return could_not_look(sslv2->offered.unseen());
  return {Outcome::pass, "no-ssl2"};
}

Verdict evaluate(const Evidence& evidence) {
  return for_each_endpoint(evidence, [&](const TlsEndpoint& endpoint) { return judge(evidence, endpoint); });
}

std::vector<Example> examples() {
  auto unsure = modern_endpoint();
  unsure.protocols.front().offered = Unseen::timed_out;
  return {
      {"no SSL 2.0 anywhere", tls_asset({modern_endpoint()}), Outcome::pass, "no-ssl2"},
      {"SSL 2.0 on this endpoint", tls_asset({speaking({{"SSLv2", {"SSL_CK_RC4_128_WITH_MD5"}}})}),
       Outcome::fail, "ssl2-here"},
      {"SSL 2.0 without any cipher counts (CVE-2015-3197)", tls_asset({speaking({{"SSLv2", {}}})}),
       Outcome::fail, "ssl2-here"},
      {"no answer to the SSL 2.0 hello", tls_asset({unsure}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_vuln_drown

UTSYN_CHECK(tls_vuln_drown) = {
    .id = "tls.vuln.drown",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_vuln_drown::evaluate,
    .examples = utsyn::checks::tls_vuln_drown::examples,
};
