// The signatures hold, from the root anchor down to the zone, and every server sends them (RFC 4035 section
// 5, RFC 6840). We validate ourselves; the AD bit of a resolver is never asked.
#include <algorithm>

#include "base/name.h"
#include "checks/dns/ns_health.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_dnssec_valid {
namespace {

// Everything of the domain that the validator refused, not only its SOA.
const DnsAnswer* refused_answer(const Evidence& evidence) {
  for (const auto& answer : evidence.dns.all()) {
    if (answer.security == Security::bogus && is_subdomain(answer.name, evidence.domain)) {
      return evidence.dns.find(answer.name, answer.type);  // by find, so that the look-up is noted
    }
  }
  return nullptr;
}

Verdict evaluate(const Evidence& evidence) {
  if (const auto* bogus = refused_answer(evidence)) {
    return Verdict{Outcome::fail, "bogus"}
        .with("name", bogus->name)
        .with("type", bogus->type)
        .with("validator", bogus->security_reason);
  }
  const auto* apex = evidence.dns.find(evidence.domain, "SOA");
  if (!answered(apex)) return no_answer(apex);
  switch (apex->security) {
    case Security::insecure:
      return {Outcome::not_applicable, "not-signed"};
    case Security::indeterminate:
      return {Outcome::unknown, "indeterminate"};
    case Security::unchecked:
      return could_not_look(Unseen::not_measured);
    case Security::bogus:
    case Security::secure:
      break;
  }
  std::vector<std::string> unsigned_servers;
  for (const auto& server : evidence.name_servers) {
    const auto* answer = server.udp.seen();
    if (answer != nullptr && state_of(server) == ServerState::answers && !answer->signed_answer) {
      unsigned_servers.push_back(server.name + " " + server.address);
    }
  }
  if (!unsigned_servers.empty()) {
    return Verdict{Outcome::fail, "server-without-signatures"}.with("servers", std::move(unsigned_servers));
  }
  return {Outcome::pass, "secure"};
}

NameServer signing(const char* name, bool signs) {
  auto answer = good_answer();
  answer.signed_answer = signs;
  return server(name, "192.0.2.53", answer);
}

std::vector<Example> examples() {
  const auto soa = found("example.no", "SOA", {kExampleSoa});
  const DnsAnswers secure{with_security(soa, Security::secure)};
  auto bogus = with_security(failed("example.no", "SOA", Unseen::server_failure), Security::bogus);
  bogus.security_reason = "signature expired";
  return {
      {"all signatures hold", zone({signing("ns1.example.no", true)}, Unseen::not_measured, secure),
       Outcome::pass, "secure"},
      {"signatures ran out", domain_asset({bogus}), Outcome::fail, "bogus"},
      {"a name inside the zone is bogus",
       domain_asset({with_security(soa, Security::secure),
                     with_security(failed("mx1.example.no", "A", Unseen::server_failure), Security::bogus)}),
       Outcome::fail, "bogus"},
      {"another's zone is bogus",
       domain_asset(
           {with_security(soa, Security::secure),
            with_security(failed("mx.provider.example", "A", Unseen::server_failure), Security::bogus)}),
       Outcome::pass},
      {"one server leaves the signatures out",
       zone({signing("ns1.example.no", true), signing("ns2.example.net", false)}, Unseen::not_measured,
            secure),
       Outcome::fail, "server-without-signatures"},
      {"the zone is not signed", domain_asset({with_security(soa, Security::insecure)}),
       Outcome::not_applicable, "not-signed"},
      {"SERVFAIL without a verdict", domain_asset({failed("example.no", "SOA", Unseen::server_failure)}),
       Outcome::unknown, "server-failure"},
      {"the validator could not tell", domain_asset({with_security(soa, Security::indeterminate)}),
       Outcome::unknown, "indeterminate"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_dnssec_valid

UTSYN_CHECK(dns_dnssec_valid) = {
    .id = "dns.dnssec.valid",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_dnssec_valid::evaluate,
    .examples = utsyn::checks::dns_dnssec_valid::examples,
};
