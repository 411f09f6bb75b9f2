// Asks the world everything the checks of one organisation need: the domain first, then its hosts side by
// side.
#include <algorithm>
#include <array>
#include <set>

#include "base/name.h"
#include "engine/active_scope.h"
#include "engine/assess.h"
#include "probe/active_questions.h"
#include "probe/resolver_trust.h"
#include "wire/http/psl.h"
#include "wire/tls/x509.h"

namespace utsyn::engine {
namespace {

using probe::Endpoint;
using probe::Task;
using probe::Visit;

constexpr std::array<std::uint16_t, 3> kClearTextPorts = {587, 110, 143};
constexpr std::array<std::uint16_t, 3> kImplicitTlsPorts = {465, 995, 993};

void merge(DnsAnswers& into, const DnsAnswers& from) {
  for (const auto& answer : from.all()) into.add(answer);
}

// Everything found under one domain, filled by tasks that each own a part.
struct DomainWork {
  std::string domain;
  DnsAnswers dns;
  Observed<Delegation> delegation;
  std::vector<NameServer> name_servers;
  Observed<TextFile> mta_sts_policy;
  std::vector<RegistrationLookup> registrations;
  std::vector<SeenAsset> hosts;
  std::vector<std::string> proved;  // domains under which active questions may be asked
};

bool nothing_answers(const DnsAnswers& dns, std::string_view domain) {
  return std::all_of(dns.all().begin(), dns.all().end(), [&](const DnsAnswer& answer) {
    // The DS record is the parent's to answer.
    return answer.name != domain || answer.type == "DS" || answer.status == DnsStatus::error;
  });
}

bool does_not_exist(const DnsAnswers& dns, std::string_view domain) {
  const auto* soa = dns.find(domain, "SOA");
  return soa != nullptr && soa->status == DnsStatus::nxdomain;
}

std::string first_reason(const DnsAnswers& dns, std::string_view domain) {
  for (const auto& answer : dns.all()) {
    if (answer.name != domain || answer.status != DnsStatus::error) continue;
    switch (answer.why) {
      case Unseen::timed_out:
        return "it did not answer";
      case Unseen::server_failure:
        return "it answered SERVFAIL";
      case Unseen::rejected:
        return "it refused the question";
      case Unseen::refused:
        return "nothing listens there";
      case Unseen::opted_out:
        return "the name is on the opt-out list";
      case Unseen::stopped:
        return "probing is switched off";
      default:
        return "its answers could not be read";
    }
  }
  return "it gave no answer";
}

probe::TlsTarget web_target(Tools& tools, const std::string& host, const std::string& address) {
  return {host, host, Endpoint{*IpAddress::parse(address), 443}, {}, probe::TlsDepth::full, &tools.resolver};
}

Task<void> see_web(Tools& tools, const DomainWork& work, SeenAsset& seen) {
  const auto pass = co_await tools.hosts.enter();
  auto visit = tools.network.visit(seen.asset.host);
  auto& evidence = seen.evidence;
  merge(evidence.dns, co_await probe::probe_host_dns(visit, tools.resolver, seen.asset.host));
  seen.asset.addresses = footprint::addresses_of(evidence.dns, seen.asset.host);
  std::vector<Task<void>> parts;
  evidence.tls.resize(seen.asset.addresses.size());
  evidence.ports.resize(seen.asset.addresses.size() * 2);
  const auto tls_of = [](Tools& t, Visit& v, std::string host, std::string address,
                         TlsEndpoint& out) -> Task<void> {
    out = co_await probe::probe_tls(v, t.trust, web_target(t, host, address));
  };
  const auto port_of = [](Visit& v, std::string host, std::string address, std::uint16_t port,
                          PortAnswer& out) -> Task<void> {
    const Endpoint server{*IpAddress::parse(address), port};
    out = co_await probe::probe_port(v, host, server);
  };
  const auto web_of = [](Tools& t, Visit& v, std::string host, Observed<WebSite>& out) -> Task<void> {
    out = co_await probe::probe_web(v, t.resolver, t.trust, host);
  };
  for (std::size_t i = 0; i < seen.asset.addresses.size(); ++i) {
    parts.push_back(tls_of(tools, visit, seen.asset.host, seen.asset.addresses[i], evidence.tls[i]));
    parts.push_back(port_of(visit, seen.asset.host, seen.asset.addresses[i], 80, evidence.ports[i * 2]));
    parts.push_back(port_of(visit, seen.asset.host, seen.asset.addresses[i], 443, evidence.ports[i * 2 + 1]));
  }
  parts.push_back(web_of(tools, visit, seen.asset.host, evidence.web));
  co_await probe::together(std::move(parts));
  // After everything else: they shall take neither time nor connections from what everybody is asked.
  if (may_be_asked(work.proved, seen.asset, evidence.dns)) {
    for (std::size_t i = 0; i < evidence.tls.size(); ++i) {
      const auto target = web_target(tools, seen.asset.host, seen.asset.addresses[i]);
      evidence.active_tls.push_back(co_await probe::probe_active_tls(visit, target, evidence.tls[i]));
    }
  }
  ++tools.progress.hosts_done;
}

Task<void> see_mail_host(Tools& tools, const DomainWork& work, SeenAsset& seen) {
  auto& evidence = seen.evidence;
  merge(evidence.dns, work.dns);
  // An address in place of the name (RFC 5321 section 5.1): no mail server goes there, and neither do we.
  if (IpAddress::parse(seen.asset.host)) {
    ++tools.progress.hosts_done;
    co_return;
  }
  const auto pass = co_await tools.hosts.enter();
  auto visit = tools.network.visit(seen.asset.host);
  merge(evidence.dns,
        co_await probe::probe_mail_host_dns(visit, tools.resolver, seen.asset.host, work.domain));
  seen.asset.addresses = footprint::addresses_of(evidence.dns, seen.asset.host);
  for (const auto& text : seen.asset.addresses) {
    // One connection at a time: mail servers count them (measuring.md).
    const auto address = *IpAddress::parse(text);
    const Endpoint smtp{address, 25};
    evidence.smtp.push_back(co_await probe::probe_smtp(visit, tools.trust, seen.asset.host, smtp));
    const auto* talk = evidence.smtp.back().talk.seen();
    if (talk != nullptr && talk->starttls_offered) {
      const probe::TlsTarget target{seen.asset.host, seen.asset.host,       smtp,
                                    "smtp",          probe::TlsDepth::mail, &tools.resolver};
      evidence.tls.push_back(co_await probe::probe_tls(visit, tools.trust, target));
    }
    bool any_mailbox = false;
    for (const std::uint16_t port : kClearTextPorts) {
      const Endpoint service{address, port};
      auto answer = co_await probe::probe_clear_text_service(visit, seen.asset.host, service);
      any_mailbox = any_mailbox || answer.speaks.is(true);
      evidence.clear_text_services.push_back(std::move(answer));
    }
    // Whoever serves mailboxes in clear should do so with TLS from the start as well.
    if (!any_mailbox) continue;
    for (const std::uint16_t port : kImplicitTlsPorts) {
      const Endpoint service{address, port};
      evidence.ports.push_back(co_await probe::probe_port(visit, seen.asset.host, service));
    }
  }
  if (may_be_asked(work.proved, seen.asset, evidence.dns)) {
    for (const auto& server : evidence.smtp) {
      if (server.talk.seen() == nullptr) {
        // Who does not talk to us is not asked more.
        const auto why = server.talk.unseen();
        evidence.active_smtp.push_back({server.host, server.address, server.port, why, why, why});
        continue;
      }
      const Endpoint smtp{*IpAddress::parse(server.address), 25};
      evidence.active_smtp.push_back(
          co_await probe::probe_active_smtp(visit, tools.trust, seen.asset.host, smtp));
    }
  }
  ++tools.progress.hosts_done;
}

// What the domain itself needs of its hosts.
Task<void> see_addresses(Tools& tools, const DomainWork& work, SeenAsset& seen) {
  auto visit = tools.network.visit(seen.asset.host);
  auto& dns = seen.evidence.dns;
  if (IpAddress::parse(seen.asset.host)) co_return;  // no name to ask about
  if (seen.asset.kind == AssetKind::mail) {
    merge(dns, co_await probe::probe_mail_host_dns(visit, tools.resolver, seen.asset.host, work.domain));
  } else {
    merge(dns, co_await probe::probe_host_dns(visit, tools.resolver, seen.asset.host));
  }
  seen.asset.addresses = footprint::addresses_of(dns, seen.asset.host);
  ++tools.progress.hosts_done;
}

Task<void> see_name_server(Tools& tools, const DomainWork& work, SeenAsset& seen) {
  for (const auto& server : work.name_servers) {
    if (server.name != seen.asset.host) continue;
    seen.evidence.name_servers.push_back(server);
    seen.asset.addresses.push_back(server.address);
  }
  if (covers(work.proved, work.domain) && may_be_asked(work.proved, seen.asset, {})) {
    auto visit = tools.network.visit(seen.asset.host);
    for (const auto& server : seen.evidence.name_servers) {
      const auto address = IpAddress::parse(server.address);
      if (!address) continue;
      const Endpoint endpoint{*address, tools.resolver.server_port()};
      seen.evidence.active_name_servers.push_back(
          co_await probe::probe_zone_transfer(visit, work.domain, server.name, endpoint));
    }
  }
  ++tools.progress.hosts_done;
}

Task<void> see_delegation(Tools& tools, Visit& visit, DomainWork& work) {
  work.delegation = co_await probe::probe_delegation(visit, tools.resolver, work.domain);
}

Task<void> see_name_servers(Tools& tools, Visit& visit, DomainWork& work) {
  auto names = footprint::name_server_hosts(work.dns, work.domain);
  work.name_servers =
      co_await probe::probe_name_servers(visit, tools.resolver, work.domain, std::move(names));
}

Task<void> see_mta_sts(Tools& tools, Visit& visit, DomainWork& work) {
  const auto* record = work.dns.find("_mta-sts." + work.domain, "TXT");
  if (record == nullptr || record->status != DnsStatus::found) co_return;
  work.mta_sts_policy = co_await probe::probe_mta_sts_policy(visit, tools.resolver, tools.trust, work.domain);
}

// Registration data is asked for the domain itself and for every registrable domain that DNS says is free:
// whether a stranger could take it is what the takeover checks want to know.
Task<void> see_registrations(Tools& tools, Visit& visit, DomainWork& work) {
  std::set<std::string> domains;
  if (const auto own = wire::registrable_domain(work.domain)) domains.insert(*own);
  const auto add_free_ones = [&](const DnsAnswers& dns) {
    for (const auto& answer : dns.all()) {
      if (answer.type == "SOA" && answer.status == DnsStatus::nxdomain && domains.size() < 20)
        domains.insert(answer.name);
    }
  };
  add_free_ones(work.dns);
  // Aliases of the hosts may lead to free domains too.
  for (const auto& host : work.hosts) add_free_ones(host.evidence.dns);
  for (const auto& domain : domains) {
    work.registrations.push_back(
        co_await probe::probe_registration(visit, tools.resolver, tools.trust, tools.rdap_base, domain));
  }
}

SeenAsset start(store::Asset asset) {
  SeenAsset seen{std::move(asset), {}};
  seen.evidence.asset = seen.asset.id;
  seen.evidence.kind = seen.asset.kind;
  seen.evidence.domain = seen.asset.domain;
  seen.evidence.host = seen.asset.host;
  seen.evidence.port = seen.asset.port;
  return seen;
}

bool has_address(const DnsAnswers& dns, std::string_view host) {
  return !footprint::addresses_of(dns, host).empty();
}

// A web host that was only guessed is an asset when it has an address, or a name that leads nowhere (which
// may be taken over); one that was given is an asset in any case.
bool is_asset(const DnsAnswers& dns, std::string_view host, bool given) {
  if (given || has_address(dns, host)) return true;
  const auto* a = dns.find(host, "A");
  return a != nullptr && !a->aliases.empty();
}

Task<void> see_zone(Tools& tools, Visit& visit, DomainWork& work) {
  work.dns = co_await probe::probe_domain_dns(visit, tools.resolver, work.domain);
}

Task<void> try_the_resolver(Tools& tools, Visit& visit, std::string domain, probe::ResolverFault& fault) {
  fault = co_await probe::try_resolver(visit, tools.resolver, std::move(domain));
}

// Why nothing that this resolver says can be held for or against anybody; empty when nothing was found.
std::string why_not_trusted(probe::ResolverFault fault) {
  switch (fault) {
    case probe::ResolverFault::none:
      break;
    case probe::ResolverFault::invents:
      return "asked the resolver for a name that cannot exist, and it gave an address";
    case probe::ResolverFault::denies:
      return "asked the resolver for a name that must exist, and it denied it";
  }
  return {};
}

Task<Result<DomainWork, Failure>> see_domain(Tools& tools, const Target& target, std::string domain,
                                             std::vector<std::string> proved) {
  DomainWork work;
  work.domain = domain;
  work.proved = std::move(proved);
  ++tools.progress.hosts;
  auto visit = tools.network.visit(domain);
  auto fault = probe::ResolverFault::none;
  std::vector<Task<void>> opening;
  opening.push_back(see_zone(tools, visit, work));
  opening.push_back(try_the_resolver(tools, visit, domain, fault));
  co_await probe::together(std::move(opening));
  if (const auto why = why_not_trusted(fault); !why.empty()) {
    co_return unexpected(Failure{domain + ": looking up the domain: " + why +
                                 ". Nothing was judged; name another resolver with --resolver."});
  }
  if (does_not_exist(work.dns, domain)) {
    co_return unexpected(
        Failure{domain + ": looking up the domain: it does not exist (NXDOMAIN). Check the spelling."});
  }
  if (nothing_answers(work.dns, domain)) {
    co_return unexpected(Failure{
        domain + ": looking up the domain: asked the resolver, and " + first_reason(work.dns, domain) +
        ". Nothing was judged. Check the network, or name another resolver with --resolver."});
  }

  co_await probe::doubt_denials(visit, tools.resolver, domain, work.dns);

  const auto candidates = footprint::web_candidates(target, domain);
  for (const auto& host : candidates) {
    const bool given = std::find(target.hosts.begin(), target.hosts.end(), host) != target.hosts.end();
    auto host_visit = tools.network.visit(host);
    const auto a = co_await tools.resolver.ask(host_visit, host, "A");
    const auto aaaa = co_await tools.resolver.ask(host_visit, host, "AAAA");
    if (is_asset(DnsAnswers{a, aaaa}, host, given)) {
      work.hosts.push_back(start(footprint::web_asset(domain, host, given)));
      continue;
    }
    // Perhaps it is there all the same: whoever asks what has left the footprint shall know.
    for (const auto* answer : {&a, &aaaa}) {
      if (answer->status == DnsStatus::error) work.dns.add(*answer);
    }
  }
  for (const auto& host : footprint::mail_hosts(work.dns, domain)) {
    work.hosts.push_back(start(footprint::mail_asset(target, domain, host)));
  }
  for (const auto& host : footprint::name_server_hosts(work.dns, domain)) {
    work.hosts.push_back(start(footprint::name_server_asset(target, domain, host)));
  }
  // What was found to be somebody else's is left in peace.
  std::erase_if(work.hosts,
                [&](const SeenAsset& seen) { return footprint::rejected(target.decisions, seen.asset.id); });
  // A recheck of one host asks that host alone; one of the domain needs the addresses of all.
  const bool domain_alone = target.only_asset == domain;
  if (!target.only_asset.empty() && !domain_alone) {
    std::erase_if(work.hosts, [&](const SeenAsset& seen) { return seen.asset.id != target.only_asset; });
  }
  tools.progress.hosts += static_cast<int>(work.hosts.size());

  std::vector<Task<void>> first;
  first.push_back(see_delegation(tools, visit, work));
  first.push_back(see_name_servers(tools, visit, work));
  first.push_back(see_mta_sts(tools, visit, work));
  co_await probe::together(std::move(first));

  std::vector<Task<void>> tasks;
  for (auto& seen : work.hosts) {
    if (domain_alone && seen.asset.kind != AssetKind::name_server) {
      tasks.push_back(see_addresses(tools, work, seen));
      continue;
    }
    switch (seen.asset.kind) {
      case AssetKind::web:
        tasks.push_back(see_web(tools, work, seen));
        break;
      case AssetKind::mail:
        tasks.push_back(see_mail_host(tools, work, seen));
        break;
      case AssetKind::name_server:
        tasks.push_back(see_name_server(tools, work, seen));
        break;
      case AssetKind::domain:
        break;
    }
  }
  co_await probe::together(std::move(tasks));
  auto last_visit = tools.network.visit(domain);
  co_await see_registrations(tools, last_visit, work);
  ++tools.progress.hosts_done;
  co_return work;
}

// The domain's asset knows its zone, and the addresses of everything under it.
SeenAsset domain_seen(const DomainWork& work) {
  auto seen = start(footprint::domain_asset(work.domain));
  auto& evidence = seen.evidence;
  evidence.dns = work.dns;
  evidence.delegation = work.delegation;
  evidence.name_servers = work.name_servers;
  evidence.mta_sts_policy = work.mta_sts_policy;
  evidence.registrations = work.registrations;
  for (const auto& host : work.hosts) {
    for (const auto& address : host.asset.addresses)
      evidence.routes.push_back({host.asset.host, address, {}});
  }
  return seen;
}

constexpr int kUsualValue = 100;

}  // namespace

// A page that asks for a password is worth more to an attacker, one that only redirects less.
std::optional<int> web_value(const Evidence& evidence) {
  const auto* site = evidence.web.seen();
  if (site == nullptr) return std::nullopt;
  const auto* last = site->secure.last() != nullptr && site->secure.last()->answer.seen() != nullptr
                         ? site->secure.last()
                         : site->plain.last();
  if (last == nullptr || last->answer.seen() == nullptr) return std::nullopt;
  const auto* page = last->answer.seen()->page.seen();
  if (page != nullptr && page->password_input) return 400;
  const auto stays = last->url.find("//" + evidence.host + "/") != std::string::npos ||
                     last->url.find("//" + evidence.host + ":") != std::string::npos;
  return stays ? kUsualValue : 25;
}

std::vector<std::string> sslv2_keys(std::span<const SeenAsset> assets) {
  std::set<std::string> keys;
  for (const auto& seen : assets) {
    for (const auto& endpoint : seen.evidence.tls) {
      const auto* sslv2 = endpoint.protocol("SSLv2");
      const auto* chain = endpoint.chain();
      if (sslv2 == nullptr || !sslv2->offered.is(true) || chain == nullptr || chain->pem.empty()) continue;
      for (const auto& der : wire::certificates_from_pem(chain->pem.front(), 1)) {
        if (const auto leaf = wire::parse_certificate(der)) keys.insert(leaf->spki_sha256);
      }
    }
  }
  return {keys.begin(), keys.end()};
}

Task<Result<std::vector<SeenAsset>, Failure>> collect(Tools& tools, const Target& target,
                                                      std::vector<std::string> proved) {
  std::vector<SeenAsset> out;
  std::set<std::string> known;
  for (const auto& domain : target.domains) {
    auto work = co_await see_domain(tools, target, domain, proved);
    if (!work) co_return unexpected(work.error());
    out.push_back(domain_seen(*work));
    for (auto& seen : work->hosts) {
      if (!known.insert(seen.asset.id).second) continue;  // the same host under two of its domains
      seen.evidence.mta_sts_policy = work->mta_sts_policy;
      if (seen.asset.kind == AssetKind::web) {
        seen.evidence.registrations = work->registrations;
        const auto value = web_value(seen.evidence);
        seen.asset.value = value.value_or(kUsualValue);
        seen.valued = value.has_value();
      }
      out.push_back(std::move(seen));
    }
  }
  const auto keys = sslv2_keys(out);
  for (auto& seen : out) {
    if (seen.asset.kind == AssetKind::web) seen.evidence.sslv2_keys = keys;
    if (tools.reference != nullptr)
      add_reference_evidence(seen.evidence, seen.asset.addresses, *tools.reference);
  }
  if (!target.only_asset.empty()) {
    std::erase_if(out, [&](const SeenAsset& seen) { return seen.asset.id != target.only_asset; });
    if (out.empty()) {
      co_return unexpected(Failure{target.only_asset + ": measuring again: it is no longer part of " +
                                   target.organisation.id +
                                   ". Measure the whole organisation to bring its footprint up to date."});
    }
  }
  co_return out;
}

}  // namespace utsyn::engine
