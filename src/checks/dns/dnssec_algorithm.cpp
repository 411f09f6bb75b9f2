// The algorithms and keys of the chain are ones that validators still trust (RFC 9904 with the IANA registry,
// RFC 9905 for SHA-1).
#include <algorithm>
#include <array>

#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_dnssec_algorithm {
namespace {

enum class Standing { good, tolerated, retired, uncommon };

// Numbers of the IANA registry "DNS Security Algorithm Numbers".
Standing standing_of(std::uint8_t algorithm) {
  switch (algorithm) {
    case 8:   // RSASHA256
    case 13:  // ECDSAP256SHA256
    case 14:  // ECDSAP384SHA384
    case 15:  // ED25519
    case 16:  // ED448
      return Standing::good;
    case 10:  // RSASHA512
      return Standing::tolerated;
    case 1:   // RSAMD5
    case 3:   // DSA
    case 5:   // RSASHA1
    case 6:   // DSA-NSEC3-SHA1
    case 7:   // RSASHA1-NSEC3-SHA1
    case 12:  // ECC-GOST
      return Standing::retired;
    default:
      return Standing::uncommon;
  }
}
bool is_rsa(std::uint8_t algorithm) {
  return algorithm == 1 || algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10;
}

Verdict judge_algorithm(std::uint8_t algorithm) {
  const auto with_number = [&](Verdict verdict) {
    return std::move(verdict).with("algorithm", int{algorithm});
  };
  switch (standing_of(algorithm)) {
    case Standing::good:
      return with_number({Outcome::pass, "modern"});
    case Standing::tolerated:
      return with_number({Outcome::warn, "rsa-sha512"});
    case Standing::retired:
      return with_number({Outcome::fail, "retired-algorithm"});
    case Standing::uncommon:
      break;
  }
  return with_number({Outcome::warn, "uncommon-algorithm"});
}

Verdict judge_key(const wire::DnskeyRecord& key) {
  if (!is_rsa(key.algorithm)) return {Outcome::pass, "modern"};
  const auto bits = key.key_bits();
  if (!bits) return could_not_look(Unseen::malformed);
  if (*bits < 1024) return Verdict{Outcome::fail, "short-key"}.with("bits", std::size_t{*bits});
  if (*bits < 2048) return Verdict{Outcome::warn, "key-under-2048"}.with("bits", std::size_t{*bits});
  return {Outcome::pass, "modern"};
}

Verdict evaluate(const Evidence& evidence) {
  const auto* ds = evidence.dns.find(evidence.domain, "DS");
  if (!answered(ds)) return no_answer(ds);
  if (ds->status != DnsStatus::found) return {Outcome::not_applicable, "not-signed"};
  const auto* keys = evidence.dns.find(evidence.domain, "DNSKEY");
  if (!answered(keys)) return no_answer(keys);
  Gravest gravest;
  for (const auto& one : typed_records<wire::DsRecord>(*ds)) gravest.add(judge_algorithm(one.algorithm));
  for (const auto& key : typed_records<wire::DnskeyRecord>(*keys)) {
    if (!key.zone_key() || key.revoked()) continue;
    gravest.add(judge_algorithm(key.algorithm));
    gravest.add(judge_key(key));
  }
  return std::move(gravest).take(could_not_look(Unseen::malformed));
}

// An RSA key of RFC 3110: one byte of exponent length, the exponent 65537, then a modulus of `bytes` bytes.
std::string rsa_key(std::uint8_t algorithm, std::size_t bytes) {
  wire::DnskeyRecord key;
  key.flags = 257;
  key.algorithm = algorithm;
  key.public_key = {3, 1, 0, 1};
  key.public_key.insert(key.public_key.end(), bytes, std::uint8_t{0xC1});
  return wire::rdata_text(wire::RecordType::dnskey, key);
}
Evidence chain(std::string ds, std::string key) {
  return domain_asset(
      {found("example.no", "DS", {std::move(ds)}), found("example.no", "DNSKEY", {std::move(key)})});
}

std::vector<Example> examples() {
  return {
      {"ECDSA P-256", chain(kExampleDs, "257 3 13 AQIDBAUGBwgJCgsMDQ4PEA=="), Outcome::pass, "modern"},
      {"RSA/SHA-256 of 2048 bits", chain("1 8 2 00", rsa_key(8, 256)), Outcome::pass, "modern"},
      {"RSA/SHA-1", chain("1 5 2 00", rsa_key(5, 256)), Outcome::fail, "retired-algorithm"},
      {"RSA/SHA-1 under another DS", chain("1 8 2 00", rsa_key(7, 256)), Outcome::fail, "retired-algorithm"},
      {"RSA of 512 bits", chain("1 8 2 00", rsa_key(8, 64)), Outcome::fail, "short-key"},
      {"RSA of 1024 bits", chain("1 8 2 00", rsa_key(8, 128)), Outcome::warn, "key-under-2048"},
      {"RSA/SHA-512", chain("1 10 2 00", rsa_key(10, 256)), Outcome::warn, "rsa-sha512"},
      {"a number validators hardly know", chain("1 23 2 00", "257 3 23 AQID"), Outcome::warn,
       "uncommon-algorithm"},
      {"not signed", domain_asset({nodata("example.no", "DS")}), Outcome::not_applicable, "not-signed"},
      {"the keys were not to be had",
       domain_asset({found("example.no", "DS", {kExampleDs}), failed("example.no", "DNSKEY")}),
       Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_dnssec_algorithm

UTSYN_CHECK(dns_dnssec_algorithm) = {
    .id = "dns.dnssec.algorithm",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_dnssec_algorithm::evaluate,
    .examples = utsyn::checks::dns_dnssec_algorithm::examples,
};
