// The whole dialogue with a mail exchanger: greeting, EHLO, STARTTLS, EHLO once more inside TLS, QUIT.
#include <boost/describe/enum_to_string.hpp>

#include "probe/dialogue.h"
#include "probe/mail.h"

namespace utsyn::probe {

Task<SmtpServer> probe_smtp(Visit& visit, const TrustStore& trust, std::string host, Endpoint server) {
  SmtpServer out;
  out.host = host;
  out.address = server.address.str();
  out.port = server.port;

  auto opened = co_await open_smtp(visit, server);
  if (opened.seen() == nullptr) {
    out.talk = opened.unseen();
    co_return out;
  }
  auto session = std::move(*opened.seen());
  SmtpTalk talk;
  talk.greeting_code = static_cast<int>(session.greeting_code);
  talk.banner = session.banner;
  talk.ehlo_code = static_cast<int>(session.ehlo.code);
  talk.capabilities = capability_lines(session.capabilities);
  talk.starttls_offered = session.capabilities.has("STARTTLS");

  Dialogue clear(*session.connection);
  if (talk.starttls_offered) {
    const auto answer = co_await clear.command("STARTTLS");
    if (answer.seen() == nullptr) {
      // Broken off at the decisive moment: what was announced before proves nothing about TLS.
      out.talk = answer.unseen();
      co_return out;
    }
    talk.starttls_code = static_cast<int>(answer.seen()->code);
    if (talk.starttls_code == 220) {
      auto secured = co_await start_tls(visit, trust, std::move(session.connection), host);
      if (secured.seen() == nullptr) {
        talk.tls_error = boost::describe::enum_to_string(secured.unseen(), "unknown");
        out.talk = std::move(talk);
        co_return out;
      }
      talk.tls_established = true;
      auto& stream = *secured.seen()->connection;
      Dialogue inside(stream);
      const auto ehlo = co_await inside.command("EHLO " + visit.network().settings().ehlo_name);
      if (ehlo.seen() != nullptr && ehlo.seen()->positive())
        talk.capabilities_after_tls = capability_lines(wire::smtp_capabilities(*ehlo.seen()));
      co_await inside.command("QUIT");
      stream.finish();
      out.talk = std::move(talk);
      co_return out;
    }
  }
  co_await clear.command("QUIT");
  session.connection->finish();
  out.talk = std::move(talk);
  co_return out;
}

}  // namespace utsyn::probe
