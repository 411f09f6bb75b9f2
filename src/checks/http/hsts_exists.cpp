// Is HSTS sent (RFC 6797)? Browsers read the first field of an https answer, redirects too; they ignore one
// that is faulty, one that came over http, and one that came with a certificate they do not take.
#include <algorithm>

#include "checks/cert/example_certificates.h"
#include "checks/http/reading.h"
#include "wire/http/hsts.h"

namespace utsyn::checks::http_hsts_exists {
namespace {

bool sent_over_http(const Evidence& evidence) {
  const auto& hops = evidence.web.seen()->plain.hops;
  return std::ranges::any_of(hops, [&](const HttpExchange& hop) {
    return !is_https(hop) && on_host(hop, evidence.host) && hop.answer.seen() != nullptr &&
           hop.answer.seen()->header("strict-transport-security") != nullptr;
  });
}

Verdict judge(const Evidence& evidence, const HttpExchange& exchange) {
  const auto& answer = *exchange.answer.seen();
  const auto* field = answer.header("strict-transport-security");
  if (field == nullptr) {
    if (turned_away(answer)) return could_not_look(Unseen::rejected);
    return {Outcome::fail, sent_over_http(evidence) ? "only-over-http" : "missing"};
  }
  const auto hsts = wire::read_hsts(headers_of(answer));
  if (!hsts) {
    return Verdict{Outcome::fail, "unreadable"}
        .with("header", *field)
        .with("error", std::string(wire::describe(hsts.error())));
  }
  auto certificate = certificate_at(evidence, exchange.address);
  if (certificate.outcome != Outcome::pass) return std::move(certificate).with("header", *field);
  return Verdict{Outcome::pass, "sent"}.with("header", *field);
}

Verdict evaluate(const Evidence& evidence) {
  return for_first_secure(evidence, [&](const HttpExchange& first) { return judge(evidence, first); });
}

std::vector<Example> examples() {
  const std::string name = "strict-transport-security";
  auto expired = page_with({{name, "max-age=31536000"}});
  expired.tls.front().path.seen()->error = "certificate-has-expired";
  auto other_name = page_with({{name, "max-age=31536000"}});
  other_name.tls.front().chains = {{"default", {example_certificates::leaf_other_name}}};
  auto right_name = page_with({{name, "max-age=31536000"}});
  right_name.tls.front().chains = {{"default", {example_certificates::leaf}}};
  auto unread = page_with({{name, "max-age=31536000"}});
  unread.tls.front().path = Unseen::timed_out;
  auto other_address = expired;
  other_address.tls.front().address = "192.0.2.81";
  auto second_address = page_with({{name, "max-age=31536000"}});
  second_address.tls.push_back(expired.tls.front());
  second_address.tls.back().address = "192.0.2.81";
  const auto here = page("https://www.example.no/");
  const auto redirecting = answered("https://www.example.no/", 301,
                                    {{name, "max-age=31536000; includeSubDomains"}, {"location", "/start"}});
  return {
      {"a year", right_name, Outcome::pass, "sent"},
      {"capitals and quotes", page_with({{name, "MAX-AGE=\"31536000\" ; IncludeSubDomains"}}), Outcome::pass,
       "sent"},
      {"on a redirect", site({to_https()}, {redirecting, page("https://www.example.no/start")}),
       Outcome::pass, "sent"},
      {"on the page, not on the redirect before it",
       site({to_https()}, {answered("https://www.example.no/", 301, {{"location", "/start"}}),
                           page("https://www.example.no/start", {{name, "max-age=31536000"}})}),
       Outcome::fail, "missing"},
      {"no header", page_with({}), Outcome::fail, "missing"},
      {"over http only",
       site({answered("http://www.example.no/", 301,
                      {{"location", "https://www.example.no/"}, {name, "max-age=31536000"}})},
            {here}),
       Outcome::fail, "only-over-http"},
      {"two ages in one header", page_with({{name, "max-age=31536000; max-age=60"}}), Outcome::fail,
       "unreadable"},
      {"no age", page_with({{name, "includeSubDomains"}}), Outcome::fail, "unreadable"},
      {"only the first header counts", page_with({{name, "max-age"}, {name, "max-age=31536000"}}),
       Outcome::fail, "unreadable"},
      {"the certificate has expired", expired, Outcome::fail, "certificate-invalid"},
      {"the certificate is for another name", other_name, Outcome::fail, "certificate-invalid"},
      {"the certificate of another address counts when this one was not seen", other_address, Outcome::fail,
       "certificate-invalid"},
      {"an expired certificate at an address that was not asked", second_address, Outcome::pass, "sent"},
      {"the certificate was not seen", unread, Outcome::unknown, "timed-out"},
      {"a bot defence answered 403", site({to_https()}, {answered("https://www.example.no/", 403)}),
       Outcome::unknown, "rejected"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"no https",
       site({page("http://www.example.no/")}, {unanswered("https://www.example.no/", Unseen::refused)}),
       Outcome::not_applicable, "no-https"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_hsts_exists

UTSYN_CHECK(http_hsts_exists) = {
    .id = "http.hsts.exists",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::http_hsts_exists::evaluate,
    .examples = utsyn::checks::http_hsts_exists::examples,
};
