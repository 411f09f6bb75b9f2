// The DNS client: our own codec over UDP (random port and id, 0x20, EDNS 1232, retries) with TCP on
// truncation, through the recursive resolver for ordinary questions, and to a server's own address where the
// server is what is judged. Answers are kept for the run, so that no question is asked twice.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evidence/dns.h"
#include "probe/network.h"

namespace utsyn::probe {

struct ResolverSettings {
  Endpoint resolver;               // the system's (/etc/resolv.conf) unless --resolver says otherwise
  bool allow_any = true;           // the resolver itself may be on loopback or in a private network
  std::string anchor_file;         // --dns-anchor; empty: the IANA root anchor of the system
  std::uint16_t server_port = 53;  // of name servers that are asked directly
};
// The first name server of /etc/resolv.conf.
std::optional<Endpoint> system_resolver();

class Resolver {
 public:
  Resolver(Network& network, const ResolverSettings& settings);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // By the recursive resolver, CNAMEs followed. Never fails: what went wrong is in the answer.
  Task<DnsAnswer> ask(Visit& visit, std::string name, std::string type);
  // A and AAAA together, in scope or not; empty with the reason in `why` when there is none.
  struct Addresses {
    std::vector<IpAddress> addresses;  // IPv4 first
    Observed<bool> known;              // false: the name has none. Unseen: look-up failed
  };
  Task<Addresses> addresses(Visit& visit, std::string host);

  // The validator's verdict (libunbound, on a side thread) on name and type, from the configured root anchor.
  struct Validation {
    Security security = Security::indeterminate;
    std::string reason;  // why bogus
  };
  Task<Validation> validate(Visit& visit, std::string name, std::string type);

  std::uint16_t server_port() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // questions under way keep it
};

// Questions that fill the parts of Evidence. Each answers within the visit's deadline; what could not be seen
// says so.
Task<Observed<Delegation>> probe_delegation(Visit& visit, Resolver& resolver, std::string zone);
Task<std::vector<NameServer>> probe_name_servers(Visit& visit, Resolver& resolver, std::string zone,
                                                 std::vector<std::string> names);
// The apex and the names every domain is asked about: SOA, NS, MX, TXT, CAA, DS, DNSKEY, CDS, CDNSKEY,
// NSEC3PARAM, the control label, _dmarc (with what discovery needs), the SPF tree, _mta-sts, _smtp._tls,
// default._bimi, DKIM selectors, reverse names of the MX hosts, TLSA of the MX hosts; validation of SOA, MX,
// and of MX host addresses and TLSA.
Task<DnsAnswers> probe_domain_dns(Visit& visit, Resolver& resolver, std::string domain);
// A, AAAA, CNAME chain, CAA climb, HTTPS, TLSA _443._tcp of one host.
Task<DnsAnswers> probe_host_dns(Visit& visit, Resolver& resolver, std::string host);
// A, AAAA (validated), PTR, TLSA _25._tcp of one mail exchanger, and _mta-sts of the domain it serves.
Task<DnsAnswers> probe_mail_host_dns(Visit& visit, Resolver& resolver, std::string host, std::string domain);

}  // namespace utsyn::probe
