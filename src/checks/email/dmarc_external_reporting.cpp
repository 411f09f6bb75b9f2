// Whoever else receives the reports has agreed to (RFC 9990, RFC 7489 section 7.1): a record at
// OURS._report._dmarc.THEIRS. Two names of one organisational domain are not "else".
#include <algorithm>

#include "checks/email/dmarc_evidence.h"
#include "wire/http/psl.h"

namespace utsyn::checks::email_dmarc_external_reporting {
namespace {

Verdict judge(const Evidence& evidence, const std::string& owner, const std::string& host) {
  const auto name = owner + "._report._dmarc." + host;
  const auto* answer = evidence.dns.find(name, "TXT");
  if (!answered(answer)) return no_answer(answer);
  const auto values = txt_values(*answer);
  if (std::ranges::any_of(values, [](const auto& value) { return wire::is_dmarc(value); }))
    return {Outcome::pass, "agreed"};
  return Verdict{Outcome::warn, "not-agreed"}.with("receiver", host).with("record_expected_at", name);
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  if (auto early = no_record(view)) return *early;
  Gravest gravest;
  for (const auto& uri : view.found.record->aggregate_uris) {
    if (uri.domain.empty() || wire::same_site(uri.domain, view.found.owner)) continue;
    gravest.add(judge(evidence, view.found.owner, uri.domain));
  }
  return std::move(gravest).take({Outcome::not_applicable, "nobody-outside"});
}

std::vector<Example> examples() {
  const char* consent = "example.no._report._dmarc.reports.example";
  const auto with = [](std::vector<DnsAnswer> answers) {
    return dmarc("v=DMARC1; p=none; rua=mailto:no@reports.example", std::move(answers));
  };
  return {
      {"the receiver agreed", with({txt(consent, {"v=DMARC1"})}), Outcome::pass, "agreed"},
      {"the receiver never agreed", with({nxdomain(consent, "TXT")}), Outcome::warn, "not-agreed"},
      {"another name of ours", dmarc("v=DMARC1; p=none; rua=mailto:dmarc@post.example.no"),
       Outcome::not_applicable, "nobody-outside"},
      {"no answer about it", with({failed(consent, "TXT")}), Outcome::unknown, "timed-out"},
      {"no record", without_dmarc(), Outcome::not_applicable, "no-readable-record"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dmarc_external_reporting

UTSYN_CHECK(email_dmarc_external_reporting) = {
    .id = "email.dmarc.external-reporting",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dmarc_external_reporting::evaluate,
    .examples = utsyn::checks::email_dmarc_external_reporting::examples,
};
