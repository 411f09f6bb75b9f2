// A domain without mail is closed to forgers: SPF "-all" and DMARC reject, for names below it too (M3AAWG on
// parked domains). A null MX belongs to it, but is judged by its own check.
#include "checks/email/dmarc_evidence.h"
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_nonsending_lockdown {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto route = mail_route(evidence);
  if (route.role == MailRole::unknown) return no_answer(route.answer);
  if (route.role == MailRole::receives) return {Outcome::not_applicable, "takes-mail"};
  const auto spf_view = spf_of(evidence);
  if (!spf_view.apex_seen) return spf_view.trouble;
  if (spf_view.walk.record && !sends_nothing(spf_view)) return {Outcome::not_applicable, "sends-mail"};
  const auto dmarc_view = dmarc_of(evidence);
  if (dmarc_view.trouble) return *dmarc_view.trouble;
  if (!spf_view.walk.record) return {Outcome::fail, "no-spf"};
  if (!dmarc_view.found.record) return {Outcome::fail, "no-dmarc"};
  const auto own = wire::effective_policy(*dmarc_view.found.record, dmarc_view.found.inherited).policy;
  const auto below = wire::subdomain_policy(*dmarc_view.found.record, true).policy;
  const auto weaker = std::min(own, below);
  const auto with_record = [&](Verdict verdict) {
    return std::move(verdict).with("dmarc", dmarc_view.found.text);
  };
  if (weaker == wire::DmarcPolicy::none) return with_record({Outcome::fail, "dmarc-does-not-enforce"});
  if (weaker == wire::DmarcPolicy::quarantine) return with_record({Outcome::warn, "dmarc-quarantine"});
  return with_record({Outcome::pass, "locked"}).with("null_mx", FactValue{route.role == MailRole::null_mx});
}

std::vector<Example> examples() {
  const auto parked = [](const char* spf_text, const char* dmarc_text) {
    return dmarc(dmarc_text, {txt("example.no", {spf_text}), found("example.no", "MX", {"0 ."})});
  };
  return {
      {"closed", parked("v=spf1 -all", "v=DMARC1; p=reject"), Outcome::pass, "locked"},
      {"SPF missing", parked("hello", "v=DMARC1; p=reject"), Outcome::fail, "no-spf"},
      {"DMARC missing", without_dmarc({txt("example.no", {"v=spf1 -all"}), nodata("example.no", "MX")}),
       Outcome::fail, "no-dmarc"},
      {"DMARC watches", parked("v=spf1 -all", "v=DMARC1; p=none"), Outcome::fail, "dmarc-does-not-enforce"},
      {"names below are open", parked("v=spf1 -all", "v=DMARC1; p=reject; sp=none"), Outcome::fail,
       "dmarc-does-not-enforce"},
      {"DMARC puts away", parked("v=spf1 -all", "v=DMARC1; p=quarantine"), Outcome::warn, "dmarc-quarantine"},
      {"no MX, but it sends", parked("v=spf1 ip4:192.0.2.1 -all", "v=DMARC1; p=reject"),
       Outcome::not_applicable, "sends-mail"},
      {"it takes mail", domain_asset({found("example.no", "MX", {"10 mx1.example.no"})}),
       Outcome::not_applicable, "takes-mail"},
      {"no answer", domain_asset({failed("example.no", "MX")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_nonsending_lockdown

UTSYN_CHECK(email_nonsending_lockdown) = {
    .id = "email.nonsending.lockdown",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_nonsending_lockdown::evaluate,
    .examples = utsyn::checks::email_nonsending_lockdown::examples,
};
