// A domain without mail says so with "MX 0 .", and only such a domain does (RFC 7505).
#include <algorithm>

#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_mx_null_mx {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto route = mail_route(evidence);
  if (route.role == MailRole::unknown) return no_answer(route.answer);
  const bool any_null = std::ranges::any_of(route.hosts, [](const auto& mx) { return mx.exchange == "."; });
  if (route.role == MailRole::receives) {
    if (any_null) return Verdict{Outcome::fail, "beside-others"}.with("records", route.answer->records);
    return {Outcome::not_applicable, "takes-mail"};
  }
  const auto view = spf_of(evidence);
  if (route.role == MailRole::null_mx) {
    if (!route.hosts.front().is_null())
      return Verdict{Outcome::warn, "preference"}.with("records", route.answer->records);
    if (!view.apex_seen) return view.trouble;
    // Senders need somewhere for bounces and answers to go.
    if (view.walk.record && !sends_nothing(view)) return {Outcome::warn, "sends-mail"};
    return {Outcome::pass, "declared"};
  }
  const auto addresses = addresses_of(evidence.dns, evidence.domain);
  if (addresses.addresses.empty()) {
    return addresses.trouble ? *addresses.trouble : Verdict{Outcome::not_applicable, "no-address"};
  }
  if (!view.apex_seen) return view.trouble;
  if (sends_nothing(view)) return {Outcome::warn, "not-declared"};
  return {Outcome::not_applicable, "may-take-mail"};
}

std::vector<Example> examples() {
  const auto closed = txt("example.no", {"v=spf1 -all"});
  const auto mx = [](std::vector<std::string> records) {
    return found("example.no", "MX", std::move(records));
  };
  const auto address = found("example.no", "A", {"192.0.2.1"});
  const auto v6 = nodata("example.no", "AAAA");
  return {
      {"declared", domain_asset({mx({"0 ."}), closed}), Outcome::pass, "declared"},
      {"an address, no mail, and nothing said",
       domain_asset({nodata("example.no", "MX"), address, v6, closed}), Outcome::warn, "not-declared"},
      {"beside a real server", domain_asset({mx({"0 .", "10 mx1.example.no"})}), Outcome::fail,
       "beside-others"},
      {"with a preference, as an old paper printed it", domain_asset({mx({"10 ."}), closed}), Outcome::warn,
       "preference"},
      {"on a domain that sends",
       domain_asset({mx({"0 ."}), txt("example.no", {"v=spf1 ip4:192.0.2.1 -all"})}), Outcome::warn,
       "sends-mail"},
      {"ordinary mail", domain_asset({mx({"10 mx1.example.no"})}), Outcome::not_applicable, "takes-mail"},
      {"no answer", domain_asset({failed("example.no", "MX")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mx_null_mx

UTSYN_CHECK(email_mx_null_mx) = {
    .id = "email.mx.null-mx",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_mx_null_mx::evaluate,
    .examples = utsyn::checks::email_mx_null_mx::examples,
};
