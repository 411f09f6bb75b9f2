// Does the site answer? One look tells of a server error; silence may as well be a firewall between us and
// the site, so it is not counted. 401 and 403 are answers of a site that is up.
#include "checks/http/reading.h"

namespace utsyn::checks::http_availability {
namespace {

Verdict evaluate(const Evidence& evidence) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  const auto& chain = main_chain(*evidence.web.seen());
  // Where the chain leaves for another host, that host answers for itself.
  const HttpExchange* last = nullptr;
  for (const auto& hop : chain.hops) {
    if (!on_host(hop, evidence.host)) break;
    last = &hop;
  }
  if (last == nullptr) return {Outcome::unknown, "not-measured"};
  const auto* answer = last->answer.seen();
  if (answer == nullptr) return could_not_look(last->answer.unseen());
  if (chain.too_long) return {Outcome::unknown, "redirect-loop"};
  const auto say = [&](Verdict verdict) {
    return std::move(verdict).with("status", answer->status).with("url", last->url);
  };
  if (answer->status >= 500) return say(Verdict{Outcome::fail, "server-error"}.held(Confidence::inferred));
  if (answer->status == 429) return could_not_look(Unseen::rejected);
  return say({Outcome::pass, "answers"});
}

std::vector<Example> examples() {
  const auto ending = [](int status) {
    return site({to_https()}, {answered("https://www.example.no/", status)});
  };
  auto loop = site({to_https()},
                   {answered("https://www.example.no/", 302, {{"location", "https://www.example.no/"}})});
  loop.web.seen()->secure.too_long = true;
  return {
      {"a page", page_with({}), Outcome::pass, "answers"},
      {"a login is needed", ending(401), Outcome::pass, "answers"},
      {"it says no, so it is there", ending(403), Outcome::pass, "answers"},
      {"a server error", ending(500), Outcome::fail, "server-error"},
      {"out of service", ending(503), Outcome::fail, "server-error"},
      {"the host it leads to has an error",
       site({to_https()}, {answered("https://www.example.no/", 301, {{"location", "https://example.no/"}}),
                           answered("https://example.no/", 500)}),
       Outcome::pass, "answers"},
      {"no https, the plain site answers",
       site({page("http://www.example.no/")}, {unanswered("https://www.example.no/", Unseen::refused)}),
       Outcome::pass, "answers"},
      {"too many questions", ending(429), Outcome::unknown, "rejected"},
      {"round in circles", loop, Outcome::unknown, "redirect-loop"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_availability

UTSYN_CHECK(http_availability) = {
    .id = "http.availability",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_availability::evaluate,
    .examples = utsyn::checks::http_availability::examples,
};
