#include "api/asker.h"

#include <algorithm>

#include "base/id.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

// It goes into log lines and headers.
bool good_request_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

}  // namespace

void set_asker(Request& request, std::string_view peer, const std::vector<Cidr>& trusted_proxies) {
  request.address = peer;
  const auto from = IpAddress::parse(peer);
  const auto trusted = [&](const IpAddress& address) {
    return std::ranges::any_of(trusted_proxies, [&](const Cidr& net) { return net.contains(address); });
  };
  const bool forwarded = request.headers.contains("x-forwarded-for") ||
                         request.headers.contains("forwarded") || request.headers.contains("via");
  request.local = from && special_purpose(*from) == "loopback" && !forwarded;
  if (from && trusted(*from)) {
    // The last address that is no proxy of ours is who asked; what stands before it anybody may have written.
    std::string chain;
    for (auto [at, end] = request.headers.equal_range("x-forwarded-for"); at != end; ++at)
      chain += (chain.empty() ? "" : ",") + at->second;
    auto hops = split(chain, ',');
    while (!hops.empty()) {
      const auto hop = IpAddress::parse(trim(hops.back()));
      if (!hop) break;
      request.address = hop->str();
      if (!trusted(*hop)) break;
      hops.pop_back();
    }
    if (iequals(request.header("x-forwarded-proto"), "https")) request.secure = true;
    const auto id = request.header("x-request-id");
    if (good_request_id(id)) request.id = id;
  }
  if (request.id.empty()) request.id = new_id();
}

}  // namespace utsyn::api
