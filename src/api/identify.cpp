#include "api/identify.h"

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

[[noreturn]] void cross_site() {
  fail({.status = 403,
        .type = "cross-site",
        .title = "Sent from another site",
        .detail =
            "The request was sent from a page of another site. Open Utsyn itself and do it there; programs "
            "use an API token."});
}

}  // namespace

bool identify(Context& context, Request& request) {
  if (context.caller) {
    auto access = context.caller(request);
    if (!access) return false;
    request.access = std::move(*access);
    return true;
  }
  return false;
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
