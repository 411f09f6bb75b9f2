// The domain has an SPF record (RFC 7208 section 3). The record type 99 that once existed does not count.
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_exists {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto* answer = evidence.dns.find(evidence.domain, "TXT");
  if (!answered(answer)) return no_answer(answer);
  for (auto& value : txt_values(*answer)) {
    if (wire::is_spf(value)) return Verdict{Outcome::pass, "published"}.with("record", std::move(value));
  }
  const auto* old_type = evidence.dns.find(evidence.domain, "SPF");
  if (old_type != nullptr && old_type->status == DnsStatus::found) return {Outcome::fail, "only-old-type"};
  return {Outcome::fail, "no-record"};
}

std::vector<Example> examples() {
  return {
      {"a record", spf("v=spf1 mx -all"), Outcome::pass, "published"},
      {"a record in pieces of 255 bytes", spf("v=spf1 " + std::string(300, ' ') + "-all"), Outcome::pass,
       "published"},
      {"other text only", spf("MS=ms12345678"), Outcome::fail, "no-record"},
      {"a version that never was", spf("v=spf10 -all"), Outcome::fail, "no-record"},
      {"no text at all", domain_asset({nodata("example.no", "TXT")}), Outcome::fail, "no-record"},
      {"only under the old type",
       domain_asset({nodata("example.no", "TXT"), found("example.no", "SPF", {"\"v=spf1 -all\""})}),
       Outcome::fail, "only-old-type"},
      {"SERVFAIL is not absence", domain_asset({failed("example.no", "TXT", Unseen::server_failure)}),
       Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_exists

UTSYN_CHECK(email_spf_exists) = {
    .id = "email.spf.exists",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_exists::evaluate,
    .examples = utsyn::checks::email_spf_exists::examples,
};
