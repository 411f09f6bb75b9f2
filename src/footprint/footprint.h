// From a name to the assets behind it, each with its reasons. Pure: the look-ups are done by the engine.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/dns.h"
#include "footprint/decisions.h"
#include "store/store.h"

namespace utsyn::footprint {

// What we are asked to measure.
struct Target {
  store::Organisation organisation;
  std::vector<std::string> domains;  // normalised names
  std::vector<std::string> hosts;    // web hosts beyond apex and www
  std::string only_asset;            // a recheck: this asset alone; empty for all
  Decisions decisions{};             // what people have said about its assets
};

// Hosts worth asking for a web site: the domain itself, www, and those given for it.
std::vector<std::string> web_candidates(const Target& target, std::string_view domain);

// Mail exchangers of the domain, by preference then name; none for a null MX (RFC 7505) or when unknown.
std::vector<std::string> mail_hosts(const DnsAnswers& dns, std::string_view domain);
std::vector<std::string> name_server_hosts(const DnsAnswers& dns, std::string_view domain);

store::Asset domain_asset(std::string_view domain);
store::Asset web_asset(std::string_view domain, std::string_view host, bool given);
store::Asset mail_asset(const Target& target, std::string_view domain, std::string_view host);
store::Asset name_server_asset(const Target& target, std::string_view domain, std::string_view host);

// The addresses that DNS gave for a host, IPv4 first, at most `most` (a host with hundreds is sampled, not
// scanned).
std::vector<std::string> addresses_of(const DnsAnswers& dns, std::string_view host, std::size_t most = 8);

}  // namespace utsyn::footprint
