// CCS injection (CVE-2014-0224): a ChangeCipherSpec before there are keys must be refused. A server that
// takes it has keys that an attacker in the middle knows.
//
// The proof: nothing is said to the first, and the second is complained of as a record that cannot be
// decrypted.
#include "checks/tls/active_reading.h"

namespace utsyn::checks::tls_vuln_ccs {
namespace {

Verdict judge(const ActiveTls& active) {
  const auto* seen = active.early_change_cipher.seen();
  if (seen == nullptr) return could_not_look(active.early_change_cipher.unseen());
  if (seen->accepted) return Verdict{Outcome::fail, "accepted"}.with("alert", seen->alert);
  return {Outcome::pass, "refused"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_active_endpoint(evidence, judge); }

Evidence early(EarlyChangeCipher answer) {
  ActiveTls active;
  active.early_change_cipher = answer;
  return answering(active);
}

std::vector<Example> examples() {
  return with_shared_active_examples({
      {"taken, the next cannot be decrypted", early({true, 20}), Outcome::fail, "accepted"},
      {"unexpected message", early({false, 10}), Outcome::pass, "refused"},
      {"the connection is closed", early({false, 0}), Outcome::pass, "refused"},
  });
}

}  // namespace
}  // namespace utsyn::checks::tls_vuln_ccs

UTSYN_CHECK(tls_vuln_ccs) = {
    .id = "tls.vuln.ccs",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::active | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_vuln_ccs::evaluate,
    .examples = utsyn::checks::tls_vuln_ccs::examples,
};
