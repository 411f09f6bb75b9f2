// Mail servers, other log-in services, and facts from registries and local data sets.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "evidence/observed.h"

namespace utsyn {

// A dialogue with one address of one mail server: greeting, EHLO, STARTTLS, EHLO, QUIT.
struct SmtpTalk {
  int greeting_code = 0;
  std::string banner;  // first line, dates and queue ids blanked
  int ehlo_code = 0;
  std::vector<std::string> capabilities;  // upper case keyword with parameters, as offered in clear
  bool starttls_offered = false;
  int starttls_code = 0;  // reply to STARTTLS; 0 when not sent
  bool tls_established = false;
  std::string tls_error;
  std::vector<std::string> capabilities_after_tls;
  bool operator==(const SmtpTalk&) const = default;
};
BOOST_DESCRIBE_STRUCT(SmtpTalk, (),
                      (greeting_code, banner, ehlo_code, capabilities, starttls_offered, starttls_code,
                       tls_established, tls_error, capabilities_after_tls))

struct SmtpServer {
  std::string host;
  std::string address;
  int port = 25;
  Observed<SmtpTalk> talk;
  bool operator==(const SmtpServer&) const = default;
};
BOOST_DESCRIBE_STRUCT(SmtpServer, (), (host, address, port, talk))

// A service that starts in clear text and may turn on TLS: "ftp", "imap", "pop3", "submission", "ldap",
// "xmpp"...
struct ClearTextService {
  std::string host;
  std::string address;
  int port = 0;
  std::string protocol;
  Observed<bool> speaks;  // it answered in that protocol
  Observed<bool> starttls_offered;
  Observed<bool> login_in_clear;  // password login is announced before TLS
  bool operator==(const ClearTextService&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClearTextService, (),
                      (host, address, port, protocol, speaks, starttls_offered, login_in_clear))

// Can TCP be opened there?
struct PortAnswer {
  std::string host;
  std::string address;
  int port = 0;
  Observed<bool> open;  // false: refused. Unseen: no answer at all
  bool operator==(const PortAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(PortAnswer, (), (host, address, port, open))

// Registration data of a registrable domain (RFC 9083).
struct Registration {
  std::string domain;
  bool registered = false;          // false: RDAP answered 404
  std::int64_t expires = 0;         // Unix seconds, 0 when the registry does not say
  std::vector<std::string> status;  // as RDAP writes them, sorted
  std::string registrar{};          // its name, or its handle where it has none
  bool operator==(const Registration&) const = default;
};
BOOST_DESCRIBE_STRUCT(Registration, (), (domain, registered, expires, status, registrar))

struct RegistrationLookup {
  std::string domain;
  Observed<Registration> answer;
  bool operator==(const RegistrationLookup&) const = default;
};
BOOST_DESCRIBE_STRUCT(RegistrationLookup, (), (domain, answer))

// An address held against the operator's copies of the routing table and of the validated ROA payloads.
enum class RouteValidity { valid, invalid, not_found };
BOOST_DESCRIBE_ENUM(RouteValidity, valid, invalid, not_found)

struct Route {
  std::string prefix;
  std::int64_t origin_as = 0;
  RouteValidity validity = RouteValidity::not_found;
  bool operator==(const Route&) const = default;
};
BOOST_DESCRIBE_STRUCT(Route, (), (prefix, origin_as, validity))

struct AddressRoutes {
  std::string host;
  std::string address;
  Observed<std::vector<Route>> routes;  // not_measured without the data sets
  bool operator==(const AddressRoutes&) const = default;
};
BOOST_DESCRIBE_STRUCT(AddressRoutes, (), (host, address, routes))

// A public key or certificate held against the operator's lists.
struct KeyListing {
  std::string spki_sha256;
  Observed<bool> debian_weak;  // openssl-blacklist
  Observed<bool> compromised;  // known leaked or vendor default keys
  bool operator==(const KeyListing&) const = default;
};
BOOST_DESCRIBE_STRUCT(KeyListing, (), (spki_sha256, debian_weak, compromised))

// A certificate that transparency logs know for the domain.
struct LoggedCertificate {
  std::string sha256;
  std::string issuer;
  std::vector<std::string> names;
  std::int64_t not_before = 0;
  bool operator==(const LoggedCertificate&) const = default;
};
BOOST_DESCRIBE_STRUCT(LoggedCertificate, (), (sha256, issuer, names, not_before))

// An address inside a cloud provider's published ranges, and whether what answers there still has to do with
// the host. Only a relation that was there before and is gone in two measurements a day apart means anything.
struct CloudAddress {
  std::string address;
  std::string provider;
  Observed<bool> related;         // certificate names or pages of the organisation answer there now
  Observed<bool> related_before;  // ... and did in an earlier measurement
  int unrelated_hours = 0;        // how long it has been otherwise
  bool operator==(const CloudAddress&) const = default;
};
BOOST_DESCRIBE_STRUCT(CloudAddress, (), (address, provider, related, related_before, unrelated_hours))

}  // namespace utsyn
