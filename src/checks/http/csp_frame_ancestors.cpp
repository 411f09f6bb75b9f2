// Who may show the page in a frame (clickjacking)? frame-ancestors of a header policy decides and overrides
// X-Frame-Options (CSP Level 3, RFC 7034); a meta element cannot set it, and ALLOW-FROM is read by no
// browser.
#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_frame_ancestors {
namespace {

Verdict judge(const JudgedPage& seen) {
  const auto limit = wire::read_csp(seen.headers, seen.facts->meta_csp).frame_ancestors();
  if (limit == wire::CspLimit::wide) return {Outcome::fail, "anyone"};
  if (limit != wire::CspLimit::missing) return {Outcome::pass, "frame-ancestors"};
  switch (wire::frame_options(seen.headers)) {
    case wire::FrameOptions::deny:
    case wire::FrameOptions::same_origin:
      return {Outcome::pass, "x-frame-options"};
    case wire::FrameOptions::invalid:
      return Verdict{Outcome::fail, "invalid-options"}.with("header", seen.headers.joined("x-frame-options"));
    case wire::FrameOptions::conflicting:
      return Verdict{Outcome::fail, "conflicting-options"}.with("header",
                                                                seen.headers.joined("x-frame-options"));
    case wire::FrameOptions::absent:
      break;
  }
  return {Outcome::fail, "missing"};
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  PageFacts meta;
  meta.meta_csp = {"frame-ancestors 'none'"};
  const auto options = [](const std::string& value) { return page_with({{"x-frame-options", value}}); };
  return with_unjudged_pages({
      {"nobody", policy("frame-ancestors 'none'"), Outcome::pass, "frame-ancestors"},
      {"named hosts", policy("frame-ancestors 'self' https://intranett.example.no"), Outcome::pass,
       "frame-ancestors"},
      {"anybody, although the old header says no",
       page_with({{"content-security-policy", "frame-ancestors *"}, {"x-frame-options", "DENY"}}),
       Outcome::fail, "anyone"},
      {"the old header", options("sameorigin"), Outcome::pass, "x-frame-options"},
      {"ALLOW-FROM", options("ALLOW-FROM https://example.com"), Outcome::fail, "invalid-options"},
      {"two that disagree", page_with({{"x-frame-options", "DENY"}, {"x-frame-options", "SAMEORIGIN"}}),
       Outcome::fail, "conflicting-options"},
      {"default-src does not help", policy("default-src 'self'"), Outcome::fail, "missing"},
      {"a meta element cannot set it", page_with({}, meta), Outcome::fail, "missing"},
      {"it only reports", page_with({{"content-security-policy-report-only", "frame-ancestors 'none'"}}),
       Outcome::fail, "missing"},
      {"neither", page_with({}), Outcome::fail, "missing"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_frame_ancestors

UTSYN_CHECK(http_csp_frame_ancestors) = {
    .id = "http.csp.frame-ancestors",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_frame_ancestors::evaluate,
    .examples = utsyn::checks::http_csp_frame_ancestors::examples,
};
