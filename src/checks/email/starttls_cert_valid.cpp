// The mail server's certificate is trusted and made for its name, or DANE vouches for it (RFC 7672, RFC
// 9525).
//
// Ordinary senders take any certificate, so a bad one alone is a warning; where MTA-STS is enforced it stops
// mail.
#include "checks/email/mail_tls.h"
#include "checks/email/mta_sts_evidence.h"

namespace utsyn::checks::email_starttls_cert_valid {
namespace {

Verdict judge(const Evidence& evidence, const DaneView& dane, bool enforced, const TlsEndpoint& endpoint) {
  if (dane.state == DaneView::State::secure &&
      judge_dane(dane, endpoint, evidence.host).outcome == Outcome::pass)
    return {Outcome::pass, "vouched-by-dane"};
  auto verdict = judge_pkix(endpoint, evidence.host, evidence.as_of);
  if (verdict.outcome == Outcome::fail && !enforced) verdict.outcome = Outcome::warn;
  return verdict;
}

Verdict evaluate(const Evidence& evidence) {
  if (never_offers_starttls(evidence)) return {Outcome::not_applicable, "no-starttls"};
  const auto dane = dane_of(evidence);
  const auto sts = mta_sts_of(evidence);
  const bool enforced = sts.policy && sts.policy->mode == wire::MtaStsMode::enforce;
  return worst_of(evidence.tls,
                  [&](const TlsEndpoint& endpoint) { return judge(evidence, dane, enforced, endpoint); });
}

std::vector<Example> examples() {
  auto misnamed = mail_server({}, {mail_endpoint(true)});
  misnamed.host = "mx2.example.no";
  auto clear = mail_server({}, {});
  clear.smtp = {{"mx1.example.no", "192.0.2.25", 25, talk(false)}};
  auto expired = mail_server({}, {mail_endpoint(true)});
  expired.as_of += std::chrono::years{150};
  auto silent = mail_endpoint(true);
  silent.available = Unseen::timed_out;
  silent.chains.clear();
  return {
      {"a trusted certificate", mail_server({}, {mail_endpoint(true)}), Outcome::pass, "trusted"},
      {"self-signed, and DANE vouches for it",
       mail_server(dane_answers({example_tlsa()}), {mail_endpoint(false)}), Outcome::pass, "vouched-by-dane"},
      {"an insecure TLSA vouches for nothing",
       mail_server(dane_answers({example_tlsa()}, Security::insecure), {mail_endpoint(false)}), Outcome::warn,
       "not-trusted"},
      {"self-signed", mail_server({}, {mail_endpoint(false)}), Outcome::warn, "not-trusted"},
      {"self-signed under an enforced policy",
       with_mta_sts(mail_server({}, {mail_endpoint(false)}), policy_file(kEnforce)), Outcome::fail,
       "not-trusted"},
      {"trusted once, and expired", expired, Outcome::warn, "not-trusted"},
      {"made for another name", misnamed, Outcome::warn, "wrong-name"},
      {"no STARTTLS", clear, Outcome::not_applicable, "no-starttls"},
      {"the server was silent", mail_server({}, {silent}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_starttls_cert_valid

UTSYN_CHECK(email_starttls_cert_valid) = {
    .id = "email.starttls.cert-valid",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::smtp | utsyn::checks::Part::tls | utsyn::checks::Part::mta_sts_policy,
    .evaluate = utsyn::checks::email_starttls_cert_valid::evaluate,
    .examples = utsyn::checks::email_starttls_cert_valid::examples,
};
