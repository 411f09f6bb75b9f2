// POODLE (CVE-2014-3566): SSL 3.0 with a CBC suite. Not where SSL 3.0 has RC4 alone, which has a fault of its
// own.
#include <algorithm>
#include <iterator>

#include "checks/tls/reading.h"

namespace utsyn::checks::tls_vuln_poodle_ssl {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  const auto* ssl3 = endpoint.protocol("SSLv3");
  if (ssl3 == nullptr) return {Outcome::unknown, "not-measured"};
  if (ssl3->offered.seen() == nullptr) return could_not_look(ssl3->offered.unseen());
  if (!*ssl3->offered.seen()) return {Outcome::pass, "no-ssl3"};
  const auto cbc =
      accepted(endpoint, [](const wire::Suite& suite) { return suite.mode == wire::CipherMode::cbc; });
  std::vector<AcceptedSuite> at_ssl3;
  std::ranges::copy_if(cbc, std::back_inserter(at_ssl3),
                       [](const auto& suite) { return suite.version == "SSLv3"; });
  if (!at_ssl3.empty()) return Verdict{Outcome::fail, "cbc-at-ssl3"}.with("suites", labels(at_ssl3));
  if (!ssl3->complete) return {Outcome::unknown, "not-enumerated"};
  return {Outcome::pass, "no-cbc-at-ssl3"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  auto half = speaking({{"SSLv3", {"TLS_RSA_WITH_RC4_128_SHA"}}});
  half.protocols[1].complete = false;
  return {
      {"no SSL 3.0", tls_asset({modern_endpoint()}), Outcome::pass, "no-ssl3"},
      {"SSL 3.0 with CBC", tls_asset({speaking({{"SSLv3", {"TLS_RSA_WITH_AES_128_CBC_SHA"}}})}),
       Outcome::fail, "cbc-at-ssl3"},
      {"SSL 3.0 with RC4 alone", tls_asset({speaking({{"SSLv3", {"TLS_RSA_WITH_RC4_128_SHA"}}})}),
       Outcome::pass, "no-cbc-at-ssl3"},
      {"the list is not known to its end", tls_asset({half}), Outcome::unknown, "not-enumerated"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_vuln_poodle_ssl

UTSYN_CHECK(tls_vuln_poodle_ssl) = {
    .id = "tls.vuln.poodle-ssl",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_vuln_poodle_ssl::evaluate,
    .examples = utsyn::checks::tls_vuln_poodle_ssl::examples,
};
