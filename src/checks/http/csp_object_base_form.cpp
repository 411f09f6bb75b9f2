// Are the three roads around a policy closed: plugins (object-src), the base address (base-uri) and the
// targets of forms (form-action)? The last two never fall back on default-src.
#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_object_base_form {
namespace {

Verdict judge(const wire::Csp& csp, const JudgedPage&) {
  const auto limits = csp.object_base_form();
  const auto open = [](wire::CspLimit limit) {
    return limit == wire::CspLimit::missing || limit == wire::CspLimit::wide;
  };
  std::vector<std::string> directives;
  if (open(limits.object_src)) directives.emplace_back("object-src");
  // Even one foreign host may move every relative address of the page.
  if (open(limits.base_uri) || limits.base_uri == wire::CspLimit::limited)
    directives.emplace_back("base-uri");
  if (open(limits.form_action)) directives.emplace_back("form-action");
  if (directives.empty()) return {Outcome::pass, "closed"};
  return Verdict{Outcome::warn, "open"}.with("directives", std::move(directives));
}

Verdict evaluate(const Evidence& evidence) { return for_policy(evidence, judge); }

std::vector<Example> examples() {
  return with_unjudged_pages({
      {"all three", policy("default-src 'none'; base-uri 'none'; form-action 'self'"), Outcome::pass,
       "closed"},
      {"no fallback for two", policy("default-src 'none'"), Outcome::warn, "open"},
      {"plugins from anywhere", policy("object-src *; base-uri 'self'; form-action 'self'"), Outcome::warn,
       "open"},
      {"forms to a named host",
       policy("default-src 'self'; base-uri 'self'; form-action https://idp.example.com"), Outcome::pass,
       "closed"},
      {"another host as base", policy("default-src 'self'; base-uri https://example.com; form-action 'self'"),
       Outcome::warn, "open"},
      {"no policy", page_with({}), Outcome::not_applicable, "no-policy"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_object_base_form

UTSYN_CHECK(http_csp_object_base_form) = {
    .id = "http.csp.object-base-form",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_object_base_form::evaluate,
    .examples = utsyn::checks::http_csp_object_base_form::examples,
};
