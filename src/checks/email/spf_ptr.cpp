// The record does not use ptr, which the standard advises against (RFC 7208 section 5.5).
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_ptr {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = spf_of(evidence);
  if (auto early = no_tree(view)) return *early;
  if (view.walk.ptr_own) return {Outcome::warn, "own-ptr"};
  if (!view.walk.complete()) return view.trouble;
  return view.walk.ptr_included ? Verdict{Outcome::pass, "only-in-include"} : Verdict{Outcome::pass, "none"};
}

std::vector<Example> examples() {
  return {
      {"no ptr", spf("v=spf1 ip4:192.0.2.1 -all"), Outcome::pass, "none"},
      {"ptr", spf("v=spf1 ptr -all"), Outcome::warn, "own-ptr"},
      {"a supplier's ptr",
       spf("v=spf1 include:_spf.example.net -all", {txt("_spf.example.net", {"v=spf1 ptr -all"})}),
       Outcome::pass, "only-in-include"},
      {"an include could not be asked",
       spf("v=spf1 include:_spf.example.net -all", {failed("_spf.example.net", "TXT")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_ptr

UTSYN_CHECK(email_spf_ptr) = {
    .id = "email.spf.ptr",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_ptr::evaluate,
    .examples = utsyn::checks::email_spf_ptr::examples,
};
