// The TLSA records fit the certificate the mail server shows, at each address (RFC 7671, RFC 7672): usage 3
// is about the certificate itself, whatever its name and dates; usage 2 about an issuer, and the name must
// fit; usages 0 and 1 count for nothing in mail.
#include "checks/email/mail_tls.h"

namespace utsyn::checks::email_dane_valid {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto dane = dane_of(evidence);
  if (dane.state == DaneView::State::unknown) return dane.trouble;
  if (dane.state != DaneView::State::secure) return {Outcome::not_applicable, "no-dane"};
  // DANE promises TLS: a server without it gets no mail from senders who look.
  if (never_offers_starttls(evidence)) return {Outcome::fail, "no-starttls"};
  return worst_of(evidence.tls,
                  [&](const TlsEndpoint& endpoint) { return judge_dane(dane, endpoint, evidence.host); });
}

std::vector<Example> examples() {
  const auto with = [](std::vector<std::string> tlsa, TlsEndpoint endpoint) {
    return mail_server(dane_answers(std::move(tlsa)), {std::move(endpoint)});
  };
  auto silent = mail_endpoint(true);
  silent.available = Unseen::timed_out;
  silent.chains.clear();
  auto clear = mail_server(dane_answers({example_tlsa()}), {});
  clear.smtp = {{"mx1.example.no", "192.0.2.25", 25, talk(false)}};
  return {
      {"the record fits", with({example_tlsa()}, mail_endpoint(false)), Outcome::pass, "matches"},
      {"an expired certificate is fine with usage 3",
       with({example_tlsa()}, mail_endpoint(false, "certificate-has-expired")), Outcome::pass, "matches"},
      {"the next key stands beside it", with({example_tlsa(), example_tlsa(false)}, mail_endpoint(false)),
       Outcome::pass, "matches"},
      {"an old record", with({example_tlsa(false)}, mail_endpoint(true)), Outcome::fail, "no-match"},
      {"usage 1 counts for nothing", with({"1" + example_tlsa().substr(1)}, mail_endpoint(true)),
       Outcome::fail, "unusable"},
      {"a hash of the wrong length", with({"3 1 1 abcd"}, mail_endpoint(true)), Outcome::fail, "unusable"},
      {"no STARTTLS", clear, Outcome::fail, "no-starttls"},
      {"the server was silent", with({example_tlsa()}, silent), Outcome::unknown, "timed-out"},
      {"no DANE", mail_server(dane_answers({}), {}), Outcome::not_applicable, "no-dane"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dane_valid

UTSYN_CHECK(email_dane_valid) = {
    .id = "email.dane.valid",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::smtp | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::email_dane_valid::evaluate,
    .examples = utsyn::checks::email_dane_valid::examples,
};
