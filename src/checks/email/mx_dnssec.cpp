// The mail server's addresses are signed (RFC 4035), without which DANE cannot protect mail (RFC 7672
// section 2.2). It often lies with the supplier, whose domain is named.
#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::email_mx_dnssec {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto with_zone = [&](Verdict verdict) {
    return std::move(verdict).with("domain", registrable_or_self(evidence.host));
  };
  Gravest gravest;
  bool any = false;
  const DnsAnswer* unanswered = nullptr;
  for (const std::string_view type : {"A", "AAAA"}) {
    const auto* answer = evidence.dns.find(evidence.host, type);
    if (answer != nullptr && answer->security == Security::bogus)
      return with_zone({Outcome::fail, "bogus"}).with("validator", answer->security_reason);
    if (!answered(answer)) {
      gravest.add(no_answer(answer));
      unanswered = answer;
      continue;
    }
    if (answer->status != DnsStatus::found) continue;
    any = true;
    switch (answer->security) {
      case Security::secure:
        gravest.add({Outcome::pass, "secure"});
        break;
      case Security::insecure:
        gravest.add(with_zone({Outcome::fail, "not-signed"}));
        break;
      case Security::indeterminate:
        gravest.add({Outcome::unknown, "indeterminate"});
        break;
      default:
        gravest.add(could_not_look(Unseen::not_measured));
    }
  }
  if (!any && unanswered == nullptr && evidence.dns.find(evidence.host, "A") != nullptr)
    return {Outcome::not_applicable, "no-address"};
  return std::move(gravest).take(could_not_look(Unseen::not_measured));
}

std::vector<Example> examples() {
  const auto with = [](Security security) {
    return mail_asset({with_security(found("mx1.example.no", "A", {"192.0.2.25"}), security),
                       nodata("mx1.example.no", "AAAA")});
  };
  auto bogus = with_security(failed("mx1.example.no", "A", Unseen::server_failure), Security::bogus);
  return {
      {"signed", with(Security::secure), Outcome::pass, "secure"},
      {"not signed", with(Security::insecure), Outcome::fail, "not-signed"},
      {"signed wrongly", mail_asset({bogus, nodata("mx1.example.no", "AAAA")}), Outcome::fail, "bogus"},
      {"the validator could not tell", with(Security::indeterminate), Outcome::unknown, "indeterminate"},
      {"no addresses", mail_asset({nodata("mx1.example.no", "A"), nodata("mx1.example.no", "AAAA")}),
       Outcome::not_applicable, "no-address"},
      {"no answer", mail_asset({failed("mx1.example.no", "A"), nodata("mx1.example.no", "AAAA")}),
       Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mx_dnssec

UTSYN_CHECK(email_mx_dnssec) = {
    .id = "email.mx.dnssec",
    .assets = {utsyn::AssetKind::mail},
    .evaluate = utsyn::checks::email_mx_dnssec::evaluate,
    .examples = utsyn::checks::email_mx_dnssec::examples,
};
