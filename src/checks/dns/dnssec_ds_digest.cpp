// The DS at the parent holds a SHA-256 or SHA-384 digest, and no SHA-1 beside it (RFC 4509, RFC 9905).
#include <set>

#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_dnssec_ds_digest {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto* ds = evidence.dns.find(evidence.domain, "DS");
  if (!answered(ds)) return no_answer(ds);
  if (ds->status != DnsStatus::found) return {Outcome::not_applicable, "not-signed"};
  bool strong = false;
  bool other = false;
  std::set<std::string> types;
  for (const auto& one : typed_records<wire::DsRecord>(*ds)) {
    constexpr int sha256 = 2;
    constexpr int sha384 = 4;
    (one.digest_type == sha256 || one.digest_type == sha384 ? strong : other) = true;
    types.insert(std::to_string(one.digest_type));
  }
  if (types.empty()) return could_not_look(Unseen::malformed);
  const auto with_types = [&](Verdict verdict) {
    return std::move(verdict).with("digest_types", std::vector<std::string>(types.begin(), types.end()));
  };
  if (!strong) return with_types({Outcome::fail, "no-strong-digest"});
  if (other) return with_types({Outcome::warn, "weak-beside-strong"});
  return with_types({Outcome::pass, "strong"});
}

std::vector<Example> examples() {
  const auto with = [](std::vector<std::string> records) {
    return domain_asset({found("example.no", "DS", std::move(records))});
  };
  return {
      {"SHA-256", with({kExampleDs}), Outcome::pass, "strong"},
      {"SHA-384", with({"12345 13 4 00"}), Outcome::pass, "strong"},
      {"SHA-1 left beside SHA-256", with({kExampleDs, "12345 13 1 00"}), Outcome::warn, "weak-beside-strong"},
      {"only SHA-1", with({"12345 13 1 00"}), Outcome::fail, "no-strong-digest"},
      {"a digest nobody knows", with({"12345 13 99 00"}), Outcome::fail, "no-strong-digest"},
      {"not signed", domain_asset({nodata("example.no", "DS")}), Outcome::not_applicable, "not-signed"},
      {"the parent did not answer", domain_asset({failed("example.no", "DS", Unseen::server_failure)}),
       Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_dnssec_ds_digest

UTSYN_CHECK(dns_dnssec_ds_digest) = {
    .id = "dns.dnssec.ds-digest",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_dnssec_ds_digest::evaluate,
    .examples = utsyn::checks::dns_dnssec_ds_digest::examples,
};
