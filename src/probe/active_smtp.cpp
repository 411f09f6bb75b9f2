// What a mail server does for strangers beyond taking mail (RFC 5321): relaying to a domain that cannot exist
// (RFC 2606), telling who has an account, and obeying commands that were sent in clear behind STARTTLS
// (CVE-2011-0411). Nothing is ever sent: each transaction ends with RSET before DATA.
#include <array>

#include "probe/active_questions.h"
#include "probe/dialogue.h"

namespace utsyn::probe {
namespace {

constexpr std::string_view kNowhere = "utsyn-relay-question@utsyn-relay-question.invalid";
constexpr std::string_view kNobody = "utsyn-nobody-9f3c1d";

int code_of(const Observed<wire::SmtpReply>& reply) { return static_cast<int>(reply.seen()->code); }

// MAIL FROM with our own name; where that is refused, with no sender at all, which every server must take.
Task<Observed<RelayAnswer>> ask_relay(Visit& visit, Dialogue& dialogue) {
  RelayAnswer out;
  const auto own = "MAIL FROM:<probe@" + visit.network().settings().ehlo_name + ">";
  for (const auto& sender : {own, std::string("MAIL FROM:<>")}) {
    const auto mail = co_await dialogue.command(sender);
    if (mail.seen() == nullptr) co_return mail.unseen();
    out.sender_code = code_of(mail);
    if (!mail.seen()->positive()) continue;
    const auto recipient = co_await dialogue.command("RCPT TO:<" + std::string(kNowhere) + ">");
    if (recipient.seen() == nullptr) co_return recipient.unseen();
    out.recipient_code = code_of(recipient);
    const auto reset = co_await dialogue.command("RSET");
    if (reset.seen() == nullptr) co_return reset.unseen();
    co_return out;
  }
  co_return out;
}

Task<Observed<VerifyAnswer>> ask_accounts(Dialogue& dialogue) {
  VerifyAnswer out;
  struct Question {
    std::string command;
    int* code;
  };
  const std::array<Question, 3> questions = {
      Question{"VRFY postmaster", &out.known_code},
      Question{"VRFY " + std::string(kNobody), &out.unknown_code},
      Question{"EXPN postmaster", &out.expand_code},
  };
  for (const auto& question : questions) {
    const auto reply = co_await dialogue.command(question.command);
    if (reply.seen() == nullptr) co_return reply.unseen();
    *question.code = code_of(reply);
  }
  co_return out;
}

// RSET rides in the same packet as STARTTLS. Inside TLS we say NOOP and QUIT: whoever obeyed the RSET has one
// reply too many.
Task<Observed<ClearCommand>> ask_clear_command(Visit& visit, const TrustStore& trust, std::string host,
                                               Endpoint server) {
  auto opened = co_await open_smtp(visit, server);
  if (opened.seen() == nullptr) co_return opened.unseen();
  auto session = std::move(*opened.seen());
  if (!session.capabilities.has("STARTTLS")) {
    session.connection->finish();
    co_return ClearCommand::no_starttls;
  }
  {
    Dialogue clear(*session.connection);
    const auto ready = co_await clear.command("STARTTLS\r\nRSET");
    if (ready.seen() == nullptr) co_return ready.unseen();
    // Refused for good, since it came with something behind it: then nothing is obeyed either.
    if (ready.seen()->code >= 500 && ready.seen()->code < 600) co_return ClearCommand::thrown_away;
    if (ready.seen()->code != 220) co_return Unseen::rejected;
  }
  auto secured = co_await start_tls(visit, trust, std::move(session.connection), std::move(host));
  if (secured.seen() == nullptr) co_return secured.unseen();
  auto& stream = *secured.seen()->connection;
  Dialogue inside(stream);
  const auto first = co_await inside.command("NOOP");
  if (first.seen() == nullptr) co_return first.unseen();
  const auto second = co_await inside.command("QUIT");
  if (second.seen() == nullptr) co_return second.unseen();
  if (second.seen()->code == 221) {
    stream.finish();
    co_return ClearCommand::thrown_away;
  }
  const auto third = co_await inside.reply();
  stream.finish();
  if (third.seen() == nullptr) co_return third.unseen();
  if (first.seen()->code == 250 && second.seen()->code == 250 && third.seen()->code == 221)
    co_return ClearCommand::obeyed;
  co_return Unseen::malformed;
}

Task<void> ask_in_clear(Visit& visit, Endpoint server, ActiveSmtp& out) {
  auto opened = co_await open_smtp(visit, server);
  if (opened.seen() == nullptr) {
    out.relay = opened.unseen();
    out.verify = opened.unseen();
    co_return;
  }
  const auto connection = std::move(opened.seen()->connection);
  Dialogue dialogue(*connection);
  out.relay = co_await ask_relay(visit, dialogue);
  if (out.relay.seen() == nullptr) {
    out.verify = out.relay.unseen();
    co_return;
  }
  out.verify = co_await ask_accounts(dialogue);
  if (out.verify.seen() == nullptr) co_return;
  co_await dialogue.command("QUIT");
  connection->finish();
}

}  // namespace

Task<ActiveSmtp> probe_active_smtp(Visit& visit, const TrustStore& trust, std::string host, Endpoint server) {
  ActiveSmtp out;
  out.host = host;
  out.address = server.address.str();
  out.port = server.port;
  co_await ask_in_clear(visit, server, out);
  out.clear_command = co_await ask_clear_command(visit, trust, std::move(host), server);
  co_return out;
}

}  // namespace utsyn::probe
