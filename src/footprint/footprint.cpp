#include "footprint/footprint.h"

#include <algorithm>

#include "base/ip.h"
#include "base/name.h"
#include "base/text.h"
#include "wire/http/psl.h"

namespace utsyn::footprint {
namespace {

// A host of another registrable domain than any of the organisation's belongs to a supplier. An address is
// nobody's name: the fault is the one's who wrote it.
bool by_provider(const Target& target, std::string_view host) {
  if (IpAddress::parse(host)) return false;
  return std::none_of(target.domains.begin(), target.domains.end(),
                      [&](const auto& domain) { return wire::same_site(domain, host); });
}

store::Asset host_asset(AssetKind kind, std::string_view domain, std::string_view host, int port, int value,
                        std::string why) {
  store::Asset asset;
  asset.id = std::string(host) + ":" + std::to_string(port);
  asset.kind = kind;
  asset.domain = domain;
  asset.host = host;
  asset.port = port;
  asset.value = value;
  asset.why = {std::move(why)};
  return asset;
}

}  // namespace

std::vector<std::string> web_candidates(const Target& target, std::string_view domain) {
  std::vector<std::string> hosts{std::string(domain)};
  if (!domain.starts_with("www.")) hosts.push_back("www." + std::string(domain));
  for (const auto& host : target.hosts) {
    if (is_subdomain(host, domain) && std::find(hosts.begin(), hosts.end(), host) == hosts.end())
      hosts.push_back(host);
  }
  return hosts;
}

std::vector<std::string> mail_hosts(const DnsAnswers& dns, std::string_view domain) {
  const auto* answer = dns.find(domain, "MX");
  if (answer == nullptr || answer->status != DnsStatus::found) return {};
  std::vector<std::pair<std::uint64_t, std::string>> found;
  for (const auto& record : answer->records) {
    std::string_view rest = record;
    const auto preference = parse_uint(cut(rest, ' '));
    auto host = lower(trim(rest));
    if (host.ends_with('.')) host.pop_back();
    // An address where a name should stand leads no mail anywhere, and is judged for it.
    const bool usable = normalise_name(host) == host || IpAddress::parse(host);
    if (preference && usable) found.emplace_back(*preference, std::move(host));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> hosts;
  for (auto& [preference, host] : found) {
    if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) hosts.push_back(std::move(host));
  }
  return hosts;
}

std::vector<std::string> name_server_hosts(const DnsAnswers& dns, std::string_view domain) {
  const auto* answer = dns.find(domain, "NS");
  if (answer == nullptr || answer->status != DnsStatus::found) return {};
  std::vector<std::string> hosts;
  for (const auto& record : answer->records) {
    auto host = lower(record);
    if (host.ends_with('.')) host.pop_back();
    if (normalise_name(host) == host) hosts.push_back(std::move(host));
  }
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  return hosts;
}

store::Asset domain_asset(std::string_view domain) {
  store::Asset asset;
  asset.id = domain;
  asset.kind = AssetKind::domain;
  asset.domain = domain;
  asset.host = domain;
  asset.value = 200;  // names and mail policy of the whole organisation hang on it (own)
  asset.why = {"given"};
  return asset;
}

store::Asset web_asset(std::string_view domain, std::string_view host, bool given) {
  return host_asset(AssetKind::web, domain, host, 443, 100,
                    given ? "given" : "web-of:" + std::string(domain));
}

store::Asset mail_asset(const Target& target, std::string_view domain, std::string_view host) {
  auto asset = host_asset(AssetKind::mail, domain, host, 25, 400, "mx-of:" + std::string(domain));
  asset.by_provider = by_provider(target, host);
  return asset;
}

store::Asset name_server_asset(const Target& target, std::string_view domain, std::string_view host) {
  auto asset = host_asset(AssetKind::name_server, domain, host, 53, 400, "ns-of:" + std::string(domain));
  asset.by_provider = by_provider(target, host);
  return asset;
}

std::vector<std::string> addresses_of(const DnsAnswers& dns, std::string_view host, std::size_t most) {
  std::vector<std::string> addresses;
  for (const auto* type : {"A", "AAAA"}) {
    const auto* answer = dns.find(host, type);
    if (answer == nullptr || answer->status != DnsStatus::found) continue;
    for (const auto& record : answer->records) {
      if (addresses.size() < most) addresses.push_back(record);
    }
  }
  return addresses;
}

}  // namespace utsyn::footprint
