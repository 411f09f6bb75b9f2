// From a request to a response, without sockets: which route, may the caller use it, what is the body, and
// what became of it. The server calls it, and so do the tests of every area.
#pragma once

#include "api/context.h"
#include "api/route.h"

namespace utsyn::api {

// Never throws. In this order: 404 and 405, 401, 403 (permission), 404 (an organisation the caller does not
// see) or 403 (sees, but not at the detail needed), 413, 415, 400 (malformed), the handler; then ETag and
// conditions. HEAD is answered as GET; the server leaves the body out.
Response dispatch(Context& context, const Router& router, Request request);
// The same; leaves in the request which route it took and who asked, for the log.
Response dispatch_in_place(Context& context, const Router& router, Request& request);

// A request as a client would write it: "POST", "/api/v1/jobs?x=1", and a JSON body. For tests and for links
// between routes; throws Problem for a target that is none.
Request request_of(std::string_view method, std::string_view target, std::string body = {});

// RFC 9457, in the request's language where the type has a translated title.
Response problem_response(const Problem& problem, const Request& request);

// The most bytes a body to this address may have; what has no route may have none.
std::size_t body_limit(const Router& router, const Request& request);

}  // namespace utsyn::api
