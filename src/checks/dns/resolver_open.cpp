// A name server of ours does not resolve names for strangers (RFC 5358).
//
// The proof is a right answer, with RA set, to a recursive question about a zone that is not the server's.
// Without a zone of our own behind the question the answer may have come from elsewhere, hence "inferred".
#include "checks/judging.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_resolver_open {
namespace {

Verdict judge(const NameServer& server) {
  const auto* answered_it = server.recursion_answered.seen();
  if (answered_it == nullptr) return could_not_look(server.recursion_answered.unseen());
  if (*answered_it) return Verdict{Outcome::fail, "open"}.held(Confidence::inferred);
  const auto* own = server.udp.seen();
  if (own != nullptr && own->recursion_available) return {Outcome::warn, "announces-recursion"};
  return {Outcome::pass, "closed"};
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.name_servers, judge); }

Evidence asked(Observed<bool> recursion, bool announces = false) {
  auto evidence = name_server_asset();
  auto answer = good_answer();
  answer.recursion_available = announces;
  auto one = server("ns1.example.no", "192.0.2.53", answer);
  one.recursion_answered = recursion;
  one.recursion_rcode = 5;
  evidence.name_servers = {one};
  return evidence;
}

std::vector<Example> examples() {
  auto two = asked(false);
  two.name_servers.push_back(two.name_servers.front());
  two.name_servers.back().address = "2001:db8::53";
  two.name_servers.back().recursion_answered = true;
  return {
      {"strangers are refused", asked(false), Outcome::pass, "closed"},
      {"strangers are served", asked(true), Outcome::fail, "open"},
      {"open over IPv6 only", two, Outcome::fail, "open"},
      {"recursion is announced and refused", asked(false, true), Outcome::warn, "announces-recursion"},
      {"no answer to the question", asked(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_resolver_open

UTSYN_CHECK(dns_resolver_open) = {
    .id = "dns.resolver.open",
    .assets = {utsyn::AssetKind::name_server},
    .reads = utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_resolver_open::evaluate,
    .examples = utsyn::checks::dns_resolver_open::examples,
};
