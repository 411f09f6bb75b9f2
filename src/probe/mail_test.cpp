// Clear-text services against servers that follow a script.
#include "probe/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "probe/dialogue.h"
#include "probe/test_servers.h"
#include "probe/test_world.h"

namespace utsyn::probe {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using testing::run;
using testing::TcpServer;

struct World : testing::VisitWorld {
  World() : VisitWorld(testing::loopback_settings(milliseconds(3'000)), "mx.test") {}
};

// Says `greeting`, then answers each line by its first word; an unknown word gets the answer to "".
std::function<void(int)> script(std::string greeting, std::map<std::string, std::string> answers) {
  return [=](int fd) {
    testing::send_text(fd, greeting);
    std::string buffer;
    char piece[512];
    for (;;) {
      const auto got = ::recv(fd, piece, sizeof piece, 0);
      if (got <= 0) return;
      buffer.append(piece, static_cast<std::size_t>(got));
      for (auto end = buffer.find("\r\n"); end != std::string::npos; end = buffer.find("\r\n")) {
        const auto line = buffer.substr(0, end);
        buffer.erase(0, end + 2);
        auto found = answers.find(line);
        if (found == answers.end()) found = answers.find(line.substr(0, line.find(' ')));
        if (found == answers.end()) found = answers.find("");
        if (found == answers.end() || found->second == "(close)") return;
        testing::send_text(fd, found->second);
      }
    }
  };
}

struct StartTlsCase {
  const char* name;
  std::function<void(int)> server;
  std::optional<Unseen> why;  // nothing when the connection is ready for a hello
};

TEST(SmtpStartTls, ReadyOrTheReasonWhyNot) {
  const std::string hello = "250-mx.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n";
  const StartTlsCase cases[] = {
      {"Ready", script("220 mx.test\r\n", {{"EHLO", hello}, {"STARTTLS", "220 go\r\n"}}), std::nullopt},
      {"LongGreeting", script("220-one\r\n220 two\r\n", {{"EHLO", hello}, {"STARTTLS", "220 go\r\n"}}),
       std::nullopt},
      {"TooManyConnections", script("421 later\r\n", {}), Unseen::rejected},
      {"NoService", script("554 not you\r\n", {}), Unseen::rejected},
      {"GreyAtEhlo", script("220 mx.test\r\n", {{"EHLO", "450 later\r\n"}}), Unseen::rejected},
      {"KnowsNoExtensions",
       script("220 mx.test\r\n", {{"EHLO", "502 what?\r\n"}, {"HELO", "250 mx.test\r\n"}}),
       Unseen::tls_failed},
      {"KnowsNeitherGreeting", script("220 mx.test\r\n", {{"", "500 what?\r\n"}}), Unseen::rejected},
      {"TurnsAwayAtHelo", script("220 mx.test\r\n", {{"EHLO", "502 what?\r\n"}, {"HELO", "421 later\r\n"}}),
       Unseen::rejected},
      {"ClosesAtHelo", script("220 mx.test\r\n", {{"EHLO", "502 what?\r\n"}, {"HELO", "(close)"}}),
       Unseen::reset},
      {"NotOffered", script("220 mx.test\r\n", {{"EHLO", "250 mx.test\r\n"}}), Unseen::tls_failed},
      {"NotNow", script("220 mx.test\r\n", {{"EHLO", hello}, {"STARTTLS", "454 later\r\n"}}),
       Unseen::rejected},
      {"Refuses", script("220 mx.test\r\n", {{"EHLO", hello}, {"STARTTLS", "502 no\r\n"}}),
       Unseen::tls_failed},
      {"OtherProtocol", script("SSH-2.0-OpenSSH\r\n", {}), Unseen::malformed},
      {"MixedCodes", script("220-a\r\n250 b\r\n", {}), Unseen::malformed},
      {"ClosesAtOnce", [](int) {}, Unseen::reset},
      {"Silent", [](int fd) { testing::wait_for_end(fd); }, Unseen::timed_out},
      {"EndlessReply",
       [](int fd) {
         for (int i = 0; i < 3000; ++i) {
           if (::send(fd, "220-again and again\r\n", 21, MSG_NOSIGNAL) <= 0) return;
         }
       },
       Unseen::malformed},
  };
  for (const auto& one : cases) {
    const TcpServer server(one.server);
    World world;
    const auto opened = run(world.context, open_smtp_starttls(world.visit, server.endpoint()));
    if (!one.why) {
      EXPECT_NE(opened.seen(), nullptr) << one.name;
    } else {
      ASSERT_EQ(opened.seen(), nullptr) << one.name;
      EXPECT_EQ(opened.unseen(), *one.why) << one.name;
    }
  }
}

TEST(Smtp, WhatIsSaidBeforeTls) {
  const TrustStore trust("");
  const auto talk_with = [&](std::function<void(int)> with) {
    const TcpServer server(std::move(with));
    World world;
    return run(world.context, probe_smtp(world.visit, trust, "mx.test", server.endpoint())).talk;
  };

  const auto plain =
      talk_with(script("220 mx.test ESMTP\r\n",
                       {{"EHLO", "250-mx.test\r\n250-auth PLAIN\r\n250 SIZE\r\n"}, {"QUIT", "221 bye\r\n"}}));
  ASSERT_NE(plain.seen(), nullptr);
  EXPECT_EQ(plain.seen()->greeting_code, 220);
  EXPECT_EQ(plain.seen()->banner, "mx.test ESMTP");
  EXPECT_EQ(plain.seen()->ehlo_code, 250);
  EXPECT_THAT(plain.seen()->capabilities, ElementsAre("AUTH PLAIN", "SIZE"));
  EXPECT_FALSE(plain.seen()->starttls_offered);
  EXPECT_EQ(plain.seen()->starttls_code, 0);

  const auto later = talk_with(script(
      "220 mx.test\r\n",
      {{"EHLO", "250-mx.test\r\n250 STARTTLS\r\n"}, {"STARTTLS", "454 later\r\n"}, {"QUIT", "221 bye\r\n"}}));
  ASSERT_NE(later.seen(), nullptr);
  EXPECT_TRUE(later.seen()->starttls_offered);
  EXPECT_EQ(later.seen()->starttls_code, 454);
  EXPECT_FALSE(later.seen()->tls_established);

  // A clear-text error where TLS should begin.
  const auto broken = talk_with([](int fd) {
    char piece[2048];
    for (const auto* text :
         {"220 mx.test\r\n", "250-mx.test\r\n250 STARTTLS\r\n", "220 go\r\n", "500 what\r\n"}) {
      testing::send_text(fd, text);
      if (::recv(fd, piece, sizeof piece, 0) <= 0) return;
    }
  });
  ASSERT_NE(broken.seen(), nullptr);
  EXPECT_FALSE(broken.seen()->tls_established);
  EXPECT_FALSE(broken.seen()->tls_error.empty());

  const auto busy = talk_with(script("421 too many connections\r\n", {}));
  ASSERT_EQ(busy.seen(), nullptr);
  EXPECT_EQ(busy.unseen(), Unseen::rejected);

  const auto hung_up = talk_with(
      script("220 mx.test\r\n", {{"EHLO", "250-mx.test\r\n250 STARTTLS\r\n"}, {"STARTTLS", "(close)"}}));
  ASSERT_EQ(hung_up.seen(), nullptr);
  EXPECT_EQ(hung_up.unseen(), Unseen::reset);
}

struct ServiceCase {
  const char* name;
  const char* protocol;
  std::function<void(int)> server;
  Observed<bool> speaks;
  Observed<bool> starttls;
  Observed<bool> login;
};

TEST(ClearText, WhatIsAnnounced) {
  const auto nothing = Unseen::not_measured;
  const ServiceCase cases[] = {
      {"FtpWithTls", "ftp",
       script("220 ftp\r\n",
              {{"FEAT", "211-Features:\r\n AUTH TLS\r\n UTF8\r\n211 End\r\n"}, {"", "221 bye\r\n"}}),
       true, true, nothing},
      {"FtpWithout", "ftp",
       script("220 ftp\r\n", {{"FEAT", "211-F:\r\n UTF8\r\n211 End\r\n"}, {"", "221 bye\r\n"}}), true, false,
       true},
      {"FtpOld", "ftp", script("220 ftp\r\n", {{"FEAT", "500 what\r\n"}, {"AUTH", "234 go\r\n"}}), true, true,
       nothing},
      {"FtpOldWithout", "ftp", script("220 ftp\r\n", {{"FEAT", "500 what\r\n"}, {"AUTH", "500 what\r\n"}}),
       true, false, true},
      {"FtpFull", "ftp", script("421 full\r\n", {}), Unseen::rejected, nothing, nothing},
      {"NotFtp", "ftp", script("SSH-2.0-x\r\n", {}), false, nothing, nothing},
      {"Pop3Good", "pop3", script("+OK\r\n", {{"CAPA", "+OK\r\nSTLS\r\nSASL CRAM-MD5\r\n.\r\n"}}), true, true,
       false},
      {"Pop3Bare", "pop3", script("+OK\r\n", {{"CAPA", "+OK\r\nUSER\r\n.\r\n"}}), true, false, true},
      {"Pop3Sasl", "pop3", script("+OK\r\n", {{"CAPA", "+OK\r\nSASL PLAIN\r\nSTLS\r\n.\r\n"}}), true, true,
       true},
      {"Pop3Old", "pop3", script("+OK\r\n", {{"CAPA", "-ERR\r\n"}, {"STLS", "-ERR\r\n"}}), true, false,
       nothing},
      {"NotPop3", "pop3", script("220 ftp\r\n", {}), false, nothing, nothing},
      {"ImapGood", "imap",
       script("* OK ready\r\n", {{"a1", "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n"},
                                 {"a2", "a2 OK bye\r\n"}}),
       true, true, false},
      {"ImapBare", "imap", script("* OK ready\r\n", {{"a1", "* CAPABILITY IMAP4rev1\r\na1 OK done\r\n"}}),
       true, false, true},
      {"ImapBye", "imap", script("* BYE full\r\n", {}), Unseen::rejected, nothing, nothing},
      {"SubmissionGood", "submission",
       script("220 mx\r\n", {{"EHLO", "250-mx\r\n250 STARTTLS\r\n"}, {"QUIT", "221 bye\r\n"}}), true, true,
       false},
      {"SubmissionClear", "submission",
       script("220 mx\r\n", {{"EHLO", "250-mx\r\n250 AUTH PLAIN LOGIN\r\n"}, {"QUIT", "221 bye\r\n"}}), true,
       false, true},
      {"SubmissionBusy", "submission", script("421 busy\r\n", {}), Unseen::rejected, nothing, nothing},
  };
  for (const auto& one : cases) {
    const TcpServer server(one.server);
    World world;
    const auto seen =
        run(world.context, probe_clear_text_service(world.visit, "h.test", server.endpoint(), one.protocol));
    EXPECT_EQ(seen.host, "h.test");
    EXPECT_EQ(seen.protocol, one.protocol);
    EXPECT_TRUE(seen.speaks == one.speaks) << one.name;
    EXPECT_TRUE(seen.starttls_offered == one.starttls) << one.name;
    EXPECT_TRUE(seen.login_in_clear == one.login) << one.name;
  }
}

TEST(Ports, OpenAndRefused) {
  Endpoint closed;
  {
    const TcpServer server([](int) {});
    closed = server.endpoint();
    World world;
    EXPECT_TRUE(run(world.context, probe_port(world.visit, "h.test", closed)).open.is(true));
  }
  World world;
  EXPECT_TRUE(run(world.context, probe_port(world.visit, "h.test", closed)).open.is(false));
  const Endpoint private_address{*IpAddress::parse("10.0.0.1"), 25};
  const auto unseen = run(world.context, probe_port(world.visit, "h.test", private_address)).open;
  ASSERT_EQ(unseen.seen(), nullptr);
  EXPECT_EQ(unseen.unseen(), Unseen::out_of_scope);
}

// Whether the reset is met while connecting or later is chance; that somebody listens is not.
TEST(Ports, OpenThoughEveryConnectionIsReset) {
  const TcpServer server([](int fd) {
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  World world;
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(run(world.context, probe_port(world.visit, "h.test", server.endpoint())).open.is(true));
}

TEST(Banner, WhatChangesIsBlanked) {
  const struct {
    const char* given;
    const char* kept;
  } cases[] = {
      {"mail.example.no ESMTP Postfix (Debian/GNU)", "mail.example.no ESMTP Postfix (Debian/GNU)"},
      {"mail.example.no ESMTP Sendmail 8.17.1/8.17.1; Sat, 21 Nov 2026 02:38:58 +0100",
       "mail.example.no ESMTP Sendmail 8.17.1/8.17.1; <date>"},
      {"x.outlook.com Microsoft ESMTP MAIL Service ready at Sat, 21 Nov 2026 02:38:58 +0000 "
       "[08DE1A2B3C4D5E6F]",
       "x.outlook.com Microsoft ESMTP MAIL Service ready at <date> <id>"},
      {"mx.google.com ESMTP a640c23a62f3a-b7654e7d1f2si1234567a12.98 - gsmtp",
       "mx.google.com ESMTP <id> - gsmtp"},
      {"mx-12ab34cd56.example.net ESMTP Exim 4.96", "mx-12ab34cd56.example.net ESMTP Exim 4.96"},
  };
  for (const auto& one : cases) EXPECT_EQ(steady_banner(one.given), one.kept);
}

}  // namespace
}  // namespace utsyn::probe
