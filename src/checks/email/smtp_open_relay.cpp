// A mail server takes mail for its own domains only (RFC 5321 section 7.9): one that relays for anybody is
// soon full of other people's spam. The question stops before DATA, and the recipient's domain cannot exist
// (RFC 2606).
#include "checks/examples.h"
#include "checks/judging.h"

namespace utsyn::checks::email_smtp_open_relay {
namespace {

Verdict judge(const ActiveSmtp& server) {
  const auto* seen = server.relay.seen();
  if (seen == nullptr) return could_not_look(server.relay.unseen());
  if (seen->recipient_code == 0)
    return Verdict{Outcome::unknown, "sender-refused"}.with("code", seen->sender_code);
  if (seen->recipient_code == 250 || seen->recipient_code == 251)
    return Verdict{Outcome::fail, "relays"}.with("code", seen->recipient_code);
  if (seen->recipient_code >= 500) return {Outcome::pass, "refused"};
  return Verdict{Outcome::unknown, "not-now"}.with("code", seen->recipient_code);
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.active_smtp, judge); }

Evidence answering(Observed<RelayAnswer> relay) {
  auto evidence = mail_asset();
  ActiveSmtp server;
  server.host = "mx1.example.no";
  server.address = "192.0.2.25";
  server.relay = relay;
  evidence.active_smtp = {server};
  return evidence;
}

std::vector<Example> examples() {
  return {
      {"a stranger's recipient is refused", answering(RelayAnswer{250, 554}), Outcome::pass, "refused"},
      {"a stranger's recipient is accepted", answering(RelayAnswer{250, 250}), Outcome::fail, "relays"},
      {"accepted for forwarding", answering(RelayAnswer{250, 251}), Outcome::fail, "relays"},
      {"come back later", answering(RelayAnswer{250, 450}), Outcome::unknown, "not-now"},
      {"no sender of ours is taken", answering(RelayAnswer{530, 0}), Outcome::unknown, "sender-refused"},
      {"the server was silent", answering(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_smtp_open_relay

UTSYN_CHECK(email_smtp_open_relay) = {
    .id = "email.smtp.open-relay",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::active,
    .evaluate = utsyn::checks::email_smtp_open_relay::evaluate,
    .examples = utsyn::checks::email_smtp_open_relay::examples,
};
