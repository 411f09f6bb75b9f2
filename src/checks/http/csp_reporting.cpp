// Does the policy report what it stops: report-to with a group that Reporting-Endpoints defines, or
// report-uri? Policies that only report count.
#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_reporting {
namespace {

Verdict judge(const JudgedPage& seen) {
  const auto csp = wire::read_csp(seen.headers, seen.facts->meta_csp);
  if (!csp.exists() && !csp.only_reports()) return {Outcome::not_applicable, "no-policy"};
  const auto reporting = csp.reporting(seen.headers);
  if (reporting.usable) return {Outcome::pass, "reports"};
  if (!reporting.groups.empty() || !reporting.uris.empty())
    return Verdict{Outcome::warn, "goes-nowhere"}
        .with("groups", reporting.groups)
        .with("addresses", reporting.uris);
  return {Outcome::warn, "silent"};
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  return with_unjudged_pages({
      {"a group that is defined",
       page_with({{"content-security-policy", "default-src 'self'; report-to csp"},
                  {"reporting-endpoints", "csp=\"https://rapport.example.no/csp\""}}),
       Outcome::pass, "reports"},
      {"the old way", policy("default-src 'self'; report-uri https://rapport.example.no/csp"), Outcome::pass,
       "reports"},
      {"a group that nobody defined", policy("default-src 'self'; report-to csp"), Outcome::warn,
       "goes-nowhere"},
      {"no reports", policy("default-src 'self'"), Outcome::warn, "silent"},
      {"no policy", page_with({}), Outcome::not_applicable, "no-policy"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_reporting

UTSYN_CHECK(http_csp_reporting) = {
    .id = "http.csp.reporting",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_reporting::evaluate,
    .examples = utsyn::checks::http_csp_reporting::examples,
};
