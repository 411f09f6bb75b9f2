// Somebody receives the aggregate reports: a mailto address in a domain that takes mail (RFC 9989
// section 4.7, RFC 9990).
#include <algorithm>

#include "checks/email/dmarc_evidence.h"

namespace utsyn::checks::email_dmarc_rua {
namespace {

enum class TakesMail { yes, no, unknown };

TakesMail takes_mail(const Evidence& evidence, const std::string& domain) {
  const auto* mx = evidence.dns.find(domain, "MX");
  if (!answered(mx)) return TakesMail::unknown;
  if (mx->status == DnsStatus::nxdomain) return TakesMail::no;
  const auto hosts = typed_records<wire::MxRecord>(*mx);
  if (!hosts.empty()) {
    return std::ranges::all_of(hosts, [](const auto& one) { return one.exchange == "."; }) ? TakesMail::no
                                                                                           : TakesMail::yes;
  }
  // Without MX mail goes to the address of the domain itself.
  const auto* v4 = evidence.dns.find(domain, "A");
  if (v4 != nullptr && v4->status == DnsStatus::found) return TakesMail::yes;
  const auto* v6 = evidence.dns.find(domain, "AAAA");
  if (v6 != nullptr && v6->status == DnsStatus::found) return TakesMail::yes;
  return answered(v4) ? TakesMail::no : TakesMail::unknown;
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  if (auto early = no_record(view)) return *early;
  const auto& uris = view.found.record->aggregate_uris;
  if (uris.empty()) return {Outcome::warn, "no-address"};
  std::vector<std::string> targets;
  std::vector<std::string> dead;
  bool unknown = false;
  for (const auto& uri : uris) {
    if (uri.scheme != "mailto") continue;
    targets.push_back(uri.uri);
    const auto takes = takes_mail(evidence, uri.domain);
    if (takes == TakesMail::no) dead.push_back(uri.uri);
    unknown = unknown || takes == TakesMail::unknown;
  }
  if (targets.empty()) return Verdict{Outcome::warn, "not-mailto"}.with("uri", uris.front().uri);
  if (dead.size() == targets.size())
    return Verdict{Outcome::fail, "no-mail-there"}.with("addresses", std::move(dead)).weighing(Severity::low);
  if (unknown) return {Outcome::unknown, "target-unknown"};
  constexpr std::size_t read_by_all = 2;
  if (uris.size() > read_by_all)
    return Verdict{Outcome::warn, "many-addresses"}.with("addresses", uris.size());
  return Verdict{Outcome::pass, "received"}.with("addresses", std::move(targets));
}

std::vector<Example> examples() {
  const auto mx = found("example.no", "MX", {"10 mx1.example.no"});
  return {
      {"an address at home", dmarc("v=DMARC1; p=none; rua=mailto:dmarc@example.no", {mx}), Outcome::pass,
       "received"},
      {"no address", dmarc("v=DMARC1; p=reject"), Outcome::warn, "no-address"},
      {"a web address", dmarc("v=DMARC1; p=reject; rua=https://example.no/dmarc"), Outcome::warn,
       "not-mailto"},
      {"three addresses",
       dmarc("v=DMARC1; p=none; rua=mailto:a@example.no,mailto:b@example.no,mailto:c@example.no", {mx}),
       Outcome::warn, "many-addresses"},
      {"a domain without mail",
       dmarc("v=DMARC1; p=none; rua=mailto:dmarc@gone.example", {nxdomain("gone.example", "MX")}),
       Outcome::fail, "no-mail-there"},
      {"a domain that refuses mail",
       dmarc("v=DMARC1; p=none; rua=mailto:dmarc@example.no", {found("example.no", "MX", {"0 ."})}),
       Outcome::fail, "no-mail-there"},
      {"the domain could not be asked",
       dmarc("v=DMARC1; p=none; rua=mailto:dmarc@gone.example", {failed("gone.example", "MX")}),
       Outcome::unknown, "target-unknown"},
      {"no record", without_dmarc(), Outcome::not_applicable, "no-readable-record"},
      {"no answer", silent_dmarc(), Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dmarc_rua

UTSYN_CHECK(email_dmarc_rua) = {
    .id = "email.dmarc.rua",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dmarc_rua::evaluate,
    .examples = utsyn::checks::email_dmarc_rua::examples,
};
