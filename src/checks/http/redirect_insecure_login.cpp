// Is a password ever asked for on a page without encryption, or sent to an address without it (CWE-319)? A
// form that was served in the clear is no better for posting to https: whoever is on the way can change it.
#include "base/text.h"
#include "checks/http/reading.h"

namespace utsyn::checks::http_redirect_insecure_login {
namespace {

Verdict judge(const HttpExchange& last, const PageFacts& facts) {
  if (!is_https(last) && facts.password_input)
    return Verdict{Outcome::fail, "served-plain"}.with("url", last.url);
  for (const auto& form : facts.forms) {
    if (form.has_password && istarts_with(form.action, "http:"))
      return Verdict{Outcome::fail, "posted-plain"}.with("url", last.url).with("action", form.action);
  }
  if (facts.password_input) return Verdict{Outcome::pass, "login-encrypted"}.with("url", last.url);
  return {Outcome::not_applicable, "no-login"};
}

Verdict evaluate(const Evidence& evidence) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  const auto& site = *evidence.web.seen();
  Verdict worst{Outcome::not_applicable, "no-login"};
  for (const auto* chain : {&site.plain, &site.secure}) {
    const auto* last = chain->last();
    Verdict verdict{Outcome::not_applicable, "no-login"};
    if (last == nullptr) {
      verdict = {Outcome::unknown, "not-measured"};
    } else if (!on_host(*last, evidence.host)) {
      verdict = {Outcome::not_applicable, "redirects-elsewhere"};
    } else if (last->answer.seen() == nullptr) {
      if (last->answer.unseen() != Unseen::refused) verdict = could_not_look(last->answer.unseen());
    } else if (const auto* facts = last->answer.seen()->page.seen();
               facts != nullptr && !turned_away(*last->answer.seen())) {
      verdict = judge(*last, *facts);
    } else if (turned_away(*last->answer.seen())) {
      verdict = could_not_look(Unseen::rejected);
    } else if (chain->too_long) {
      verdict = {Outcome::unknown, "redirect-loop"};
    }
    if (gravity(verdict.outcome) > gravity(worst.outcome) || verdict.reason == "redirects-elsewhere") {
      if (gravity(verdict.outcome) >= gravity(worst.outcome)) worst = std::move(verdict);
    }
  }
  return worst;
}

std::vector<Example> examples() {
  PageFacts login;
  login.forms = {{"https://www.example.no/login", "post", true}};
  login.password_input = true;
  auto to_plain = login;
  to_plain.forms.front().action = "http://www.example.no/login";
  const auto plain_login = page("http://www.example.no/", {}, login);
  const auto elsewhere = page("https://example.no/", {}, login);
  return {
      {"a login page over https", page_with({}, login), Outcome::pass, "login-encrypted"},
      {"a login page over http that posts to https",
       site({plain_login}, {page("https://www.example.no/", {}, login)}), Outcome::fail, "served-plain"},
      {"a login page over http, no https",
       site({plain_login}, {unanswered("https://www.example.no/", Unseen::refused)}), Outcome::fail,
       "served-plain"},
      {"an https page that posts to http", page_with({}, to_plain), Outcome::fail, "posted-plain"},
      {"no password is asked for", page_with({}), Outcome::not_applicable, "no-login"},
      {"another host asks for it",
       site({answered("http://www.example.no/", 301, {{"location", "https://example.no/"}}), elsewhere},
            {answered("https://www.example.no/", 301, {{"location", "https://example.no/"}}), elsewhere}),
       Outcome::not_applicable, "redirects-elsewhere"},
      {"http is silent, https is fine",
       site({unanswered("http://www.example.no/", Unseen::timed_out)},
            {page("https://www.example.no/", {}, login)}),
       Outcome::unknown, "timed-out"},
      {"a bot defence answered 403",
       site({to_https(), answered("https://www.example.no/", 403)},
            {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_redirect_insecure_login

UTSYN_CHECK(http_redirect_insecure_login) = {
    .id = "http.redirect.insecure-login",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_redirect_insecure_login::evaluate,
    .examples = utsyn::checks::http_redirect_insecure_login::examples,
};
