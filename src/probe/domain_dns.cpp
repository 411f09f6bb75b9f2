// The questions every domain, host and mail exchanger is asked by the resolver.
#include <algorithm>

#include "base/name.h"
#include "probe/dns.h"
#include "probe/dns_bag.h"
#include "probe/parallel.h"
#include "wire/dns/records.h"
#include "wire/http/psl.h"
#include "wire/mail/dkim.h"
#include "wire/mail/dmarc_discovery.h"
#include "wire/mail/spf_walk.h"

namespace utsyn::probe {
namespace {

using wire::RecordType;

constexpr std::size_t mail_hosts_asked = 20;
constexpr std::size_t name_servers_asked = 20;
constexpr std::size_t report_targets_asked = 10;
constexpr int walk_rounds = 40;

std::string at(std::string_view label, std::string_view domain) {
  return std::string(label) + "." + std::string(domain);
}

std::vector<Wanted> wanted_of(const std::vector<wire::WantedLookup>& missing) {
  std::vector<Wanted> out;
  out.reserve(missing.size());
  for (const auto& one : missing) out.push_back({one.name, wire::type_name(one.type)});
  return out;
}

// Asks what a walk misses and walks again. Ends when nothing is missing, or asking brought nothing new.
template <class Walk>
Task<void> fetch_walk(Visit& visit, Resolver& resolver, DnsAnswers& bag, Walk walk) {
  for (int round = 0; round < walk_rounds; ++round) {
    auto missing = wanted_of(walk(BagSource(bag)));
    if (missing.empty()) co_return;
    const auto before = bag.all().size();
    co_await ask_into(visit, resolver, bag, std::move(missing));
    if (bag.all().size() == before) co_return;
  }
}

std::vector<std::string> mail_hosts(const DnsAnswers& bag, const std::string& domain) {
  std::vector<std::string> hosts;
  const auto records = records_of(bag, domain, "MX");
  for (const auto& text : records) {
    const auto mx = wire::record_as<wire::MxRecord>(RecordType::mx, text);
    // An address in place of a name has no records, and nobody can register its last numbers.
    if (mx && mx->exchange != "." && !IpAddress::parse(mx->exchange)) hosts.push_back(mx->exchange);
  }
  // Without an MX record mail goes to the domain's own address (RFC 5321 section 5.1).
  const auto* mx_answer = bag.find(domain, "MX");
  if (mx_answer != nullptr && mx_answer->status == DnsStatus::nodata &&
      (found_in(bag, domain, "A") || found_in(bag, domain, "AAAA")))
    hosts.push_back(domain);
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  if (hosts.size() > mail_hosts_asked) hosts.resize(mail_hosts_asked);
  return hosts;
}

Task<void> ask_mail_hosts(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::string domain) {
  const auto hosts = mail_hosts(bag, domain);
  std::vector<Wanted> wanted;
  for (const auto& host : hosts) {
    for (const auto* type : {"A", "AAAA", "CNAME"}) wanted.push_back({host, type});
    wanted.push_back({at("_25._tcp", host), "TLSA"});
  }
  co_await ask_into(visit, resolver, bag, std::move(wanted));
  co_await ask_registrable_into(visit, resolver, bag, hosts);
  co_await ask_reverse_into(visit, resolver, bag, hosts);
  std::vector<Wanted> judged;
  for (const auto& host : hosts) {
    for (const auto* type : {"A", "AAAA"}) judged.push_back({host, type});
    judged.push_back({at("_25._tcp", host), "TLSA"});
  }
  co_await validate_into(visit, resolver, bag, std::move(judged));
}

Task<void> ask_name_server_hosts(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::string domain) {
  auto hosts = records_of(bag, domain, "NS");
  if (hosts.size() > name_servers_asked) hosts.resize(name_servers_asked);
  std::vector<Wanted> wanted;
  std::vector<Wanted> judged;
  for (const auto& host : hosts) {
    for (const auto* type : {"A", "AAAA"}) wanted.push_back({host, type});
    judged.push_back({host, "A"});
  }
  co_await ask_into(visit, resolver, bag, std::move(wanted));
  co_await ask_registrable_into(visit, resolver, bag, hosts);
  co_await validate_into(visit, resolver, bag, std::move(judged));
}

Task<void> ask_spf(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::string domain) {
  co_await fetch_walk(visit, resolver, bag,
                      [domain](const BagSource& source) { return wire::walk_spf(domain, source).missing; });
  std::vector<std::string> targets;
  for (const auto& target : wire::walk_spf(domain, BagSource(bag)).targets) targets.push_back(target.name);
  co_await ask_registrable_into(visit, resolver, bag, std::move(targets));
}

Task<void> ask_dmarc(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::string domain) {
  const auto organisational = wire::registrable_domain(domain).value_or(domain);
  co_await fetch_walk(visit, resolver, bag, [&](const BagSource& source) {
    return wire::discover_dmarc_by_walk(domain, source).missing;
  });
  co_await fetch_walk(visit, resolver, bag, [&](const BagSource& source) {
    return wire::discover_dmarc_by_suffix_list(domain, organisational, source).missing;
  });

  // Reports that go to somebody else need that somebody's consent (RFC 7489 section 7.1).
  std::vector<Wanted> wanted;
  const auto ask_targets = [&](const wire::DmarcDiscovery& found) {
    if (!found.record) return;
    auto uris = found.record->aggregate_uris;
    uris.insert(uris.end(), found.record->failure_uris.begin(), found.record->failure_uris.end());
    if (uris.size() > report_targets_asked) uris.resize(report_targets_asked);
    for (const auto& uri : uris) {
      if (uri.domain.empty()) continue;
      for (const auto* type : {"MX", "A", "AAAA"}) wanted.push_back({uri.domain, type});
      if (wire::same_site(uri.domain, found.owner)) continue;
      for (const auto& about : {found.owner, domain})
        wanted.push_back({about + "._report._dmarc." + uri.domain, "TXT"});
    }
  };
  const BagSource source(bag);
  ask_targets(wire::discover_dmarc_by_walk(domain, source));
  ask_targets(wire::discover_dmarc_by_suffix_list(domain, organisational, source));
  co_await ask_into(visit, resolver, bag, std::move(wanted));
}

Task<void> ask_dkim(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::string domain) {
  const auto under = at("_domainkey", domain);
  const auto control = at(control_label(under), under);
  co_await ask_into(visit, resolver, bag, {{under, "TXT"}, {control, "TXT"}});
  if (found_in(bag, control, "TXT")) co_return;  // every selector would seem to be there
  std::vector<Wanted> wanted;
  for (const auto& known : wire::known_dkim_selectors()) wanted.push_back({at(known.selector, under), "TXT"});
  const auto selectors = wanted;
  co_await ask_into(visit, resolver, bag, std::move(wanted));
  std::vector<std::string> targets;
  for (const auto& [name, type] : selectors) {
    for (auto& alias : aliases_of(bag, name, type)) targets.push_back(std::move(alias));
  }
  co_await ask_registrable_into(visit, resolver, bag, std::move(targets));
}

Task<void> judge_apex(Visit& visit, Resolver& resolver, DnsAnswers& bag, std::string domain) {
  std::vector<Wanted> judged;
  for (const auto* type : {"SOA", "A", "AAAA", "MX", "TXT", "DS", "DNSKEY"}) judged.push_back({domain, type});
  judged.push_back({at(control_label(domain), domain), "A"});
  co_await validate_into(visit, resolver, bag, std::move(judged));
}

}  // namespace

Task<DnsAnswers> probe_domain_dns(Visit& visit, Resolver& resolver, std::string domain) {
  DnsAnswers bag;
  std::vector<Wanted> wanted;
  for (const auto* type :
       {"SOA", "NS", "MX", "TXT", "SPF", "A", "AAAA", "CAA", "DS", "DNSKEY", "CDS", "CDNSKEY", "NSEC3PARAM"})
    wanted.push_back({domain, type});
  // Two labels that nobody made: what both are answered with comes from a wildcard.
  for (const auto& control : {control_label(domain), control_label(at("2", domain))}) {
    for (const auto* type : {"A", "AAAA", "MX", "TXT", "CNAME"})
      wanted.push_back({at(control, domain), type});
  }
  for (const auto* label : {"_dmarc", "_dmarc._dmarc", "_mta-sts", "_smtp._tls", "default._bimi"})
    wanted.push_back({at(label, domain), "TXT"});
  wanted.push_back({at(at("_dmarc", domain), domain), "TXT"});  // the zone's name appended twice
  for (const auto* type : {"A", "AAAA", "CNAME"}) wanted.push_back({at("mta-sts", domain), type});
  co_await ask_into(visit, resolver, bag, std::move(wanted));

  std::vector<Task<void>> branches;
  branches.push_back(judge_apex(visit, resolver, bag, domain));
  branches.push_back(climb_into(visit, resolver, bag, domain));
  branches.push_back(ask_mail_hosts(visit, resolver, bag, domain));
  branches.push_back(ask_name_server_hosts(visit, resolver, bag, domain));
  branches.push_back(ask_spf(visit, resolver, bag, domain));
  branches.push_back(ask_dmarc(visit, resolver, bag, domain));
  branches.push_back(ask_dkim(visit, resolver, bag, domain));
  branches.push_back(ask_registrable_into(visit, resolver, bag, {domain}));
  co_await together(std::move(branches));
  co_return bag;
}

Task<DnsAnswers> probe_host_dns(Visit& visit, Resolver& resolver, std::string host) {
  DnsAnswers bag;
  std::vector<Wanted> wanted;
  for (const auto* type : {"A", "AAAA", "CNAME", "HTTPS", "TXT", "MX"}) wanted.push_back({host, type});
  wanted.push_back({at("_443._tcp", host), "TLSA"});
  co_await ask_into(visit, resolver, bag, std::move(wanted));

  auto targets = aliases_of(bag, host, "A");
  for (auto& alias : aliases_of(bag, host, "AAAA")) targets.push_back(std::move(alias));
  for (auto& alias : records_of(bag, host, "CNAME")) targets.push_back(std::move(alias));
  targets.push_back(host);
  std::vector<Wanted> judged{{host, "A"}, {host, "AAAA"}, {at("_443._tcp", host), "TLSA"}};
  std::vector<Task<void>> branches;
  branches.push_back(climb_into(visit, resolver, bag, host));
  branches.push_back(ask_registrable_into(visit, resolver, bag, std::move(targets)));
  branches.push_back(validate_into(visit, resolver, bag, std::move(judged)));
  co_await together(std::move(branches));
  co_return bag;
}

Task<DnsAnswers> probe_mail_host_dns(Visit& visit, Resolver& resolver, std::string host, std::string domain) {
  DnsAnswers bag;
  const auto tlsa = at("_25._tcp", host);
  co_await ask_into(visit, resolver, bag,
                    {{host, "A"},
                     {host, "AAAA"},
                     {host, "CNAME"},
                     {tlsa, "TLSA"},
                     {domain, "MX"},
                     {at("_mta-sts", domain), "TXT"}});
  std::vector<Task<void>> branches;
  branches.push_back(ask_reverse_into(visit, resolver, bag, {host}));
  branches.push_back(climb_into(visit, resolver, bag, host));
  branches.push_back(ask_registrable_into(visit, resolver, bag, {host}));
  branches.push_back(
      validate_into(visit, resolver, bag, {{host, "A"}, {host, "AAAA"}, {tlsa, "TLSA"}, {domain, "MX"}}));
  co_await together(std::move(branches));
  co_return bag;
}

}  // namespace utsyn::probe
