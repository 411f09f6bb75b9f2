// Mailboxes, submission and file transfer that begin in clear: can each be secured before a password is sent?
#include "checks/examples.h"
#include "checks/judging.h"

namespace utsyn::checks::tls_starttls_other {
namespace {

Verdict judge(const ClearTextService& service) {
  if (service.speaks.seen() == nullptr) {
    if (service.speaks.unseen() == Unseen::refused) return {Outcome::not_applicable, "closed"};
    return could_not_look(service.speaks.unseen());
  }
  if (!*service.speaks.seen()) return {Outcome::not_applicable, "another-protocol"};
  const auto say = [&](Outcome outcome, const char* reason) {
    return Verdict{outcome, reason}.with("service", service.protocol).with("port", service.port);
  };
  const auto* offered = service.starttls_offered.seen();
  if (offered == nullptr) return could_not_look(service.starttls_offered.unseen());
  if (!*offered) return say(Outcome::fail, "no-tls-offered");
  if (service.login_in_clear.is(true)) return say(Outcome::warn, "login-before-tls");
  return say(Outcome::pass, "tls-offered");
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.clear_text_services, judge); }

Evidence with_services(std::vector<ClearTextService> services) {
  auto evidence = mail_asset();
  evidence.clear_text_services = std::move(services);
  return evidence;
}

ClearTextService imap(Observed<bool> speaks, Observed<bool> starttls, Observed<bool> login) {
  return {"mx1.example.no", "192.0.2.25", 143, "imap", speaks, starttls, login};
}

std::vector<Example> examples() {
  return {
      {"IMAP with STARTTLS and no login before it", with_services({imap(true, true, false)}), Outcome::pass,
       "tls-offered"},
      {"IMAP in clear only", with_services({imap(true, false, true)}), Outcome::fail, "no-tls-offered"},
      {"STARTTLS, but login is offered before it", with_services({imap(true, true, true)}), Outcome::warn,
       "login-before-tls"},
      {"the port is closed", with_services({imap(Unseen::refused, {}, {})}), Outcome::not_applicable,
       "closed"},
      {"something else answers there", with_services({imap(false, {}, {})}), Outcome::not_applicable,
       "another-protocol"},
      {"the server was silent", with_services({imap(Unseen::timed_out, {}, {})}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_starttls_other

UTSYN_CHECK(tls_starttls_other) = {
    .id = "tls.starttls.other",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::clear_text_services,
    .evaluate = utsyn::checks::tls_starttls_other::evaluate,
    .examples = utsyn::checks::tls_starttls_other::examples,
};
