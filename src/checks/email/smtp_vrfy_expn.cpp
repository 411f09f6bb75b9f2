// Who has a mailbox is not for strangers to ask (RFC 5321 section 7.3): VRFY should answer 252 whatever the
// name, and EXPN nothing. Asked once each: for postmaster, whom every server has, and for a name nobody has.
#include "checks/examples.h"
#include "checks/judging.h"

namespace utsyn::checks::email_smtp_vrfy_expn {
namespace {

bool confirms(int code) { return code == 250 || code == 251; }
bool denies(int code) { return code == 550 || code == 551 || code == 553; }

Verdict judge(const ActiveSmtp& server) {
  const auto* seen = server.verify.seen();
  if (seen == nullptr) return could_not_look(server.verify.unseen());
  if (confirms(seen->known_code) && denies(seen->unknown_code)) return {Outcome::fail, "vrfy-tells"};
  if (confirms(seen->expand_code)) return {Outcome::fail, "expn-tells"};
  for (const int code : {seen->known_code, seen->unknown_code, seen->expand_code}) {
    if (code >= 400 && code < 500) return Verdict{Outcome::unknown, "not-now"}.with("code", code);
  }
  return {Outcome::pass, "tells-nothing"};
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.active_smtp, judge); }

Evidence answering(Observed<VerifyAnswer> verify) {
  auto evidence = mail_asset();
  ActiveSmtp server;
  server.host = "mx1.example.no";
  server.address = "192.0.2.25";
  server.verify = verify;
  evidence.active_smtp = {server};
  return evidence;
}

std::vector<Example> examples() {
  return {
      {"252 to everything", answering(VerifyAnswer{252, 252, 502}), Outcome::pass, "tells-nothing"},
      {"both commands are off", answering(VerifyAnswer{502, 502, 502}), Outcome::pass, "tells-nothing"},
      {"yes to every name", answering(VerifyAnswer{250, 250, 502}), Outcome::pass, "tells-nothing"},
      {"postmaster is there, nobody is not", answering(VerifyAnswer{250, 550, 502}), Outcome::fail,
       "vrfy-tells"},
      {"EXPN lists who gets it", answering(VerifyAnswer{252, 252, 250}), Outcome::fail, "expn-tells"},
      {"come back later", answering(VerifyAnswer{450, 450, 450}), Outcome::unknown, "not-now"},
      {"the server was silent", answering(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_smtp_vrfy_expn

UTSYN_CHECK(email_smtp_vrfy_expn) = {
    .id = "email.smtp.vrfy-expn",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::active,
    .evaluate = utsyn::checks::email_smtp_vrfy_expn::evaluate,
    .examples = utsyn::checks::email_smtp_vrfy_expn::examples,
};
