// Are features that the site does not use (camera, microphone, position) switched off for embedded content?
// The header is a structured dictionary; one that cannot be read does nothing.
#include "checks/http/reading.h"

namespace utsyn::checks::http_permissions_policy {
namespace {

Verdict judge(const JudgedPage& seen) {
  const auto features = wire::permissions_policy(seen.headers);
  if (!features) {
    return Verdict{Outcome::warn, "unreadable"}
        .with("header", seen.headers.joined("permissions-policy"))
        .weighing(Severity::low);
  }
  if (features->empty()) return {Outcome::warn, "missing"};
  return Verdict{Outcome::pass, "sent"}.with("features", features->size());
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  const auto saying = [](const std::string& value) { return page_with({{"permissions-policy", value}}); };
  return with_unjudged_pages({
      {"camera off, position for us", saying("camera=(), geolocation=(self)"), Outcome::pass, "sent"},
      {"in the words of the header before it", saying("camera 'none'; geolocation 'self'"), Outcome::warn,
       "unreadable"},
      {"not sent", page_with({}), Outcome::warn, "missing"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_permissions_policy

UTSYN_CHECK(http_permissions_policy) = {
    .id = "http.permissions-policy",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_permissions_policy::evaluate,
    .examples = utsyn::checks::http_permissions_policy::examples,
};
