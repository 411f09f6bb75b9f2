// Only the organisation's own secondaries may copy the zone (RFC 5936): a list of every name is a map for
// attackers. Asked of each address of its own name servers; what comes is counted and thrown away.
#include "checks/examples.h"
#include "checks/judging.h"

namespace utsyn::checks::dns_axfr_open {
namespace {

constexpr int kServerFailure = 2;

Verdict judge(const ActiveNameServer& server) {
  const auto* seen = server.transfer.seen();
  if (seen == nullptr) return could_not_look(server.transfer.unseen());
  if (seen->closed) return {Outcome::pass, "closed"};
  if (seen->rcode == kServerFailure) return could_not_look(Unseen::server_failure);
  if (seen->rcode != 0) return {Outcome::pass, "refused"};
  if (!seen->begins_with_soa) return {Outcome::pass, "nothing-given"};
  return Verdict{Outcome::fail, "open"}
      .with("zone", FactValue{server.zone})
      .with("first_records", seen->records);
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.active_name_servers, judge); }

Evidence answering(Observed<ZoneTransfer> transfer) {
  auto evidence = name_server_asset();
  evidence.active_name_servers = {{"example.no", "ns1.example.no", "192.0.2.53", transfer}};
  return evidence;
}

std::vector<Example> examples() {
  auto two = answering(ZoneTransfer{false, 5, false, 0});
  two.active_name_servers.push_back(two.active_name_servers.front());
  two.active_name_servers.back().address = "2001:db8::53";
  two.active_name_servers.back().transfer = ZoneTransfer{false, 0, true, 40};
  return {
      {"strangers are refused", answering(ZoneTransfer{false, 5, false, 0}), Outcome::pass, "refused"},
      {"the zone is handed out", answering(ZoneTransfer{false, 0, true, 17}), Outcome::fail, "open"},
      {"handed out over IPv6 only", two, Outcome::fail, "open"},
      {"the connection is closed", answering(ZoneTransfer{true, 0, false, 0}), Outcome::pass, "closed"},
      {"an answer with nothing in it", answering(ZoneTransfer{false, 0, false, 0}), Outcome::pass,
       "nothing-given"},
      {"the server fails", answering(ZoneTransfer{false, 2, false, 0}), Outcome::unknown, "server-failure"},
      {"the server was silent", answering(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_axfr_open

UTSYN_CHECK(dns_axfr_open) = {
    .id = "dns.axfr.open",
    .assets = {utsyn::AssetKind::name_server},
    .reads = utsyn::checks::Part::active,
    .evaluate = utsyn::checks::dns_axfr_open::evaluate,
    .examples = utsyn::checks::dns_axfr_open::examples,
};
