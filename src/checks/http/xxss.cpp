// Is the old XSS filter left alone? It is gone from browsers; where it lives on, switching it on without
// mode=block opened holes of its own. Not sending the header is right.
#include "checks/http/reading.h"

namespace utsyn::checks::http_xxss {
namespace {

Verdict judge(const JudgedPage& seen) {
  switch (wire::xss_protection(seen.headers)) {
    case wire::XssProtection::filter:
      return Verdict{Outcome::warn, "filter-on"}.with("header", seen.headers.joined("x-xss-protection"));
    case wire::XssProtection::block:
      return {Outcome::pass, "block"};
    case wire::XssProtection::off:
      return {Outcome::pass, "off"};
    case wire::XssProtection::absent:
    case wire::XssProtection::invalid:
      break;
  }
  return {Outcome::pass, "without-effect"};
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  const auto saying = [](const std::string& value) { return page_with({{"x-xss-protection", value}}); };
  return with_unjudged_pages({
      {"not sent", page_with({}), Outcome::pass, "without-effect"},
      {"off", saying("0"), Outcome::pass, "off"},
      {"on, blocking", saying("1; mode=block"), Outcome::pass, "block"},
      {"on, repairing", saying("1"), Outcome::warn, "filter-on"},
      {"something else", saying("yes"), Outcome::pass, "without-effect"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_xxss

UTSYN_CHECK(http_xxss) = {
    .id = "http.xxss",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_xxss::evaluate,
    .examples = utsyn::checks::http_xxss::examples,
};
