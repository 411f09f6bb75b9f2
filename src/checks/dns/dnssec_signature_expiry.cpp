// The signatures over SOA and DNSKEY have time left (RFC 6781 section 4.4.2).
//
// Of several signatures over one answer the longest lasting counts, since one good signature is enough.
// Servers that sign each answer as they send it make signatures that live a day or two and are never old:
// those with a life of at most four days pass while a quarter of it is left.
#include <algorithm>
#include <limits>

#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_dnssec_signature_expiry {
namespace {

constexpr std::int64_t kHour = 3600;

struct BestSignature {
  bool any = false;
  bool begun = false;     // some signature is valid already
  std::int64_t left = 0;  // seconds, of the longest lasting one that has begun
  std::int64_t life = 0;
};

// RFC 4034 section 3.1.5: times are serial numbers of 32 bits.
std::int64_t seconds_after(std::uint32_t time, std::uint32_t than) {
  return static_cast<std::int32_t>(time - than);
}

BestSignature best_of(const DnsAnswer& answer, UtcTime as_of) {
  const auto now = static_cast<std::uint32_t>(to_unix(as_of));
  BestSignature best;
  for (const auto& text : answer.signatures) {
    const auto signature = wire::record_as<wire::RrsigRecord>(wire::RecordType::rrsig, text);
    if (!signature) continue;
    best.any = true;
    if (seconds_after(signature->inception, now) > 0) continue;
    const auto left = seconds_after(signature->expiration, now);
    if (!best.begun || left > best.left) {
      best.left = left;
      best.life = seconds_after(signature->expiration, signature->inception);
    }
    best.begun = true;
  }
  return best;
}

Verdict judge(const BestSignature& best) {
  if (!best.begun) return {Outcome::fail, "begins-in-the-future"};
  const auto with_hours = [&](Verdict verdict) {
    return std::move(verdict).with("hours_left", FactValue{best.left / kHour});
  };
  if (best.left <= 0) return with_hours({Outcome::fail, "expired"});
  if (best.life <= 96 * kHour && best.left * 4 >= best.life)
    return with_hours({Outcome::pass, "signed-on-the-fly"});
  if (best.left < 24 * kHour) return with_hours({Outcome::fail, "under-a-day"});
  if (best.left <= 72 * kHour) return with_hours({Outcome::warn, "under-three-days"});
  return with_hours({Outcome::pass, "time-left"});
}

Verdict evaluate(const Evidence& evidence) {
  const auto* apex = evidence.dns.find(evidence.domain, "SOA");
  if (!answered(apex)) return no_answer(apex);
  Gravest gravest;
  bool any = false;
  for (const auto* answer : {apex, evidence.dns.find(evidence.domain, "DNSKEY")}) {
    if (!answered(answer)) {
      gravest.add(no_answer(answer));
      continue;
    }
    const auto best = best_of(*answer, evidence.as_of);
    if (!best.any) continue;
    any = true;
    gravest.add(judge(best).with("type", answer->type));
  }
  if (!any) {
    const auto* ds = evidence.dns.find(evidence.domain, "DS");
    if (apex->security == Security::insecure || (answered(ds) && ds->status != DnsStatus::found)) {
      return {Outcome::not_applicable, "not-signed"};
    }
    return could_not_look(Unseen::not_measured);
  }
  return std::move(gravest).take(could_not_look(Unseen::not_measured));
}

DnsAnswer signed_until(const char* type, std::int64_t begins, std::int64_t ends) {
  auto answer = found("example.no", type, {std::string_view(type) == "SOA" ? kExampleSoa : "257 3 13 AQID"});
  wire::RrsigRecord signature;
  signature.type_covered = std::string_view(type) == "SOA" ? wire::RecordType::soa : wire::RecordType::dnskey;
  signature.algorithm = 13;
  signature.labels = 2;
  signature.inception = static_cast<std::uint32_t>(kExampleDay + begins * kHour);
  signature.expiration = static_cast<std::uint32_t>(kExampleDay + ends * kHour);
  signature.signer = "example.no";
  signature.signature = {1, 2, 3};
  answer.signatures = {wire::rdata_text(wire::RecordType::rrsig, signature)};
  return answer;
}
Evidence signatures(std::int64_t begins, std::int64_t ends) {
  return domain_asset({signed_until("SOA", begins, ends), signed_until("DNSKEY", -200, 200)});
}

std::vector<Example> examples() {
  return {
      {"ten days left", signatures(-100, 240), Outcome::pass, "time-left"},
      {"signed on the fly for two days", signatures(-24, 24), Outcome::pass, "signed-on-the-fly"},
      {"two days left of two weeks", signatures(-288, 48), Outcome::warn, "under-three-days"},
      {"twelve hours left of two weeks", signatures(-300, 12), Outcome::fail, "under-a-day"},
      {"ran out yesterday", signatures(-300, -24), Outcome::fail, "expired"},
      {"a server with a wrong clock", signatures(5, 300), Outcome::fail, "begins-in-the-future"},
      {"not signed",
       domain_asset({with_security(found("example.no", "SOA", {kExampleSoa}), Security::insecure),
                     nodata("example.no", "DNSKEY")}),
       Outcome::not_applicable, "not-signed"},
      {"the zone did not answer", domain_asset({failed("example.no", "SOA")}), Outcome::unknown, "timed-out"},
      {"the keys did not come",
       domain_asset({signed_until("SOA", -100, 240), failed("example.no", "DNSKEY")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_dnssec_signature_expiry

UTSYN_CHECK(dns_dnssec_signature_expiry) = {
    .id = "dns.dnssec.signature-expiry",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_dnssec_signature_expiry::evaluate,
    .examples = utsyn::checks::dns_dnssec_signature_expiry::examples,
};
