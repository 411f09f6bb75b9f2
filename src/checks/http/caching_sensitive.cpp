// Are pages with a login or a session kept out of caches (RFC 9111 section 5.2.2.5)? "public" hands them to
// everyone behind the same proxy.
#include <algorithm>

#include "checks/http/reading.h"

namespace utsyn::checks::http_caching_sensitive {
namespace {

Verdict judge(const JudgedPage& seen) {
  const auto set = wire::read_cookies(seen.headers);
  const bool session = std::ranges::any_of(
      set, [](const auto& cookie) { return wire::session_like_name(cookie.name) && !cookie.deletes(); });
  if (!session && !seen.facts->password_input) return {Outcome::not_applicable, "nothing-sensitive"};
  const auto cache = wire::cache_control(seen.headers);
  if (cache.no_store) return {Outcome::pass, "not-stored"};
  const auto say = [&](Verdict verdict) {
    return std::move(verdict).with("header", seen.headers.joined("cache-control"));
  };
  if (cache.is_public || cache.shared_max_age_seconds) return say({Outcome::warn, "shared"});
  return say({Outcome::warn, "may-be-stored"});
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  PageFacts login;
  login.password_input = true;
  const auto saying = [&](const std::string& value) { return page_with({{"cache-control", value}}, login); };
  return with_unjudged_pages({
      {"not stored", saying("no-store"), Outcome::pass, "not-stored"},
      {"for everybody", saying("public, max-age=3600"), Outcome::warn, "shared"},
      {"nothing said", page_with({}, login), Outcome::warn, "may-be-stored"},
      {"a session, for everybody",
       page_with({{"cache-control", "s-maxage=60"}, {"set-cookie", "sid=blanked; Secure"}}), Outcome::warn,
       "shared"},
      {"an ordinary page", page_with({{"cache-control", "public"}}), Outcome::not_applicable,
       "nothing-sensitive"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_caching_sensitive

UTSYN_CHECK(http_caching_sensitive) = {
    .id = "http.caching-sensitive",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_caching_sensitive::evaluate,
    .examples = utsyn::checks::http_caching_sensitive::examples,
};
