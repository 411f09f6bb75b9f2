// The name server takes part in DNS cookies (RFC 7873), which make forged questions cheap to refuse.
#include "checks/judging.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_server_cookies_rrl {
namespace {

Verdict judge(const NameServer& server) {
  const auto* cookies = server.cookies.seen();
  if (cookies == nullptr) return could_not_look(server.cookies.unseen());
  return *cookies ? Verdict{Outcome::pass, "cookies"} : Verdict{Outcome::not_applicable, "no-cookies"};
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.name_servers, judge); }

std::vector<Example> examples() {
  const auto says = [](Observed<bool> cookies) {
    auto evidence = name_server_asset();
    auto one = working_server("ns1.example.no", "192.0.2.53");
    one.cookies = cookies;
    evidence.name_servers = {one};
    return evidence;
  };
  return {
      {"a cookie came back", says(true), Outcome::pass, "cookies"},
      {"none came", says(false), Outcome::not_applicable, "no-cookies"},
      {"silent", says(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_server_cookies_rrl

UTSYN_CHECK(dns_server_cookies_rrl) = {
    .id = "dns.server.cookies-rrl",
    .assets = {utsyn::AssetKind::name_server},
    .reads = utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_server_cookies_rrl::evaluate,
    .examples = utsyn::checks::dns_server_cookies_rrl::examples,
};
