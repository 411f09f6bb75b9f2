// The head of an answer: status line and fields (RFC 9112), with those that every answer of ours has.
#pragma once

#include <ctime>
#include <string>

#include "api/route.h"

namespace utsyn::api {

// True for a long answer, which goes out in chunks.
bool is_streamed(const Request& request, const Response& response);
// True where no body may follow: 204, 304, and what answers HEAD.
bool is_bodiless(const Request& request, const Response& response);

std::string answer_head(const Request& request, const Response& response, bool keep_alive, std::time_t now);

}  // namespace utsyn::api
