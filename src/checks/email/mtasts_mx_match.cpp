// The mail server is in the domain's MTA-STS policy and can do what the policy promises (RFC 8461 section 4):
// STARTTLS with a certificate that is valid for its name. In enforce mode senders hold mail back otherwise.
#include "checks/email/mail_tls.h"
#include "checks/email/mta_sts_evidence.h"

namespace utsyn::checks::email_mtasts_mx_match {
namespace {

Verdict judge_tls(const Evidence& evidence) {
  if (never_offers_starttls(evidence)) return {Outcome::fail, "no-starttls"};
  return worst_of(evidence.tls, [&](const TlsEndpoint& endpoint) {
    return judge_pkix(endpoint, evidence.host, evidence.as_of);
  });
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = mta_sts_of(evidence);
  if (view.verdict.outcome == Outcome::unknown) return view.verdict;
  if (!view.policy) return {Outcome::not_applicable, "no-valid-policy"};
  if (view.policy->mode == wire::MtaStsMode::none) return {Outcome::not_applicable, "mode-none"};
  const bool listed = wire::mta_sts_allows(*view.policy, evidence.host);
  auto verdict = listed ? judge_tls(evidence)
                        : Verdict{Outcome::fail, "not-in-policy"}.with("patterns", view.policy->mx);
  // Testing mode only reports: nothing is held back yet.
  if (verdict.outcome == Outcome::fail && view.policy->mode == wire::MtaStsMode::testing)
    verdict.outcome = Outcome::warn;
  if (verdict.outcome == Outcome::pass) verdict.reason = "matches";
  return verdict;
}

std::vector<Example> examples() {
  const auto with = [](const std::string& body, std::vector<TlsEndpoint> tls) {
    return with_mta_sts(mail_server({}, std::move(tls)), policy_file(body));
  };
  const std::string other = "version: STSv1\nmode: enforce\nmx: mail.example.net\nmax_age: 1209600\n";
  const std::string testing = "version: STSv1\nmode: testing\nmx: mail.example.net\nmax_age: 1209600\n";
  const std::string wildcard = "version: STSv1\nmode: enforce\nmx: *.example.no\nmax_age: 1209600\n";
  auto clear = with(kEnforce, {});
  clear.smtp = {{"mx1.example.no", "192.0.2.25", 25, talk(false)}};
  auto misnamed = with(wildcard, {mail_endpoint(true)});
  misnamed.host = "mx2.example.no";
  return {
      {"listed, with a valid certificate", with(kEnforce, {mail_endpoint(true)}), Outcome::pass, "matches"},
      {"listed by a wildcard", with(wildcard, {mail_endpoint(true)}), Outcome::pass, "matches"},
      {"not listed", with(other, {mail_endpoint(true)}), Outcome::fail, "not-in-policy"},
      {"not listed, while testing", with(testing, {mail_endpoint(true)}), Outcome::warn, "not-in-policy"},
      {"a certificate nobody trusts", with(kEnforce, {mail_endpoint(false)}), Outcome::fail, "not-trusted"},
      {"a certificate for another name", misnamed, Outcome::fail, "wrong-name"},
      {"no STARTTLS", clear, Outcome::fail, "no-starttls"},
      {"the mail server was not reached", with(kEnforce, {}), Outcome::unknown, "not-measured"},
      {"no policy", mail_asset({nxdomain("_mta-sts.example.no", "TXT")}), Outcome::not_applicable,
       "no-valid-policy"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mtasts_mx_match

UTSYN_CHECK(email_mtasts_mx_match) = {
    .id = "email.mtasts.mx-match",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::mta_sts_policy | utsyn::checks::Part::smtp | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::email_mtasts_mx_match::evaluate,
    .examples = utsyn::checks::email_mtasts_mx_match::examples,
};
