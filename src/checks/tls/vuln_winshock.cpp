// Winshock (MS14-066, CVE-2014-6321): the update of 2014 brought AES-GCM suites with RSA to Windows. A
// Microsoft server of that age with the SHA-256 CBC suites and none of those has likely not got it. An
// indication, never more.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_vuln_winshock {
namespace {

constexpr std::array<std::string_view, 4> kBroughtByTheUpdate = {
    "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"};
constexpr std::array<std::string_view, 2> kThereBefore = {"TLS_RSA_WITH_AES_128_CBC_SHA256",
                                                          "TLS_RSA_WITH_AES_256_CBC_SHA256"};
// IIS 7.5 to 8.5 came with the Windows versions concerned.
constexpr std::array<std::string_view, 3> kConcerned = {"microsoft-iis/7.5", "microsoft-iis/8.0",
                                                        "microsoft-iis/8.5"};

std::string server_banner(const Evidence& evidence) {
  const auto* site = evidence.web.seen();
  if (site == nullptr) return {};
  for (const auto* chain : {&site->secure, &site->plain}) {
    for (const auto& hop : chain->hops) {
      const auto* answer = hop.answer.seen();
      const auto* server = answer == nullptr ? nullptr : answer->header("server");
      if (server != nullptr) return lower(*server);
    }
  }
  return {};
}

Verdict evaluate(const Evidence& evidence) {
  if (evidence.web.seen() == nullptr) return could_not_look(evidence.web.unseen());
  const auto banner = server_banner(evidence);
  const bool concerned =
      std::ranges::any_of(kConcerned, [&](auto product) { return banner.starts_with(product); });
  if (!concerned) return {Outcome::not_applicable, "not-that-server"};
  return for_each_endpoint(evidence, [&](const TlsEndpoint& endpoint) -> Verdict {
    const auto has = [&](const auto& names) {
      return !accepted(endpoint, [&](const wire::Suite& suite) {
                return std::ranges::find(names, suite.name) != names.end();
              }).empty();
    };
    if (has(kBroughtByTheUpdate)) return {Outcome::pass, "updated"};
    if (!fully_enumerated(endpoint)) return not_fully_enumerated(endpoint);
    if (has(kThereBefore))
      return Verdict{Outcome::fail, "looks-unpatched"}.with("server", banner).held(Confidence::weak);
    return {Outcome::unknown, "cannot-tell"};
  });
}

Evidence behind(std::string banner, TlsEndpoint endpoint) {
  auto evidence = tls_asset({std::move(endpoint)});
  HttpAnswer answer;
  answer.status = 200;
  answer.headers = {{"server", std::move(banner)}};
  WebSite site;
  site.host = evidence.host;
  site.secure.hops = {{"https://www.example.no/", "192.0.2.1", answer}};
  evidence.web = site;
  return evidence;
}

std::vector<Example> examples() {
  const auto old =
      speaking({{"TLSv1.2", {"TLS_RSA_WITH_AES_128_CBC_SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA256"}}});
  auto half = old;
  half.protocols.back().offered = Unseen::timed_out;
  return {
      {"an old IIS without the suites of the update", behind("Microsoft-IIS/8.5", old), Outcome::fail,
       "looks-unpatched"},
      {"an old IIS with them",
       behind("Microsoft-IIS/8.5", speaking({{"TLSv1.2", {"TLS_RSA_WITH_AES_128_GCM_SHA256"}}})),
       Outcome::pass, "updated"},
      {"another server", behind("nginx", old), Outcome::not_applicable, "not-that-server"},
      {"the list is not known to its end", behind("Microsoft-IIS/8.5", half), Outcome::unknown, "timed-out"},
      {"the web server was not seen", tls_asset({old}), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_vuln_winshock

UTSYN_CHECK(tls_vuln_winshock) = {
    .id = "tls.vuln.winshock",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls | utsyn::checks::Part::web,
    .evaluate = utsyn::checks::tls_vuln_winshock::evaluate,
    .examples = utsyn::checks::tls_vuln_winshock::examples,
};
