// TLS servers that misbehave byte by byte: silence, lies and closes never become a verdict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/tls_test_world.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers
using ::testing::IsEmpty;

struct Misfit {
  const char* label;
  std::string answer;  // sent to whatever comes first
  bool then_close;
  Observed<bool> available;
  const char* refusal;
};
void PrintTo(const Misfit& row, std::ostream* out) { *out << row.label; }

class Misfits : public ::testing::TestWithParam<Misfit> {};

TEST_P(Misfits, NeverBecomeAVerdictOfTheirOwn) {
  const auto& row = GetParam();
  TcpServer server([&](int fd) {
    char buffer[2048];
    if (::recv(fd, buffer, sizeof buffer, 0) <= 0) return;
    send_text(fd, row.answer);
    if (!row.then_close) wait_for_end(fd);
  });
  auto settings = settings_for_tests();
  settings.answer_timeout = milliseconds(150);
  settings.host_deadline = milliseconds(6000);
  World world(settings);
  const auto start = Clock::now();
  const auto seen = world.measure(server.endpoint());
  EXPECT_LT(Clock::now() - start, milliseconds(6500));
  EXPECT_EQ(seen.available, row.available);
  EXPECT_EQ(seen.refusal, row.refusal);
  EXPECT_THAT(seen.protocols, ::testing::SizeIs(6));
  for (const auto& protocol : seen.protocols) {
    EXPECT_FALSE(protocol.offered.is(true)) << protocol.version;
    // Only a clear no is a no.
    if (!row.available.seen() && protocol.version != "SSLv2")
      EXPECT_FALSE(protocol.offered.seen()) << protocol.version;
    if (!protocol.offered.seen()) EXPECT_FALSE(protocol.complete) << protocol.version;
  }
  EXPECT_THAT(seen.chains, IsEmpty());
  EXPECT_FALSE(seen.path.seen());
}

INSTANTIATE_TEST_SUITE_P(
    Servers, Misfits,
    ::testing::Values(
        Misfit{"Silent", "", false, Unseen::timed_out, ""}, Misfit{"Closes", "", true, Unseen::reset, ""},
        Misfit{"SpeaksText", "220 mail.example ESMTP\r\n", false, false, "not-tls"},
        Misfit{"AlertsOnly", std::string("\x15\x03\x01\x00\x02\x02\x50", 7), false, false, "alert:80"},
        Misfit{"RecordTooLong", std::string("\x16\x03\x03\xFF\xFF", 5), false, Unseen::malformed, ""},
        Misfit{"MessageTooLong", std::string("\x16\x03\x03\x00\x10\x02\xFF\xFF\xFF", 9), false,
               Unseen::malformed, ""},
        Misfit{"PromisesAndFallsSilent", std::string("\x16\x03\x03\x40\x00\x02\x00\x10\x00", 9), false,
               Unseen::timed_out, ""}),
    [](const auto& test) { return test.param.label; });

TEST(Tls, AClosedPortCostsOneConnection) {
  World world;
  const auto seen = world.measure({loopback(), free_port(1)});
  EXPECT_EQ(seen.available, Observed<bool>(Unseen::refused));
  EXPECT_EQ(seen.connections, 1);
  for (const auto& protocol : seen.protocols)
    EXPECT_EQ(protocol.offered, Observed<bool>(Unseen::refused)) << protocol.version;
}

TEST(Tls, AddressesOutOfScopeAreNotContacted) {
  TlsServer server({.identities = {&rsa()}});
  auto settings = settings_for_tests();
  settings.allow_networks.clear();
  World world(settings);
  const auto seen = world.measure(server.endpoint());
  EXPECT_EQ(seen.available, Observed<bool>(Unseen::out_of_scope));
  EXPECT_EQ(server.accepted(), 0);
}

TEST(Tls, ResetsAreNotTakenForARefusal) {
  TcpServer server([](int fd) {
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  World world;
  const auto seen = world.measure(server.endpoint());
  EXPECT_EQ(seen.available, Observed<bool>(Unseen::reset));
  for (const auto& protocol : seen.protocols)
    EXPECT_EQ(protocol.offered, Observed<bool>(Unseen::reset)) << protocol.version;
}

// Who closes without a word has said nothing. Which of FIN and RST we see depends on who was quicker, and
// nothing that is believed may.
struct Closer {
  const char* label;
  std::function<void(int fd, int connection)> end;
};
void PrintTo(const Closer& row, std::ostream* out) { *out << row.label; }

void reset_at_once(int fd) {
  const linger now{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

class Closers : public ::testing::TestWithParam<Closer> {};

TEST_P(Closers, HaveSaidNothing) {
  std::atomic<int> count{0};
  TcpServer server([&](int fd) { GetParam().end(fd, count++); });
  World world;
  const auto seen = world.measure(server.endpoint());
  EXPECT_EQ(seen.available, Observed<bool>(Unseen::reset));
  EXPECT_EQ(seen.refusal, "");
  ASSERT_THAT(seen.protocols, ::testing::SizeIs(6));
  for (const auto& protocol : seen.protocols) {
    EXPECT_EQ(protocol.offered, Observed<bool>(Unseen::reset)) << protocol.version;
    EXPECT_FALSE(protocol.complete) << protocol.version;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Orders, Closers,
    ::testing::Values(
        Closer{"AtAccept", [](int, int) {}},
        Closer{"FinBeforeTheHello",
               [](int fd, int) {
                 ::shutdown(fd, SHUT_WR);
                 wait_for_end(fd);
               }},
        Closer{"FinAfterTheHello", [](int fd, int) { read_hello(fd); }},
        Closer{"RstAtAccept", [](int fd, int) { reset_at_once(fd); }},
        Closer{"RstAfterTheHello", [](int fd, int) { wait_for_hello(fd); }},
        Closer{"FinThenRst", [](int fd, int i) { i % 2 == 0 ? read_hello(fd) : wait_for_hello(fd); }},
        Closer{"RstThenFin", [](int fd, int i) { i % 2 == 1 ? read_hello(fd) : wait_for_hello(fd); }},
        Closer{"FinTwiceThenRst", [](int fd, int i) { i % 3 < 2 ? read_hello(fd) : wait_for_hello(fd); }},
        Closer{"RstOnceInAWhile", [](int fd, int i) { i % 7 < 6 ? read_hello(fd) : wait_for_hello(fd); }},
        Closer{"FinOnceInAWhile", [](int fd, int i) { i % 7 < 6 ? wait_for_hello(fd) : read_hello(fd); }},
        Closer{"FirstFinThenRstForEver", [](int fd, int i) { i < 4 ? read_hello(fd) : wait_for_hello(fd); }},
        Closer{"FirstRstThenFinForEver", [](int fd, int i) { i < 4 ? wait_for_hello(fd) : read_hello(fd); }}),
    [](const auto& test) { return test.param.label; });

TEST(Tls, ADrippingServerEndsWithTheDeadline) {
  TcpServer server([](int fd) {
    // A ServerHello that would take minutes.
    const std::string start("\x16\x03\x03\x01\x00\x02\x00\x00\xFC\x03\x03", 11);
    for (int i = 0; i < 1000; ++i) {
      const char byte = i < 11 ? start[static_cast<std::size_t>(i)] : 'x';
      if (::send(fd, &byte, 1, MSG_NOSIGNAL) <= 0) return;
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  auto settings = settings_for_tests();
  settings.answer_timeout = milliseconds(500);
  settings.host_deadline = milliseconds(1500);
  World world(settings);
  const auto start = Clock::now();
  const auto seen = world.measure(server.endpoint());
  EXPECT_LT(Clock::now() - start, milliseconds(2500));
  EXPECT_EQ(seen.available, Observed<bool>(Unseen::timed_out));
}

// A server that answers a few hellos and then nothing any more: what was seen stays, the rest is unseen.
TEST(Tls, WhatWasNotAskedInTimeStaysUnseen) {
  ServerSetup setup;
  setup.identities = {&rsa()};
  TlsServer behind(setup);
  std::atomic<int> left{4};
  TcpServer server([&](int fd) {
    if (left.fetch_sub(1) <= 0) return wait_for_end(fd);
    const int inner = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(behind.endpoint().port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(inner, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
      char buffer[8192];
      pollfd both[2] = {{fd, POLLIN, 0}, {inner, POLLIN, 0}};
      while (::poll(both, 2, -1) > 0) {
        const bool from_client = both[0].revents != 0;
        const auto size = ::recv(from_client ? fd : inner, buffer, sizeof buffer, 0);
        if (size <= 0) break;
        if (::send(from_client ? inner : fd, buffer, static_cast<std::size_t>(size), MSG_NOSIGNAL) <= 0)
          break;
      }
    }
    ::close(inner);
  });
  auto settings = settings_for_tests();
  settings.answer_timeout = milliseconds(400);
  settings.host_deadline = milliseconds(1200);
  World world(settings);
  const auto seen = world.measure(server.endpoint());
  EXPECT_TRUE(seen.available.is(true));
  EXPECT_TRUE(seen.protocol("TLSv1.2")->offered.is(true));
  EXPECT_FALSE(seen.protocol("TLSv1.2")->complete);
  // Which of the older versions got the last two answers is for the clock to say: the others were not seen in
  // time.
  int late = 0;
  for (const auto* name : {"SSLv3", "TLSv1.0", "TLSv1.1"}) {
    const auto& offered = seen.protocol(name)->offered;
    if (!offered.seen()) EXPECT_EQ(offered, Observed<bool>(Unseen::timed_out)) << name;
    late += offered.seen() == nullptr ? 1 : 0;
  }
  EXPECT_GE(late, 1);
  EXPECT_EQ(seen.groups, Observed<std::vector<std::string>>(Unseen::timed_out));
  EXPECT_EQ(seen.stapling_offered, Observed<bool>(Unseen::timed_out));
  EXPECT_EQ(seen.client_renegotiations, Observed<int>(Unseen::timed_out));
}

}  // namespace
}  // namespace utsyn::probe
