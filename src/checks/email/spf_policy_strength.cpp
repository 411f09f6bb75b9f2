// What SPF says of everybody else's servers: turned away (RFC 7208 section 5.1).
//
// The default is the record's own "all", else that of the record it redirects to; an "all" inside an include
// says nothing about us, except that "+all" there lets everybody pass. "~all" is enough when DMARC enforces.
#include "checks/email/dmarc_evidence.h"
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_policy_strength {
namespace {

Verdict judge_softfail(const Evidence& evidence) {
  const auto dmarc = dmarc_of(evidence);
  if (dmarc.trouble) return *dmarc.trouble;
  return enforces(dmarc) ? Verdict{Outcome::pass, "softfail-with-dmarc"} : Verdict{Outcome::warn, "softfail"};
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = spf_of(evidence);
  if (auto early = no_tree(view)) return *early;
  if (!view.walk.includes_that_pass_all.empty()) {
    return Verdict{Outcome::fail, "include-passes-all"}
        .with("includes", view.walk.includes_that_pass_all)
        .weighing(Severity::high);
  }
  if (!view.walk.default_qualifier) {
    // A redirect that could not be followed may hold the default.
    if (view.walk.record->redirect && !view.walk.complete()) return view.trouble;
    return {Outcome::fail, "no-default"};
  }
  switch (*view.walk.default_qualifier) {
    case wire::SpfQualifier::pass:
      return Verdict{Outcome::fail, "passes-all"}.weighing(Severity::high);
    case wire::SpfQualifier::neutral:
      return {Outcome::fail, "neutral"};
    case wire::SpfQualifier::softfail:
      return judge_softfail(evidence);
    case wire::SpfQualifier::fail:
      break;
  }
  return {Outcome::pass, "fail"};
}

std::vector<Example> examples() {
  const auto soft = [](const char* dmarc_record) {
    return dmarc(dmarc_record, {txt("example.no", {"v=spf1 mx:example.no ~all"}),
                                found("example.no", "MX", {"10 mx1.example.no"})});
  };
  return {
      {"-all", spf("v=spf1 ip4:192.0.2.1 -all"), Outcome::pass, "fail"},
      {"~all where DMARC refuses", soft("v=DMARC1; p=reject"), Outcome::pass, "softfail-with-dmarc"},
      {"~all where DMARC only watches", soft("v=DMARC1; p=none"), Outcome::warn, "softfail"},
      {"?all", spf("v=spf1 ip4:192.0.2.1 ?all"), Outcome::fail, "neutral"},
      {"+all", spf("v=spf1 +all"), Outcome::fail, "passes-all"},
      {"nothing at the end", spf("v=spf1 ip4:192.0.2.1"), Outcome::fail, "no-default"},
      {"by redirect",
       spf("v=spf1 redirect=_spf.example.no", {txt("_spf.example.no", {"v=spf1 ip4:192.0.2.1 -all"})}),
       Outcome::pass, "fail"},
      {"all inside an include is not ours",
       spf("v=spf1 include:_spf.example.net", {txt("_spf.example.net", {"v=spf1 ip4:192.0.2.1 -all"})}),
       Outcome::fail, "no-default"},
      {"an include that lets everybody pass",
       spf("v=spf1 include:_spf.example.net -all", {txt("_spf.example.net", {"v=spf1 +all"})}), Outcome::fail,
       "include-passes-all"},
      {"the redirect could not be followed",
       spf("v=spf1 redirect=_spf.example.no", {failed("_spf.example.no", "TXT")}), Outcome::unknown,
       "timed-out"},
      {"DMARC could not be asked",
       [] {
         auto evidence = silent_dmarc();
         evidence.dns.add(txt("example.no", {"v=spf1 ~all"}));
         return evidence;
       }(),
       Outcome::unknown, "server-failure"},
      {"no record", spf("MS=ms12345678"), Outcome::not_applicable, "no-readable-record"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_policy_strength

UTSYN_CHECK(email_spf_policy_strength) = {
    .id = "email.spf.policy-strength",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_policy_strength::evaluate,
    .examples = utsyn::checks::email_spf_policy_strength::examples,
};
