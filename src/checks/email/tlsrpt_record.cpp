// Somebody is told when mail to the domain cannot be delivered over TLS (RFC 8460 section 3).
#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/mail/tls_rpt.h"

namespace utsyn::checks::email_tlsrpt_record {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto route = mail_route(evidence);
  if (route.role == MailRole::null_mx || route.role == MailRole::no_mx)
    return {Outcome::not_applicable, "no-mail"};
  const auto* answer = evidence.dns.find("_smtp._tls." + evidence.domain, "TXT");
  if (!answered(answer)) return no_answer(answer);
  std::vector<std::string> records;
  for (auto& value : txt_values(*answer)) {
    if (wire::is_tls_rpt(value)) records.push_back(std::move(value));
  }
  if (records.empty()) return {Outcome::fail, "no-record"};
  if (records.size() > 1) return Verdict{Outcome::fail, "several"}.with("records", std::move(records));
  const auto record = wire::parse_tls_rpt(records.front());
  if (!record) {
    return Verdict{Outcome::fail, "unreadable"}
        .with("record", records.front())
        .with("fault", std::string(wire::tls_rpt_error_name(record.error())));
  }
  return Verdict{Outcome::pass, "published"}.with("record", records.front());
}

std::vector<Example> examples() {
  const auto mx = found("example.no", "MX", {"10 mx1.example.no"});
  const auto with = [&](const std::vector<std::string>& texts) {
    return domain_asset({mx, txt("_smtp._tls.example.no", texts)});
  };
  return {
      {"by mail", with({"v=TLSRPTv1; rua=mailto:tls@example.no"}), Outcome::pass, "published"},
      {"nothing there", domain_asset({mx, nxdomain("_smtp._tls.example.no", "TXT")}), Outcome::fail,
       "no-record"},
      {"no address", with({"v=TLSRPTv1;"}), Outcome::fail, "unreadable"},
      {"two records", with({"v=TLSRPTv1; rua=mailto:a@example.no", "v=TLSRPTv1; rua=mailto:b@example.no"}),
       Outcome::fail, "several"},
      {"a domain without mail", domain_asset({nodata("example.no", "MX")}), Outcome::not_applicable,
       "no-mail"},
      {"no answer", domain_asset({mx, failed("_smtp._tls.example.no", "TXT")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_tlsrpt_record

UTSYN_CHECK(email_tlsrpt_record) = {
    .id = "email.tlsrpt.record",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_tlsrpt_record::evaluate,
    .examples = utsyn::checks::email_tlsrpt_record::examples,
};
