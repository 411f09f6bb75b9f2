// Who asks: the session cookie or the bearer token of a request, made into its access value.
#pragma once

#include "api/context.h"
#include "api/route.h"

namespace utsyn::api {

inline constexpr std::string_view kSessionCookie = "__Host-utsyn";

// Fills access, session and language of the request; false when nobody known asks.
bool identify(Context& context, Request& request);

// Throws Problem 403 when a browser says that another site made it send this request (CSRF). Requests with a
// bearer token and those that change nothing pass.
void refuse_cross_site(const Context& context, const Request& request);

}  // namespace utsyn::api
