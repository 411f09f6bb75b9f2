// Does the cookie of a load balancer (BIG-IP) tell the address and port of a server inside? Its four forms
// are decoded.
#include "checks/http/reading.h"

namespace utsyn::checks::http_cookie_lb_leak {
namespace {

Verdict judge(const std::vector<SeenCookie>& seen) {
  for (const auto& [cookie, url] : seen) {
    const auto member = wire::decode_bigip(cookie.value);
    if (!member) continue;
    return Verdict{Outcome::fail, "tells"}
        .with("cookie", cookie.name)
        .with("address", member->address.str())
        .with("port", static_cast<int>(member->port));
  }
  return {Outcome::pass, "nothing-told"};
}

Verdict evaluate(const Evidence& evidence) { return for_cookies(evidence, judge); }

std::vector<Example> examples() {
  return {
      {"an ordinary cookie", cookies({"sid=blanked; Secure"}), Outcome::pass, "nothing-told"},
      {"an inside address", cookies({"BIGipServerpool=1677787402.36895.0000; Path=/; Secure"}), Outcome::fail,
       "tells"},
      {"an encrypted one", cookies({"BIGipServerpool=blanked; Secure"}), Outcome::pass, "nothing-told"},
      {"no cookies", page_with({}), Outcome::not_applicable, "no-cookies"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_cookie_lb_leak

UTSYN_CHECK(http_cookie_lb_leak) = {
    .id = "http.cookie.lb-leak",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_cookie_lb_leak::evaluate,
    .examples = utsyn::checks::http_cookie_lb_leak::examples,
};
