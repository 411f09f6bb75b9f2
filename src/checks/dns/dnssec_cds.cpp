// The zone tells its parent which keys to trust (CDS and CDNSKEY, RFC 7344, RFC 8078). Absence is no fault; a
// signal to remove the DS, or one the parent has not followed, is worth knowing.
#include <algorithm>
#include <set>

#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_dnssec_cds {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto* signal = evidence.dns.find(evidence.domain, "CDS");
  if (!answered(signal)) return no_answer(signal);
  if (signal->status != DnsStatus::found) return {Outcome::not_applicable, "not-used"};
  const auto* ds = evidence.dns.find(evidence.domain, "DS");
  if (!answered(ds)) return no_answer(ds);
  const auto wanted = typed_records<wire::DsRecord>(*signal);
  const bool removal = std::ranges::any_of(wanted, [](const auto& one) { return one.algorithm == 0; });
  if (removal) {
    return ds->status == DnsStatus::found ? Verdict{Outcome::warn, "asks-for-removal"}
                                          : Verdict{Outcome::pass, "removed-as-asked"};
  }
  const std::set<std::string> published(ds->records.begin(), ds->records.end());
  const std::set<std::string> asked_for(signal->records.begin(), signal->records.end());
  if (published != asked_for) {
    return Verdict{Outcome::warn, "parent-differs"}.with("cds", signal->records).with("ds", ds->records);
  }
  return {Outcome::pass, "parent-agrees"};
}

std::vector<Example> examples() {
  const auto ds = found("example.no", "DS", {kExampleDs});
  return {
      {"the parent has what the zone asks for", domain_asset({ds, found("example.no", "CDS", {kExampleDs})}),
       Outcome::pass, "parent-agrees"},
      {"a roll-over the parent has not seen", domain_asset({ds, found("example.no", "CDS", {"7 13 2 00"})}),
       Outcome::warn, "parent-differs"},
      {"the zone asks to be unsigned", domain_asset({ds, found("example.no", "CDS", {"0 0 0 00"})}),
       Outcome::warn, "asks-for-removal"},
      {"removed", domain_asset({nodata("example.no", "DS"), found("example.no", "CDS", {"0 0 0 00"})}),
       Outcome::pass, "removed-as-asked"},
      {"not used", domain_asset({ds, nodata("example.no", "CDS")}), Outcome::not_applicable, "not-used"},
      {"no answer", domain_asset({failed("example.no", "CDS")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_dnssec_cds

UTSYN_CHECK(dns_dnssec_cds) = {
    .id = "dns.dnssec.cds",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_dnssec_cds::evaluate,
    .examples = utsyn::checks::dns_dnssec_cds::examples,
};
