// Heartbleed (CVE-2014-0160): a heartbeat that claims more than it carries must be dropped in silence
// (RFC 6520 section 4). A server that answers it hands out its memory.
//
// The proof is an answer that is longer than the question, in a heartbeat record; text in clear is none.
#include "checks/tls/active_reading.h"

namespace utsyn::checks::tls_vuln_heartbleed {
namespace {

Verdict judge(const ActiveTls& active) {
  const auto* seen = active.heartbeat.seen();
  if (seen == nullptr) return could_not_look(active.heartbeat.unseen());
  switch (seen->answer) {
    case LyingHeartbeat::not_offered:
      return {Outcome::pass, "no-heartbeat"};
    case LyingHeartbeat::dropped:
      return {Outcome::pass, "dropped"};
    case LyingHeartbeat::refused:
      return {Outcome::pass, "refused"};
    case LyingHeartbeat::answered:
      break;
  }
  return Verdict{Outcome::fail, "answered"}.with("excess_bytes", seen->excess_bytes);
}

Verdict evaluate(const Evidence& evidence) { return for_each_active_endpoint(evidence, judge); }

Evidence heartbeat(LyingHeartbeat answer, int excess = 0) {
  ActiveTls active;
  active.heartbeat = HeartbeatAnswer{answer, excess};
  return answering(active);
}

std::vector<Example> examples() {
  return with_shared_active_examples({
      {"more comes back than was sent", heartbeat(LyingHeartbeat::answered, 1), Outcome::fail, "answered"},
      {"no heartbeat is offered", heartbeat(LyingHeartbeat::not_offered), Outcome::pass, "no-heartbeat"},
      {"dropped in silence, an honest one is answered", heartbeat(LyingHeartbeat::dropped), Outcome::pass,
       "dropped"},
      {"an alert, or text in clear", heartbeat(LyingHeartbeat::refused), Outcome::pass, "refused"},
  });
}

}  // namespace
}  // namespace utsyn::checks::tls_vuln_heartbleed

UTSYN_CHECK(tls_vuln_heartbleed) = {
    .id = "tls.vuln.heartbleed",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::active | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_vuln_heartbleed::evaluate,
    .examples = utsyn::checks::tls_vuln_heartbleed::examples,
};
