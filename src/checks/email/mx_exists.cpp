// Where the domain's mail goes (RFC 5321 section 5.1). It only informs; other checks ask differently of a
// domain that takes mail and of one that does not.
#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::email_mx_exists {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto route = mail_route(evidence);
  switch (route.role) {
    case MailRole::unknown:
      return no_answer(route.answer);
    case MailRole::null_mx:
      return {Outcome::pass, "null-mx"};
    case MailRole::receives:
      return Verdict{Outcome::pass, "has-mx"}.with("hosts", route.answer->records);
    case MailRole::no_mx:
      break;
  }
  const auto addresses = addresses_of(evidence.dns, evidence.domain);
  if (!addresses.addresses.empty()) return {Outcome::pass, "by-address"};
  if (addresses.trouble) return *addresses.trouble;
  return {Outcome::pass, "no-mail"};
}

std::vector<Example> examples() {
  const auto none = nodata("example.no", "MX");
  return {
      {"two servers", domain_asset({found("example.no", "MX", {"10 mx1.example.no", "20 mx2.example.no"})}),
       Outcome::pass, "has-mx"},
      {"null MX", domain_asset({found("example.no", "MX", {"0 ."})}), Outcome::pass, "null-mx"},
      {"no MX, but an address",
       domain_asset({none, found("example.no", "A", {"192.0.2.1"}), nodata("example.no", "AAAA")}),
       Outcome::pass, "by-address"},
      {"nothing", domain_asset({none, nodata("example.no", "A"), nodata("example.no", "AAAA")}),
       Outcome::pass, "no-mail"},
      {"no answer", domain_asset({failed("example.no", "MX")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mx_exists

UTSYN_CHECK(email_mx_exists) = {
    .id = "email.mx.exists",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_mx_exists::evaluate,
    .examples = utsyn::checks::email_mx_exists::examples,
};
