// NSEC3 without extra iterations and without salt, or plain NSEC (RFC 9276 section 3.1).
#include <algorithm>

#include "base/text.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_dnssec_nsec3_params {
namespace {

struct Parameters {
  bool any = false;
  unsigned iterations = 0;
  bool salted = false;
  void take(unsigned more, bool salt) {
    any = true;
    iterations = std::max(iterations, more);
    salted = salted || salt;
  }
};

// What the zone announces, and what its negative answers really carry.
Parameters parameters_of(const DnsAnswer& announced, const DnsAnswer* control) {
  Parameters out;
  for (const auto& one : typed_records<wire::Nsec3ParamRecord>(announced))
    out.take(one.iterations, !one.salt.empty());
  if (control == nullptr) return out;
  for (const auto& proof : control->denial) {
    std::string_view rest = proof;
    cut(rest, ' ');
    if (cut(rest, ' ') != "NSEC3") continue;
    const auto record = wire::record_as<wire::Nsec3Record>(wire::RecordType::nsec3, rest);
    if (record) out.take(record->iterations, !record->salt.empty());
  }
  return out;
}

Verdict evaluate(const Evidence& evidence) {
  const auto* announced = evidence.dns.find(evidence.domain, "NSEC3PARAM");
  if (!answered(announced)) return no_answer(announced);
  const auto* control = evidence.dns.find(control_label(evidence.domain) + "." + evidence.domain, "A");
  const auto parameters = parameters_of(*announced, control);
  if (!parameters.any) {
    const auto* ds = evidence.dns.find(evidence.domain, "DS");
    if (!answered(ds)) return no_answer(ds);
    if (ds->status != DnsStatus::found) return {Outcome::not_applicable, "not-signed"};
    return {Outcome::pass, "nsec"};
  }
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict)
        .with("iterations", std::size_t{parameters.iterations})
        .with("salted", FactValue{parameters.salted});
  };
  if (parameters.iterations > 50) return with_facts({Outcome::fail, "many-iterations"});
  if (parameters.iterations > 0) return with_facts({Outcome::warn, "iterations"});
  if (parameters.salted) return with_facts({Outcome::warn, "salt"});
  return with_facts({Outcome::pass, "plain"});
}

std::vector<Example> examples() {
  const auto with = [](const char* parameters) {
    return domain_asset(
        {found("example.no", "NSEC3PARAM", {parameters}), found("example.no", "DS", {kExampleDs})});
  };
  auto denial = nxdomain(control_label("example.no") + ".example.no", "A");
  denial.denial = {
      "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.no NSEC3 1 0 100 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A"};
  return {
      {"no iterations, no salt", with("1 0 0 -"), Outcome::pass, "plain"},
      {"plain NSEC",
       domain_asset({nodata("example.no", "NSEC3PARAM"), found("example.no", "DS", {kExampleDs})}),
       Outcome::pass, "nsec"},
      {"ten iterations", with("1 0 10 -"), Outcome::warn, "iterations"},
      {"a salt", with("1 0 0 aabb"), Outcome::warn, "salt"},
      {"a hundred iterations", with("1 0 100 aabb"), Outcome::fail, "many-iterations"},
      {"answers say otherwise than the zone",
       domain_asset({found("example.no", "NSEC3PARAM", {"1 0 0 -"}), denial}), Outcome::fail,
       "many-iterations"},
      {"not signed", domain_asset({nodata("example.no", "NSEC3PARAM"), nodata("example.no", "DS")}),
       Outcome::not_applicable, "not-signed"},
      {"no answer", domain_asset({failed("example.no", "NSEC3PARAM")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_dnssec_nsec3_params

UTSYN_CHECK(dns_dnssec_nsec3_params) = {
    .id = "dns.dnssec.nsec3-params",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_dnssec_nsec3_params::evaluate,
    .examples = utsyn::checks::dns_dnssec_nsec3_params::examples,
};
