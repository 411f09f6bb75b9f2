// The mail server greets over IPv6 (RFC 5321, RFC 8200).
#include "checks/dns/ns_health.h"
#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::dns_ipv6_mx {
namespace {

Verdict judge(const SmtpServer& server) {
  const auto* talk = server.talk.seen();
  if (talk == nullptr) {
    const auto why = server.talk.unseen();
    if (why == Unseen::refused || why == Unseen::reset) return {Outcome::fail, "not-answering"};
    return could_not_look(why);
  }
  if (talk->greeting_code == 220) return {Outcome::pass, "reachable"};
  return could_not_look(Unseen::rejected);
}

Verdict evaluate(const Evidence& evidence) {
  const auto* v6 = evidence.dns.find(evidence.host, "AAAA");
  if (!answered(v6)) return no_answer(v6);
  if (v6->status != DnsStatus::found) return {Outcome::fail, "no-address"};
  bool reached = false;
  std::vector<SmtpServer> over_v6;
  for (const auto& server : evidence.smtp) {
    if (!is_v6_text(server.address)) continue;
    over_v6.push_back(server);
    reached = reached || judge(server).outcome == Outcome::pass;
  }
  auto worst = worst_of(over_v6, judge);
  // Some addresses answer and others are closed: mail comes through, with delay.
  if (reached && worst.outcome == Outcome::fail) {
    worst.outcome = Outcome::warn;
    worst.reason = "some-not-answering";
  }
  return worst;
}

Evidence over_v6(std::vector<std::pair<std::string, Observed<SmtpTalk>>> talks) {
  std::vector<std::string> addresses;
  auto evidence = mail_asset();
  for (auto& [address, talk] : talks) {
    addresses.push_back(address);
    evidence.smtp.push_back({"mx1.example.no", address, 25, std::move(talk)});
  }
  evidence.dns.add(found("mx1.example.no", "AAAA", std::move(addresses)));
  return evidence;
}
SmtpTalk greeted(int code) {
  SmtpTalk talk;
  talk.greeting_code = code;
  return talk;
}

std::vector<Example> examples() {
  return {
      {"it greets", over_v6({{"2a02:ed0::25", greeted(220)}}), Outcome::pass, "reachable"},
      {"no AAAA", mail_asset({nodata("mx1.example.no", "AAAA")}), Outcome::fail, "no-address"},
      {"closed over IPv6", over_v6({{"2a02:ed0::25", Unseen::refused}}), Outcome::fail, "not-answering"},
      {"one of two is closed", over_v6({{"2a02:ed0::25", greeted(220)}, {"2a02:ed0::26", Unseen::refused}}),
       Outcome::warn, "some-not-answering"},
      {"too many connections", over_v6({{"2a02:ed0::25", greeted(421)}}), Outcome::unknown, "rejected"},
      {"silent: port 25 may be shut on our side", over_v6({{"2a02:ed0::25", Unseen::timed_out}}),
       Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_ipv6_mx

UTSYN_CHECK(dns_ipv6_mx) = {
    .id = "dns.ipv6.mx",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::smtp,
    .evaluate = utsyn::checks::dns_ipv6_mx::evaluate,
    .examples = utsyn::checks::dns_ipv6_mx::examples,
};
