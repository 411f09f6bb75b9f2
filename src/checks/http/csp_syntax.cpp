// Is the policy free of slips? What a browser cannot read it skips in silence: misspelt directives, forgotten
// quotes, 'none' beside other sources.
#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_syntax {
namespace {

Verdict judge(const JudgedPage& seen) {
  const auto csp = wire::read_csp(seen.headers, seen.facts->meta_csp);
  if (csp.enforced.empty() && csp.report_only.empty()) return {Outcome::not_applicable, "no-policy"};
  std::vector<std::string> remarks;
  for (const auto& remark : csp.remarks()) {
    auto text = std::string(wire::code(remark.kind));
    if (!remark.detail.empty()) text += ": " + remark.detail;
    remarks.push_back(std::move(text));
  }
  if (!csp.exists() && !csp.only_reports())
    return Verdict{Outcome::fail, "unreadable"}.with("remarks", std::move(remarks));
  if (!remarks.empty()) return Verdict{Outcome::warn, "slips"}.with("remarks", std::move(remarks));
  return {Outcome::pass, "clean"};
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  return with_unjudged_pages({
      {"clean", policy("default-src 'self'; frame-ancestors 'none'"), Outcome::pass, "clean"},
      {"a misspelt directive", policy("default-src 'self'; scrpt-src 'self'"), Outcome::warn, "slips"},
      {"a directive twice", policy("default-src 'self'; default-src *"), Outcome::warn, "slips"},
      {"quotes forgotten", policy("default-src self"), Outcome::warn, "slips"},
      {"none beside others", policy("default-src 'none' https://example.com"), Outcome::warn, "slips"},
      {"nothing in it", policy(";"), Outcome::fail, "unreadable"},
      {"no policy", page_with({}), Outcome::not_applicable, "no-policy"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_syntax

UTSYN_CHECK(http_csp_syntax) = {
    .id = "http.csp.syntax",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_syntax::evaluate,
    .examples = utsyn::checks::http_csp_syntax::examples,
};
