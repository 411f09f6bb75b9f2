#include "checks/http/reading.h"

#include <algorithm>
#include <utility>

#include "wire/http/hsts.h"
#include "wire/http/psl.h"
#include "wire/tls/x509.h"

namespace utsyn::checks {
namespace {

constexpr const char* kPlain = "http://www.example.no/";
constexpr const char* kSecure = "https://www.example.no/";
constexpr const char* kAddress = "192.0.2.80";

// Nobody listens, or what listens does not speak TLS: visitors get the plain site.
bool without_https(const HttpChain& secure) {
  const auto* first = secure.first();
  if (first == nullptr || first->answer.seen() != nullptr) return false;
  return first->answer.unseen() == Unseen::refused || first->answer.unseen() == Unseen::tls_failed;
}

bool closed(const HttpChain& chain) {
  const auto* first = chain.first();
  return first != nullptr && first->answer.seen() == nullptr && first->answer.unseen() == Unseen::refused;
}

bool is_html(const HttpAnswer& answer) {
  return answer.content_type == "text/html" || answer.content_type == "application/xhtml+xml" ||
         answer.content_type.empty();
}

// Does the leaf carry the name? A chain that cannot be read is the path's matter.
bool named_in(const TlsEndpoint& endpoint, const std::string& host) {
  const auto* chain = endpoint.chain();
  if (chain == nullptr || chain->pem.empty()) return true;
  const auto leaf = wire::certificates_from_pem(chain->pem.front(), 1);
  if (leaf.empty()) return true;
  if (const auto address = IpAddress::parse(host)) {
    const auto certificate = wire::parse_certificate(leaf.front());
    return !certificate || wire::certificate_matches(*certificate, *address);
  }
  return wire::der_matches(leaf.front(), host,
                           [](std::string_view name) { return wire::is_public_suffix(name); });
}

Verdict certificate_of(const TlsEndpoint& endpoint, const std::string& host) {
  if (endpoint.available.seen() == nullptr) return could_not_look(endpoint.available.unseen());
  const auto* path = endpoint.path.seen();
  if (path == nullptr) return could_not_look(endpoint.path.unseen());
  if (!path->trusted || !path->error.empty()) {
    return Verdict{Outcome::fail, "certificate-invalid"}.with("error", path->error);
  }
  if (!named_in(endpoint, host))
    return Verdict{Outcome::fail, "certificate-invalid"}.with("error", "wrong-name");
  return {Outcome::pass, "certificate-valid"};
}

}  // namespace

wire::Headers headers_of(const HttpAnswer& answer) {
  wire::Headers headers;
  for (const auto& field : answer.headers) headers.add(field.name, field.value);
  return headers;
}

bool turned_away(const HttpAnswer& answer) {
  return answer.status == 403 || answer.status == 429 || answer.status >= 500;
}

bool is_https(const HttpExchange& exchange) { return istarts_with(exchange.url, "https:"); }

bool on_host(const HttpExchange& exchange, std::string_view host) {
  const auto url = wire::parse_url(exchange.url);
  return url && url->host == host;
}

std::optional<wire::Url> redirect_target(const HttpExchange& exchange) {
  const auto* answer = exchange.answer.seen();
  if (answer == nullptr || answer->status < 301 || answer->status > 308) return std::nullopt;
  if (answer->status > 303 && answer->status < 307) return std::nullopt;
  const auto* location = answer->header("location");
  const auto base = wire::parse_url(exchange.url);
  if (location == nullptr || !base) return std::nullopt;
  const auto target = wire::resolve_url(*base, *location);
  if (!target) return std::nullopt;
  return *target;
}

std::optional<Verdict> no_site(const Evidence& evidence) {
  const auto* site = evidence.web.seen();
  if (site == nullptr) return could_not_look(evidence.web.unseen());
  if (site->plain.first() == nullptr && site->secure.first() == nullptr)
    return Verdict{Outcome::unknown, "not-measured"};
  if (closed(site->plain) && closed(site->secure)) return Verdict{Outcome::not_applicable, "no-web"};
  return std::nullopt;
}

const HttpChain& main_chain(const WebSite& site) {
  return without_https(site.secure) ? site.plain : site.secure;
}

std::optional<Verdict> chain_cut_short(const WebSite& site) {
  const auto& chain = main_chain(site);
  const auto* last = chain.last();
  if (last == nullptr) return Verdict{Outcome::unknown, "not-measured"};
  if (last->answer.seen() == nullptr) return could_not_look(last->answer.unseen());
  if (chain.too_long) return Verdict{Outcome::unknown, "redirect-loop"};
  if (turned_away(*last->answer.seen())) return could_not_look(Unseen::rejected);
  return std::nullopt;
}

Verdict for_first_secure(const Evidence& evidence, const std::function<Verdict(const HttpExchange&)>& judge) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  const auto* first = evidence.web.seen()->secure.first();
  if (first == nullptr) return {Outcome::unknown, "not-measured"};
  if (first->answer.seen() != nullptr) return judge(*first);
  if (first->answer.unseen() == Unseen::refused) return {Outcome::not_applicable, "no-https"};
  return could_not_look(first->answer.unseen());
}

Verdict certificate_at(const Evidence& evidence, std::string_view address) {
  // The name may have been resolved to another address meanwhile; then all that were seen count.
  const bool known = std::any_of(evidence.tls.begin(), evidence.tls.end(),
                                 [&](const auto& endpoint) { return endpoint.address == address; });
  return worst_of(evidence.tls, [&](const TlsEndpoint& endpoint) -> Verdict {
    if (known && endpoint.address != address) return {Outcome::not_applicable, "other-address"};
    return certificate_of(endpoint, evidence.host);
  });
}

bool hsts_in_force(const Evidence& evidence) {
  const auto* site = evidence.web.seen();
  const auto* first = site == nullptr ? nullptr : site->secure.first();
  if (first == nullptr || first->answer.seen() == nullptr) return false;
  const auto hsts = wire::read_hsts(headers_of(*first->answer.seen()));
  return hsts && hsts->max_age_seconds > 0 &&
         certificate_at(evidence, first->address).outcome != Outcome::fail;
}

Verdict for_page(const Evidence& evidence, const std::function<Verdict(const JudgedPage&)>& judge) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  const auto& site = *evidence.web.seen();
  const auto* last = main_chain(site).last();
  if (last != nullptr && !on_host(*last, evidence.host))
    return Verdict{Outcome::not_applicable, "redirects-elsewhere"}.with("url", last->url);
  if (auto verdict = chain_cut_short(site)) return std::move(*verdict);
  const auto& answer = *last->answer.seen();
  if (answer.status < 200 || answer.status > 299)
    return Verdict{Outcome::not_applicable, "no-page"}.with("status", answer.status);
  const auto* facts = answer.page.seen();
  if (!is_html(answer) || facts == nullptr)
    return Verdict{Outcome::not_applicable, "not-html"}.with("content_type", answer.content_type);
  return judge({last->url, &answer, facts, headers_of(answer)}).with("url", last->url);
}

Verdict for_policy(const Evidence& evidence,
                   const std::function<Verdict(const wire::Csp&, const JudgedPage&)>& judge) {
  return for_page(evidence, [&](const JudgedPage& seen) -> Verdict {
    const auto csp = wire::read_csp(seen.headers, seen.facts->meta_csp);
    if (!csp.exists()) return {Outcome::not_applicable, "no-policy"};
    return judge(csp, seen);
  });
}

std::vector<const HttpExchange*> own_answers(const Evidence& evidence) {
  std::vector<const HttpExchange*> out;
  const auto* site = evidence.web.seen();
  if (site == nullptr) return out;
  for (const auto* chain : {&site->secure, &site->plain}) {
    for (const auto& hop : chain->hops) {
      const auto* answer = hop.answer.seen();
      if (answer != nullptr && !turned_away(*answer) && on_host(hop, evidence.host)) out.push_back(&hop);
    }
  }
  return out;
}

Verdict for_own_answers(const Evidence& evidence,
                        const std::function<Verdict(const std::vector<const HttpExchange*>&)>& judge) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  auto verdict = judge(own_answers(evidence));
  if (verdict.outcome == Outcome::pass || verdict.outcome == Outcome::not_applicable) {
    if (auto cut_short = chain_cut_short(*evidence.web.seen())) return std::move(*cut_short);
  }
  return verdict;
}

bool session_like(const wire::Cookie& cookie) {
  return wire::session_like_name(cookie.name) || !cookie.persistent;
}

Verdict for_cookies(const Evidence& evidence,
                    const std::function<Verdict(const std::vector<SeenCookie>&)>& judge) {
  return for_own_answers(evidence, [&](const std::vector<const HttpExchange*>& answers) -> Verdict {
    std::vector<SeenCookie> seen;
    for (const auto* exchange : answers) {
      for (auto& cookie : wire::read_cookies(headers_of(*exchange->answer.seen()))) {
        // An empty value takes a cookie away, as a Max-Age of zero does.
        if (cookie.deletes() || cookie.value.empty()) continue;
        const bool again = std::any_of(seen.begin(), seen.end(),
                                       [&](const SeenCookie& other) { return other.cookie == cookie; });
        if (!again) seen.push_back({std::move(cookie), exchange->url});
      }
    }
    if (seen.empty()) return {Outcome::not_applicable, "no-cookies"};
    return judge(seen);
  });
}

HttpExchange answered(std::string url, int status, std::vector<HttpHeader> headers) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = std::move(headers);
  return {std::move(url), kAddress, std::move(answer)};
}

HttpExchange page(std::string url, std::vector<HttpHeader> headers, PageFacts facts) {
  auto exchange = answered(std::move(url), 200, std::move(headers));
  auto& answer = *exchange.answer.seen();
  answer.headers.push_back({"content-type", "text/html; charset=utf-8"});
  answer.content_type = "text/html";
  answer.page = std::move(facts);
  return exchange;
}

HttpExchange unanswered(std::string url, Unseen why) { return {std::move(url), kAddress, why}; }

Evidence site(std::vector<HttpExchange> plain, std::vector<HttpExchange> secure) {
  auto evidence = web_asset();
  WebSite web;
  web.host = evidence.host;
  web.plain.start = kPlain;
  web.plain.hops = std::move(plain);
  web.secure.start = kSecure;
  web.secure.hops = std::move(secure);
  evidence.web = std::move(web);
  TlsEndpoint endpoint;
  endpoint.host = evidence.host;
  endpoint.address = kAddress;
  endpoint.available = true;
  PathCheck path;
  path.trusted = true;
  path.public_root = true;
  endpoint.path = std::move(path);
  evidence.tls = {std::move(endpoint)};
  return evidence;
}

HttpExchange to_https() { return answered(kPlain, 301, {{"location", kSecure}}); }

Evidence page_with(std::vector<HttpHeader> headers, PageFacts facts) {
  auto ended = page(kSecure, std::move(headers), std::move(facts));
  return site({to_https(), ended}, {ended});
}

Evidence policy(std::string csp) { return page_with({{"content-security-policy", std::move(csp)}}); }

Evidence cookies(const std::vector<std::string>& set_cookie) {
  std::vector<HttpHeader> headers;
  headers.reserve(set_cookie.size());
  for (const auto& field : set_cookie) headers.push_back({"set-cookie", field});
  return page_with(std::move(headers));
}

Evidence both_ports_closed() {
  return site({unanswered(kPlain, Unseen::refused)}, {unanswered(kSecure, Unseen::refused)});
}

Evidence silent_site(Unseen why) { return site({unanswered(kPlain, why)}, {unanswered(kSecure, why)}); }

std::vector<Example> with_unjudged_pages(std::vector<Example> own) {
  auto file = answered(kSecure, 200, {{"content-type", "application/json"}});
  file.answer.seen()->content_type = "application/json";
  auto loop = site({to_https()}, {answered(kSecure, 302, {{"location", kSecure}})});
  loop.web.seen()->secure.too_long = true;
  auto nobody_looked = web_asset();
  nobody_looked.web = Unseen::budget_spent;
  const std::vector<Example> shared = {
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"the site had its share of connections", nobody_looked, Outcome::unknown, "budget-spent"},
      {"the last step was silent",
       site({to_https()}, {answered(kSecure, 302, {{"location", "/start"}}),
                           unanswered("https://www.example.no/start", Unseen::reset)}),
       Outcome::unknown, "reset"},
      {"a bot defence answered 403", site({to_https()}, {answered(kSecure, 403)}), Outcome::unknown,
       "rejected"},
      {"round in circles", loop, Outcome::unknown, "redirect-loop"},
      {"no page, but data", site({to_https()}, {file}), Outcome::not_applicable, "not-html"},
      {"nothing at the front door", site({to_https()}, {answered(kSecure, 404)}), Outcome::not_applicable,
       "no-page"},
      {"the page is on another host",
       site({to_https()},
            {answered(kSecure, 301, {{"location", "https://example.no/"}}), page("https://example.no/")}),
       Outcome::not_applicable, "redirects-elsewhere"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
  own.insert(own.end(), shared.begin(), shared.end());
  return own;
}

}  // namespace utsyn::checks
