// Are cookies that guard a session kept from scripts (RFC 6265bis section 4.1.2.6)? Anti-forgery tokens are
// left out, since scripts must read them. The name decides: that a cookie ends with the browser's window says
// little, and scripts read many of those.
#include "checks/http/reading.h"

namespace utsyn::checks::http_cookie_httponly {
namespace {

Verdict judge(const std::vector<SeenCookie>& seen) {
  std::vector<std::string> sessions;
  for (const auto& [cookie, url] : seen) {
    if (cookie.http_only || wire::anti_csrf_name(cookie.name)) continue;
    if (wire::session_like_name(cookie.name)) sessions.push_back(cookie.name);
  }
  if (!sessions.empty())
    return Verdict{Outcome::fail, "session-without-httponly"}.with("cookies", std::move(sessions));
  return {Outcome::pass, "guarded"};
}

Verdict evaluate(const Evidence& evidence) { return for_cookies(evidence, judge); }

std::vector<Example> examples() {
  return {
      {"HttpOnly", cookies({"PHPSESSID=blanked; Path=/; Secure; HttpOnly"}), Outcome::pass, "guarded"},
      {"a session that scripts can read", cookies({"PHPSESSID=blanked; Path=/; Secure"}), Outcome::fail,
       "session-without-httponly"},
      {"an anti-forgery token must be readable", cookies({"csrftoken=blanked; Secure; SameSite"}),
       Outcome::pass, "guarded"},
      {"a choice of language that stays", cookies({"lang=blanked; Max-Age=86400"}), Outcome::pass, "guarded"},
      {"a choice that ends with the window", cookies({"lang=blanked; Secure"}), Outcome::pass, "guarded"},
      {"none", page_with({}), Outcome::not_applicable, "no-cookies"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_cookie_httponly

UTSYN_CHECK(http_cookie_httponly) = {
    .id = "http.cookie.httponly",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_cookie_httponly::evaluate,
    .examples = utsyn::checks::http_cookie_httponly::examples,
};
