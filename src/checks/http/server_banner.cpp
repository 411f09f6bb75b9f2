// Do headers tell versions of the programs behind the site? It helps whoever looks for sites with a known
// hole; the hole itself is judged elsewhere.
#include <algorithm>

#include "checks/http/reading.h"

namespace utsyn::checks::http_server_banner {
namespace {

Verdict judge(const std::vector<const HttpExchange*>& answers) {
  std::vector<std::string> banners;
  for (const auto* exchange : answers) {
    for (const auto& banner : wire::version_banners(headers_of(*exchange->answer.seen()))) {
      auto text = banner.header + ": " + banner.value;
      if (std::ranges::find(banners, text) == banners.end()) banners.push_back(std::move(text));
    }
  }
  if (banners.empty()) return {Outcome::pass, "no-version"};
  return Verdict{Outcome::warn, "version-told"}.with("banners", std::move(banners));
}

Verdict evaluate(const Evidence& evidence) { return for_own_answers(evidence, judge); }

std::vector<Example> examples() {
  return {
      {"a name without a number", page_with({{"server", "nginx"}}), Outcome::pass, "no-version"},
      {"a version", page_with({{"server", "nginx/1.18.0"}}), Outcome::warn, "version-told"},
      {"the language's", page_with({{"x-powered-by", "PHP/7.4.3"}}), Outcome::warn, "version-told"},
      {"on the redirect only",
       site({answered("http://www.example.no/", 301,
                      {{"location", "https://www.example.no/"}, {"server", "Apache/2.4.41"}})},
            {page("https://www.example.no/")}),
       Outcome::warn, "version-told"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_server_banner

UTSYN_CHECK(http_server_banner) = {
    .id = "http.server-banner",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_server_banner::evaluate,
    .examples = utsyn::checks::http_server_banner::examples,
};
