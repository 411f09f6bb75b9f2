// Where do addresses of pages go when a visitor follows a link? The last token a browser knows counts; none
// at all is neutral, since browsers then send the origin only. A meta element comes later and overrides the
// header.
#include "checks/http/reading.h"

namespace utsyn::checks::http_referrer_policy {
namespace {

Verdict judge(const JudgedPage& seen) {
  auto chosen = wire::meta_referrer_policy(seen.facts->meta_referrer);
  if (!chosen) chosen = wire::referrer_policy(seen.headers);
  if (!chosen) return {Outcome::pass, "browser-default"};
  const auto say = [&](Verdict verdict) {
    return std::move(verdict).with("policy", std::string(wire::name(*chosen)));
  };
  switch (*chosen) {
    case wire::ReferrerPolicy::no_referrer:
    case wire::ReferrerPolicy::same_origin:
      return say({Outcome::pass, "strict"});
    case wire::ReferrerPolicy::strict_origin:
    case wire::ReferrerPolicy::strict_origin_when_cross_origin:
      return say({Outcome::pass, "origin-only"});
    case wire::ReferrerPolicy::no_referrer_when_downgrade:
    case wire::ReferrerPolicy::origin:
    case wire::ReferrerPolicy::origin_when_cross_origin:
    case wire::ReferrerPolicy::unsafe_url:
      break;
  }
  return say({Outcome::fail, "leaks"});
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  const auto saying = [](const std::string& value) { return page_with({{"referrer-policy", value}}); };
  PageFacts meta;
  meta.meta_referrer = "unsafe-url";
  return with_unjudged_pages({
      {"none goes out", saying("no-referrer"), Outcome::pass, "strict"},
      {"the origin only", saying("strict-origin-when-cross-origin"), Outcome::pass, "origin-only"},
      {"not sent: browsers have a sane default", page_with({}), Outcome::pass, "browser-default"},
      {"the whole address", saying("unsafe-url"), Outcome::fail, "leaks"},
      {"an old default", saying("no-referrer-when-downgrade"), Outcome::fail, "leaks"},
      {"the last token that is known counts", saying("unsafe-url, no-referrer, something-new"), Outcome::pass,
       "strict"},
      {"the page overrides the header", page_with({{"referrer-policy", "no-referrer"}}, meta), Outcome::fail,
       "leaks"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_referrer_policy

UTSYN_CHECK(http_referrer_policy) = {
    .id = "http.referrer-policy",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_referrer_policy::evaluate,
    .examples = utsyn::checks::http_referrer_policy::examples,
};
