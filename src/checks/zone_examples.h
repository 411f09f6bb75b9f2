// Words for the examples of the zone checks.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checks/examples.h"

namespace utsyn::checks {

inline constexpr const char* kExampleSoa =
    "ns1.example.no hostmaster.example.no 2026112001 14400 3600 1209600 3600";

inline NameServer server(std::string name, std::string address, Observed<ServerAnswer> udp) {
  NameServer server;
  server.zone = "example.no";
  server.name = std::move(name);
  server.address = std::move(address);
  server.udp = std::move(udp);
  return server;
}
inline ServerAnswer good_answer(std::vector<std::string> name_servers = {"ns1.example.no",
                                                                         "ns2.example.net"}) {
  ServerAnswer answer;
  answer.authoritative = true;
  answer.soa = kExampleSoa;
  answer.name_servers = std::move(name_servers);
  return answer;
}
inline ServerAnswer refusal() {
  ServerAnswer answer;
  answer.rcode = 5;
  return answer;
}
inline NameServer working_server(std::string name, std::string address) {
  return server(std::move(name), std::move(address), good_answer());
}
inline Delegation delegated_to(std::vector<std::string> names, std::vector<std::string> glue = {}) {
  Delegation delegation;
  delegation.zone = "example.no";
  delegation.parent = "no";
  delegation.name_servers = std::move(names);
  delegation.glue = std::move(glue);
  return delegation;
}
inline Evidence zone(std::vector<NameServer> servers, Observed<Delegation> delegation = Unseen::not_measured,
                     DnsAnswers dns = {}) {
  auto evidence = domain_asset(std::move(dns));
  evidence.name_servers = std::move(servers);
  evidence.delegation = std::move(delegation);
  return evidence;
}

inline constexpr const char* kExampleDs =
    "12345 13 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d";

inline RegistrationLookup not_registered(std::string domain) {
  Registration answer;
  answer.domain = domain;
  answer.registered = false;
  return {std::move(domain), answer};
}
inline RegistrationLookup is_registered(std::string domain, std::int64_t expires = 0,
                                        std::vector<std::string> status = {"active"}) {
  Registration answer;
  answer.domain = domain;
  answer.registered = true;
  answer.expires = expires;
  answer.status = std::move(status);
  return {std::move(domain), answer};
}
inline Evidence with_registrations(Evidence evidence, std::vector<RegistrationLookup> registrations) {
  evidence.registrations = std::move(registrations);
  return evidence;
}

}  // namespace utsyn::checks
