// May any site read what a logged-in visitor sees? The server was asked from origins it cannot know: a random
// one, "null", and names that only begin or end like its own. Naming one of them together with credentials is
// the fault (CWE-942); "*" is not, since browsers send no credentials then.
#include "checks/http/reading.h"

namespace utsyn::checks::http_cors_wildcard_credentials {
namespace {

Verdict judge(const CorsAnswer& asked) {
  const auto* answer = asked.answer.seen();
  if (answer == nullptr) return could_not_look(asked.answer.unseen());
  const auto cors = wire::cors(headers_of(*answer));
  const bool named = cors.allow_origin == asked.origin;
  if (named && cors.allow_credentials) {
    auto verdict =
        Verdict{Outcome::fail, asked.origin == "null" ? "null-allowed" : "any-origin-allowed"}.with(
            "origin", asked.origin);
    // The body of a redirect or an error cannot be read; the pages behind it most likely answer alike.
    const bool readable = answer->status >= 200 && answer->status < 300;
    return std::move(verdict).held(readable ? Confidence::confirmed : Confidence::inferred);
  }
  if (turned_away(*answer)) return could_not_look(Unseen::rejected);
  if (cors.allow_origin == "*") return {Outcome::pass, "public"};
  if (named) return {Outcome::pass, "reflected-without-credentials"};
  return {Outcome::pass, "closed"};
}

Verdict evaluate(const Evidence& evidence) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  std::optional<Verdict> worst;
  for (const auto& asked : evidence.web.seen()->cors) {
    auto verdict = judge(asked);
    if (!worst || gravity(verdict.outcome) > gravity(worst->outcome)) worst = std::move(verdict);
  }
  if (worst) return std::move(*worst);
  if (auto verdict = chain_cut_short(*evidence.web.seen())) return std::move(*verdict);
  return {Outcome::unknown, "not-measured"};
}

std::vector<Example> examples() {
  const auto asking = [](const std::string& origin, Observed<HttpAnswer> answer) {
    auto evidence = page_with({});
    HttpAnswer plain;
    plain.status = 200;
    evidence.web.seen()->cors = {{"https://other.example", plain}, {origin, std::move(answer)}};
    return evidence;
  };
  const auto saying = [&](const std::string& origin, const std::string& allowed, bool credentials,
                          int status = 200) {
    HttpAnswer answer;
    answer.status = status;
    answer.headers = {{"access-control-allow-origin", allowed}};
    if (credentials) answer.headers.push_back({"access-control-allow-credentials", "true"});
    return asking(origin, answer);
  };
  const std::string strange = "https://x.example";
  return {
      {"a fixed list", saying(strange, "https://app.example.no", true), Outcome::pass, "closed"},
      {"any origin, with credentials", saying(strange, strange, true), Outcome::fail, "any-origin-allowed"},
      {"the same on a redirect", saying(strange, strange, true, 302), Outcome::fail, "any-origin-allowed"},
      {"the origin null, with credentials", saying("null", "null", true), Outcome::fail, "null-allowed"},
      {"a name that only begins like ours",
       saying("https://www.example.no.x.example", "https://www.example.no.x.example", true), Outcome::fail,
       "any-origin-allowed"},
      {"a star with credentials, which browsers refuse", saying(strange, "*", true), Outcome::pass},
      {"any origin, without credentials", saying(strange, strange, false), Outcome::pass},
      {"a bot defence answered 403", saying(strange, "*", false, 403), Outcome::unknown, "rejected"},
      {"one question was not answered", asking(strange, Unseen::timed_out), Outcome::unknown, "timed-out"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_cors_wildcard_credentials

UTSYN_CHECK(http_cors_wildcard_credentials) = {
    .id = "http.cors.wildcard-credentials",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_cors_wildcard_credentials::evaluate,
    .examples = utsyn::checks::http_cors_wildcard_credentials::examples,
};
