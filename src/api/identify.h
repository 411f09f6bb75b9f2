// Who asks: the session cookie or the bearer token of a request, made into its access value.
#pragma once

#include "api/context.h"
#include "api/route.h"

namespace utsyn::api {

// Fills access, session and (when the user has chosen one) language of the request; throws Problem, 401 as a
// rule, when nobody known asks.
void identify(Context& context, Request& request);

// Throws Problem 403 when a browser says that another site made it send this request (CSRF). Requests with a
// bearer token and those that change nothing pass.
void refuse_cross_site(const Context& context, const Request& request);

}  // namespace utsyn::api
