// The mail server offers STARTTLS and sets it up (RFC 3207).
//
// Only a server that greeted, answered EHLO and left STARTTLS out fails, or one that knows HELO alone. "Too
// many connections", a refusal of us, or silence is not "no STARTTLS". One measurement from one place, hence
// "inferred".
#include <algorithm>

#include "checks/email/mail_tls.h"

namespace utsyn::checks::email_starttls_offered {
namespace {

bool tls_seen_at(const Evidence& evidence, const std::string& address) {
  return std::ranges::any_of(evidence.tls, [&](const TlsEndpoint& endpoint) {
    return endpoint.address == address && endpoint.available.is(true);
  });
}

Verdict judge(const Evidence& evidence, const SmtpServer& server) {
  const auto* said = server.talk.seen();
  if (said == nullptr) return could_not_look(server.talk.unseen());
  constexpr int ready = 220;
  if (said->greeting_code != ready || !answered_hello(*said)) return could_not_look(Unseen::rejected);
  if (!said->starttls_offered)
    return Verdict{Outcome::fail, "not-offered"}
        .with("capabilities", said->capabilities)
        .held(Confidence::inferred);
  if (said->tls_established || tls_seen_at(evidence, server.address)) return {Outcome::pass, "works"};
  if (said->starttls_code >= 500)
    return Verdict{Outcome::fail, "offered-and-refused"}.with("code", said->starttls_code);
  if (said->starttls_code == ready)
    return Verdict{Outcome::fail, "handshake-failed"}
        .with("error", said->tls_error)
        .held(Confidence::inferred);
  return could_not_look(said->starttls_code == 0 ? Unseen::not_measured : Unseen::rejected);
}

Verdict evaluate(const Evidence& evidence) {
  return worst_of(evidence.smtp, [&](const SmtpServer& server) { return judge(evidence, server); });
}

Evidence server_says(Observed<SmtpTalk> said) {
  auto evidence = mail_asset();
  evidence.smtp = {{"mx1.example.no", "192.0.2.25", 25, std::move(said)}};
  return evidence;
}

std::vector<Example> examples() {
  auto greeted_with = [](int code) {
    auto said = talk(false);
    said.greeting_code = code;
    said.ehlo_code = 0;
    return server_says(said);
  };
  auto handshake = talk(true);
  handshake.tls_established = false;
  handshake.tls_error = "tls_failed";
  auto later = talk(true);
  later.tls_established = false;
  later.starttls_code = 454;
  auto refuses = later;
  refuses.starttls_code = 502;
  auto helo_only = talk(false);
  helo_only.ehlo_code = 502;
  helo_only.capabilities.clear();
  auto old = server_says(handshake);
  old.tls = {mail_endpoint(false)};
  return {
      {"offered and set up", server_says(talk(true)), Outcome::pass, "works"},
      {"not offered", server_says(talk(false)), Outcome::fail, "not-offered"},
      {"a server that knows no extensions", server_says(helo_only), Outcome::fail, "not-offered"},
      {"offered and refused", server_says(refuses), Outcome::fail, "offered-and-refused"},
      {"the handshake failed", server_says(handshake), Outcome::fail, "handshake-failed"},
      {"too old for us, but TLS all the same", old, Outcome::pass, "works"},
      {"421 too many connections", greeted_with(421), Outcome::unknown, "rejected"},
      {"554 we do not want you", greeted_with(554), Outcome::unknown, "rejected"},
      {"454 TLS not available now", server_says(later), Outcome::unknown, "rejected"},
      {"a tarpit", server_says(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_starttls_offered

UTSYN_CHECK(email_starttls_offered) = {
    .id = "email.starttls.offered",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::smtp | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::email_starttls_offered::evaluate,
    .examples = utsyn::checks::email_starttls_offered::examples,
};
