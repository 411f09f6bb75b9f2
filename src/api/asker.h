// Who asks, by what the headers say: the address behind proxies of ours (X-Forwarded-For), whether the line
// was private (X-Forwarded-Proto), and the number the proxy gave the request (X-Request-Id). All of it can be
// written by anybody, so it counts only when it comes from a proxy that the operator trusts.
#pragma once

#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/ip.h"

namespace utsyn::api {

// `peer` is the other end of the connection; sets address, local, secure and id. What is already secure (TLS
// here) stays so.
void set_asker(Request& request, std::string_view peer, const std::vector<Cidr>& trusted_proxies);

}  // namespace utsyn::api
