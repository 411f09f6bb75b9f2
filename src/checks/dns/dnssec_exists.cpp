// The zone is signed and the parent says so: a DS at the parent that fits a DNSKEY of the zone (RFC 4033, RFC
// 4035).
//
// Below an unsigned parent no DS can be had, so the question does not arise. A domain that is no zone of its
// own is as signed as the zone it lies in.
#include <algorithm>

#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_dnssec_exists {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto* ds = evidence.dns.find(evidence.domain, "DS");
  if (!answered(ds)) return no_answer(ds);
  const auto* keys = evidence.dns.find(evidence.domain, "DNSKEY");
  if (ds->status == DnsStatus::found) {
    if (!answered(keys)) return no_answer(keys);
    const auto published = typed_records<wire::DnskeyRecord>(*keys);
    const auto delegations = typed_records<wire::DsRecord>(*ds);
    const bool fits = std::ranges::any_of(delegations, [&](const auto& one) {
      return std::ranges::any_of(published, [&](const auto& key) {
        return key.zone_key() && key.key_tag() == one.key_tag && key.algorithm == one.algorithm;
      });
    });
    if (!fits) return Verdict{Outcome::fail, "ds-without-key"}.with("ds", ds->records);
    return Verdict{Outcome::pass, "signed"}.with("ds", ds->records);
  }
  const auto* apex = evidence.dns.find(evidence.domain, "SOA");
  if (apex != nullptr && apex->status == DnsStatus::nodata && apex->security == Security::secure) {
    return {Outcome::pass, "signed-by-parent-zone"};
  }
  if (ds->security == Security::insecure) return {Outcome::not_applicable, "parent-not-signed"};
  if (answered(keys) && keys->status == DnsStatus::found) return {Outcome::fail, "no-ds"};
  return {Outcome::fail, "not-signed"};
}

const char* const kKey = "257 3 13 AQIDBAUGBwgJCgsMDQ4PEA==";
std::string ds_for(const char* key_text) {
  const auto key = wire::record_as<wire::DnskeyRecord>(wire::RecordType::dnskey, key_text);
  return std::to_string(key ? key->key_tag() : 0) +
         " 13 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d";
}

std::vector<Example> examples() {
  const auto ds = found("example.no", "DS", {ds_for(kKey)});
  const auto none = nodata("example.no", "DS");
  return {
      {"DS and key fit", domain_asset({ds, found("example.no", "DNSKEY", {kKey})}), Outcome::pass, "signed"},
      {"no DS, no keys", domain_asset({none, nodata("example.no", "DNSKEY")}), Outcome::fail, "not-signed"},
      {"keys, and nobody vouches for them", domain_asset({none, found("example.no", "DNSKEY", {kKey})}),
       Outcome::fail, "no-ds"},
      {"the DS is of another key",
       domain_asset({found("example.no", "DS", {"1 13 2 00"}), found("example.no", "DNSKEY", {kKey})}),
       Outcome::fail, "ds-without-key"},
      {"the parent is not signed", domain_asset({with_security(none, Security::insecure)}),
       Outcome::not_applicable, "parent-not-signed"},
      {"part of a signed zone",
       domain_asset({none, with_security(nodata("example.no", "SOA"), Security::secure)}), Outcome::pass,
       "signed-by-parent-zone"},
      {"the parent did not answer", domain_asset({failed("example.no", "DS")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_dnssec_exists

UTSYN_CHECK(dns_dnssec_exists) = {
    .id = "dns.dnssec.exists",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_dnssec_exists::evaluate,
    .examples = utsyn::checks::dns_dnssec_exists::examples,
};
