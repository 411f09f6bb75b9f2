// Words to write examples with: small builders of evidence.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/evidence.h"

namespace utsyn::checks {

inline DnsAnswer found(std::string name, std::string type, std::vector<std::string> records) {
  DnsAnswer answer;
  answer.name = std::move(name);
  answer.type = std::move(type);
  answer.status = DnsStatus::found;
  answer.records = std::move(records);
  return answer;
}
// TXT records given as plain text: txt("example.no", {"v=spf1 -all"}).
DnsAnswer txt(std::string name, const std::vector<std::string>& texts);
inline DnsAnswer nodata(std::string name, std::string type) {
  DnsAnswer answer;
  answer.name = std::move(name);
  answer.type = std::move(type);
  answer.status = DnsStatus::nodata;
  return answer;
}
inline DnsAnswer nxdomain(std::string name, std::string type) {
  auto answer = nodata(std::move(name), std::move(type));
  answer.status = DnsStatus::nxdomain;
  return answer;
}
inline DnsAnswer failed(std::string name, std::string type, Unseen why = Unseen::timed_out) {
  auto answer = nodata(std::move(name), std::move(type));
  answer.status = DnsStatus::error;
  answer.why = why;
  return answer;
}
inline DnsAnswer with_security(DnsAnswer answer, Security security) {
  answer.security = security;
  return answer;
}

// 2026-11-20T10:00:00Z, the day on which all examples are judged.
inline constexpr std::int64_t kExampleDay = 1795168800;

inline Evidence domain_asset(DnsAnswers dns = {}, std::string domain = "example.no") {
  Evidence evidence;
  evidence.asset = domain;
  evidence.kind = AssetKind::domain;
  evidence.host = domain;
  evidence.domain = std::move(domain);
  evidence.as_of = from_unix(kExampleDay);
  evidence.dns = std::move(dns);
  return evidence;
}
inline Evidence host_asset(AssetKind kind, std::string host, int port, DnsAnswers dns = {}) {
  auto evidence = domain_asset(std::move(dns));
  evidence.kind = kind;
  evidence.host = std::move(host);
  evidence.port = port;
  evidence.asset = evidence.host + ":" + std::to_string(port);
  return evidence;
}
inline Evidence web_asset(DnsAnswers dns = {}) {
  return host_asset(AssetKind::web, "www.example.no", 443, std::move(dns));
}
inline Evidence mail_asset(DnsAnswers dns = {}) {
  return host_asset(AssetKind::mail, "mx1.example.no", 25, std::move(dns));
}
inline Evidence name_server_asset(DnsAnswers dns = {}) {
  return host_asset(AssetKind::name_server, "ns1.example.no", 53, std::move(dns));
}

}  // namespace utsyn::checks
