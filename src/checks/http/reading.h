// How checks of web sites read the evidence: which chain of redirects counts, which answer is the page that
// visitors get, what its headers and cookies are, and when nothing can be said.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check.h"
#include "checks/examples.h"
#include "checks/judging.h"
#include "wire/http/cookie.h"
#include "wire/http/csp.h"
#include "wire/http/headers.h"
#include "wire/http/url.h"

namespace utsyn::checks {

wire::Headers headers_of(const HttpAnswer& answer);
// A bot defence, a rate limit or a server in trouble: such an answer says nothing about the site's own pages.
bool turned_away(const HttpAnswer& answer);
bool is_https(const HttpExchange& exchange);
bool on_host(const HttpExchange& exchange, std::string_view host);
// Where a browser is sent next; nothing when the answer is no redirect, or was not seen.
std::optional<wire::Url> redirect_target(const HttpExchange& exchange);

// The verdict when there is nothing to judge: not seen at all, or both ports closed. Else the site stands.
std::optional<Verdict> no_site(const Evidence& evidence);
// The chain visitors end up with: from https, unless https is not spoken there.
const HttpChain& main_chain(const WebSite& site);
// Unknown when the main chain broke off, looped, or ended with an answer that turned us away.
std::optional<Verdict> chain_cut_short(const WebSite& site);

// The first https answer of the host, redirect or not (where browsers first look for HSTS). Without https the
// question does not arise: "no-https".
Verdict for_first_secure(const Evidence& evidence, const std::function<Verdict(const HttpExchange&)>& judge);
// Pass when browsers take the certificate seen at that address; fail "certificate-invalid"; unknown.
Verdict certificate_at(const Evidence& evidence, std::string_view address);
// HSTS is in force: readable, not zero, and the certificate is not known to be bad.
bool hsts_in_force(const Evidence& evidence);

// The page at the end of the main chain: html, status 2xx, on this host.
struct JudgedPage {
  std::string url;
  const HttpAnswer* answer = nullptr;
  const PageFacts* facts = nullptr;
  wire::Headers headers;
};
Verdict for_page(const Evidence& evidence, const std::function<Verdict(const JudgedPage&)>& judge);
// The same for its content security policy, headers and meta elements together. Without an enforced one:
// "no-policy", since http.csp.exists judges that.
Verdict for_policy(const Evidence& evidence,
                   const std::function<Verdict(const wire::Csp&, const JudgedPage&)>& judge);

// Every answer of this host in both chains that did not turn us away.
std::vector<const HttpExchange*> own_answers(const Evidence& evidence);
// Judges these together; when that finds nothing wrong, a chain that was cut short makes it unknown.
Verdict for_own_answers(const Evidence& evidence,
                        const std::function<Verdict(const std::vector<const HttpExchange*>&)>& judge);

struct SeenCookie {
  wire::Cookie cookie;
  std::string url;
};
// Guards a session by its name, or lives no longer than the browser's window.
bool session_like(const wire::Cookie& cookie);
// The cookies this host sets, each name once for each set of attributes; those that delete are left out.
// Without any: "no-cookies".
Verdict for_cookies(const Evidence& evidence,
                    const std::function<Verdict(const std::vector<SeenCookie>&)>& judge);

// --- words for examples, of www.example.no

HttpExchange answered(std::string url, int status, std::vector<HttpHeader> headers = {});
HttpExchange page(std::string url, std::vector<HttpHeader> headers = {}, PageFacts facts = {});
HttpExchange unanswered(std::string url, Unseen why);
// Port 80 and port 443; the certificate is good.
Evidence site(std::vector<HttpExchange> plain, std::vector<HttpExchange> secure);
HttpExchange to_https();  // http://www.example.no/ answers 301 to https
// http leads to https, where this page is.
Evidence page_with(std::vector<HttpHeader> headers, PageFacts facts = {});
Evidence policy(std::string csp);
Evidence cookies(const std::vector<std::string>& set_cookie);
Evidence both_ports_closed();
Evidence silent_site(Unseen why = Unseen::timed_out);
// Adds what is the same for all checks of pages: silence, a bot defence, no page, another host, no site.
std::vector<Example> with_unjudged_pages(std::vector<Example> own);

}  // namespace utsyn::checks
