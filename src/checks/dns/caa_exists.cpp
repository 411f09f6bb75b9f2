// Some name on the way from the domain to the top says who may issue certificates (RFC 8659 section 3). A
// look-up that fails is not absence.
#include <algorithm>

#include "base/text.h"
#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/dns/caa.h"

namespace utsyn::checks::dns_caa_exists {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const EvidenceAnswers answers(evidence.dns);
  const auto climb = wire::climb_caa(evidence.domain, answers);
  if (!climb.complete()) return answers.trouble();
  if (climb.found_at.empty()) return {Outcome::fail, "none"};
  const bool restricts = std::ranges::any_of(climb.values, [](const std::string& value) {
    const auto record = wire::record_as<wire::CaaRecord>(wire::RecordType::caa, value);
    return record && (iequals(record->tag, "issue") || iequals(record->tag, "issuewild"));
  });
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict).with("found_at", climb.found_at).with("records", climb.values);
  };
  return with_facts(restricts ? Verdict{Outcome::pass, "restricted"}
                              : Verdict{Outcome::warn, "nobody-named"});
}

std::vector<Example> examples() {
  const auto top = nodata("no", "CAA");
  return {
      {"one issuer is named", domain_asset({found("example.no", "CAA", {"0 issue \"letsencrypt.org\""})}),
       Outcome::pass, "restricted"},
      {"nobody may issue", domain_asset({found("example.no", "CAA", {"0 issue \";\""})}), Outcome::pass,
       "restricted"},
      {"only an address for reports",
       domain_asset({found("example.no", "CAA", {"0 iodef \"mailto:ca@example.no\""})}), Outcome::warn,
       "nobody-named"},
      {"no records up to the top", domain_asset({nodata("example.no", "CAA"), top}), Outcome::fail, "none"},
      {"inherited from above",
       domain_asset(
           {nodata("skole.example.no", "CAA"), found("example.no", "CAA", {"0 issue \"buypass.com\""})},
           "skole.example.no"),
       Outcome::pass, "restricted"},
      {"the look-up failed", domain_asset({failed("example.no", "CAA", Unseen::server_failure), top}),
       Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_caa_exists

UTSYN_CHECK(dns_caa_exists) = {
    .id = "dns.caa.exists",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_caa_exists::evaluate,
    .examples = utsyn::checks::dns_caa_exists::examples,
};
