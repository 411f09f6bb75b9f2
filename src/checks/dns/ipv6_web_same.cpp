// The same site answers over IPv4 and IPv6 (RFC 6540): at least nine tenths of the text is the same. Error
// pages are not compared, since a bot defence may greet one family and not the other.
#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::dns_ipv6_web_same {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto* v6 = evidence.dns.find(evidence.host, "AAAA");
  if (!answered(v6)) return no_answer(v6);
  if (v6->status != DnsStatus::found) return {Outcome::not_applicable, "no-ipv6"};
  const auto* site = evidence.web.seen();
  if (site == nullptr) return could_not_look(evidence.web.unseen());
  const auto* same = site->ipv6_similarity.seen();
  if (same == nullptr) return could_not_look(site->ipv6_similarity.unseen());
  const auto* last = site->secure.last();
  const auto* answer = last == nullptr ? nullptr : last->answer.seen();
  if (answer != nullptr && answer->status >= 400) return could_not_look(Unseen::rejected);
  const auto with_share = [&](Verdict verdict) {
    return std::move(verdict).with("similarity_permille", *same);
  };
  constexpr int nine_tenths = 900;
  return with_share(*same >= nine_tenths ? Verdict{Outcome::pass, "same"}
                                         : Verdict{Outcome::warn, "different"});
}

Evidence similar(Observed<int> permille, int status = 200) {
  auto evidence = web_asset({found("www.example.no", "AAAA", {"2a02:ed0::1"})});
  WebSite site;
  site.ipv6_similarity = permille;
  HttpAnswer answer;
  answer.status = status;
  HttpExchange exchange;
  exchange.answer = answer;
  site.secure.hops = {exchange};
  evidence.web = site;
  return evidence;
}

std::vector<Example> examples() {
  return {
      {"a few dates differ", similar(970), Outcome::pass, "same"},
      {"a forgotten default page", similar(120), Outcome::warn, "different"},
      {"a bot defence answered", similar(120, 403), Outcome::unknown, "rejected"},
      {"no IPv6", web_asset({nodata("www.example.no", "AAAA")}), Outcome::not_applicable, "no-ipv6"},
      {"not reached over IPv6", similar(Unseen::unreachable), Outcome::unknown, "unreachable"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_ipv6_web_same

UTSYN_CHECK(dns_ipv6_web_same) = {
    .id = "dns.ipv6.web-same",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::dns_ipv6_web_same::evaluate,
    .examples = utsyn::checks::dns_ipv6_web_same::examples,
};
