// Whether CAA also names the customer account or the way of proving control (RFC 8657). Nobody has to; it
// only informs.
#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/dns/caa.h"

namespace utsyn::checks::dns_caa_account_binding {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const EvidenceAnswers answers(evidence.dns);
  const auto climb = wire::climb_caa(evidence.domain, answers);
  if (!climb.complete()) return answers.trouble();
  for (const auto& value : climb.values) {
    const auto record = wire::record_as<wire::CaaRecord>(wire::RecordType::caa, value);
    const auto property = record ? wire::parse_caa(*record) : unexpected(wire::CaaError::bad_tag);
    if (!property) continue;
    if (!property->account_uri.empty())
      return Verdict{Outcome::pass, "bound-to-account"}.with("record", value);
    if (!property->validation_methods.empty())
      return Verdict{Outcome::pass, "bound-to-method"}.with("record", value);
  }
  return {Outcome::not_applicable, "not-used"};
}

std::vector<Example> examples() {
  return {
      {"bound to an account",
       domain_asset({found(
           "example.no", "CAA",
           {"0 issue \"letsencrypt.org; accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/1\""})}),
       Outcome::pass, "bound-to-account"},
      {"bound to a method",
       domain_asset({found("example.no", "CAA", {"0 issue \"letsencrypt.org; validationmethods=dns-01\""})}),
       Outcome::pass, "bound-to-method"},
      {"an issuer and no more", domain_asset({found("example.no", "CAA", {"0 issue \"letsencrypt.org\""})}),
       Outcome::not_applicable, "not-used"},
      {"no answer", domain_asset({failed("example.no", "CAA")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_caa_account_binding

UTSYN_CHECK(dns_caa_account_binding) = {
    .id = "dns.caa.account-binding",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_caa_account_binding::evaluate,
    .examples = utsyn::checks::dns_caa_account_binding::examples,
};
