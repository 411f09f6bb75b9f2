// Are cookies kept to https (RFC 6265bis section 4.1.2.5)? Without Secure the browser sends them over http
// too. Cookies that guard a session are a fault, others a mild one; with HSTS in force there is less to lose.
#include "checks/http/reading.h"

namespace utsyn::checks::http_cookie_secure {
namespace {

Verdict judge(const std::vector<SeenCookie>& seen, bool hsts) {
  std::vector<std::string> sessions;
  std::vector<std::string> others;
  bool by_name = false;
  for (const auto& [cookie, url] : seen) {
    if (cookie.secure) continue;
    (session_like(cookie) ? sessions : others).push_back(cookie.name);
    by_name = by_name || wire::session_like_name(cookie.name);
  }
  const auto weigh = [&](Verdict verdict) {
    return hsts ? std::move(verdict).weighing(Severity::low) : std::move(verdict);
  };
  if (!sessions.empty()) {
    auto verdict = Verdict{Outcome::fail, "session-without-secure"}.with("cookies", std::move(sessions));
    // That a cookie has no expiry date hints at a session; its name tells.
    return weigh(std::move(verdict).held(by_name ? Confidence::confirmed : Confidence::inferred));
  }
  if (!others.empty())
    return weigh(Verdict{Outcome::warn, "others-without-secure"}.with("cookies", std::move(others)));
  return Verdict{Outcome::pass, "all-secure"}.with("cookies", seen.size());
}

Verdict evaluate(const Evidence& evidence) {
  return for_cookies(
      evidence, [&](const std::vector<SeenCookie>& seen) { return judge(seen, hsts_in_force(evidence)); });
}

std::vector<Example> examples() {
  const auto over_http =
      site({page("http://www.example.no/", {{"set-cookie", "JSESSIONID=blanked; Path=/; HttpOnly"}})},
           {unanswered("https://www.example.no/", Unseen::refused)});
  return {
      {"Secure", cookies({"PHPSESSID=blanked; Path=/; Secure; HttpOnly"}), Outcome::pass, "all-secure"},
      {"SameSite=None with Secure", cookies({"sid=blanked; secure; SameSite=None"}), Outcome::pass,
       "all-secure"},
      {"a session without Secure", cookies({"PHPSESSID=blanked; Path=/; HttpOnly"}), Outcome::fail,
       "session-without-secure"},
      {"the same with HSTS",
       page_with({{"strict-transport-security", "max-age=31536000"},
                  {"set-cookie", "PHPSESSID=blanked; HttpOnly"}}),
       Outcome::fail, "session-without-secure"},
      {"no expiry date, so it may be a session", cookies({"valg=blanked; Path=/"}), Outcome::fail,
       "session-without-secure"},
      {"a choice of language", cookies({"lang=blanked; Max-Age=86400"}), Outcome::warn,
       "others-without-secure"},
      {"set over http", over_http, Outcome::fail, "session-without-secure"},
      {"set on a redirect",
       site({to_https()}, {answered("https://www.example.no/", 302,
                                    {{"location", "/start"}, {"set-cookie", "sid=blanked"}}),
                           page("https://www.example.no/start")}),
       Outcome::fail, "session-without-secure"},
      {"taken away, not set", cookies({"sid=; Max-Age=0"}), Outcome::not_applicable, "no-cookies"},
      {"none", page_with({}), Outcome::not_applicable, "no-cookies"},
      {"those of a bot defence do not count",
       site({to_https()}, {answered("https://www.example.no/", 403, {{"set-cookie", "sid=blanked"}})}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_cookie_secure

UTSYN_CHECK(http_cookie_secure) = {
    .id = "http.cookie.secure",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::http_cookie_secure::evaluate,
    .examples = utsyn::checks::http_cookie_secure::examples,
};
