// Does the policy let the page take parts over http, where anyone on the way can change them? Scripts,
// frames, styles and connections are a fault, pictures and media a mild one. With upgrade-insecure-requests
// the browser fetches them over https.
#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_http_sources {
namespace {

Verdict judge(const wire::Csp& csp, const JudgedPage&) {
  const auto sources = csp.http_sources();
  if (sources.active.empty() && sources.passive.empty()) return {Outcome::pass, "encrypted-only"};
  if (csp.upgrades_insecure_requests()) return {Outcome::pass, "upgraded"};
  if (!sources.active.empty()) return Verdict{Outcome::fail, "active"}.with("sources", sources.active);
  return Verdict{Outcome::warn, "passive"}.with("sources", sources.passive);
}

Verdict evaluate(const Evidence& evidence) { return for_policy(evidence, judge); }

std::vector<Example> examples() {
  return with_unjudged_pages({
      {"https only", policy("default-src 'self'; script-src https://cdn.example.com"), Outcome::pass,
       "encrypted-only"},
      {"scripts over http", policy("default-src 'self'; script-src http://cdn.example.com"), Outcome::fail,
       "active"},
      {"everything over http", policy("default-src http: https:"), Outcome::fail, "active"},
      {"pictures over http", policy("default-src 'self'; img-src http://bilder.example.com"), Outcome::warn,
       "passive"},
      {"upgraded on the way",
       policy("default-src 'self'; script-src http://cdn.example.com; upgrade-insecure-requests"),
       Outcome::pass, "upgraded"},
      {"a second policy forbids it",
       page_with({{"content-security-policy", "script-src http://cdn.example.com"},
                  {"content-security-policy", "default-src 'self'"}}),
       Outcome::pass, "encrypted-only"},
      {"no policy", page_with({}), Outcome::not_applicable, "no-policy"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_http_sources

UTSYN_CHECK(http_csp_http_sources) = {
    .id = "http.csp.http-sources",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_http_sources::evaluate,
    .examples = utsyn::checks::http_csp_http_sources::examples,
};
