// Is the page kept apart from other sites in the browser's memory (COOP, COEP, CORP)? A wrong value counts as
// none, which is easily overlooked.
#include "checks/http/reading.h"

namespace utsyn::checks::http_coop_coep_corp {
namespace {

Verdict judge(const JudgedPage& seen) {
  const auto opener = wire::opener_policy(seen.headers);
  const auto embedder = wire::embedder_policy(seen.headers);
  const auto resource = wire::resource_policy(seen.headers);
  std::vector<std::string> invalid;
  if (opener == wire::OpenerPolicy::invalid) invalid.emplace_back("Cross-Origin-Opener-Policy");
  if (embedder == wire::EmbedderPolicy::invalid) invalid.emplace_back("Cross-Origin-Embedder-Policy");
  if (resource == wire::ResourcePolicy::invalid) invalid.emplace_back("Cross-Origin-Resource-Policy");
  if (!invalid.empty()) return Verdict{Outcome::warn, "invalid"}.with("headers", std::move(invalid));
  const bool apart = (opener != wire::OpenerPolicy::absent && opener != wire::OpenerPolicy::unsafe_none) ||
                     resource == wire::ResourcePolicy::same_origin ||
                     resource == wire::ResourcePolicy::same_site;
  if (apart) return {Outcome::pass, "apart"};
  return {Outcome::warn, "missing"};
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  const auto saying = [](const std::string& name, const std::string& value) {
    return page_with({{name, value}});
  };
  return with_unjudged_pages({
      {"its own window group", saying("cross-origin-opener-policy", "same-origin"), Outcome::pass, "apart"},
      {"not to be embedded elsewhere", saying("cross-origin-resource-policy", "same-site"), Outcome::pass,
       "apart"},
      {"a word that does not exist", saying("cross-origin-opener-policy", "sameorigin"), Outcome::warn,
       "invalid"},
      {"switched off", saying("cross-origin-opener-policy", "unsafe-none"), Outcome::warn, "missing"},
      {"not sent", page_with({}), Outcome::warn, "missing"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_coop_coep_corp

UTSYN_CHECK(http_coop_coep_corp) = {
    .id = "http.coop-coep-corp",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_coop_coep_corp::evaluate,
    .examples = utsyn::checks::http_coop_coep_corp::examples,
};
