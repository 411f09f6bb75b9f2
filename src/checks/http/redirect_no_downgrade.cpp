// Does https ever send visitors back to http? One such step lets anyone on the way take the visit over,
// however well the rest is protected.
#include "base/text.h"
#include "checks/http/reading.h"

namespace utsyn::checks::http_redirect_no_downgrade {
namespace {

Verdict judge(const HttpChain& chain) {
  for (const auto& hop : chain.hops) {
    if (!is_https(hop)) return Verdict{Outcome::fail, "downgrade"}.with("url", hop.url);
  }
  const auto& last = chain.hops.back();
  const auto* answer = last.answer.seen();
  if (answer == nullptr) return could_not_look(last.answer.unseen());
  if (const auto target = redirect_target(last); target && !target->is_https())
    return Verdict{Outcome::fail, "downgrade"}.with("url", target->str());
  if (const auto* facts = answer->page.seen(); facts != nullptr && istarts_with(facts->meta_refresh, "http:"))
    return Verdict{Outcome::fail, "page-refresh"}.with("url", facts->meta_refresh);
  if (chain.too_long) return {Outcome::unknown, "redirect-loop"};
  if (turned_away(*answer)) return could_not_look(Unseen::rejected);
  return {Outcome::pass, "stays-encrypted"};
}

Verdict evaluate(const Evidence& evidence) {
  return for_first_secure(evidence, [&](const HttpExchange&) { return judge(evidence.web.seen()->secure); });
}

std::vector<Example> examples() {
  const auto start = [](const std::string& location) {
    return answered("https://www.example.no/", 302, {{"location", location}});
  };
  PageFacts refreshing;
  refreshing.meta_refresh = "http://www.example.no/old";
  auto loop = site({to_https()}, {start("https://www.example.no/")});
  loop.web.seen()->secure.too_long = true;
  return {
      {"the page at once", page_with({}), Outcome::pass, "stays-encrypted"},
      {"to https on another host",
       site({to_https()}, {start("https://example.no/"), page("https://example.no/")}), Outcome::pass,
       "stays-encrypted"},
      {"to http", site({to_https()}, {start("http://www.example.no/"), page("http://www.example.no/")}),
       Outcome::fail, "downgrade"},
      {"to http, where nobody answered",
       site({to_https()}, {start("http://example.no/"), unanswered("http://example.no/", Unseen::timed_out)}),
       Outcome::fail, "downgrade"},
      {"by way of http to https",
       site({to_https()}, {start("http://example.no/"),
                           answered("http://example.no/", 301, {{"location", "https://example.no/"}}),
                           page("https://example.no/")}),
       Outcome::fail, "downgrade"},
      {"a step to http that was not taken", site({to_https()}, {start("http://example.no/")}), Outcome::fail,
       "downgrade"},
      {"the page sends the browser back", page_with({}, refreshing), Outcome::fail, "page-refresh"},
      {"round in circles on https", loop, Outcome::unknown, "redirect-loop"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the second step was silent",
       site({to_https()},
            {start("https://example.no/"), unanswered("https://example.no/", Unseen::timed_out)}),
       Outcome::unknown, "timed-out"},
      {"no https",
       site({page("http://www.example.no/")}, {unanswered("https://www.example.no/", Unseen::refused)}),
       Outcome::not_applicable, "no-https"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_redirect_no_downgrade

UTSYN_CHECK(http_redirect_no_downgrade) = {
    .id = "http.redirect.no-downgrade",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_redirect_no_downgrade::evaluate,
    .examples = utsyn::checks::http_redirect_no_downgrade::examples,
};
