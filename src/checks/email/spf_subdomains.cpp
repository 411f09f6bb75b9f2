// Names below the domain that nobody made cannot be used as senders: a wildcard SPF record, or a DMARC policy
// that reaches them (RFC 7208, M3AAWG on parked domains). The wildcard is tested with a made-up label.
#include "base/text.h"
#include "checks/email/dmarc_evidence.h"
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_subdomains {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  if (view.found.record) {
    const auto policy = wire::subdomain_policy(*view.found.record, false);
    if (policy.policy != wire::DmarcPolicy::none) {
      return Verdict{Outcome::pass, "dmarc-reaches"}.with("tag", policy.tag);
    }
  }
  const auto* wildcard = evidence.dns.find(control_label(evidence.domain) + "." + evidence.domain, "TXT");
  if (!answered(wildcard)) return no_answer(wildcard);
  for (const auto& value : txt_values(*wildcard)) {
    if (!wire::is_spf(value)) continue;
    const auto record = wire::parse_spf(value);
    const auto* all = record ? record->all() : nullptr;
    if (all != nullptr && all->qualifier == wire::SpfQualifier::fail)
      return Verdict{Outcome::pass, "wildcard-spf"}.with("record", value);
  }
  if (view.trouble) return *view.trouble;
  return {Outcome::warn, "unprotected"};
}

std::vector<Example> examples() {
  const auto name = control_label("example.no") + ".example.no";
  return {
      {"DMARC refuses all below", dmarc("v=DMARC1; p=reject"), Outcome::pass, "dmarc-reaches"},
      {"only names that do not exist are refused", dmarc("v=DMARC1; p=none; np=reject"), Outcome::pass,
       "dmarc-reaches"},
      {"a wildcard that blocks", without_dmarc({txt(name, {"v=spf1 -all"})}), Outcome::pass, "wildcard-spf"},
      {"neither", dmarc("v=DMARC1; p=reject; sp=none", {nxdomain(name, "TXT")}), Outcome::warn,
       "unprotected"},
      {"a wildcard that blocks nothing", without_dmarc({txt(name, {"v=spf1 +all"})}), Outcome::warn,
       "unprotected"},
      {"DMARC could not be asked",
       [&] {
         auto evidence = silent_dmarc();
         evidence.dns.add(nxdomain(name, "TXT"));
         return evidence;
       }(),
       Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_subdomains

UTSYN_CHECK(email_spf_subdomains) = {
    .id = "email.spf.subdomains",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_subdomains::evaluate,
    .examples = utsyn::checks::email_spf_subdomains::examples,
};
