// The domain signs its mail (RFC 6376). Selectors cannot be listed, so "not found" is never "not there".
//
// A name below _domainkey that exists without data is a sign, unless names that nobody made look the same
// there (wildcards, compact denial). Servers that deny such names break RFC 8020, so its absence says nothing
// either.
#include "checks/email/dkim_evidence.h"
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_dkim_exists {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = dkim_of(evidence);
  if (view.any_key()) {
    std::vector<std::string> names;
    for (const auto& selector : view.found) {
      if (selector.key && !selector.key->revoked) names.push_back(selector.name);
    }
    return Verdict{Outcome::pass, "key-found"}.with("selectors", std::move(names));
  }
  const auto route = mail_route(evidence);
  if ((route.role == MailRole::null_mx || route.role == MailRole::no_mx) && sends_nothing(spf_of(evidence))) {
    return {Outcome::not_applicable, "sends-nothing"};
  }
  const auto under = "_domainkey." + evidence.domain;
  const auto* node = evidence.dns.find(under, "TXT");
  const auto* control = evidence.dns.find(control_label(under) + "." + under, "TXT");
  if (answered(node) && answered(control) && node->status != DnsStatus::nxdomain &&
      control->status == DnsStatus::nxdomain) {
    return Verdict{Outcome::warn, "only-a-sign"}.held(Confidence::weak);
  }
  if (!view.asked && !answered(node)) return view.trouble;
  return {Outcome::unknown, "not-found"};
}

std::vector<Example> examples() {
  const std::string under = "_domainkey.example.no";
  const auto control = control_label(under) + "." + under;
  const auto key = selector("default", {"v=DKIM1; k=rsa; p=" + example_rsa_key(2048)});
  return {
      {"a key at a known selector", domain_asset({key}), Outcome::pass, "key-found"},
      {"something lives below _domainkey",
       domain_asset({nxdomain("default._domainkey.example.no", "TXT"), nodata(under, "TXT"),
                     nxdomain(control, "TXT")}),
       Outcome::warn, "only-a-sign"},
      {"everything seems to exist there",
       domain_asset(
           {nodata("default._domainkey.example.no", "TXT"), nodata(under, "TXT"), nodata(control, "TXT")}),
       Outcome::unknown, "not-found"},
      {"no sign proves nothing",
       domain_asset({nxdomain("default._domainkey.example.no", "TXT"), nxdomain(under, "TXT"),
                     nxdomain(control, "TXT")}),
       Outcome::unknown, "not-found"},
      {"a wildcard with other text is no key", domain_asset({selector("default", {"v=spf1 -all"})}),
       Outcome::unknown, "not-found"},
      {"a revoked key only", domain_asset({selector("default", {"v=DKIM1; p="})}), Outcome::unknown,
       "not-found"},
      {"the domain sends nothing",
       domain_asset({txt("example.no", {"v=spf1 -all"}), found("example.no", "MX", {"0 ."})}),
       Outcome::not_applicable, "sends-nothing"},
      {"nobody answered", domain_asset({failed("default._domainkey.example.no", "TXT")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dkim_exists

UTSYN_CHECK(email_dkim_exists) = {
    .id = "email.dkim.exists",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dkim_exists::evaluate,
    .examples = utsyn::checks::email_dkim_exists::examples,
};
