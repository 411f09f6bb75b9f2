// Everything that was seen of one asset, put together for the checks. Each part is stored as a record of its
// own (record.h): immutable, dated, addressed by its SHA-256.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "evidence/active.h"
#include "evidence/dns.h"
#include "evidence/http.h"
#include "evidence/services.h"
#include "evidence/tls.h"

namespace utsyn {

enum class AssetKind {
  domain,      // "example.no": its zone, its mail policy
  web,         // "www.example.no:443": one web host, ports 80 and 443
  mail,        // "mx1.example.no:25": one mail exchanger
  name_server  // "ns1.example.no:53": one name server of the organisation's zones
};
BOOST_DESCRIBE_ENUM(AssetKind, domain, web, mail, name_server)

struct Evidence {
  std::string asset;  // its id, as above
  AssetKind kind = AssetKind::domain;
  std::string domain;  // the organisation's domain it was found under
  std::string host;    // the host name; the domain itself for AssetKind::domain
  int port = 0;
  UtcTime as_of{};  // the moment the judgement is for (expiry dates are held against it)

  DnsAnswers dns;
  Observed<Delegation> delegation;
  std::vector<NameServer> name_servers;  // each address of each server
  std::vector<TlsEndpoint> tls;          // one for each address of the host
  Observed<WebSite> web;
  std::vector<SmtpServer> smtp;  // one for each address
  std::vector<ClearTextService> clear_text_services;
  std::vector<PortAnswer> ports;
  Observed<TextFile> mta_sts_policy;
  std::vector<RegistrationLookup> registrations;
  std::vector<AddressRoutes> routes;
  Observed<std::vector<CloudAddress>> cloud_addresses;  // not_measured without the providers' lists
  std::vector<KeyListing> key_listings;
  Observed<std::vector<LoggedCertificate>> logged_certificates;
  // Public keys (SPKI SHA-256) seen elsewhere in this organisation on an endpoint that speaks SSLv2 (DROWN).
  std::vector<std::string> sslv2_keys;

  // The full profile's. Empty unless active questions were asked of this asset.
  std::vector<ActiveNameServer> active_name_servers;  // each address of each server
  std::vector<ActiveTls> active_tls;                  // one for each address
  std::vector<ActiveSmtp> active_smtp;                // one for each address
  bool asked_actively() const {
    return !active_name_servers.empty() || !active_tls.empty() || !active_smtp.empty();
  }

  bool operator==(const Evidence&) const = default;
};

}  // namespace utsyn
