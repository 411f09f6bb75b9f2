// From how many places may scripts come? Everything that any of "*", "https:", "http:" or a host known to
// serve anyone's scripts lets in, after all policies have been intersected. data: and blob: are judged by
// http.csp.unsafe-inline.
#include <algorithm>
#include <functional>

#include "base/text.h"
#include "checks/http/reading.h"

namespace utsyn::checks::http_csp_broad_sources {
namespace {

using Kind = wire::CspBroadSource::Kind;

bool everywhere(Kind kind) {
  return kind == Kind::any_https || kind == Kind::any_http || kind == Kind::filesystem;
}

std::vector<std::string> chosen(const std::vector<wire::CspBroadSource>& sources,
                                const std::function<bool(Kind)>& wanted) {
  std::vector<std::string> out;
  for (const auto& source : sources) {
    if (!wanted(source.kind) || source.source.empty()) continue;
    if (std::ranges::find(out, source.source) == out.end()) out.push_back(source.source);
  }
  return out;
}

Verdict judge(const wire::Csp& csp, const JudgedPage& seen) {
  const auto scripts = csp.broad_script_sources();
  if (std::ranges::any_of(scripts, [](const auto& source) { return everywhere(source.kind); })) {
    auto from = chosen(scripts, everywhere);
    if (from.empty()) return {Outcome::fail, "unrestricted"};
    return Verdict{Outcome::fail, "any-host"}.with("sources", std::move(from));
  }
  auto bypass = chosen(scripts, [](Kind kind) { return kind == Kind::known_bypass; });
  if (!bypass.empty()) return Verdict{Outcome::fail, "open-hosts"}.with("sources", std::move(bypass));
  auto objects = chosen(csp.broad_object_sources(), everywhere);
  if (!objects.empty())
    return Verdict{Outcome::warn, "objects"}.with("sources", std::move(objects)).weighing(Severity::low);
  // On an https page a host without scheme is https only.
  auto bare = chosen(scripts, [](Kind kind) { return kind == Kind::no_scheme; });
  if (!bare.empty() && !istarts_with(seen.url, "https:"))
    return Verdict{Outcome::warn, "no-scheme"}.with("sources", std::move(bare));
  return {Outcome::pass, "exact-hosts"};
}

Verdict evaluate(const Evidence& evidence) { return for_policy(evidence, judge); }

std::vector<Example> examples() {
  const auto plain =
      site({page("http://www.example.no/",
                 {{"content-security-policy", "default-src 'self'; script-src cdn.example.com"}})},
           {unanswered("https://www.example.no/", Unseen::refused)});
  return with_unjudged_pages({
      {"own files and one host", policy("default-src 'self'; script-src 'self' https://cdn.example.com"),
       Outcome::pass, "exact-hosts"},
      {"a host without scheme on an https page", policy("default-src 'self'; script-src cdn.example.com"),
       Outcome::pass, "exact-hosts"},
      {"the same on a plain page", plain, Outcome::warn, "no-scheme"},
      {"any host", policy("default-src 'self'; script-src *"), Outcome::fail, "any-host"},
      {"any https host", policy("default-src https:; script-src https: 'self'"), Outcome::fail, "any-host"},
      {"strict-dynamic switches host lists off",
       policy("default-src 'self'; script-src https: 'strict-dynamic' 'nonce-bm9uY2U='"), Outcome::pass,
       "exact-hosts"},
      {"a second policy narrows it",
       page_with(
           {{"content-security-policy", "script-src *"}, {"content-security-policy", "default-src 'self'"}}),
       Outcome::pass, "exact-hosts"},
      {"scripts are not mentioned", policy("frame-ancestors 'self'"), Outcome::fail, "unrestricted"},
      {"a host that serves anyone's files",
       policy("default-src 'self'; script-src 'self' https://cdn.jsdelivr.net"), Outcome::fail, "open-hosts"},
      {"plugins from anywhere", policy("default-src 'self'; object-src *"), Outcome::warn, "objects"},
      {"no policy", page_with({}), Outcome::not_applicable, "no-policy"},
  });
}

}  // namespace
}  // namespace utsyn::checks::http_csp_broad_sources

UTSYN_CHECK(http_csp_broad_sources) = {
    .id = "http.csp.broad-sources",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_csp_broad_sources::evaluate,
    .examples = utsyn::checks::http_csp_broad_sources::examples,
};
