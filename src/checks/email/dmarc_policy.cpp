// Receivers are told to refuse forged mail (RFC 9989 sections 4.7 and 5.4).
//
// An inherited record speaks by sp, else p; t=y takes the policy one step down; a pct below 100 in an old
// record leaves part of the forged mail through. That quarantine is a warning is our own policy.
#include "checks/email/dmarc_evidence.h"

namespace utsyn::checks::email_dmarc_policy {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  if (view.trouble) return *view.trouble;
  if (view.found.parse_error)
    return Verdict{Outcome::fail, "unreadable-record"}.with("record", view.found.text);
  if (!view.found.record) return {Outcome::fail, "no-record"};
  const auto effective = wire::effective_policy(*view.found.record, view.found.inherited);
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict)
        .with("policy", std::string(wire::dmarc_policy_name(effective.policy)))
        .with("tag", effective.tag)
        .with("record", view.found.text);
  };
  switch (effective.policy) {
    case wire::DmarcPolicy::none:
      return with_facts(effective.lowered_by_testing ? Verdict{Outcome::fail, "testing"}
                                                     : Verdict{Outcome::fail, "policy-none"});
    case wire::DmarcPolicy::quarantine:
      return with_facts({Outcome::warn, "policy-quarantine"});
    case wire::DmarcPolicy::reject:
      break;
  }
  if (effective.percent < 100)
    return with_facts({Outcome::warn, "partial"}).with("percent", std::size_t{effective.percent});
  return with_facts({Outcome::pass, "policy-reject"});
}

std::vector<Example> examples() {
  auto inherited =
      domain_asset({nxdomain("_dmarc.skole.example.no", "TXT"),
                    txt("_dmarc.example.no", {"v=DMARC1; p=reject; sp=none"}), nxdomain("_dmarc.no", "TXT")},
                   "skole.example.no");
  return {
      {"forged mail is refused", dmarc("v=DMARC1; p=reject"), Outcome::pass, "policy-reject"},
      {"forged mail is put away", dmarc("v=DMARC1; p=quarantine"), Outcome::warn, "policy-quarantine"},
      {"watching only", dmarc("v=DMARC1; p=none; rua=mailto:dmarc@example.no"), Outcome::fail, "policy-none"},
      {"testing takes reject one step down", dmarc("v=DMARC1; p=reject; t=y"), Outcome::warn,
       "policy-quarantine"},
      {"testing takes quarantine to nothing", dmarc("v=DMARC1; p=quarantine; t=y"), Outcome::fail, "testing"},
      {"half of it", dmarc("v=DMARC1; p=reject; pct=50"), Outcome::warn, "partial"},
      {"sp of its own record does not concern the domain", dmarc("v=DMARC1; p=reject; sp=none"),
       Outcome::pass, "policy-reject"},
      {"sp of an inherited record does", inherited, Outcome::fail, "policy-none"},
      {"a typo protects nobody", dmarc("v=DMARC1; p=rejct"), Outcome::fail, "unreadable-record"},
      {"no record", without_dmarc(), Outcome::fail, "no-record"},
      {"the name server failed", silent_dmarc(), Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dmarc_policy

UTSYN_CHECK(email_dmarc_policy) = {
    .id = "email.dmarc.policy",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dmarc_policy::evaluate,
    .examples = utsyn::checks::email_dmarc_policy::examples,
};
