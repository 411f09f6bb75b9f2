// Does the policy let injected scripts run after all? 'unsafe-inline' counts only where no nonce, hash or
// 'strict-dynamic' switches it off, and where every policy of the page allows it (CSP Level 3 section 6.7).
// data: and blob: as sources of scripts are the same by another road. Inline style is a small matter.
#include <algorithm>

#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_unsafe_inline {
namespace {

Verdict judge(const wire::Csp& csp, const JudgedPage&) {
  if (csp.allows_inline_script()) return {Outcome::fail, "inline-scripts"};
  std::vector<std::string> sources;
  for (const auto& broad : csp.broad_script_sources()) {
    if (broad.kind == wire::CspBroadSource::Kind::data || broad.kind == wire::CspBroadSource::Kind::blob)
      sources.push_back(broad.source);
  }
  if (!sources.empty()) return Verdict{Outcome::fail, "data-scripts"}.with("sources", std::move(sources));
  // A policy that says nothing of style was not written for it.
  const bool style = std::ranges::any_of(
      csp.enforced, [](const auto& one) { return one.governing("style-src-elem") != nullptr; });
  if (style && csp.allows_inline_style())
    return Verdict{Outcome::warn, "inline-style"}.weighing(Severity::low);
  return {Outcome::pass, "no-inline"};
}

Verdict evaluate(const Evidence& evidence) { return for_policy(evidence, judge); }

std::vector<Example> examples() {
  return with_unjudged_pages({
      {"own files only", policy("default-src 'self'"), Outcome::pass, "no-inline"},
      {"inline scripts", policy("default-src 'self'; script-src 'self' 'unsafe-inline'"), Outcome::fail,
       "inline-scripts"},
      {"by default-src", policy("default-src 'self' 'unsafe-inline'"), Outcome::fail, "inline-scripts"},
      {"event handlers only", policy("default-src 'self'; script-src-attr 'unsafe-inline'"), Outcome::fail,
       "inline-scripts"},
      {"nothing said of scripts", policy("frame-ancestors 'self'"), Outcome::fail, "inline-scripts"},
      {"a nonce switches it off", policy("default-src 'self'; script-src 'nonce-bm9uY2U=' 'unsafe-inline'"),
       Outcome::pass, "no-inline"},
      {"strict-dynamic switches it off",
       policy("default-src 'self'; script-src 'strict-dynamic' 'nonce-bm9uY2U=' https: 'unsafe-inline'"),
       Outcome::pass, "no-inline"},
      {"a second policy forbids it",
       page_with({{"content-security-policy", "script-src 'unsafe-inline' 'self'"},
                  {"content-security-policy", "default-src 'self'"}}),
       Outcome::pass, "no-inline"},
      {"a comma makes two policies", policy("script-src 'self' 'unsafe-inline', default-src 'self'"),
       Outcome::pass, "no-inline"},
      {"the first of two directives counts",
       policy("default-src 'self'; script-src 'unsafe-inline'; script-src 'self'"), Outcome::fail,
       "inline-scripts"},
      {"scripts from data:", policy("default-src 'self'; script-src 'self' data:"), Outcome::fail,
       "data-scripts"},
      {"inline style", policy("default-src 'self'; style-src 'self' 'unsafe-inline'"), Outcome::warn,
       "inline-style"},
      {"nothing said of style", policy("script-src 'self'"), Outcome::pass, "no-inline"},
      {"no policy", page_with({}), Outcome::not_applicable, "no-policy"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_unsafe_inline

UTSYN_CHECK(http_csp_unsafe_inline) = {
    .id = "http.csp.unsafe-inline",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_unsafe_inline::evaluate,
    .examples = utsyn::checks::http_csp_unsafe_inline::examples,
};
