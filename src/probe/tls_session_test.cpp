// A TLS stream for the probes of other protocols.
#include "probe/tls_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/tls_test_world.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers

TEST(StartTls, GivesAStreamAndSaysWhetherTheCertificateHolds) {
  const auto expired = issue({.issuer = &intermediate(), .days_from = -9, .days_to = -2});
  struct Row {
    const Identity& identity;
    std::string asked;
    bool valid;
    std::string error;
  };
  const Row rows[] = {{elliptic(), name, true, ""},
                      {elliptic(), "other.utsyn.test", false, "name-mismatch"},
                      {expired, name, false, "certificate-has-expired"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.error);
    ServerSetup setup;
    setup.identities = {&row.identity};
    setup.intermediates = {&intermediate()};
    setup.alpn = {"http/1.1"};
    TlsServer server(std::move(setup));
    World world;
    auto visit = world.network.visit(name);
    const auto talk = [&]() -> Task<std::string> {
      auto connection = co_await visit.connect(server.endpoint());
      auto stream =
          co_await start_tls(visit, world.trust, std::move(*connection.seen()), row.asked, {"http/1.1"});
      if (!stream.seen()) co_return "no stream";
      EXPECT_EQ(stream.seen()->certificate_valid, row.valid);
      EXPECT_EQ(stream.seen()->error, row.error);
      EXPECT_EQ(stream.seen()->alpn, "http/1.1");
      co_await stream.seen()->connection->write(as_bytes("ping"));
      std::uint8_t buffer[64];
      const auto size = co_await stream.seen()->connection->read_some(buffer);
      if (!size.seen()) co_return "no answer";
      stream.seen()->connection->finish();
      co_return std::string(as_text(ByteView(buffer).first(*size.seen())));
    };
    EXPECT_EQ(run(world.context, talk()), "pong");
  }
}

TEST(StartTls, ACloseWithoutAWordIsNoAnswer) {
  for (const bool in_order : {true, false}) {
    TcpServer server([in_order](int fd) { in_order ? read_hello(fd) : wait_for_hello(fd); });
    World world;
    auto visit = world.network.visit(name);
    const auto talk = [&]() -> Task<Observed<bool>> {
      auto connection = co_await visit.connect(server.endpoint());
      const auto stream = co_await start_tls(visit, world.trust, std::move(*connection.seen()), name);
      if (!stream.seen()) co_return stream.unseen();
      co_return true;
    };
    EXPECT_EQ(run(world.context, talk()), Observed<bool>(Unseen::reset)) << in_order;
  }
}

TEST(StartTls, SaysWhenThereIsNoTls) {
  TcpServer server([](int fd) {
    send_text(fd, "500 what?\r\n");
    wait_for_end(fd);
  });
  World world;
  auto visit = world.network.visit(name);
  const auto talk = [&]() -> Task<Observed<bool>> {
    auto connection = co_await visit.connect(server.endpoint());
    const auto stream = co_await start_tls(visit, world.trust, std::move(*connection.seen()), name);
    if (!stream.seen()) co_return stream.unseen();
    co_return true;
  };
  EXPECT_EQ(run(world.context, talk()), Observed<bool>(Unseen::tls_failed));
}

}  // namespace
}  // namespace utsyn::probe
