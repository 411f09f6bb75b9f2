// Are browsers told not to guess content types (Fetch: X-Content-Type-Options)? The first value counts.
#include "checks/http/reading.h"

namespace utsyn::checks::http_xcto {
namespace {

Verdict judge(const JudgedPage& seen) {
  switch (wire::content_type_options(seen.headers)) {
    case wire::ContentTypeOptions::nosniff:
      return {Outcome::pass, "nosniff"};
    case wire::ContentTypeOptions::invalid:
      return Verdict{Outcome::fail, "invalid"}.with("header", seen.headers.joined("x-content-type-options"));
    case wire::ContentTypeOptions::absent:
      break;
  }
  return {Outcome::fail, "missing"};
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  const auto saying = [](const std::string& value) { return page_with({{"x-content-type-options", value}}); };
  return with_unjudged_pages({
      {"nosniff", saying("NoSniff"), Outcome::pass, "nosniff"},
      {"sent twice", saying("nosniff, nosniff"), Outcome::pass, "nosniff"},
      {"something else", saying("none"), Outcome::fail, "invalid"},
      {"not sent", page_with({}), Outcome::fail, "missing"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_xcto

UTSYN_CHECK(http_xcto) = {
    .id = "http.xcto",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_xcto::evaluate,
    .examples = utsyn::checks::http_xcto::examples,
};
