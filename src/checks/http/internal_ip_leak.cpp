// Do headers tell addresses of the network inside? Numbers that are versions (Foo/10.0.0.1) are left out.
#include <algorithm>

#include "checks/http/reading.h"

namespace utsyn::checks::http_internal_ip_leak {
namespace {

Verdict judge(const std::vector<const HttpExchange*>& answers) {
  std::vector<std::string> leaks;
  for (const auto* exchange : answers) {
    for (const auto& leak : wire::private_addresses(headers_of(*exchange->answer.seen()))) {
      auto text = leak.header + ": " + leak.address.str();
      if (std::ranges::find(leaks, text) == leaks.end()) leaks.push_back(std::move(text));
    }
  }
  if (leaks.empty()) return {Outcome::pass, "nothing-told"};
  return Verdict{Outcome::fail, "told"}.with("addresses", std::move(leaks));
}

Verdict evaluate(const Evidence& evidence) { return for_own_answers(evidence, judge); }

std::vector<Example> examples() {
  return {
      {"nothing of the kind", page_with({{"via", "1.1 proxy"}}), Outcome::pass, "nothing-told"},
      {"a server inside", page_with({{"x-backend", "10.20.30.40"}}), Outcome::fail, "told"},
      {"a redirect to an inside address",
       site({to_https()}, {answered("https://www.example.no/", 302, {{"location", "https://192.168.1.5/"}}),
                           unanswered("https://192.168.1.5/", Unseen::out_of_scope)}),
       Outcome::fail, "told"},
      {"a version that looks like one", page_with({{"server", "Foo/10.0.0.1"}}), Outcome::pass,
       "nothing-told"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_internal_ip_leak

UTSYN_CHECK(http_internal_ip_leak) = {
    .id = "http.internal-ip-leak",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_internal_ip_leak::evaluate,
    .examples = utsyn::checks::http_internal_ip_leak::examples,
};
