// Each address of each name server, asked directly: does it know the zone, over UDP and TCP, does it follow
// EDNS (RFC 6891), cookies (RFC 7873), does it tell its version, does it resolve for strangers.
#include <algorithm>

#include "base/name.h"
#include "probe/dns.h"
#include "probe/dns_client.h"
#include "probe/parallel.h"

namespace utsyn::probe {
namespace {

using wire::Rcode;
using wire::RecordType;

constexpr std::size_t addresses_asked = 40;
constexpr std::size_t names_asked = 20;
constexpr DnsTries second_tries{2, std::chrono::milliseconds{2'000}};

// A question whose answer lies outside the server's own zones, and what our resolver says is right. Without
// an authoritative server of our own this is as near to a proof as one can come from outside.
struct RecursionTest {
  std::string name;
  RecordType type = RecordType::a;
  std::vector<std::string> right;
};

// SOA records are held together by their names; serial numbers move.
std::string essence(RecordType type, const std::string& text) {
  if (type != RecordType::soa) return text;
  const auto soa = wire::record_as<wire::SoaRecord>(type, text);
  return soa ? soa->primary + " " + soa->mailbox : text;
}

Task<std::optional<RecursionTest>> choose_recursion_test(Visit& visit, Resolver& resolver, std::string zone) {
  const auto last_dot = zone.rfind('.');
  const auto top = last_dot == std::string::npos ? zone : zone.substr(last_dot + 1);
  const std::pair<std::string, RecordType> candidates[] = {
      {"a.root-servers.net", RecordType::a}, {top, RecordType::soa}, {".", RecordType::soa}};
  for (const auto& [name, type] : candidates) {
    const auto answer = co_await resolver.ask(visit, name, wire::type_name(type));
    if (answer.status != DnsStatus::found || !answer.aliases.empty() || is_subdomain(name, zone)) continue;
    RecursionTest test{name, type, {}};
    for (const auto& record : answer.records) test.right.push_back(essence(type, record));
    co_return test;
  }
  co_return std::nullopt;
}

DnsQuestion soa_question(const std::string& zone) {
  DnsQuestion question;
  question.name = zone;
  question.type = RecordType::soa;
  question.dnssec_ok = true;
  return question;
}

ServerAnswer server_answer(const wire::Message& message, const std::string& zone) {
  ServerAnswer out;
  out.rcode = static_cast<int>(message.rcode);
  out.authoritative = message.authoritative;
  out.recursion_available = message.recursion_available;
  for (const auto& record : message.answers) {
    if (record.name != zone) continue;
    if (record.type == RecordType::soa) out.soa = record.text();
    const auto signature = record.as<wire::RrsigRecord>();
    if (signature && signature->type_covered == RecordType::soa) out.signed_answer = true;
  }
  return out;
}

Task<std::vector<std::string>> own_name_servers(Visit& visit, Endpoint server, std::string zone) {
  DnsQuestion question;
  question.name = zone;
  question.type = RecordType::ns;
  const auto reply = co_await ask_dns(visit, server, question, second_tries);
  std::vector<std::string> names;
  if (reply.seen() == nullptr) co_return names;
  for (const auto& record : reply.seen()->message.answers) {
    if (record.type != RecordType::ns || record.name != zone) continue;
    if (const auto target = record.as<wire::NameRecord>()) names.push_back(target->target);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  co_return names;
}

void all_unseen(NameServer& server, Unseen why) {
  server.udp = why;
  server.tcp = why;
  server.edns = why;
  server.bad_version = why;
  server.cookies = why;
  server.udp_size_bytes = why;
  server.version = why;
  server.recursion_rcode = why;
  server.recursion_answered = why;
}

bool misses_edns(const wire::Message& message) {
  return message.rcode == Rcode::format_error || message.rcode == Rcode::not_implemented;
}

// SOA with EDNS, without it when that brings nothing. Says whether the server can be asked further.
Task<bool> ask_over_udp(Visit& visit, Endpoint server, NameServer& out) {
  auto question = soa_question(out.zone);
  auto reply = co_await ask_dns_over_udp(visit, server, question);
  if (reply.seen() != nullptr && !misses_edns(reply.seen()->message)) {
    out.edns = true;
  } else {
    const bool silent = reply.seen() == nullptr;
    if (silent && reply.unseen() != Unseen::timed_out && reply.unseen() != Unseen::malformed) {
      out.udp = reply.unseen();
      out.edns = reply.unseen();
      co_return false;
    }
    question.edns = false;
    question.dnssec_ok = false;
    auto plain = co_await ask_dns_over_udp(visit, server, question, second_tries);
    if (plain.seen() == nullptr) {
      if (silent) {
        out.udp = reply.unseen();
        out.edns = reply.unseen();
        co_return false;
      }
      out.edns = false;  // it answered, with FORMERR; the plain question was lost
    } else {
      out.edns = false;
      reply = std::move(plain);
    }
  }
  out.udp = server_answer(reply.seen()->message, out.zone);
  co_return true;
}

Task<void> ask_over_tcp(Visit& visit, Endpoint server, NameServer& out) {
  const auto reply = co_await ask_dns_over_tcp(visit, server, soa_question(out.zone));
  if (reply.seen() != nullptr) {
    out.tcp = true;
  } else if (reply.unseen() == Unseen::refused || reply.unseen() == Unseen::reset) {
    out.tcp = false;
  } else {
    out.tcp = reply.unseen();
  }
}

Task<void> ask_edns(Visit& visit, Endpoint server, NameServer& out) {
  auto question = soa_question(out.zone);
  question.edns_version = 1;
  const auto versioned = co_await ask_dns_over_udp(visit, server, question, second_tries);
  if (versioned.seen() != nullptr) {
    out.bad_version = versioned.seen()->message.rcode == Rcode::bad_version;
  } else {
    out.bad_version = versioned.unseen();
  }

  question.edns_version = 0;
  question.cookie = visit.network().random(8);
  const auto with_cookie = co_await ask_dns_over_udp(visit, server, question, second_tries);
  if (with_cookie.seen() != nullptr) {
    const auto& edns = with_cookie.seen()->message.edns;
    const auto cookie = edns ? edns->cookie() : std::nullopt;
    out.cookies = cookie && cookie->size() >= 16 && cookie->size() <= 40 &&
                  std::equal(question.cookie.begin(), question.cookie.end(), cookie->begin());
  } else {
    out.cookies = with_cookie.unseen();
  }

  question.cookie.clear();
  question.type = RecordType::dnskey;
  const auto keys = co_await ask_dns_over_udp(visit, server, question, second_tries);
  if (keys.seen() != nullptr) {
    out.udp_size_bytes = static_cast<int>(keys.seen()->size_bytes);
  } else {
    out.udp_size_bytes = keys.unseen();
  }
}

Task<void> ask_version(Visit& visit, Endpoint server, NameServer& out) {
  DnsQuestion question;
  question.name = "version.bind";
  question.type = RecordType::txt;
  question.record_class = wire::RecordClass::ch;
  const auto reply = co_await ask_dns_over_udp(visit, server, question, second_tries);
  if (reply.seen() == nullptr) {
    out.version = reply.unseen();
    co_return;
  }
  std::string version;
  for (const auto& record : reply.seen()->message.answers) {
    const auto text = record.as<wire::TxtRecord>();
    if (text && version.empty()) version = printable(text->joined(), 200);
  }
  out.version = std::move(version);
}

Task<void> ask_recursion(Visit& visit, Endpoint server, std::optional<RecursionTest> test, NameServer& out) {
  if (!test) co_return;  // not measured: our own resolver knows nothing to compare with
  DnsQuestion question;
  question.name = test->name;
  question.type = test->type;
  question.recursion_desired = true;
  const auto reply = co_await ask_dns_over_udp(visit, server, question, second_tries);
  if (reply.seen() == nullptr) {
    out.recursion_rcode = reply.unseen();
    out.recursion_answered = reply.unseen();
    co_return;
  }
  const auto& message = reply.seen()->message;
  out.recursion_rcode = static_cast<int>(message.rcode);
  const auto records = wire::follow_aliases(message, test->name, test->type).records;
  // An authoritative answer comes from a zone of its own and shows no recursion.
  out.recursion_answered = message.recursion_available && !message.authoritative &&
                           message.rcode == Rcode::no_error &&
                           std::any_of(records.begin(), records.end(), [&](const auto& record) {
                             return std::find(test->right.begin(), test->right.end(),
                                              essence(test->type, record.text())) != test->right.end();
                           });
}

Task<void> ask_server(Visit& visit, Endpoint server, std::optional<RecursionTest> test, NameServer& out) {
  const bool speaks_udp = co_await ask_over_udp(visit, server, out);
  co_await ask_over_tcp(visit, server, out);
  if (!speaks_udp) {
    const auto why = out.udp.unseen();
    const auto tcp = out.tcp;
    all_unseen(out, why);
    out.tcp = tcp;
    co_return;
  }
  out.udp.seen()->name_servers = co_await own_name_servers(visit, server, out.zone);
  if (out.edns.is(true)) co_await ask_edns(visit, server, out);
  co_await ask_version(visit, server, out);
  co_await ask_recursion(visit, server, std::move(test), out);
}

}  // namespace

Task<std::vector<NameServer>> probe_name_servers(Visit& visit, Resolver& resolver, std::string zone,
                                                 std::vector<std::string> names) {
  std::vector<NameServer> out;
  const auto canonical = wire::canonical_name(zone);
  if (!canonical) co_return out;
  for (auto& name : names) name = wire::canonical_name(name).value_or("");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase(names, "");
  if (names.size() > names_asked) names.resize(names_asked);
  const auto test = co_await choose_recursion_test(visit, resolver, *canonical);

  std::vector<std::optional<Endpoint>> endpoints;  // beside `out`; none when there is nothing to ask
  const auto note = [&](const std::string& name, std::string address, std::optional<Unseen> why,
                        std::optional<Endpoint> endpoint) {
    NameServer server;
    server.zone = *canonical;
    server.name = name;
    server.address = std::move(address);
    if (why) {
      all_unseen(server, *why);
      endpoint.reset();
    }
    out.push_back(std::move(server));
    endpoints.push_back(endpoint);
  };
  for (const auto& name : names) {
    if (const auto why = visit.network().refuses(std::string_view(name))) {
      note(name, "", why, {});
      continue;
    }
    const auto found = co_await resolver.addresses(visit, name);
    if (found.addresses.empty()) {
      note(name, "", found.known.seen() != nullptr ? Unseen::unreachable : found.known.unseen(), {});
    }
    for (const auto& address : found.addresses) {
      if (out.size() >= addresses_asked) break;
      note(name, address.str(), visit.network().refuses(address), Endpoint{address, resolver.server_port()});
    }
  }

  std::vector<Task<void>> tasks;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (endpoints[i]) tasks.push_back(ask_server(visit, *endpoints[i], test, out[i]));
  }
  co_await together(std::move(tasks));
  co_return out;
}

}  // namespace utsyn::probe
