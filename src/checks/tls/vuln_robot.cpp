// ROBOT (CVE-2017-13099 and kin): a key exchange by RSA encryption must not tell right padding from wrong
// (RFC 5246 section 7.4.7.1), or recorded sessions can be decrypted. Only a difference that comes back three
// times at the same address counts; load balancers with unequal servers differ by chance.
#include "checks/tls/active_reading.h"

namespace utsyn::checks::tls_vuln_robot {
namespace {

Verdict judge(const ActiveTls& active) {
  const auto* seen = active.rsa_padding.seen();
  if (seen == nullptr) return could_not_look(active.rsa_padding.unseen());
  switch (*seen) {
    case PaddingAnswers::no_rsa:
      return {Outcome::pass, "no-rsa-exchange"};
    case PaddingAnswers::alike:
      return {Outcome::pass, "same-answers"};
    case PaddingAnswers::unsteady:
      return {Outcome::unknown, "unsteady"};
    case PaddingAnswers::differing:
      break;
  }
  return {Outcome::fail, "answers-differ"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_active_endpoint(evidence, judge); }

Evidence padded(PaddingAnswers answers) {
  ActiveTls active;
  active.rsa_padding = answers;
  return answering(active);
}

std::vector<Example> examples() {
  return with_shared_active_examples({
      {"wrong padding is answered otherwise, three times", padded(PaddingAnswers::differing), Outcome::fail,
       "answers-differ"},
      {"every padding gets the same answer", padded(PaddingAnswers::alike), Outcome::pass, "same-answers"},
      {"no key exchange by RSA encryption", padded(PaddingAnswers::no_rsa), Outcome::pass, "no-rsa-exchange"},
      {"differences that do not come back", padded(PaddingAnswers::unsteady), Outcome::unknown, "unsteady"},
  });
}

}  // namespace
}  // namespace utsyn::checks::tls_vuln_robot

UTSYN_CHECK(tls_vuln_robot) = {
    .id = "tls.vuln.robot",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::active | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_vuln_robot::evaluate,
    .examples = utsyn::checks::tls_vuln_robot::examples,
};
