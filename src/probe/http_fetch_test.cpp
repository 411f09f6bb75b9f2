// What a question over HTTP gives when the connection ends before the answer.
#include "probe/http_fetch.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "probe/test_servers.h"

namespace utsyn::probe {
namespace {

using testing::run;
using testing::TcpServer;

Settings on_loopback() {
  Settings settings;
  settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
  settings.pause_on_refusal = std::chrono::milliseconds(0);
  return settings;
}

struct End {
  const char* label;
  std::function<void(int)> server;
  Unseen expected;
};

void read_request(int fd) {
  char buffer[2048];
  [[maybe_unused]] const auto got = ::recv(fd, buffer, sizeof buffer, 0);
}
// Closed with the request unread, the kernel answers it with RST.
void leave_request(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  ::poll(&waiting, 1, 5000);
}

TEST(HttpFetch, AConnectionThatEndsWithoutAWordIsBrokenOff) {
  const End ends[] = {
      {"closed before the request", [](int) {}, Unseen::reset},
      {"closed behind the request", read_request, Unseen::reset},
      {"reset", leave_request, Unseen::reset},
      {"closed within the head",
       [](int fd) {
         read_request(fd);
         testing::send_text(fd, "HTTP/1.1 200 OK\r\nServer: x");
       },
       Unseen::malformed},
  };
  for (const auto& end : ends) {
    const TcpServer server(end.server);
    const auto settings = on_loopback();
    Politeness politeness(settings);
    boost::asio::io_context context;
    Network network(context, settings, politeness);
    Resolver resolver(network, {});
    const TrustStore trust("");
    auto visit = network.visit("h.test");
    HttpClient client(visit, resolver, trust, 65'536);
    Request request;
    request.url = *wire::parse_url("http://127.0.0.1:" + std::to_string(server.endpoint().port) + "/");
    const auto fetched = run(context, client.fetch(request));
    ASSERT_EQ(fetched.seen(), nullptr) << end.label;
    EXPECT_EQ(fetched.unseen(), end.expected) << end.label;
  }
}

}  // namespace
}  // namespace utsyn::probe
