// What was sent in clear must be forgotten when TLS begins (RFC 3207 section 4.2): a server that obeys it
// inside TLS lets an attacker in the middle put commands in front of a client's (CVE-2011-0411).
#include "checks/examples.h"
#include "checks/judging.h"

namespace utsyn::checks::email_starttls_injection {
namespace {

Verdict judge(const ActiveSmtp& server) {
  const auto* seen = server.clear_command.seen();
  if (seen == nullptr) return could_not_look(server.clear_command.unseen());
  switch (*seen) {
    case ClearCommand::no_starttls:
      return {Outcome::not_applicable, "no-starttls"};
    case ClearCommand::thrown_away:
      return {Outcome::pass, "thrown-away"};
    case ClearCommand::obeyed:
      break;
  }
  return {Outcome::fail, "obeyed"};
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.active_smtp, judge); }

Evidence answering(Observed<ClearCommand> clear_command) {
  auto evidence = mail_asset();
  ActiveSmtp server;
  server.host = "mx1.example.no";
  server.address = "192.0.2.25";
  server.clear_command = clear_command;
  evidence.active_smtp = {server};
  return evidence;
}

std::vector<Example> examples() {
  return {
      {"a command behind STARTTLS is thrown away", answering(ClearCommand::thrown_away), Outcome::pass,
       "thrown-away"},
      {"a command behind STARTTLS is obeyed inside TLS", answering(ClearCommand::obeyed), Outcome::fail,
       "obeyed"},
      {"no STARTTLS", answering(ClearCommand::no_starttls), Outcome::not_applicable, "no-starttls"},
      {"the server broke off", answering(Unseen::reset), Outcome::unknown, "reset"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_starttls_injection

UTSYN_CHECK(email_starttls_injection) = {
    .id = "email.starttls.injection",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::active,
    .evaluate = utsyn::checks::email_starttls_injection::evaluate,
    .examples = utsyn::checks::email_starttls_injection::examples,
};
