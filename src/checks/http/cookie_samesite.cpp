// When do cookies go along with requests from other sites (RFC 6265bis section 4.1.2.7)? SameSite=None needs
// Secure, or browsers drop the cookie. Without the attribute browsers take Lax, which is enough for all but
// sessions.
#include "checks/http/reading.h"

namespace utsyn::checks::http_cookie_samesite {
namespace {

Verdict judge(const std::vector<SeenCookie>& seen) {
  std::vector<std::string> dropped;
  std::vector<std::string> invalid;
  std::vector<std::string> sessions;
  for (const auto& [cookie, url] : seen) {
    switch (cookie.same_site) {
      case wire::SameSite::none:
        if (!cookie.secure) dropped.push_back(cookie.name);
        break;
      case wire::SameSite::invalid:
        invalid.push_back(cookie.name);
        break;
      case wire::SameSite::absent:
      case wire::SameSite::bare:
        if (wire::session_like_name(cookie.name)) sessions.push_back(cookie.name);
        break;
      case wire::SameSite::lax:
      case wire::SameSite::strict:
        break;
    }
  }
  if (!dropped.empty())
    return Verdict{Outcome::fail, "none-without-secure"}.with("cookies", std::move(dropped));
  if (!invalid.empty()) return Verdict{Outcome::warn, "invalid"}.with("cookies", std::move(invalid));
  if (!sessions.empty())
    return Verdict{Outcome::warn, "session-without"}.with("cookies", std::move(sessions));
  return {Outcome::pass, "sound"};
}

Verdict evaluate(const Evidence& evidence) { return for_cookies(evidence, judge); }

std::vector<Example> examples() {
  return {
      {"Lax", cookies({"sid=blanked; Secure; SameSite=Lax"}), Outcome::pass, "sound"},
      {"None with Secure", cookies({"sid=blanked; Secure; SameSite=None"}), Outcome::pass, "sound"},
      {"None without Secure", cookies({"theme=blanked; SameSite=None"}), Outcome::fail,
       "none-without-secure"},
      {"a session without", cookies({"sessionid=blanked; Secure"}), Outcome::warn, "session-without"},
      {"no session, without", cookies({"lang=blanked; Secure"}), Outcome::pass, "sound"},
      {"the bare word", cookies({"lang=blanked; Secure; SameSite"}), Outcome::pass, "sound"},
      {"a value nobody knows", cookies({"lang=blanked; Secure; SameSite=Medium"}), Outcome::warn, "invalid"},
      {"no cookies", page_with({}), Outcome::not_applicable, "no-cookies"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_cookie_samesite

UTSYN_CHECK(http_cookie_samesite) = {
    .id = "http.cookie.samesite",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_cookie_samesite::evaluate,
    .examples = utsyn::checks::http_cookie_samesite::examples,
};
