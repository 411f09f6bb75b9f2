// What the tests of DNS share: a small zone that answers, and a world whose resolver is the test's own
// server.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/name.h"
#include "probe/dns.h"
#include "probe/test_servers.h"
#include "wire/dns/records.h"

namespace utsyn::probe::testing {

using std::chrono::milliseconds;
using wire::Message;
using wire::Rcode;
using wire::RecordType;

inline Bytes packed(const Message& message) { return *wire::build_message(message); }

// A world whose resolver is `server`; name servers are asked at the same port.
struct DnsWorld {
  explicit DnsWorld(Endpoint resolver_at, milliseconds deadline = milliseconds(8'000),
                    bool allow_loopback = true, const std::string& anchor_file = "")
      : settings(settings_with(deadline, allow_loopback)),
        politeness(settings),
        network(context, settings, politeness),
        resolver(network,
                 {.resolver = resolver_at, .anchor_file = anchor_file, .server_port = resolver_at.port}),
        visit(network.visit("host.test")) {}
  static Settings settings_with(milliseconds deadline, bool allow_loopback) {
    Settings settings;
    if (allow_loopback) settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
    settings.host_deadline = deadline;
    settings.answer_timeout = milliseconds(1'000);
    return settings;
  }
  DnsAnswer ask(const std::string& name, const std::string& type) {
    return run(context, resolver.ask(visit, name, type));
  }
  Settings settings;
  boost::asio::io_context context;
  Politeness politeness;
  Network network;
  Resolver resolver;
  Visit visit;
};

// Names and their records; what is not listed does not exist.
class Zone {
 public:
  using Records = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;
  explicit Zone(Records records) : records_(std::move(records)) {}

  Message answer(const Message& query) const {
    auto out = answer_to(query);
    const auto& question = query.questions.front();
    auto name = lower(question.name);
    for (int hops = 0; hops < 5; ++hops) {
      const auto found = records_.find({name, wire::type_name(question.type)});
      if (found != records_.end()) {
        for (const auto& text : found->second) out.answers.push_back(record(name, question.type, text));
        return out;
      }
      const auto alias = records_.find({name, "CNAME"});
      if (alias == records_.end()) break;
      out.answers.push_back(record(name, RecordType::cname, alias->second.front()));
      name = alias->second.front();
    }
    if (!exists(name)) out.rcode = Rcode::name_error;
    out.authorities.push_back(record("test", RecordType::soa, "ns.test. host.test. 1 2 3 4 5"));
    return out;
  }

 private:
  bool exists(const std::string& name) const {
    return std::any_of(records_.begin(), records_.end(),
                       [&](const auto& entry) { return is_subdomain(entry.first.first, name); });
  }
  Records records_;
};

inline DnsServer::Answer serve(Zone zone) {
  return [zone = std::move(zone)](const Message& query, bool) {
    return std::vector<Bytes>{packed(zone.answer(query))};
  };
}

}  // namespace utsyn::probe::testing
