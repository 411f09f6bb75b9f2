// The domain announces MTA-STS (RFC 8461 section 3.1), so that mail to it cannot be forced into clear text.
#include "checks/email/mta_sts_evidence.h"

namespace utsyn::checks::email_mtasts_record {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto route = mail_route(evidence);
  if (route.role == MailRole::null_mx || route.role == MailRole::no_mx)
    return {Outcome::not_applicable, "no-mail"};
  return judge_mta_sts_record(evidence);
}

std::vector<Example> examples() {
  const auto mx = found("example.no", "MX", {"10 mx1.example.no"});
  const auto with = [&](const std::vector<std::string>& texts) {
    return domain_asset({mx, txt("_mta-sts.example.no", texts)});
  };
  return {
      {"announced", with({"v=STSv1; id=20261120"}), Outcome::pass, "published"},
      {"nothing there", domain_asset({mx, nxdomain("_mta-sts.example.no", "TXT")}), Outcome::fail,
       "no-record"},
      {"two records count as none", with({"v=STSv1; id=1", "v=STSv1; id=2"}), Outcome::fail, "several"},
      {"an id with a dash", with({"v=STSv1; id=2026-11-20"}), Outcome::fail, "unreadable"},
      {"other text", with({"v=spf1 -all"}), Outcome::fail, "no-record"},
      {"a domain without mail", domain_asset({found("example.no", "MX", {"0 ."})}), Outcome::not_applicable,
       "no-mail"},
      {"no answer", domain_asset({mx, failed("_mta-sts.example.no", "TXT")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mtasts_record

UTSYN_CHECK(email_mtasts_record) = {
    .id = "email.mtasts.record",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_mtasts_record::evaluate,
    .examples = utsyn::checks::email_mtasts_record::examples,
};
