// Is a page with secrets compressed (BREACH, CVE-2013-3587)? The length of a compressed page tells about
// tokens in it when an attacker can make it repeat his guesses. A page with a form, or one that sets a
// session, may hold one.
#include <algorithm>

#include "base/text.h"
#include "checks/http/reading.h"

namespace utsyn::checks::http_compression_breach {
namespace {

Verdict judge(const JudgedPage& seen) {
  const auto coding = lower(seen.headers.joined("content-encoding"));
  if (coding.empty() || coding == "identity") return {Outcome::pass, "not-compressed"};
  const auto set = wire::read_cookies(seen.headers);
  const bool secrets = !seen.facts->forms.empty() || seen.facts->password_input ||
                       std::ranges::any_of(set, [](const auto& cookie) { return session_like(cookie); });
  if (!secrets) return Verdict{Outcome::pass, "no-secret"}.with("encoding", coding);
  return Verdict{Outcome::warn, "secret-compressed"}.with("encoding", coding).held(Confidence::inferred);
}

Verdict evaluate(const Evidence& evidence) { return for_page(evidence, judge); }

std::vector<Example> examples() {
  PageFacts form;
  form.forms = {{"https://www.example.no/login", "post", true}};
  return with_unjudged_pages({
      {"not compressed", page_with({}, form), Outcome::pass, "not-compressed"},
      {"compressed, nothing to hide", page_with({{"content-encoding", "gzip"}}), Outcome::pass, "no-secret"},
      {"a form, compressed", page_with({{"content-encoding", "gzip"}}, form), Outcome::warn,
       "secret-compressed"},
      {"a session, compressed",
       page_with({{"content-encoding", "gzip"}, {"set-cookie", "sid=blanked; Secure"}}), Outcome::warn,
       "secret-compressed"},
      {"a choice of language, compressed",
       page_with({{"content-encoding", "gzip"}, {"set-cookie", "lang=blanked; Max-Age=86400"}}),
       Outcome::pass, "no-secret"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_compression_breach

UTSYN_CHECK(http_compression_breach) = {
    .id = "http.compression.breach",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_compression_breach::evaluate,
    .examples = utsyn::checks::http_compression_breach::examples,
};
