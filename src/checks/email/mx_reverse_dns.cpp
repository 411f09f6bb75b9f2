// Each address of the mail server has a name that leads back to it (RFC 1912 section 2.1); receivers distrust
// others.
#include <algorithm>

#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::email_mx_reverse_dns {
namespace {

Verdict judge(const Evidence& evidence, const IpAddress& address) {
  const auto with_address = [&](Verdict verdict) {
    return std::move(verdict).with("address", address.str());
  };
  const auto* reverse = evidence.dns.find(address.reverse_name(), "PTR");
  if (!answered(reverse)) return no_answer(reverse);
  const auto names = typed_records<wire::NameRecord>(*reverse);
  if (names.empty()) return with_address({Outcome::fail, "no-name"});
  std::optional<Verdict> trouble;
  for (const auto& name : names) {
    const auto* forward = evidence.dns.find(name.target, address.is_v4() ? "A" : "AAAA");
    if (!answered(forward)) {
      trouble = no_answer(forward);
      continue;
    }
    const auto records = typed_records<wire::AddressRecord>(*forward);
    if (std::ranges::any_of(records, [&](const auto& record) { return record.address == address; }))
      return {Outcome::pass, "matches"};
  }
  return trouble ? *trouble
                 : with_address({Outcome::warn, "leads-elsewhere"}).with("name", names.front().target);
}

Verdict evaluate(const Evidence& evidence) {
  const auto host = addresses_of(evidence.dns, evidence.host);
  Gravest gravest;
  for (const auto& address : host.addresses) gravest.add(judge(evidence, address));
  if (host.trouble) gravest.add(*host.trouble);
  return std::move(gravest).take({Outcome::not_applicable, "no-address"});
}

std::vector<Example> examples() {
  const auto v4 = found("mx1.example.no", "A", {"192.0.2.25"});
  const auto no_v6 = nodata("mx1.example.no", "AAAA");
  const auto* reverse = "25.2.0.192.in-addr.arpa";
  return {
      {"there and back again", mail_asset({v4, no_v6, found(reverse, "PTR", {"mx1.example.no"})}),
       Outcome::pass, "matches"},
      {"by another name",
       mail_asset({v4, no_v6, found(reverse, "PTR", {"out.example.no"}),
                   found("out.example.no", "A", {"192.0.2.25"})}),
       Outcome::pass, "matches"},
      {"a name that leads elsewhere",
       mail_asset({v4, no_v6, found(reverse, "PTR", {"old.example.no"}), nxdomain("old.example.no", "A")}),
       Outcome::warn, "leads-elsewhere"},
      {"no name", mail_asset({v4, no_v6, nxdomain(reverse, "PTR")}), Outcome::fail, "no-name"},
      {"no answer", mail_asset({v4, no_v6, failed(reverse, "PTR")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mx_reverse_dns

UTSYN_CHECK(email_mx_reverse_dns) = {
    .id = "email.mx.reverse-dns",
    .assets = {utsyn::AssetKind::mail},
    .evaluate = utsyn::checks::email_mx_reverse_dns::evaluate,
    .examples = utsyn::checks::email_mx_reverse_dns::examples,
};
