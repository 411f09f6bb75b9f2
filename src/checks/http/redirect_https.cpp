// Does http lead to https at once, and on the same host first, so that HSTS can take hold of the name that
// was typed (RFC 9110 section 15.4)? A closed port 80 is as good. A script or a meta element that sends
// visitors on has shown a page in the clear already.
#include "base/text.h"
#include "checks/http/reading.h"

namespace utsyn::checks::http_redirect_https {
namespace {

// A plain address that leads to plain http again, or shows something.
Verdict judge(const HttpExchange& first, const std::string& host) {
  const auto& answer = *first.answer.seen();
  if (turned_away(answer)) return could_not_look(Unseen::rejected);
  if (const auto target = redirect_target(first)) {
    const auto say = [&](Verdict verdict) { return std::move(verdict).with("location", target->str()); };
    if (!target->is_https()) return say({Outcome::fail, "redirect-to-http"});
    if (target->host != host) return say({Outcome::warn, "other-host-first"});
    // 302, 303 and 307 are asked again each time, in the clear.
    if (answer.status != 301 && answer.status != 308)
      return say(Verdict{Outcome::warn, "temporary"}.with("status", answer.status));
    return say({Outcome::pass, "redirected"});
  }
  if (answer.status >= 200 && answer.status < 300) {
    const auto* facts = answer.page.seen();
    if (facts != nullptr && istarts_with(facts->meta_refresh, "https:"))
      return Verdict{Outcome::fail, "page-refresh"}.with("target", facts->meta_refresh);
    return {Outcome::fail, "served-plain"};
  }
  return Verdict{Outcome::warn, "not-redirected"}.with("status", answer.status);
}

// Somewhere after https the chain is in the clear again.
std::optional<std::string> back_in_the_clear(const HttpChain& chain) {
  for (std::size_t i = 1; i < chain.hops.size(); ++i) {
    if (!is_https(chain.hops[i])) return chain.hops[i].url;
  }
  if (chain.hops.size() > 1) {
    const auto next = redirect_target(chain.hops.back());
    if (next && !next->is_https()) return next->str();
  }
  return std::nullopt;
}

Verdict evaluate(const Evidence& evidence) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  const auto& site = *evidence.web.seen();
  const auto* first = site.plain.first();
  if (first == nullptr) return {Outcome::unknown, "not-measured"};
  if (first->answer.seen() == nullptr) {
    if (first->answer.unseen() == Unseen::refused) return {Outcome::pass, "port-closed"};
    return could_not_look(first->answer.unseen());
  }
  auto verdict = judge(*first, evidence.host);
  if (verdict.outcome != Outcome::pass && verdict.outcome != Outcome::warn) return verdict;
  if (const auto url = back_in_the_clear(site.plain))
    return Verdict{Outcome::fail, "returns-to-http"}.with("url", *url);
  // Some servers redirect their front page only.
  if (const auto* path = site.plain_path.seen(); path != nullptr && verdict.reason != "not-redirected") {
    const auto target = redirect_target({first->url, first->address, *path});
    if (path->status >= 200 && path->status < 300)
      return Verdict{Outcome::fail, "path-not-redirected"}.with("status", path->status);
    if (target && !target->is_https())
      return Verdict{Outcome::fail, "path-not-redirected"}.with("location", target->str());
  }
  return verdict;
}

std::vector<Example> examples() {
  const auto here = page("https://www.example.no/");
  const auto sent = [&](int status, const std::string& location) {
    return site({answered("http://www.example.no/", status, {{"location", location}}), page(location)},
                {here});
  };
  PageFacts refreshing;
  refreshing.meta_refresh = "https://www.example.no/";
  auto only_front = site({to_https(), here}, {here});
  only_front.web.seen()->plain_path = *page("http://www.example.no/x").answer.seen();
  auto missing_path = site({to_https(), here}, {here});
  missing_path.web.seen()->plain_path = *answered("http://www.example.no/x", 404).answer.seen();
  auto path_to_http = site({to_https(), here}, {here});
  path_to_http.web.seen()->plain_path =
      *answered("http://www.example.no/x", 301, {{"location", "http://www.example.no/y"}}).answer.seen();
  auto round =
      site({to_https(), answered("https://www.example.no/", 302, {{"location", "http://www.example.no/"}})},
           {answered("https://www.example.no/", 302, {{"location", "http://www.example.no/"}})});
  round.web.seen()->plain.too_long = true;
  return {
      {"at once to https on the same host", site({to_https(), here}, {here}), Outcome::pass, "redirected"},
      {"a relative address does not leave http", sent(301, "/start"), Outcome::fail, "redirect-to-http"},
      {"port 80 is closed", site({unanswered("http://www.example.no/", Unseen::refused)}, {here}),
       Outcome::pass, "port-closed"},
      {"for now only", sent(302, "https://www.example.no/"), Outcome::warn, "temporary"},
      {"to another host first, so HSTS never covers the name typed", sent(301, "https://example.no/"),
       Outcome::warn, "other-host-first"},
      {"to plain http on another host", sent(301, "http://example.no/"), Outcome::fail, "redirect-to-http"},
      {"the page itself in the clear", site({page("http://www.example.no/")}, {here}), Outcome::fail,
       "served-plain"},
      {"no https at all",
       site({page("http://www.example.no/")}, {unanswered("https://www.example.no/", Unseen::refused)}),
       Outcome::fail, "served-plain"},
      {"a page that sends the browser on", site({page("http://www.example.no/", {}, refreshing)}, {here}),
       Outcome::fail, "page-refresh"},
      {"nothing there in the clear, and no way on", site({answered("http://www.example.no/", 404)}, {here}),
       Outcome::warn, "not-redirected"},
      {"only the front page is redirected", only_front, Outcome::fail, "path-not-redirected"},
      {"other paths stay on http", path_to_http, Outcome::fail, "path-not-redirected"},
      {"other paths are simply not there", missing_path, Outcome::pass, "redirected"},
      {"https sends back to http", round, Outcome::fail, "returns-to-http"},
      {"a bot defence answered 403", site({answered("http://www.example.no/", 403)}, {here}),
       Outcome::unknown, "rejected"},
      {"port 80 is silent", site({unanswered("http://www.example.no/", Unseen::timed_out)}, {here}),
       Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_redirect_https

UTSYN_CHECK(http_redirect_https) = {
    .id = "http.redirect.https",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_redirect_https::evaluate,
    .examples = utsyn::checks::http_redirect_https::examples,
};
