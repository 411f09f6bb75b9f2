// Whether the names of the zone can be listed one after the other through NSEC (RFC 4470). Public names are
// not secret, so this only informs. Nothing is walked: one negative answer tells.
//
// An NSEC that covers as little as possible (RFC 4470, RFC 9824) begins or ends in a label nobody writes: a
// zero byte, or a name that holds the one asked for.
#include "base/name.h"
#include "base/text.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_dnssec_zone_walk {
namespace {

bool is_made_up(std::string_view name, std::string_view asked) {
  return name.find("\\000") != std::string_view::npos || name.find("\\255") != std::string_view::npos ||
         is_subdomain(name, asked);
}

Verdict evaluate(const Evidence& evidence) {
  const auto asked = control_label(evidence.domain) + "." + evidence.domain;
  const auto* control = evidence.dns.find(asked, "A");
  if (!answered(control)) return no_answer(control);
  bool nsec3 = false;
  bool minimal = false;
  for (const auto& proof : control->denial) {
    std::string_view rest = proof;
    const auto owner = cut(rest, ' ');
    const auto type = cut(rest, ' ');
    if (type == "NSEC3") nsec3 = true;
    if (type != "NSEC") continue;
    const auto record = wire::record_as<wire::NsecRecord>(wire::RecordType::nsec, rest);
    if (!record) continue;
    if (is_made_up(record->next, asked) || is_made_up(owner, asked) || iequals(owner, asked)) {
      minimal = true;
    } else {
      return Verdict{Outcome::warn, "walkable"}.with("owner", std::string(owner)).with("next", record->next);
    }
  }
  if (nsec3) return {Outcome::pass, "nsec3"};
  if (minimal) return {Outcome::pass, "minimal-nsec"};
  const auto* ds = evidence.dns.find(evidence.domain, "DS");
  if (!answered(ds)) return no_answer(ds);
  if (ds->status != DnsStatus::found) return {Outcome::not_applicable, "not-signed"};
  return could_not_look(Unseen::not_measured);
}

std::vector<Example> examples() {
  const auto asked = control_label("example.no") + ".example.no";
  const auto denied = [&](std::vector<std::string> proofs) {
    auto answer = nxdomain(asked, "A");
    answer.denial = std::move(proofs);
    return domain_asset({answer});
  };
  return {
      {"NSEC names the neighbours", denied({"intranet.example.no NSEC www.example.no A RRSIG NSEC"}),
       Outcome::warn, "walkable"},
      {"NSEC3",
       denied(
           {"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.no NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A"}),
       Outcome::pass, "nsec3"},
      {"compact denial", denied({asked + " NSEC \\000." + asked + " RRSIG NSEC NXNAME"}), Outcome::pass,
       "minimal-nsec"},
      {"not signed", domain_asset({nxdomain(asked, "A"), nodata("example.no", "DS")}),
       Outcome::not_applicable, "not-signed"},
      {"no answer", domain_asset({failed(asked, "A")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_dnssec_zone_walk

UTSYN_CHECK(dns_dnssec_zone_walk) = {
    .id = "dns.dnssec.zone-walk",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_dnssec_zone_walk::evaluate,
    .examples = utsyn::checks::dns_dnssec_zone_walk::examples,
};
