// Renegotiation that nothing binds to the session (CVE-2009-3555): where a server does not know RFC 5746, a
// second handshake must at least be refused. tls.reneg.secure says whether it knows; this says whether the
// attack works.
#include "checks/tls/active_reading.h"

namespace utsyn::checks::tls_reneg_insecure_client {
namespace {

Verdict evaluate(const Evidence& evidence) {
  return for_each_active_endpoint(evidence, [&](const ActiveTls& active) -> Verdict {
    for (const auto& endpoint : evidence.tls) {
      if (endpoint.address == active.address && endpoint.port == active.port &&
          endpoint.secure_renegotiation.is(true))
        return {Outcome::pass, "bound"};
    }
    const auto* seen = active.insecure_renegotiation.seen();
    if (seen == nullptr) return could_not_look(active.insecure_renegotiation.unseen());
    if (*seen) return {Outcome::fail, "accepted"};
    return {Outcome::pass, "refused"};
  });
}

Evidence server(bool bound, Observed<bool> renegotiates) {
  ActiveTls active;
  active.insecure_renegotiation = renegotiates;
  auto evidence = answering(active);
  evidence.tls.front().secure_renegotiation = bound;
  return evidence;
}

std::vector<Example> examples() {
  return with_shared_active_examples({
      {"a second handshake is accepted without RFC 5746", server(false, true), Outcome::fail, "accepted"},
      {"RFC 5746 is not known, and a second handshake is refused", server(false, false), Outcome::pass,
       "refused"},
      {"RFC 5746 binds the two", server(true, Unseen::not_measured), Outcome::pass, "bound"},
      {"the second handshake was not answered", server(false, Unseen::timed_out), Outcome::unknown,
       "timed-out"},
  });
}

}  // namespace
}  // namespace utsyn::checks::tls_reneg_insecure_client

UTSYN_CHECK(tls_reneg_insecure_client) = {
    .id = "tls.reneg.insecure-client",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::active | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_reneg_insecure_client::evaluate,
    .examples = utsyn::checks::tls_reneg_insecure_client::examples,
};
