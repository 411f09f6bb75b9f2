// Names below the domain are guarded as well as the domain itself (RFC 9989 section 4.7: sp and np).
#include "checks/email/dmarc_evidence.h"

namespace utsyn::checks::email_dmarc_subdomain_policy {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  if (auto early = no_record(view)) return *early;
  if (view.found.inherited) return {Outcome::not_applicable, "inherited"};
  const auto& record = *view.found.record;
  const auto with_record = [&](Verdict verdict) {
    return std::move(verdict).with("record", view.found.text);
  };
  // The record of a subdomain speaks for that name alone; its sp is never read.
  const bool is_organisational =
      view.found.organisational_domain.empty() || view.found.organisational_domain == evidence.domain;
  if (!is_organisational) {
    return record.subdomain_policy ? with_record({Outcome::warn, "sp-ignored"})
                                   : Verdict{Outcome::not_applicable, "not-organisational"};
  }
  if (record.policy == wire::DmarcPolicy::none) return {Outcome::not_applicable, "policy-none"};
  const auto below = record.subdomain_policy.value_or(record.policy);
  const auto missing = record.nonexistent_policy.value_or(below);
  if (below == wire::DmarcPolicy::none) return with_record({Outcome::fail, "sp-none"});
  if (missing == wire::DmarcPolicy::none) return with_record({Outcome::fail, "np-none"});
  if (below < record.policy) return with_record({Outcome::warn, "sp-weaker"});
  if (missing < record.policy) return with_record({Outcome::warn, "np-weaker"});
  return {Outcome::pass, "as-strong"};
}

std::vector<Example> examples() {
  auto below = domain_asset({txt("_dmarc.skole.example.no", {"v=DMARC1; p=reject; sp=reject"}),
                             txt("_dmarc.example.no", {"v=DMARC1; p=reject"}), nxdomain("_dmarc.no", "TXT")},
                            "skole.example.no");
  return {
      {"sp follows p", dmarc("v=DMARC1; p=reject"), Outcome::pass, "as-strong"},
      {"sp is stricter", dmarc("v=DMARC1; p=quarantine; sp=reject"), Outcome::pass, "as-strong"},
      {"the back door", dmarc("v=DMARC1; p=reject; sp=none"), Outcome::fail, "sp-none"},
      {"names that do not exist are let through", dmarc("v=DMARC1; p=reject; np=none"), Outcome::fail,
       "np-none"},
      {"sp is weaker", dmarc("v=DMARC1; p=reject; sp=quarantine"), Outcome::warn, "sp-weaker"},
      {"nothing is enforced anyway", dmarc("v=DMARC1; p=none; sp=none"), Outcome::not_applicable,
       "policy-none"},
      {"sp where nobody reads it", below, Outcome::warn, "sp-ignored"},
      {"no record", without_dmarc(), Outcome::not_applicable, "no-readable-record"},
      {"no answer", silent_dmarc(), Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dmarc_subdomain_policy

UTSYN_CHECK(email_dmarc_subdomain_policy) = {
    .id = "email.dmarc.subdomain-policy",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dmarc_subdomain_policy::evaluate,
    .examples = utsyn::checks::email_dmarc_subdomain_policy::examples,
};
