#include "probe/resolver_trust.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/name.h"
#include "probe/dns_bag.h"
#include "probe/dns_client.h"
#include "probe/parallel.h"

namespace utsyn::probe {
namespace {

using wire::RecordType;

constexpr std::size_t servers_tried = 4;  // one that answers with authority is enough
constexpr DnsTries trust_tries{2, std::chrono::milliseconds{2'000}};

bool denied(const DnsAnswer& answer) {
  return answer.status == DnsStatus::nodata || answer.status == DnsStatus::nxdomain;
}

struct Control {
  std::string name;
  std::string type;
  DnsAnswer answer{};
};

Task<void> ask_control(Visit& visit, Resolver& resolver, Control& control) {
  control.answer = co_await resolver.ask(visit, control.name, control.type);
}

// What a domain has at its apex and beside it, and whose absence is held against it. DS is the parent's.
std::vector<Wanted> worth_a_doubt(const std::string& domain) {
  std::vector<Wanted> out;
  for (const auto* type : {"MX", "TXT", "CAA", "DNSKEY", "A", "AAAA"}) out.push_back({domain, type});
  for (const auto* label : {"_dmarc.", "_mta-sts.", "_smtp._tls."}) out.push_back({label + domain, "TXT"});
  return out;
}

DnsQuestion plain_question(const std::string& name, RecordType type) {
  DnsQuestion question;
  question.name = name;
  question.type = type;
  return question;
}

// A server that answers for the zone with authority.
Task<std::optional<Endpoint>> own_server(Visit& visit, Resolver& resolver, std::string domain,
                                         std::vector<std::string> names) {
  std::size_t tried = 0;
  for (const auto& name : names) {
    if (visit.network().refuses(std::string_view(name))) continue;
    const auto found = co_await resolver.addresses(visit, name);
    for (const auto& address : found.addresses) {
      if (visit.network().refuses(address)) continue;
      if (tried++ >= servers_tried || visit.over()) co_return std::nullopt;
      const Endpoint server{address, resolver.server_port()};
      const auto reply =
          co_await ask_dns(visit, server, plain_question(domain, RecordType::soa), trust_tries);
      if (reply.seen() == nullptr || !reply.seen()->message.authoritative) continue;
      if (!wire::follow_aliases(reply.seen()->message, domain, RecordType::soa).records.empty())
        co_return server;
    }
  }
  co_return std::nullopt;
}

Task<void> ask_the_zone(Visit& visit, Endpoint server, Wanted wanted, bool& has_it) {
  const auto type = *wire::type_named(wanted.type);
  const auto reply = co_await ask_dns(visit, server, plain_question(wanted.name, type), trust_tries);
  if (reply.seen() == nullptr || !reply.seen()->message.authoritative) co_return;
  has_it = !wire::follow_aliases(reply.seen()->message, wanted.name, type).records.empty();
}

void disbelieve(DnsAnswers& bag, DnsAnswer answer) {
  answer.status = DnsStatus::error;
  answer.why = Unseen::contradicted;
  answer.denial.clear();
  answer.security = Security::unchecked;
  answer.security_reason.clear();
  bag.add(std::move(answer));
}

}  // namespace

Task<ResolverFault> try_resolver(Visit& visit, Resolver& resolver, std::string domain) {
  const auto last_dot = domain.rfind('.');
  const auto top = last_dot == std::string::npos ? domain : domain.substr(last_dot + 1);
  // Nothing is below "invalid", now or ever (RFC 6761 section 6.4).
  Control impossible{control_label("invalid") + ".invalid", "A"};
  Control root_servers{".", "NS"}, root_start{".", "SOA"};
  Control top_servers{top, "NS"}, top_start{top, "SOA"};
  Control own_servers{domain, "NS"}, own_start{domain, "SOA"};
  std::vector<Task<void>> asking;
  for (auto* control :
       {&impossible, &root_servers, &root_start, &top_servers, &top_start, &own_servers, &own_start})
    asking.push_back(ask_control(visit, resolver, *control));
  co_await together(std::move(asking));

  if (impossible.answer.status == DnsStatus::found) co_return ResolverFault::invents;
  if (denied(root_servers.answer) || denied(root_start.answer)) co_return ResolverFault::denies;
  // A top level that does not exist may be a slip of the pen, or a name for inside use; but one that is there
  // and has no zone cannot hold a domain, unless the resolver itself serves it.
  const bool is_served =
      own_servers.answer.status == DnsStatus::found || own_start.answer.status == DnsStatus::found;
  const auto without_zone = [](const Control& control) { return control.answer.status == DnsStatus::nodata; };
  if (!is_served && without_zone(top_servers) && without_zone(top_start)) co_return ResolverFault::denies;
  co_return ResolverFault::none;
}

Task<void> doubt_denials(Visit& visit, Resolver& resolver, std::string domain, DnsAnswers& bag) {
  std::vector<Wanted> doubted;
  for (auto& wanted : worth_a_doubt(domain)) {
    const auto* answer = bag.find(wanted.name, wanted.type);
    if (answer != nullptr && denied(*answer) && answer->aliases.empty()) doubted.push_back(std::move(wanted));
  }
  auto names = records_of(bag, domain, "NS");
  for (auto& name : names) name = wire::canonical_name(name).value_or("");
  std::erase(names, "");
  if (doubted.empty() || names.empty()) co_return;
  const auto server = co_await own_server(visit, resolver, domain, std::move(names));
  if (!server) co_return;

  const auto there = std::make_unique<bool[]>(doubted.size());
  std::vector<Task<void>> asking;
  asking.reserve(doubted.size());
  for (std::size_t i = 0; i < doubted.size(); ++i)
    asking.push_back(ask_the_zone(visit, *server, doubted[i], there[i]));
  co_await together(std::move(asking));

  const auto ever_found = [&](const std::string& type) {
    return std::ranges::any_of(bag.all(), [&](const DnsAnswer& answer) {
      return answer.type == type && answer.status == DnsStatus::found;
    });
  };
  for (std::size_t i = 0; i < doubted.size(); ++i) {
    if (!there[i]) continue;
    const bool whole_type = !ever_found(doubted[i].type);
    std::vector<DnsAnswer> unbelieved;
    for (const auto& answer : bag.all()) {
      if (answer.type == doubted[i].type && denied(answer) && (whole_type || answer.name == doubted[i].name))
        unbelieved.push_back(answer);
    }
    for (auto& answer : unbelieved) disbelieve(bag, std::move(answer));
  }
}

}  // namespace utsyn::probe
