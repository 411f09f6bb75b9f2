// Are headers sent that no browser heeds any more? They protect nothing and may make people believe they do.
#include "checks/http/reading.h"

namespace utsyn::checks::http_deprecated_headers {
namespace {

Verdict judge(const JudgedPage& seen) {
  auto headers = wire::deprecated_headers(seen.headers);
  if (headers.empty()) return {Outcome::pass, "none"};
  return Verdict{Outcome::warn, "present"}.with("headers", std::move(headers));
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  return with_unjudged_pages({
      {"none", page_with({}), Outcome::pass, "none"},
      {"pinned keys", page_with({{"public-key-pins", "max-age=60"}}), Outcome::warn, "present"},
      {"Expect-CT", page_with({{"expect-ct", "max-age=86400"}}), Outcome::warn, "present"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_deprecated_headers

UTSYN_CHECK(http_deprecated_headers) = {
    .id = "http.deprecated-headers",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_deprecated_headers::evaluate,
    .examples = utsyn::checks::http_deprecated_headers::examples,
};
