// The mail server's name is a host name with public addresses, and no alias (RFC 5321 section 5.1, RFC 2181
// section 10.3). A non-public address is fine where the operator let the measurement reach it.
#include <algorithm>

#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::email_mx_valid_targets {
namespace {

bool was_reached(const Evidence& evidence, const std::string& address) {
  return std::ranges::any_of(evidence.smtp, [&](const SmtpServer& server) {
    return server.address == address &&
           (server.talk.seen() != nullptr || server.talk.unseen() != Unseen::out_of_scope);
  });
}

Verdict evaluate(const Evidence& evidence) {
  if (IpAddress::parse(evidence.host)) return {Outcome::fail, "address-instead-of-name"};
  const auto host = addresses_of(evidence.dns, evidence.host);
  if (host.addresses.empty()) return host.trouble ? *host.trouble : Verdict{Outcome::fail, "no-address"};
  std::vector<std::string> inside;
  for (const auto& address : host.addresses) {
    if (!special_purpose(address).empty() && !was_reached(evidence, address.str()))
      inside.push_back(address.str());
  }
  if (!inside.empty()) return Verdict{Outcome::fail, "inside-address"}.with("addresses", std::move(inside));
  if (!host.aliases.empty()) return Verdict{Outcome::warn, "alias"}.with("leads_to", host.aliases.back());
  return {Outcome::pass, "proper-host"};
}

std::vector<Example> examples() {
  const auto v4 = found("mx1.example.no", "A", {"193.69.0.25"});
  const auto no_v6 = nodata("mx1.example.no", "AAAA");
  auto alias = v4;
  alias.aliases = {"mail.provider.example"};
  auto reached = mail_asset({found("mx1.example.no", "A", {"127.0.0.25"}), no_v6});
  SmtpServer server;
  server.address = "127.0.0.25";
  server.talk = SmtpTalk{};
  reached.smtp = {server};
  return {
      {"a host with an address", mail_asset({v4, no_v6}), Outcome::pass, "proper-host"},
      {"an alias", mail_asset({alias, no_v6}), Outcome::warn, "alias"},
      {"no address", mail_asset({nodata("mx1.example.no", "A"), no_v6}), Outcome::fail, "no-address"},
      {"no such name", mail_asset({nxdomain("mx1.example.no", "A"), nxdomain("mx1.example.no", "AAAA")}),
       Outcome::fail, "no-address"},
      {"an inside address", mail_asset({found("mx1.example.no", "A", {"10.0.0.25"}), no_v6}), Outcome::fail,
       "inside-address"},
      {"a network the operator measures from inside", reached, Outcome::pass, "proper-host"},
      {"an address where the name should be",
       [] {
         auto evidence = mail_asset();
         evidence.host = "192.0.2.25";
         return evidence;
       }(),
       Outcome::fail, "address-instead-of-name"},
      {"no answer", mail_asset({failed("mx1.example.no", "A"), no_v6}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mx_valid_targets

UTSYN_CHECK(email_mx_valid_targets) = {
    .id = "email.mx.valid-targets",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::smtp,
    .evaluate = utsyn::checks::email_mx_valid_targets::evaluate,
    .examples = utsyn::checks::email_mx_valid_targets::examples,
};
