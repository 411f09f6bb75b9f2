#include "api/identify.h"

#include "access/accounts.h"
#include "api/credentials.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

// "https://utsyn.example.no:8480" -> "utsyn.example.no:8480"; empty when it is no origin.
std::string_view authority_of(std::string_view origin) {
  const auto at = origin.find("://");
  if (at == std::string_view::npos) return {};
  const auto rest = origin.substr(at + 3);
  return rest.substr(0, rest.find('/'));
}

[[noreturn]] void nobody() {
  fail({.status = 401,
        .type = "login-needed",
        .title = "Not logged in",
        .detail = "Log in, or send a valid API token in the Authorization header."});
}

[[noreturn]] void cross_site() {
  fail({.status = 403,
        .type = "cross-site",
        .title = "Sent from another site",
        .detail =
            "The request was sent from a page of another site. Open Utsyn itself and do it there; programs "
            "use an API token."});
}

}  // namespace

void identify(Context& context, Request& request) {
  if (context.caller) {
    auto access = context.caller(request);
    if (!access) nobody();
    request.access = std::move(*access);
    return;
  }
  if (!context.accounts) nobody();
  access::Credentials credentials;
  credentials.session = cookie_value(request.header("cookie"), access::kSessionCookie).value_or("");
  credentials.token = bearer_token(request.header("authorization")).value_or("");
  // A broken Authorization header is not passed over in favour of the cookie.
  if (credentials.token.empty() && !request.header("authorization").empty()) nobody();
  credentials.changes = request.method != "GET" && request.method != "HEAD";
  credentials.csrf = request.header("x-csrf-token");
  credentials.origin = request.header("origin");
  credentials.address = request.address;
  auto known = context.accounts->authenticate(credentials, context.now());
  if (!known) {
    auto& denied = known.error();
    fail({.status = denied.status,
          .type = denied.type,
          .title = denied.title,
          .detail = denied.detail,
          .retry_after_s = denied.retry_after_s});
  }
  request.access = std::move(known->access);
  request.session = std::move(known->session);
  // An address that names a language is meant to be read in it: ?lang= goes before the choice of the account.
  if (!known->language.empty() && !request.query_value("lang")) request.language = known->language;
}

void refuse_cross_site(const Context& context, const Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return;
  if (!request.header("authorization").empty()) return;
  const auto site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") cross_site();
  const auto origin = request.header("origin");
  if (origin.empty()) return;
  const auto authority = authority_of(origin);
  if (authority.empty()) cross_site();
  if (!iequals(authority, request.header("host")) &&
      !iequals(authority, authority_of(context.public_address)))
    cross_site();
}

}  // namespace utsyn::api
