// The active questions against servers that follow a script, and against OpenSSL, which has none of the
// faults.
#include <gtest/gtest.h>

#include <map>

#include "probe/active_questions.h"
#include "probe/test_world.h"
#include "probe/tls_test_servers.h"
#include "wire/dns/message.h"
#include "wire/tls/records.h"
#include "wire/tls/server_flight.h"

namespace utsyn::probe {
namespace {

using std::chrono::milliseconds;
using testing::run;
using testing::TcpServer;

Settings patient_settings() {
  auto out = testing::loopback_settings(milliseconds(20'000));
  out.answer_timeout = milliseconds(1'000);
  return out;
}

struct World : testing::VisitWorld {
  World() : VisitWorld(patient_settings(), "h.test") {}
  TrustStore trust{""};
};

// --- zone transfer

Bytes read_framed(int fd) {
  std::uint8_t size[2] = {};
  if (::recv(fd, size, 2, MSG_WAITALL) != 2) return {};
  Bytes out(static_cast<std::size_t>(size[0]) << 8U | size[1]);
  if (::recv(fd, out.data(), out.size(), MSG_WAITALL) != static_cast<ssize_t>(out.size())) return {};
  return out;
}

wire::Message answer_to(const Bytes& question) {
  auto out = wire::parse_message(question).value_or(wire::Message{});
  out.response = true;
  out.edns.reset();
  return out;
}

void send_message(int fd, const wire::Message& message) {
  const auto bytes = wire::build_message(message);
  if (bytes) testing::send_text(fd, as_text(wire::tcp_frame(*bytes)));
}

wire::Record a_record(std::string name) {
  return {std::move(name), wire::RecordType::a, wire::RecordClass::in, 60, Bytes{192, 0, 2, 1}};
}
wire::Record soa_record() {
  Bytes rdata{0, 0};  // both names are the root
  rdata.resize(22);
  return {"zone.test", wire::RecordType::soa, wire::RecordClass::in, 60, rdata};
}

struct TransferCase {
  const char* name;
  std::function<void(int, const wire::Message&)> answer;
  Observed<ZoneTransfer> expected;
};

TEST(ZoneTransferQuestion, SeesWhatTheServerGives) {
  const TransferCase cases[] = {
      {"Open",
       [](int fd, wire::Message m) {
         m.answers = {soa_record(), a_record("www.zone.test"), a_record("vpn.zone.test"), soa_record()};
         send_message(fd, m);
       },
       ZoneTransfer{false, 0, true, 4}},
      {"OneRecordAMessage",
       [](int fd, wire::Message m) {
         m.answers = {soa_record()};
         send_message(fd, m);
         m.answers = {a_record("www.zone.test")};
         send_message(fd, m);
       },
       ZoneTransfer{false, 0, true, 2}},
      {"Refused",
       [](int fd, wire::Message m) {
         m.rcode = wire::Rcode::refused;
         send_message(fd, m);
       },
       ZoneTransfer{false, 5, false, 0}},
      {"Empty", [](int fd, const wire::Message& m) { send_message(fd, m); },
       ZoneTransfer{false, 0, false, 0}},
      {"Closes", [](int, const wire::Message&) {}, ZoneTransfer{true, 0, false, 0}},
      {"AnotherId",
       [](int fd, wire::Message m) {
         ++m.id;
         send_message(fd, m);
       },
       Unseen::malformed},
      {"SoaAloneForEver",
       [](int fd, wire::Message m) {
         m.answers = {soa_record()};
         send_message(fd, m);
         m.answers.clear();
         for (int i = 0; i < 20; ++i) send_message(fd, m);
         testing::wait_for_end(fd);
       },
       Unseen::malformed},
      {"HalfAnAnswer", [](int fd, const wire::Message&) { testing::send_text(fd, std::string("\1\0ab", 4)); },
       Unseen::reset},
      {"Silent", [](int fd, const wire::Message&) { testing::wait_for_end(fd); }, Unseen::timed_out},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    TcpServer server([&row](int fd) {
      const auto question = read_framed(fd);
      if (question.empty()) return;
      row.answer(fd, answer_to(question));
    });
    World world;
    const auto seen =
        run(world.context, probe_zone_transfer(world.visit, "zone.test", "ns.zone.test", server.endpoint()));
    EXPECT_EQ(seen.transfer, row.expected);
    EXPECT_EQ(seen.zone, "zone.test");
  }
}

TEST(ZoneTransferQuestion, AsksForTheZoneByAxfr) {
  wire::Message asked;
  {
    TcpServer server([&asked](int fd) {
      const auto question = read_framed(fd);
      asked = wire::parse_message(question).value_or(wire::Message{});
      auto answer = answer_to(question);
      answer.rcode = wire::Rcode::refused;
      send_message(fd, answer);
    });
    World world;
    run(world.context, probe_zone_transfer(world.visit, "zone.test", "ns.zone.test", server.endpoint()));
  }
  ASSERT_EQ(asked.questions.size(), 1U);
  EXPECT_EQ(asked.questions.front().name, "zone.test");
  EXPECT_EQ(asked.questions.front().type, wire::RecordType::axfr);
}

// --- TLS, hello level

// ServerHello (with heartbeat when asked for), an empty certificate list, ServerHelloDone.
Bytes first_flight(bool heartbeat) {
  Bytes hello = {3, 3};
  hello.resize(2 + 32, 0x11);
  hello.insert(hello.end(), {0, 0x00, 0x2F, 0});
  if (heartbeat) hello.insert(hello.end(), {0, 5, 0, 15, 0, 1, 1});
  Bytes messages;
  const auto add = [&](std::uint8_t type, const Bytes& body) {
    messages.insert(messages.end(), {type, 0, 0, static_cast<std::uint8_t>(body.size())});
    messages.insert(messages.end(), body.begin(), body.end());
  };
  add(2, hello);
  add(11, {0, 0, 0});
  add(14, {});
  return wire::build_record(wire::record_type::handshake, 0x0303, messages);
}

Bytes alert(std::uint8_t description) {
  return wire::build_record(wire::record_type::alert, 0x0303, Bytes{2, description});
}

// The next record after the hello; nothing at the end of the stream.
std::optional<wire::TlsRecord> read_record(int fd) {
  Bytes header(5);
  if (::recv(fd, header.data(), 5, MSG_WAITALL) != 5) return std::nullopt;
  wire::TlsRecord out{header[0], 0x0303, Bytes(static_cast<std::size_t>(header[3]) << 8U | header[4])};
  if (::recv(fd, out.body.data(), out.body.size(), MSG_WAITALL) != static_cast<ssize_t>(out.body.size()))
    return std::nullopt;
  return out;
}

// Says hello, then does as `after` does with each further record: its answer, or nothing to close.
class HelloServer {
 public:
  using After = std::function<std::optional<Bytes>(const wire::TlsRecord&, int number)>;
  HelloServer(bool heartbeat, After after)
      : server_([heartbeat, after = std::move(after)](int fd) {
          if (!read_record(fd)) return;
          testing::send_text(fd, as_text(first_flight(heartbeat)));
          for (int number = 1;; ++number) {
            const auto record = read_record(fd);
            if (!record) return;
            const auto answer = after(*record, number);
            if (!answer) return;
            testing::send_text(fd, as_text(*answer));
          }
        }) {}
  Endpoint endpoint() const { return server_.endpoint(); }

 private:
  TcpServer server_;
};

TlsEndpoint known_server(Observed<bool> heartbeat) {
  TlsEndpoint known;
  known.available = true;
  TlsProtocol protocol;
  protocol.version = "TLSv1.2";
  protocol.offered = true;
  protocol.ciphers = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"};
  known.protocols = {protocol};
  known.heartbeat = heartbeat;
  known.secure_renegotiation = true;
  return known;
}

ActiveTls ask(Endpoint server, const TlsEndpoint& known) {
  World world;
  return run(world.context,
             probe_active_tls(world.visit, {"h.test", "h.test", server, "", TlsDepth::full, nullptr}, known));
}

Bytes heartbeat_reply(const wire::TlsRecord& asked, std::size_t claimed) {
  Bytes body = {2, static_cast<std::uint8_t>(claimed >> 8U), static_cast<std::uint8_t>(claimed & 0xFFU)};
  // As the faulty servers do: from the request on, as far as was claimed, whatever lies there.
  for (std::size_t i = 0; i < claimed; ++i)
    body.push_back(3 + i < asked.body.size() ? asked.body[3 + i] : std::uint8_t{0x99});
  body.insert(body.end(), 16, 0x44);
  return wire::build_record(wire::record_type::heartbeat, 0x0303, body);
}

std::size_t claimed_by(const wire::TlsRecord& asked) {
  return static_cast<std::size_t>(asked.body.at(1)) << 8U | asked.body.at(2);
}
bool lies(const wire::TlsRecord& asked) { return 3 + claimed_by(asked) + 16 > asked.body.size(); }

struct HeartbeatCase {
  const char* name;
  HelloServer::After after;
  Observed<HeartbeatAnswer> expected;
};

TEST(HeartbeatQuestion, TellsFaultyServersFromSoundOnes) {
  const HeartbeatCase cases[] = {
      {"Bleeding",
       [](const wire::TlsRecord& asked, int) -> std::optional<Bytes> {
         return heartbeat_reply(asked, claimed_by(asked));
       },
       HeartbeatAnswer{LyingHeartbeat::answered, 1}},
      {"DropsTheLie",
       [](const wire::TlsRecord& asked, int) -> std::optional<Bytes> {
         return lies(asked) ? Bytes{} : heartbeat_reply(asked, claimed_by(asked));
       },
       HeartbeatAnswer{LyingHeartbeat::dropped, 0}},
      {"Alert", [](const wire::TlsRecord&, int) -> std::optional<Bytes> { return alert(10); },
       HeartbeatAnswer{LyingHeartbeat::refused, 0}},
      {"ClearText",
       [](const wire::TlsRecord&, int) -> std::optional<Bytes> {
         const std::string text = "500 Syntax error, command unrecognized. Please try again in a moment.\r\n";
         return Bytes(text.begin(), text.end());
       },
       HeartbeatAnswer{LyingHeartbeat::refused, 0}},
      {"Closes", [](const wire::TlsRecord&, int) -> std::optional<Bytes> { return std::nullopt; },
       HeartbeatAnswer{LyingHeartbeat::refused, 0}},
      {"RequestOfItsOwn",
       [](const wire::TlsRecord&, int) -> std::optional<Bytes> {
         return wire::build_record(wire::record_type::heartbeat, 0x0303, Bytes(60, 1));
       },
       Unseen::malformed},
      {"RecordsWithoutEnd",
       [](const wire::TlsRecord&, int) -> std::optional<Bytes> {
         Bytes many;
         for (int i = 0; i < 40; ++i) {
           const auto one = wire::build_record(wire::record_type::handshake, 0x0303, Bytes(8, 0));
           many.insert(many.end(), one.begin(), one.end());
         }
         return many;
       },
       Unseen::malformed},
      {"SilentToBoth", [](const wire::TlsRecord&, int) -> std::optional<Bytes> { return Bytes{}; },
       Unseen::timed_out},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    const HelloServer server(true, [&row](const wire::TlsRecord& record, int number) -> std::optional<Bytes> {
      if (record.type != wire::record_type::heartbeat) return std::nullopt;
      return row.after(record, number);
    });
    EXPECT_EQ(ask(server.endpoint(), known_server(true)).heartbeat, row.expected);
  }
}

TEST(HeartbeatQuestion, ClaimsOneByteMoreThanAllowedAndNoneThatIsNotOurs) {
  std::optional<wire::TlsRecord> asked;
  {
    const HelloServer server(true, [&](const wire::TlsRecord& record, int) -> std::optional<Bytes> {
      if (record.type == wire::record_type::heartbeat && !asked) asked = record;
      return std::nullopt;
    });
    ask(server.endpoint(), known_server(true));
  }
  ASSERT_TRUE(asked);
  EXPECT_TRUE(lies(*asked));
  EXPECT_EQ(3 + claimed_by(*asked) + 16, asked->body.size() + 1);
  EXPECT_LE(3 + claimed_by(*asked), asked->body.size()) << "a faulty server would send memory of its own";
}

TEST(HeartbeatQuestion, IsNotAskedOfServersWithoutHeartbeat) {
  std::atomic<int> heartbeats = 0;
  const HelloServer server(false, [&](const wire::TlsRecord& record, int) -> std::optional<Bytes> {
    heartbeats += record.type == wire::record_type::heartbeat ? 1 : 0;
    return std::nullopt;
  });
  const HeartbeatAnswer none{LyingHeartbeat::not_offered, 0};
  EXPECT_EQ(ask(server.endpoint(), known_server(false)).heartbeat, none);
  EXPECT_EQ(ask(server.endpoint(), known_server(Unseen::timed_out)).heartbeat, none);
  EXPECT_EQ(heartbeats, 0);
}

struct ChangeCase {
  const char* name;
  std::function<std::optional<Bytes>(int)> after;  // to the n-th ChangeCipherSpec
  Observed<EarlyChangeCipher> expected;
};

TEST(EarlyChangeCipherQuestion, TellsFaultyServersFromSoundOnes) {
  const ChangeCase cases[] = {
      {"TakesTheFirst", [](int n) -> std::optional<Bytes> { return n == 1 ? Bytes{} : alert(20); },
       EarlyChangeCipher{true, 20}},
      {"DecryptionFailed", [](int n) -> std::optional<Bytes> { return n == 1 ? Bytes{} : alert(21); },
       EarlyChangeCipher{true, 21}},
      {"UnexpectedMessage", [](int) -> std::optional<Bytes> { return alert(10); },
       EarlyChangeCipher{false, 10}},
      {"OddAlertToTheFirst", [](int) -> std::optional<Bytes> { return alert(20); },
       EarlyChangeCipher{false, 20}},
      {"ComplainsOfTheSecond", [](int n) -> std::optional<Bytes> { return n == 1 ? Bytes{} : alert(10); },
       EarlyChangeCipher{false, 10}},
      {"Closes", [](int) -> std::optional<Bytes> { return std::nullopt; }, EarlyChangeCipher{false, 0}},
      {"ClosesAtTheSecond",
       [](int n) -> std::optional<Bytes> { return n == 1 ? std::optional(Bytes{}) : std::nullopt; },
       EarlyChangeCipher{false, 0}},
      {"SpeaksOfSomethingElse",
       [](int) -> std::optional<Bytes> { return Bytes{'h', 'e', 'l', 'l', 'o', '!'}; }, Unseen::malformed},
      {"SilentTwice", [](int) -> std::optional<Bytes> { return Bytes{}; }, Unseen::timed_out},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    const HelloServer server(false,
                             [&row](const wire::TlsRecord& record, int number) -> std::optional<Bytes> {
                               if (record.type != wire::record_type::change_cipher_spec) return std::nullopt;
                               return row.after(number);
                             });
    EXPECT_EQ(ask(server.endpoint(), known_server(false)).early_change_cipher, row.expected);
  }
}

TEST(ActiveTlsQuestions, OpenSslHasNoneOfTheFaults) {
  const auto identity = testing::issue({.name = "h.test", .rsa = true});
  testing::ServerSetup setup;
  setup.suites = "AES128-GCM-SHA256:ECDHE+AESGCM";
  setup.identities = {&identity};
  const testing::TlsServer server(setup);
  auto known = known_server(false);
  known.protocols.front().ciphers.emplace_back("TLS_RSA_WITH_AES_128_GCM_SHA256");
  const auto seen = ask(server.endpoint(), known);
  EXPECT_TRUE(seen.heartbeat.is({LyingHeartbeat::not_offered, 0}));
  EXPECT_TRUE(seen.early_change_cipher.is({false, 10}));
  EXPECT_TRUE(seen.rsa_padding.is(PaddingAnswers::alike));
}

TEST(ActiveTlsQuestions, ASecondHandshakeIsSeenWhereRenegotiationIsNotBound) {
  const auto identity = testing::issue({.name = "h.test", .rsa = true});
  for (const bool allowed : {true, false}) {
    testing::ServerSetup setup;
    setup.suites = "ECDHE+AESGCM";
    setup.options = allowed ? SSL_OP_ALLOW_CLIENT_RENEGOTIATION : SSL_OP_NO_RENEGOTIATION;
    setup.identities = {&identity};
    const testing::TlsServer server(setup);
    auto known = known_server(false);
    known.secure_renegotiation = false;  // as if: OpenSSL cannot be told not to bind it
    EXPECT_TRUE(ask(server.endpoint(), known).insecure_renegotiation.is(allowed));
    known.secure_renegotiation = true;
    EXPECT_EQ(ask(server.endpoint(), known).insecure_renegotiation, Observed<bool>(Unseen::not_measured));
  }
}

TEST(ActiveTlsQuestions, NothingIsAskedWhereNoOldVersionIsSpoken) {
  std::atomic<int> connections = 0;
  TcpServer server([&](int) { ++connections; });
  TlsEndpoint silent;
  silent.available = Unseen::timed_out;
  auto seen = ask(server.endpoint(), silent);
  EXPECT_EQ(seen.heartbeat, Observed<HeartbeatAnswer>(Unseen::timed_out));
  EXPECT_EQ(seen.rsa_padding, Observed<PaddingAnswers>(Unseen::timed_out));
  auto new_only = known_server(false);
  new_only.protocols.front().version = "TLSv1.3";
  seen = ask(server.endpoint(), new_only);
  EXPECT_EQ(seen.early_change_cipher, Observed<EarlyChangeCipher>(Unseen::not_measured));
  EXPECT_EQ(connections, 0);
}

TEST(ActiveTlsQuestions, SilenceBehindTheHelloIsNoVerdict) {
  TcpServer server([](int fd) { testing::wait_for_end(fd); });
  const auto seen = ask(server.endpoint(), known_server(true));
  EXPECT_EQ(seen.heartbeat, Observed<HeartbeatAnswer>(Unseen::timed_out));
  EXPECT_EQ(seen.early_change_cipher, Observed<EarlyChangeCipher>(Unseen::timed_out));
}

// --- SMTP

// Answers each line by the longest of its beginnings in the table; remembers what was said.
class MailServer {
 public:
  explicit MailServer(std::map<std::string, std::string> answers)
      : answers_(std::move(answers)), server_([this](int fd) { talk(fd); }) {}
  Endpoint endpoint() const { return server_.endpoint(); }
  std::vector<std::string> said() {
    const std::scoped_lock lock(guard_);
    return said_;
  }

 private:
  std::string answer(const std::string& line) {
    const std::scoped_lock lock(guard_);
    said_.push_back(line);
    std::string best = "500 what?";
    std::size_t length = 0;
    for (const auto& [beginning, text] : answers_) {
      if (beginning.size() < length || !line.starts_with(beginning)) continue;
      length = beginning.size();
      best = text;
    }
    return best;
  }
  void talk(int fd) {
    testing::send_text(fd, "220 mx.test\r\n");
    std::string buffer;
    char piece[512];
    for (;;) {
      const auto got = ::recv(fd, piece, sizeof piece, 0);
      if (got <= 0) return;
      buffer.append(piece, static_cast<std::size_t>(got));
      for (auto end = buffer.find("\r\n"); end != std::string::npos; end = buffer.find("\r\n")) {
        const auto reply = answer(buffer.substr(0, end));
        buffer.erase(0, end + 2);
        if (reply == "(close)") return;
        testing::send_text(fd, reply + "\r\n");
      }
    }
  }

  std::map<std::string, std::string> answers_;
  std::mutex guard_;
  std::vector<std::string> said_;
  TcpServer server_;
};

ActiveSmtp ask_mail(MailServer& server) {
  World world;
  return run(world.context, probe_active_smtp(world.visit, world.trust, "mx.test", server.endpoint()));
}

struct MailCase {
  const char* name;
  std::map<std::string, std::string> answers;  // beside EHLO, RSET and QUIT
  Observed<RelayAnswer> relay;
  Observed<VerifyAnswer> verify;
};

TEST(MailQuestions, KeepTheCodesOfTheServer) {
  const MailCase cases[] = {
      {"OpenRelay",
       {{"MAIL", "250 ok"}, {"RCPT", "250 ok"}, {"VRFY", "252 maybe"}, {"EXPN", "502 no"}},
       RelayAnswer{250, 250},
       VerifyAnswer{252, 252, 502}},
      {"Closed",
       {{"MAIL", "250 ok"}, {"RCPT", "554 relay access denied"}, {"VRFY", "502 no"}, {"EXPN", "502 no"}},
       RelayAnswer{250, 554},
       VerifyAnswer{502, 502, 502}},
      {"OwnSenderRefused",
       {{"MAIL FROM:<p", "553 who?"}, {"MAIL FROM:<>", "250 ok"}, {"RCPT", "550 no"}},
       RelayAnswer{250, 550},
       VerifyAnswer{500, 500, 500}},
      {"NoSenderTaken", {{"MAIL", "530 STARTTLS first"}}, RelayAnswer{530, 0}, VerifyAnswer{500, 500, 500}},
      {"Tells",
       {{"MAIL", "250 ok"},
        {"RCPT", "450 later"},
        {"VRFY", "550 no"},
        {"VRFY postmaster", "250 <p@x>"},
        {"EXPN", "250 <p@x>"}},
       RelayAnswer{250, 450},
       VerifyAnswer{250, 550, 250}},
      {"ClosesAtTheRecipient", {{"MAIL", "250 ok"}, {"RCPT", "(close)"}}, Unseen::reset, Unseen::reset},
      {"ClosesAtVrfy",
       {{"MAIL", "250 ok"}, {"RCPT", "550 no"}, {"VRFY", "(close)"}},
       RelayAnswer{250, 550},
       Unseen::reset},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    auto answers = row.answers;
    answers.insert({{"EHLO", "250 mx.test"}, {"RSET", "250 ok"}, {"QUIT", "221 bye"}});
    MailServer server(answers);
    const auto seen = ask_mail(server);
    EXPECT_EQ(seen.relay, row.relay);
    EXPECT_EQ(seen.verify, row.verify);
    EXPECT_TRUE(seen.clear_command.is(ClearCommand::no_starttls));
    for (const auto& line : server.said()) {
      EXPECT_FALSE(line.starts_with("DATA")) << "a message must never be sent";
      if (line.starts_with("RCPT")) EXPECT_TRUE(line.ends_with(".invalid>")) << line;
    }
  }
}

TEST(MailQuestions, TurnedAwayIsNoAnswer) {
  TcpServer server([](int fd) { testing::send_text(fd, "421 too many\r\n"); });
  World world;
  const auto seen =
      run(world.context, probe_active_smtp(world.visit, world.trust, "mx.test", server.endpoint()));
  EXPECT_EQ(seen.relay, Observed<RelayAnswer>(Unseen::rejected));
  EXPECT_EQ(seen.verify, Observed<VerifyAnswer>(Unseen::rejected));
  EXPECT_EQ(seen.clear_command, Observed<ClearCommand>(Unseen::rejected));
}

}  // namespace
}  // namespace utsyn::probe
