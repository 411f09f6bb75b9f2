// The mail server has TLSA records that senders may use (RFC 7672): signed, as must be the MX and the
// addresses. An unsigned TLSA record does not count.
#include "checks/email/mail_tls.h"

namespace utsyn::checks::email_dane_exists {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto dane = dane_of(evidence);
  switch (dane.state) {
    case DaneView::State::unknown:
      return dane.trouble;
    case DaneView::State::none:
      return {Outcome::fail, "no-record"};
    case DaneView::State::insecure:
      return {Outcome::fail, "not-signed"};
    case DaneView::State::secure:
      break;
  }
  return Verdict{Outcome::pass, "published"}.with("records", dane.records.size());
}

std::vector<Example> examples() {
  auto servfail = mail_server(dane_answers({}), {});
  servfail.dns.add(failed("_25._tcp.mx1.example.no", "TLSA", Unseen::server_failure));
  auto unsigned_mx = mail_server(dane_answers({example_tlsa()}), {});
  unsigned_mx.dns.add(with_security(found("example.no", "MX", {"10 mx1.example.no"}), Security::insecure));
  return {
      {"signed all the way", mail_server(dane_answers({example_tlsa()}), {}), Outcome::pass, "published"},
      {"no record", mail_server(dane_answers({}), {}), Outcome::fail, "no-record"},
      {"a record nobody signed", mail_server(dane_answers({example_tlsa()}, Security::insecure), {}),
       Outcome::fail, "not-signed"},
      {"the MX is not signed", unsigned_mx, Outcome::fail, "not-signed"},
      {"SERVFAIL is not absence", servfail, Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dane_exists

UTSYN_CHECK(email_dane_exists) = {
    .id = "email.dane.exists",
    .assets = {utsyn::AssetKind::mail},
    .evaluate = utsyn::checks::email_dane_exists::evaluate,
    .examples = utsyn::checks::email_dane_exists::examples,
};
