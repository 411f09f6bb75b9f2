// EDNS and TCP work, and answers over UDP stay under the size that passes everywhere (RFC 6891, RFC 8906, RFC
// 9715).
#include "checks/judging.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_server_edns {
namespace {

Verdict judge(const NameServer& server) {
  const auto* edns = server.edns.seen();
  if (edns == nullptr) return could_not_look(server.edns.unseen());
  if (!*edns) return {Outcome::fail, "no-edns"};
  const auto* tcp = server.tcp.seen();
  const auto why = tcp == nullptr ? server.tcp.unseen() : Unseen::not_measured;
  // The server answers UDP, so a closed door is its own doing; silence may be anybody's.
  if ((tcp != nullptr && !*tcp) || why == Unseen::refused || why == Unseen::reset)
    return {Outcome::fail, "no-tcp"};
  if (tcp == nullptr) return could_not_look(why);
  constexpr int size_that_passes = 1232;
  if (const auto* size = server.udp_size_bytes.seen(); size != nullptr && *size > size_that_passes) {
    return Verdict{Outcome::warn, "large-answers"}.with("size_bytes", *size);
  }
  if (const auto* refused = server.bad_version.seen(); refused != nullptr && !*refused) {
    return {Outcome::warn, "unknown-version-accepted"};
  }
  return {Outcome::pass, "works"};
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.name_servers, judge); }

Evidence with(Observed<bool> edns, Observed<bool> tcp, int size = 900, bool bad_version = true) {
  auto evidence = name_server_asset();
  auto one = working_server("ns1.example.no", "192.0.2.53");
  one.edns = edns;
  one.tcp = tcp;
  one.udp_size_bytes = size;
  one.bad_version = bad_version;
  evidence.name_servers = {one};
  return evidence;
}

std::vector<Example> examples() {
  return {
      {"all as it should be", with(true, true), Outcome::pass, "works"},
      {"EDNS gives FORMERR", with(false, true), Outcome::fail, "no-edns"},
      {"TCP is closed", with(true, Unseen::refused), Outcome::fail, "no-tcp"},
      {"answers beyond 1232 bytes", with(true, true, 1400), Outcome::warn, "large-answers"},
      {"a version that does not exist is taken", with(true, true, 900, false), Outcome::warn,
       "unknown-version-accepted"},
      {"TCP is silent", with(true, Unseen::timed_out), Outcome::unknown, "timed-out"},
      {"no answer with EDNS", with(Unseen::timed_out, true), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_server_edns

UTSYN_CHECK(dns_server_edns) = {
    .id = "dns.server.edns",
    .assets = {utsyn::AssetKind::name_server},
    .reads = utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_server_edns::evaluate,
    .examples = utsyn::checks::dns_server_edns::examples,
};
