// Does the site ask for a password by Basic or NTLM over http (RFC 7617 section 4)? Basic is the password
// itself, NTLM a proof that can be passed on or guessed.
#include "checks/http/reading.h"

namespace utsyn::checks::http_basic_auth_cleartext {
namespace {

std::optional<Verdict> asks_for_password(const std::string& url, const HttpAnswer& answer) {
  if (answer.status != 401) return std::nullopt;
  for (const auto& challenge : wire::auth_challenges(headers_of(answer))) {
    if (challenge.scheme == "basic")
      return Verdict{Outcome::fail, "basic"}.with("url", url).with("realm", challenge.realm);
    if (challenge.scheme == "ntlm") return Verdict{Outcome::fail, "ntlm"}.with("url", url);
  }
  return std::nullopt;
}

Verdict evaluate(const Evidence& evidence) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  const auto& site = *evidence.web.seen();
  const auto* first = site.plain.first();
  if (first == nullptr) return {Outcome::unknown, "not-measured"};
  if (first->answer.seen() == nullptr) {
    if (first->answer.unseen() == Unseen::refused) return {Outcome::pass, "port-closed"};
    return could_not_look(first->answer.unseen());
  }
  std::optional<Verdict> trouble;
  for (const auto& hop : site.plain.hops) {
    if (is_https(hop) || !on_host(hop, evidence.host)) break;
    const auto* answer = hop.answer.seen();
    if (answer == nullptr) {
      trouble = could_not_look(hop.answer.unseen());
      break;
    }
    if (auto verdict = asks_for_password(hop.url, *answer)) return std::move(*verdict);
    if (turned_away(*answer)) trouble = could_not_look(Unseen::rejected);
  }
  if (const auto* path = site.plain_path.seen()) {
    if (auto verdict = asks_for_password(first->url, *path)) return std::move(*verdict);
  }
  if (trouble) return std::move(*trouble);
  return {Outcome::pass, "no-password"};
}

std::vector<Example> examples() {
  const auto asking = [](const std::string& challenge) {
    return answered("http://www.example.no/", 401, {{"www-authenticate", challenge}});
  };
  const auto here = page("https://www.example.no/");
  auto below = site({to_https(), here}, {here});
  below.web.seen()->plain_path = *asking("Basic realm=\"intern\"").answer.seen();
  return {
      {"http leads to https", site({to_https(), here}, {here}), Outcome::pass, "no-password"},
      {"http leads to https, where it is asked for",
       site({to_https(),
             answered("https://www.example.no/", 401, {{"www-authenticate", "Basic realm=\"intern\""}})},
            {answered("https://www.example.no/", 401, {{"www-authenticate", "Basic realm=\"intern\""}})}),
       Outcome::pass, "no-password"},
      {"Basic over http", site({asking("Basic realm=\"intern\"")}, {here}), Outcome::fail, "basic"},
      {"NTLM over http", site({asking("NTLM")}, {here}), Outcome::fail, "ntlm"},
      {"below the front page", below, Outcome::fail, "basic"},
      {"a token is asked for, not a password", site({asking("Bearer realm=\"api\"")}, {here}), Outcome::pass,
       "no-password"},
      {"port 80 is closed", site({unanswered("http://www.example.no/", Unseen::refused)}, {here}),
       Outcome::pass, "port-closed"},
      {"a bot defence answered 403", site({answered("http://www.example.no/", 403)}, {here}),
       Outcome::unknown, "rejected"},
      {"port 80 is silent", site({unanswered("http://www.example.no/", Unseen::timed_out)}, {here}),
       Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_basic_auth_cleartext

UTSYN_CHECK(http_basic_auth_cleartext) = {
    .id = "http.basic-auth-cleartext",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_basic_auth_cleartext::evaluate,
    .examples = utsyn::checks::http_basic_auth_cleartext::examples,
};
