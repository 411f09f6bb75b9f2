// Does the policy let scripts run text as program ('unsafe-eval')? WebAssembly alone ('wasm-unsafe-eval') is
// no fault.
#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_unsafe_eval {
namespace {

Verdict judge(const wire::Csp& csp, const JudgedPage&) {
  if (csp.allows_eval()) return {Outcome::warn, "eval"};
  if (csp.allows_wasm_eval()) return {Outcome::pass, "only-wasm"};
  return {Outcome::pass, "no-eval"};
}

Verdict evaluate(const Evidence& evidence) { return for_policy(evidence, judge); }

std::vector<Example> examples() {
  return with_unjudged_pages({
      {"no eval", policy("default-src 'self'"), Outcome::pass, "no-eval"},
      {"eval", policy("default-src 'self'; script-src 'self' 'unsafe-eval'"), Outcome::warn, "eval"},
      {"nothing said of scripts", policy("frame-ancestors 'self'"), Outcome::warn, "eval"},
      {"WebAssembly alone", policy("script-src 'self' 'wasm-unsafe-eval'"), Outcome::pass, "only-wasm"},
      {"a second policy forbids it", policy("script-src 'self' 'unsafe-eval', default-src 'self'"),
       Outcome::pass, "no-eval"},
      {"no policy", page_with({}), Outcome::not_applicable, "no-policy"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_unsafe_eval

UTSYN_CHECK(http_csp_unsafe_eval) = {
    .id = "http.csp.unsafe-eval",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_unsafe_eval::evaluate,
    .examples = utsyn::checks::http_csp_unsafe_eval::examples,
};
