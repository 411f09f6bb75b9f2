// What the parent says of a zone: its servers are asked without recursion and answer with a referral (RFC
// 1034 section 4.3.2), whose NS set and glue may differ from what the zone itself says.
#include <algorithm>

#include "base/name.h"
#include "base/sort_unique.h"
#include "probe/dns.h"
#include "probe/dns_client.h"

namespace utsyn::probe {
namespace {

using wire::RecordType;

constexpr std::size_t parent_addresses = 6;  // asked one after the other until one answers

std::string above(std::string_view name) {
  const auto parent = parent_name(name);
  return parent.empty() ? "." : std::string(parent);
}

Delegation referral(const wire::Message& message, const std::string& zone, const std::string& parent) {
  Delegation out{zone, parent, {}, {}};
  // A server that also serves the child answers with the child's own set, in the answer section.
  for (const auto* section : {&message.authorities, &message.answers}) {
    for (const auto& record : *section) {
      if (record.type != RecordType::ns || record.name != zone) continue;
      if (const auto server = record.as<wire::NameRecord>()) out.name_servers.push_back(server->target);
    }
    if (!out.name_servers.empty()) break;
  }
  sort_unique(out.name_servers);
  for (const auto& record : message.additionals) {
    const auto address = record.as<wire::AddressRecord>();
    if (address && std::binary_search(out.name_servers.begin(), out.name_servers.end(), record.name))
      out.glue.push_back(record.name + " " + address->address.str());
  }
  sort_unique(out.glue);
  return out;
}

}  // namespace

Task<Observed<Delegation>> probe_delegation(Visit& visit, Resolver& resolver, std::string zone) {
  const auto canonical = wire::canonical_name(zone);
  if (!canonical || *canonical == ".") co_return Unseen::malformed;
  zone = *canonical;

  std::string parent;
  for (auto name = above(zone);; name = above(name)) {
    const auto soa = co_await resolver.ask(visit, name, "SOA");
    if (soa.status == DnsStatus::error) co_return soa.why;
    if (soa.status == DnsStatus::found && soa.aliases.empty()) {
      parent = name;
      break;
    }
    if (name == ".") co_return Unseen::unreachable;
  }

  const auto servers = co_await resolver.ask(visit, parent, "NS");
  if (servers.status == DnsStatus::error) co_return servers.why;
  auto failure = Unseen::unreachable;
  std::size_t asked = 0;
  for (const auto& server : servers.records) {
    if (visit.network().refuses(std::string_view(server))) continue;
    const auto found = co_await resolver.addresses(visit, server);
    for (const auto& address : found.addresses) {
      if (asked >= parent_addresses || visit.over()) co_return failure;
      if (const auto why = visit.network().refuses(address)) {
        failure = *why;
        continue;
      }
      ++asked;
      DnsQuestion question;
      question.name = zone;
      question.type = RecordType::ns;
      const auto reply =
          co_await ask_dns(visit, {address, resolver.server_port()}, question, {2, DnsTries{}.timeout});
      if (reply.seen() == nullptr) {
        failure = reply.unseen();
        continue;
      }
      const auto& message = reply.seen()->message;
      if (message.rcode == wire::Rcode::no_error || message.rcode == wire::Rcode::name_error)
        co_return referral(message, zone, parent);
      failure = message.rcode == wire::Rcode::server_failure ? Unseen::server_failure : Unseen::rejected;
    }
  }
  co_return failure;
}

}  // namespace utsyn::probe
