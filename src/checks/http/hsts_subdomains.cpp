// Does HSTS of the domain's own name cover the names below it (RFC 6797 section 6.1.2)? Asked of the domain
// itself, even when it redirects; on other hosts the question matters little.
#include "checks/http/reading.h"
#include "wire/http/hsts.h"

namespace utsyn::checks::http_hsts_subdomains {
namespace {

Verdict judge(const HttpExchange& exchange) {
  const auto& answer = *exchange.answer.seen();
  const auto hsts = wire::read_hsts(headers_of(answer));
  if (!hsts && hsts.error() == wire::HstsError::absent && turned_away(answer))
    return could_not_look(Unseen::rejected);
  if (!hsts || hsts->max_age_seconds == 0) return {Outcome::not_applicable, "no-hsts"};
  if (hsts->include_subdomains) return {Outcome::pass, "covered"};
  return {Outcome::warn, "not-covered"};
}

Verdict evaluate(const Evidence& evidence) {
  if (evidence.host != evidence.domain) return {Outcome::not_applicable, "not-the-domain"};
  return for_first_secure(evidence, judge);
}

std::vector<Example> examples() {
  const auto at_domain = [](HttpExchange first) {
    auto evidence = site({unanswered("http://example.no/", Unseen::refused)}, {std::move(first)});
    evidence.host = "example.no";
    evidence.asset = "example.no:443";
    return evidence;
  };
  const auto saying = [&](const std::string& value) {
    return at_domain(
        answered("https://example.no/", 301,
                 {{"strict-transport-security", value}, {"location", "https://www.example.no/"}}));
  };
  return {
      {"covered, on a redirect to www", saying("max-age=31536000; includeSubDomains"), Outcome::pass,
       "covered"},
      {"not covered", saying("max-age=31536000"), Outcome::warn, "not-covered"},
      {"taken away", saying("max-age=0; includeSubDomains"), Outcome::not_applicable, "no-hsts"},
      {"no HSTS", at_domain(page("https://example.no/")), Outcome::not_applicable, "no-hsts"},
      {"a host below the domain", page_with({}), Outcome::not_applicable, "not-the-domain"},
      {"a bot defence answered 403", at_domain(answered("https://example.no/", 403)), Outcome::unknown,
       "rejected"},
      {"the server was silent", at_domain(unanswered("https://example.no/", Unseen::timed_out)),
       Outcome::unknown, "timed-out"},
      {"both ports are closed", at_domain(unanswered("https://example.no/", Unseen::refused)),
       Outcome::not_applicable, "no-web"},
      {"https is closed, http is silent",
       [&] {
         auto evidence = at_domain(unanswered("https://example.no/", Unseen::refused));
         evidence.web.seen()->plain.hops.front().answer = Unseen::timed_out;
         return evidence;
       }(),
       Outcome::not_applicable, "no-https"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_hsts_subdomains

UTSYN_CHECK(http_hsts_subdomains) = {
    .id = "http.hsts.subdomains",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_hsts_subdomains::evaluate,
    .examples = utsyn::checks::http_hsts_subdomains::examples,
};
