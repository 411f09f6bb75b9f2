// What the domain name system told us.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/observed.h"

namespace utsyn {

// The name of a label that surely nobody made, the same for a domain every time, so that a control question
// (wildcards, soft 404s, negative answers) is the same question tomorrow and does not count as a change.
std::string control_label(std::string_view domain);

enum class DnsStatus {
  found,     // NOERROR with records
  nodata,    // NOERROR without
  nxdomain,  // the name does not exist (also NOERROR whose NSEC carries NXNAME, RFC 9824)
  error      // we do not know: `why` says how it failed
};
BOOST_DESCRIBE_ENUM(DnsStatus, found, nodata, nxdomain, error)

// The validator's word (RFC 4033 section 5).
enum class Security { unchecked, secure, insecure, bogus, indeterminate };
BOOST_DESCRIBE_ENUM(Security, unchecked, secure, insecure, bogus, indeterminate)

// One question and its answer, by the recursive resolver. One evidence record each.
struct DnsAnswer {
  std::string name;  // lower case, no final dot
  std::string type;  // "TXT"
  DnsStatus status = DnsStatus::error;
  Unseen why = Unseen::not_measured;  // only with DnsStatus::error
  std::vector<std::string> records;   // RDATA in presentation format, sorted, TTL left out
  std::vector<std::string> aliases;   // names a CNAME led to, in order; the last one owns the records
  Security security = Security::unchecked;
  std::string security_reason;          // the validator's sentence when bogus
  std::vector<std::string> signatures;  // RRSIG RDATA over the answer, kept for SOA and DNSKEY of a zone
  std::vector<std::string>
      denial;  // NSEC, NSEC3 of a negative answer as "owner TYPE rdata", kept for the control label

  bool operator==(const DnsAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(DnsAnswer, (),
                      (name, type, status, why, records, aliases, security, security_reason, signatures,
                       denial))

// Every answer about an asset. Looking one up may be noted, so that a verdict can name the evidence it rests
// on.
class DnsAnswers {
 public:
  DnsAnswers() = default;
  DnsAnswers(std::initializer_list<DnsAnswer> answers) {
    for (const auto& answer : answers) add(answer);
  }
  void add(DnsAnswer answer);  // replaces an earlier answer to the same question
  // Null when the question was not asked. Names compare without case.
  const DnsAnswer* find(std::string_view name, std::string_view type) const;
  const std::vector<DnsAnswer>& all() const { return answers_; }

  // Notes the index (in all()) of each answer found; the caller keeps `log` alive and resets it with nullptr.
  void note_lookups(std::vector<std::size_t>* log) const { log_ = log; }

  bool operator==(const DnsAnswers& other) const { return answers_ == other.answers_; }

 private:
  std::vector<DnsAnswer> answers_;  // sorted by name, then type
  mutable std::vector<std::size_t>* log_ = nullptr;
};

// What the parent's servers say of a zone (the referral).
struct Delegation {
  std::string zone;
  std::string parent;
  std::vector<std::string> name_servers;  // sorted, lower case
  std::vector<std::string> glue;          // "name address", sorted
  bool operator==(const Delegation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Delegation, (), (zone, parent, name_servers, glue))

// One address of one name server, asked directly (not through the resolver) about the zone.
struct ServerAnswer {
  int rcode = 0;
  bool authoritative = false;
  bool recursion_available = false;
  std::string soa;                        // presentation RDATA; empty when the answer held none
  std::vector<std::string> name_servers;  // the child's NS set, sorted
  bool signed_answer = false;             // an RRSIG came with the SOA (asked with DO=1)
  bool operator==(const ServerAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(ServerAnswer, (),
                      (rcode, authoritative, recursion_available, soa, name_servers, signed_answer))

struct NameServer {
  std::string zone;
  std::string name;
  std::string address;
  Observed<ServerAnswer> udp;         // SOA over UDP, three tries of two seconds
  Observed<bool> tcp;                 // SOA over TCP answered
  Observed<bool> edns;                // plain EDNS(0) is answered without FORMERR
  Observed<bool> bad_version;         // EDNS version 1 is answered BADVERS
  Observed<bool> cookies;             // a server cookie came back (RFC 7873)
  Observed<int> udp_size_bytes;       // of the answer to DNSKEY with a 1232-byte limit
  Observed<std::string> version;      // CH TXT version.bind; empty when refused
  Observed<int> recursion_rcode;      // the answer to a recursive question for a name of another zone...
  Observed<bool> recursion_answered;  // ...and whether it held the right records with RA set
  bool operator==(const NameServer&) const = default;
};
BOOST_DESCRIBE_STRUCT(NameServer, (),
                      (zone, name, address, udp, tcp, edns, bad_version, cookies, udp_size_bytes, version,
                       recursion_rcode, recursion_answered))

}  // namespace utsyn
