// Do cookies keep what their names promise (__Host-, __Secure-; RFC 6265bis section 4.1.3), and are sessions
// kept to the host that needs them? A session for the whole domain can be read and overwritten by every name
// in it.
#include "checks/http/reading.h"
#include "wire/http/psl.h"

namespace utsyn::checks::http_cookie_prefix_scope {
namespace {

Verdict judge(const std::vector<SeenCookie>& seen, const std::string& host) {
  std::vector<std::string> broken;
  std::vector<std::string> refused;
  std::vector<std::string> wide;
  for (const auto& [cookie, url] : seen) {
    for (const auto fault : wire::prefix_faults(cookie))
      broken.push_back(cookie.name + ": " + std::string(wire::code(fault)));
    if (cookie.domain.empty()) continue;
    if (wire::is_public_suffix(cookie.domain) && cookie.domain != host) refused.push_back(cookie.name);
    if (wire::registrable_domain(cookie.domain) == cookie.domain && wire::session_like_name(cookie.name))
      wide.push_back(cookie.name);
  }
  if (!broken.empty()) return Verdict{Outcome::fail, "prefix-broken"}.with("cookies", std::move(broken));
  if (!refused.empty()) return Verdict{Outcome::warn, "public-suffix"}.with("cookies", std::move(refused));
  if (!wide.empty()) return Verdict{Outcome::warn, "whole-domain"}.with("cookies", std::move(wide));
  return {Outcome::pass, "sound"};
}

Verdict evaluate(const Evidence& evidence) {
  return for_cookies(evidence,
                     [&](const std::vector<SeenCookie>& seen) { return judge(seen, evidence.host); });
}

std::vector<Example> examples() {
  return {
      {"for this host only", cookies({"__Host-sid=blanked; Secure; Path=/; HttpOnly"}), Outcome::pass,
       "sound"},
      {"__Host- with a domain", cookies({"__Host-sid=blanked; Secure; Path=/; Domain=example.no"}),
       Outcome::fail, "prefix-broken"},
      {"__Secure- without Secure", cookies({"__Secure-sid=blanked; Path=/"}), Outcome::fail, "prefix-broken"},
      {"a session for the whole domain", cookies({"sid=blanked; Secure; Domain=.example.no"}), Outcome::warn,
       "whole-domain"},
      {"a choice of language for the whole domain", cookies({"lang=blanked; Secure; Domain=example.no"}),
       Outcome::pass, "sound"},
      {"for all of no, which browsers refuse", cookies({"sid=blanked; Secure; Domain=no"}), Outcome::warn,
       "public-suffix"},
      {"no cookies", page_with({}), Outcome::not_applicable, "no-cookies"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_cookie_prefix_scope

UTSYN_CHECK(http_cookie_prefix_scope) = {
    .id = "http.cookie.prefix-scope",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_cookie_prefix_scope::evaluate,
    .examples = utsyn::checks::http_cookie_prefix_scope::examples,
};
