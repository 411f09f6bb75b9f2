// Clear-text services: what they announce before any TLS. Nothing is logged in.
#include "probe/mail.h"

#include "probe/dialogue.h"

namespace utsyn::probe {
namespace {

constexpr int lines_read = 100;  // of a capability list

std::string protocol_of(std::uint16_t port) {
  switch (port) {
    case 21:
      return "ftp";
    case 110:
      return "pop3";
    case 143:
      return "imap";
    case 25:
    case 587:
      return "submission";
    default:
      return "";
  }
}

bool has_word(std::string_view line, std::string_view word) {
  for (const auto part : split(line, ' ')) {
    if (iequals(part, word)) return true;
  }
  return false;
}

bool offers_password(const std::vector<std::string>& methods) {
  for (const auto& method : methods) {
    if (iequals(method, "PLAIN") || iequals(method, "LOGIN")) return true;
  }
  return false;
}

Task<void> ask_submission(Visit& visit, Endpoint server, ClearTextService& out) {
  auto session = co_await open_smtp(visit, server);
  if (session.seen() == nullptr) {
    const auto why = session.unseen();
    if (why == Unseen::malformed) {
      out.speaks = false;
    } else {
      out.speaks = why;
    }
    co_return;
  }
  const auto& capabilities = session.seen()->capabilities;
  out.speaks = true;
  out.starttls_offered = capabilities.has("STARTTLS");
  out.login_in_clear = offers_password(capabilities.login_methods());
  Dialogue dialogue(*session.seen()->connection);
  co_await dialogue.command("QUIT");
  session.seen()->connection->finish();
}

Task<void> ask_ftp(Connection& connection, ClearTextService& out) {
  Dialogue dialogue(connection);
  const auto greeting = co_await dialogue.ftp_reply();
  if (greeting.seen() == nullptr) {
    if (greeting.unseen() == Unseen::malformed) {
      out.speaks = false;
    } else {
      out.speaks = greeting.unseen();
    }
    co_return;
  }
  if (greeting.seen()->code != 220) {
    if (turns_us_away(greeting.seen()->code)) {
      out.speaks = Unseen::rejected;
    } else {
      out.speaks = false;
    }
    co_return;
  }
  co_await dialogue.send("FEAT");
  const auto features = co_await dialogue.ftp_reply();
  if (features.seen() == nullptr) {
    out.speaks = features.unseen();
    co_return;
  }
  out.speaks = true;
  bool offered = false;
  if (features.seen()->code == 211) {
    for (const auto& line : features.seen()->lines) {
      const auto feature = trim(line);
      offered = offered || (istarts_with(feature, "AUTH") && (feature.find("TLS") != std::string_view::npos ||
                                                              feature.find("SSL") != std::string_view::npos));
    }
  } else {
    co_await dialogue.send("AUTH TLS");
    const auto secured = co_await dialogue.ftp_reply();
    if (secured.seen() == nullptr) {
      out.starttls_offered = secured.unseen();
      co_return;
    }
    offered = secured.seen()->code == 234;
    out.starttls_offered = offered;
    if (!offered) out.login_in_clear = true;
    co_return;  // after 234 the server awaits a hello
  }
  out.starttls_offered = offered;
  // FTP does not announce its log-in; without TLS there is only the password in clear.
  if (!offered) out.login_in_clear = true;
  co_await dialogue.send("QUIT");
}

Task<void> ask_pop3(Connection& connection, ClearTextService& out) {
  Dialogue dialogue(connection);
  const auto greeting = co_await dialogue.line();
  if (greeting.seen() == nullptr) {
    out.speaks = greeting.unseen();
    co_return;
  }
  out.speaks = istarts_with(*greeting.seen(), "+OK");
  if (!out.speaks.is(true)) co_return;
  co_await dialogue.send("CAPA");
  const auto answer = co_await dialogue.line();
  if (answer.seen() == nullptr) {
    out.starttls_offered = answer.unseen();
    out.login_in_clear = answer.unseen();
    co_return;
  }
  if (!istarts_with(*answer.seen(), "+OK")) {
    // An old server without CAPA: only asking for TLS tells whether it has it.
    co_await dialogue.send("STLS");
    const auto secured = co_await dialogue.line();
    if (secured.seen() == nullptr) {
      out.starttls_offered = secured.unseen();
    } else {
      out.starttls_offered = istarts_with(*secured.seen(), "+OK");
    }
    co_return;
  }
  bool tls = false;
  bool password = false;
  for (int lines = 0; lines < lines_read; ++lines) {
    const auto line = co_await dialogue.line();
    if (line.seen() == nullptr) {
      out.starttls_offered = line.unseen();
      out.login_in_clear = line.unseen();
      co_return;
    }
    if (*line.seen() == ".") break;
    tls = tls || iequals(*line.seen(), "STLS");
    password = password || iequals(*line.seen(), "USER") ||
               (istarts_with(*line.seen(), "SASL ") &&
                (has_word(*line.seen(), "PLAIN") || has_word(*line.seen(), "LOGIN")));
  }
  out.starttls_offered = tls;
  out.login_in_clear = password;
  co_await dialogue.send("QUIT");
}

Task<void> ask_imap(Connection& connection, ClearTextService& out) {
  Dialogue dialogue(connection);
  const auto greeting = co_await dialogue.line();
  if (greeting.seen() == nullptr) {
    out.speaks = greeting.unseen();
    co_return;
  }
  if (istarts_with(*greeting.seen(), "* BYE")) {
    out.speaks = Unseen::rejected;
    co_return;
  }
  out.speaks = istarts_with(*greeting.seen(), "* OK") || istarts_with(*greeting.seen(), "* PREAUTH");
  if (!out.speaks.is(true)) co_return;
  co_await dialogue.send("a1 CAPABILITY");
  for (int lines = 0; lines < lines_read; ++lines) {
    const auto line = co_await dialogue.line();
    if (line.seen() == nullptr) {
      out.starttls_offered = line.unseen();
      out.login_in_clear = line.unseen();
      co_return;
    }
    if (istarts_with(*line.seen(), "* CAPABILITY")) {
      out.starttls_offered = has_word(*line.seen(), "STARTTLS");
      // LOGIN is part of the base protocol unless it is announced to be off (RFC 3501 section 6.2.3).
      out.login_in_clear = !has_word(*line.seen(), "LOGINDISABLED") || has_word(*line.seen(), "AUTH=PLAIN") ||
                           has_word(*line.seen(), "AUTH=LOGIN");
    }
    if (istarts_with(*line.seen(), "a1 ")) break;
  }
  co_await dialogue.send("a2 LOGOUT");
}

}  // namespace

Task<Observed<std::unique_ptr<Connection>>> open_smtp_starttls(Visit& visit, Endpoint server) {
  auto session = co_await open_smtp(visit, server);
  if (session.seen() == nullptr) co_return session.unseen();
  if (!session.seen()->capabilities.has("STARTTLS")) co_return Unseen::tls_failed;
  Dialogue dialogue(*session.seen()->connection);
  const auto answer = co_await dialogue.command("STARTTLS");
  if (answer.seen() == nullptr) co_return answer.unseen();
  if (answer.seen()->code == 220) {
    auto connection = std::move(session.seen()->connection);
    connection->set_answer_timeout(visit.network().settings().answer_timeout);
    co_return connection;
  }
  if (turns_us_away(answer.seen()->code)) co_return Unseen::rejected;
  co_return Unseen::tls_failed;
}

Task<ClearTextService> probe_clear_text_service(Visit& visit, std::string host, Endpoint server,
                                                std::string protocol) {
  ClearTextService out;
  out.host = std::move(host);
  out.address = server.address.str();
  out.port = server.port;
  out.protocol = protocol.empty() ? protocol_of(server.port) : std::move(protocol);
  if (out.protocol == "submission") {
    co_await ask_submission(visit, server, out);
    co_return out;
  }
  if (out.protocol != "ftp" && out.protocol != "pop3" && out.protocol != "imap") co_return out;
  auto opened = co_await visit.connect(server);
  if (opened.seen() == nullptr) {
    out.speaks = opened.unseen();
    co_return out;
  }
  auto& connection = **opened.seen();
  if (out.protocol == "ftp") {
    co_await ask_ftp(connection, out);
  } else if (out.protocol == "pop3") {
    co_await ask_pop3(connection, out);
  } else {
    co_await ask_imap(connection, out);
  }
  connection.finish();
  co_return out;
}

Task<PortAnswer> probe_port(Visit& visit, std::string host, Endpoint server) {
  PortAnswer out;
  out.host = std::move(host);
  out.address = server.address.str();
  out.port = server.port;
  const auto opened = co_await visit.connect(server);
  // A reset while connecting came behind the handshake (before it, it is a refusal): somebody was there.
  if (opened.seen() != nullptr || opened.unseen() == Unseen::reset) {
    out.open = true;
  } else if (opened.unseen() == Unseen::refused) {
    out.open = false;
  } else {
    out.open = opened.unseen();
  }
  co_return out;
}

}  // namespace utsyn::probe
