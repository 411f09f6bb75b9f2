#include "engine/active_scope.h"

#include <algorithm>

#include "base/ip.h"
#include "base/name.h"
#include "footprint/decisions.h"
#include "wire/http/psl.h"

namespace utsyn::engine {

bool covers(const std::vector<std::string>& proved, std::string_view name) {
  if (IpAddress::parse(name)) return false;
  return std::ranges::any_of(proved, [&](const std::string& domain) {
    return !wire::is_public_suffix(domain) && (name == domain || is_subdomain(name, domain));
  });
}

bool may_be_asked(const std::vector<std::string>& proved, const store::Asset& asset, const DnsAnswers& dns) {
  if (!covers(proved, asset.host) || asset.by_provider || footprint::candidate(asset)) return false;
  for (const auto* type : {"A", "AAAA"}) {
    const auto* answer = dns.find(asset.host, type);
    if (answer == nullptr) continue;
    if (!std::ranges::all_of(answer->aliases, [&](const auto& alias) { return covers(proved, alias); }))
      return false;
  }
  return true;
}

}  // namespace utsyn::engine
