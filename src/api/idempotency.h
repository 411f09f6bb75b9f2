// Idempotency-Key on POST: the first request with a key is carried out and its answer kept for 24 hours; the
// same request again is given that answer. The record that the changes are in is written in the transaction
// of the changes themselves, so that not even kill -9 between the two lets a repeated request do it twice.
#pragma once

#include "api/context.h"
#include "api/route.h"

namespace utsyn::api {

// Runs the route's handler under the request's key. Throws Problem: 400 for a key that is none, 422 for a key
// used with another request, 409 while the first is under way or when its answer was not kept.
Response once_for_key(Context& context, const Route& route, const Request& request);

}  // namespace utsyn::api
