// Nobody is invited to send a password in clear text: no AUTH PLAIN or LOGIN before TLS (RFC 4954, RFC 8314),
// nor on submission, POP3 and IMAP. Nothing is ever logged in.
#include <algorithm>

#include "base/text.h"
#include "checks/email/mail_tls.h"

namespace utsyn::checks::email_smtp_auth_plain_cleartext {
namespace {

// "AUTH PLAIN LOGIN", or "AUTH=LOGIN" as old servers write it.
bool offers_password(std::string_view capability) {
  std::string words(capability);
  std::ranges::replace(words, '=', ' ');
  const auto parts = split(words, ' ');
  if (!iequals(parts.front(), "AUTH")) return false;
  return std::ranges::any_of(
      parts, [](std::string_view word) { return iequals(word, "PLAIN") || iequals(word, "LOGIN"); });
}

Verdict judge_smtp(const SmtpServer& server) {
  const auto* said = server.talk.seen();
  if (said == nullptr) return could_not_look(server.talk.unseen());
  if (said->greeting_code != 220 || !answered_hello(*said)) return could_not_look(Unseen::rejected);
  for (const auto& capability : said->capabilities) {
    if (offers_password(capability)) {
      return Verdict{Outcome::fail, "offered-in-clear"}
          .with("service", "smtp")
          .with("port", server.port)
          .with("capability", capability);
    }
  }
  return {Outcome::pass, "only-after-tls"};
}

Verdict evaluate(const Evidence& evidence) {
  for (const auto& service : evidence.clear_text_services) {
    const bool mail =
        service.protocol == "submission" || service.protocol == "imap" || service.protocol == "pop3";
    if (mail && service.login_in_clear.is(true)) {
      return Verdict{Outcome::fail, "offered-in-clear"}
          .with("service", service.protocol)
          .with("port", service.port)
          .with("address", service.address);
    }
  }
  return worst_of(evidence.smtp, judge_smtp);
}

Evidence offering(Observed<std::string> capability) {
  auto evidence = mail_asset();
  SmtpServer server{"mx1.example.no", "192.0.2.25", 25, Unseen::not_measured};
  if (const auto* text = capability.seen()) {
    auto said = talk(true);
    said.capabilities.push_back(*text);
    server.talk = said;
  } else {
    server.talk = capability.unseen();
  }
  evidence.smtp = {server};
  return evidence;
}

std::vector<Example> examples() {
  auto imap = offering(std::string("SIZE 1000"));
  ClearTextService service;
  service.host = "mx1.example.no";
  service.address = "192.0.2.25";
  service.port = 143;
  service.protocol = "imap";
  service.speaks = true;
  service.login_in_clear = true;
  imap.clear_text_services = {service};
  return {
      {"no password before TLS", offering(std::string("SIZE 1000")), Outcome::pass, "only-after-tls"},
      {"a method that sends no password", offering(std::string("AUTH GSSAPI")), Outcome::pass,
       "only-after-tls"},
      {"AUTH PLAIN LOGIN in clear", offering(std::string("AUTH PLAIN LOGIN")), Outcome::fail,
       "offered-in-clear"},
      {"as old servers write it", offering(std::string("AUTH=LOGIN")), Outcome::fail, "offered-in-clear"},
      {"IMAP takes passwords in clear", imap, Outcome::fail, "offered-in-clear"},
      {"the server was silent", offering(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_smtp_auth_plain_cleartext

UTSYN_CHECK(email_smtp_auth_plain_cleartext) = {
    .id = "email.smtp.auth-plain-cleartext",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::smtp | utsyn::checks::Part::clear_text_services,
    .evaluate = utsyn::checks::email_smtp_auth_plain_cleartext::evaluate,
    .examples = utsyn::checks::email_smtp_auth_plain_cleartext::examples,
};
