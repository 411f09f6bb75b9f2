// One DNS question to one server: UDP with random id, port and letter case, retries, and TCP when the answer
// is cut short. What the answer means is for others to say.
#pragma once

#include <string>

#include "probe/network.h"
#include "wire/dns/message.h"

namespace utsyn::probe {

struct DnsQuestion {
  std::string name;  // canonical (wire::canonical_name)
  wire::RecordType type = wire::RecordType::a;
  wire::RecordClass record_class = wire::RecordClass::in;
  bool recursion_desired = false;
  bool checking_disabled = false;
  bool edns = true;
  bool dnssec_ok = false;
  std::uint8_t edns_version = 0;
  Bytes cookie;
};

struct DnsTries {
  int count = 3;
  std::chrono::milliseconds timeout{2'000};  // of each
};

struct DnsReply {
  wire::Message message;
  std::size_t size_bytes = 0;
};

// The answer may be truncated. Answers to other questions are ignored; one that cannot be read counts as a
// failed try.
Task<Observed<DnsReply>> ask_dns_over_udp(Visit& visit, Endpoint server, DnsQuestion question,
                                          DnsTries tries = {});
Task<Observed<DnsReply>> ask_dns_over_tcp(Visit& visit, Endpoint server, DnsQuestion question);
// UDP, then TCP when the answer is truncated.
Task<Observed<DnsReply>> ask_dns(Visit& visit, Endpoint server, DnsQuestion question, DnsTries tries = {});

}  // namespace utsyn::probe
