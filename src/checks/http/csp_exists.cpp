// Is a Content Security Policy enforced on the page (CSP Level 3)? Headers and meta elements count alike; one
// that only reports is a beginning.
#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_exists {
namespace {

Verdict judge(const JudgedPage& seen) {
  const auto csp = wire::read_csp(seen.headers, seen.facts->meta_csp);
  if (csp.exists()) return Verdict{Outcome::pass, "enforced"}.with("policies", csp.enforced.size());
  if (csp.only_reports()) return {Outcome::warn, "report-only"};
  if (!csp.enforced.empty()) return {Outcome::fail, "empty"};
  return {Outcome::fail, "missing"};
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  PageFacts meta;
  meta.meta_csp = {"default-src 'self'"};
  return with_unjudged_pages({
      {"a policy in a header", policy("default-src 'self'"), Outcome::pass, "enforced"},
      {"a policy in the page", page_with({}, meta), Outcome::pass, "enforced"},
      {"it only reports", page_with({{"content-security-policy-report-only", "default-src 'self'"}}),
       Outcome::warn, "report-only"},
      {"none", page_with({}), Outcome::fail, "missing"},
      {"an old header that no browser reads",
       page_with({{"x-content-security-policy", "default-src 'self'"}}), Outcome::fail, "missing"},
      {"no https, so the plain page is judged",
       site({page("http://www.example.no/")}, {unanswered("https://www.example.no/", Unseen::refused)}),
       Outcome::fail, "missing"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_exists

UTSYN_CHECK(http_csp_exists) = {
    .id = "http.csp.exists",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_exists::evaluate,
    .examples = utsyn::checks::http_csp_exists::examples,
};
