// Which suites and groups a server takes: exact sets against OpenSSL servers in this process, and what they
// cost.
#include "probe/tls_enumerate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/tls_test_world.h"
#include "wire/tls/suites.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

std::vector<std::string> ciphers(const TlsEndpoint& seen, std::string_view version) {
  const auto* protocol = seen.protocol(version);
  return protocol == nullptr ? std::vector<std::string>{"not asked"} : protocol->ciphers;
}

struct SuiteCase {
  const char* label;
  int min_version, max_version;
  const char* suites;
  const char* suites_13;
  bool rsa, elliptic;
  std::vector<std::string> at_10, at_12, at_13;
};

void PrintTo(const SuiteCase& row, std::ostream* out) { *out << row.label; }

const SuiteCase suite_cases[] = {
    {"Modern",
     TLS1_2_VERSION,
     TLS1_3_VERSION,
     "ECDHE+AESGCM",
     "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256",
     true,
     false,
     {},
     {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
     {"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"}},
    {"Only13WithCcm",
     TLS1_3_VERSION,
     TLS1_3_VERSION,
     "ECDHE",
     "TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256:TLS_CHACHA20_POLY1305_SHA256",
     false,
     true,
     {},
     {},
     {"TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"}},
    {"OneSuite",
     TLS1_2_VERSION,
     TLS1_2_VERSION,
     "ECDHE-ECDSA-CHACHA20-POLY1305",
     "",
     false,
     true,
     {},
     {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
     {}},
    {"OldToNew",
     TLS1_VERSION,
     TLS1_3_VERSION,
     "AES128-SHA:ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-GCM-SHA256",
     "TLS_AES_128_GCM_SHA256",
     true,
     false,
     {"TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"},
     {"TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
     {"TLS_AES_128_GCM_SHA256"}},
    {"NullAnonymousAndTwoCertificates",
     TLS1_2_VERSION,
     TLS1_2_VERSION,
     "NULL-SHA256:AECDH-AES128-SHA:ECDHE-ECDSA-AES128-CCM8:ECDHE-ARIA128-GCM-SHA256",
     "",
     true,
     true,
     {},
     {"TLS_RSA_WITH_NULL_SHA256", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
      "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"},
     {}},
};

class ExactSets : public ::testing::TestWithParam<SuiteCase> {
 protected:
  static ServerSetup setup() {
    const auto& row = GetParam();
    ServerSetup out;
    out.min_version = row.min_version;
    out.max_version = row.max_version;
    out.suites = row.suites;
    out.suites_13 = row.suites_13;
    out.options = SSL_OP_CIPHER_SERVER_PREFERENCE;
    if (row.rsa) out.identities.push_back(&rsa());
    if (row.elliptic) out.identities.push_back(&elliptic());
    return out;
  }
};

TEST_P(ExactSets, EqualTheServersConfiguration) {
  const auto& row = GetParam();
  TlsServer server(setup());
  World world;
  const auto seen = world.measure(server.endpoint());
  EXPECT_TRUE(seen.available.is(true));
  EXPECT_THAT(ciphers(seen, "SSLv2"), IsEmpty());
  EXPECT_THAT(ciphers(seen, "SSLv3"), IsEmpty());
  EXPECT_EQ(ciphers(seen, "TLSv1.0"), row.at_10);
  EXPECT_EQ(ciphers(seen, "TLSv1.1"), row.at_10);
  EXPECT_EQ(ciphers(seen, "TLSv1.2"), row.at_12);
  EXPECT_EQ(ciphers(seen, "TLSv1.3"), row.at_13);
  for (const auto& protocol : seen.protocols) {
    EXPECT_TRUE(protocol.complete) << protocol.version;
    EXPECT_TRUE(protocol.offered.is(!protocol.ciphers.empty())) << protocol.version;
    if (protocol.ciphers.size() > 1) EXPECT_EQ(protocol.preference, "server") << protocol.version;
  }
  EXPECT_EQ(seen.connections, server.accepted());
}

// One connection for each suite and one to be refused, and one more for each further window of 127 suites of
// the registry (three at TLS 1.2, two below).
TEST_P(ExactSets, CostHardlyMoreThanKPlusOne) {
  const auto& row = GetParam();
  TlsServer server(setup());
  World world;
  auto visit = world.network.visit(name);
  HelloAsker asker(visit, {name, name, server.endpoint(), "", TlsDepth::full, nullptr});
  Sightings sightings;
  const struct {
    std::uint16_t version;
    const std::vector<std::string>& suites;
    int windows;
  } versions[] = {
      {wire::tls::tls13, row.at_13, 1}, {wire::tls::tls12, row.at_12, 3}, {wire::tls::tls10, row.at_10, 2}};
  for (const auto& [version, suites, windows] : versions) {
    if (suites.empty()) continue;
    const auto before = asker.connections();
    VersionSet set;
    set.version = version;
    const auto one = [&]() -> Task<int> {
      co_await enumerate(asker, sightings, set);
      co_return 0;
    };
    run(world.context, one());
    EXPECT_EQ(set.suites.size(), suites.size());
    EXPECT_LE(asker.connections() - before, static_cast<int>(suites.size()) + windows);
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, ExactSets, ::testing::ValuesIn(suite_cases),
                         [](const auto& test) { return test.param.label; });

TEST(Enumeration, CostsAtMostThirtyPercentMoreThanTheFloor) {
  ServerSetup setup;
  setup.suites = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES+SHA:AES128-SHA";
  setup.suites_13 = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
  setup.identities = {&rsa()};
  TlsServer server(std::move(setup));
  World world;
  auto visit = world.network.visit(name);
  HelloAsker asker(visit, {name, name, server.endpoint(), "", TlsDepth::full, nullptr});
  Sightings sightings;
  std::size_t floor = 0;
  for (const auto version : {wire::tls::tls12, wire::tls::tls13}) {
    VersionSet set;
    set.version = version;
    const auto one = [&]() -> Task<int> {
      co_await enumerate(asker, sightings, set);
      co_return 0;
    };
    run(world.context, one());
    EXPECT_TRUE(set.complete);
    floor += set.suites.size() + 1;
  }
  EXPECT_EQ(floor, 6U + 1U + 3U + 1U);
  EXPECT_LE(asker.connections() * 10, static_cast<int>(floor) * 13);
}

TEST(Tls, OrderOfTheClientIsTold) {
  ServerSetup setup;
  setup.suites_13 = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
  setup.identities = {&rsa()};
  TlsServer by_client(setup);
  World world;
  auto seen = world.measure(by_client.endpoint());
  EXPECT_EQ(seen.protocol("TLSv1.2")->preference, "client");
  EXPECT_EQ(seen.protocol("TLSv1.3")->preference, "client");
  // Where the client decides, the order of what was chosen says nothing: by number.
  EXPECT_THAT(ciphers(seen, "TLSv1.3"), ElementsAre("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                                    "TLS_CHACHA20_POLY1305_SHA256"));

  setup.options = SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA;
  TlsServer with_chacha(setup);
  seen = world.measure(with_chacha.endpoint());
  EXPECT_EQ(seen.protocol("TLSv1.3")->preference, "server") << "ChaCha20 for those who want it first";
}

TEST(Tls, GroupsOfBothGenerations) {
  ServerSetup setup;
  setup.groups = "P-521:X25519:brainpoolP256r1:secp224r1:ffdhe3072";
  setup.identities = {&rsa()};
  TlsServer server(setup);
  World world;
  const auto seen = world.measure(server.endpoint());
  ASSERT_TRUE(seen.groups.seen());
  EXPECT_THAT(*seen.groups.seen(),
              ElementsAre("secp224r1", "secp521r1", "brainpoolP256r1", "x25519", "ffdhe3072"));
}

TEST(Tls, FiniteFieldGroupsAreKept) {
  ServerSetup setup;
  setup.max_version = TLS1_2_VERSION;
  setup.suites = "DHE+AESGCM";
  setup.automatic_dh = true;
  setup.identities = {&rsa()};
  TlsServer server(setup);
  World world;
  const auto seen = world.measure(server.endpoint());
  ASSERT_THAT(seen.dh, ::testing::Not(IsEmpty()));
  EXPECT_GE(seen.dh.front().bits, 1024);
  EXPECT_EQ(seen.dh.front().version, "TLSv1.2");
  EXPECT_EQ(seen.dh.front().generator_hex, "02");
  EXPECT_TRUE(seen.key_share_reused.is(false));
  EXPECT_THAT(*seen.groups.seen(), IsEmpty());
}

// A server that breaks off at long lists is asked by shorter ones.
TEST(Tls, LongListsAreCutForThoseWhoCannotTakeThem) {
  ServerSetup setup;
  setup.identities = {&rsa()};
  TlsServer behind(setup);
  TcpServer server([&](int fd) {
    char hello[4096];
    const auto size = ::recv(fd, hello, sizeof hello, 0);
    // Record header 5, message header 4, version 2, random 32, empty session id 1.
    if (size > 46 &&
        ((static_cast<unsigned char>(hello[44]) << 8) | static_cast<unsigned char>(hello[45])) > 200) {
      const linger now{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      return;
    }
    const int inner = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(behind.endpoint().port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (size > 0 && ::connect(inner, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
        ::send(inner, hello, static_cast<std::size_t>(size), MSG_NOSIGNAL) > 0) {
      pollfd both[2] = {{fd, POLLIN, 0}, {inner, POLLIN, 0}};
      char buffer[8192];
      while (::poll(both, 2, -1) > 0) {
        const bool from_client = both[0].revents != 0;
        const auto part = ::recv(from_client ? fd : inner, buffer, sizeof buffer, 0);
        if (part <= 0) break;
        if (::send(from_client ? inner : fd, buffer, static_cast<std::size_t>(part), MSG_NOSIGNAL) <= 0)
          break;
      }
    }
    ::close(inner);
  });
  World world;
  const auto seen = world.measure(server.endpoint());
  EXPECT_TRUE(seen.protocol("TLSv1.2")->complete);
  EXPECT_THAT(ciphers(seen, "TLSv1.2"), UnorderedElementsAreArray({"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                                                                   "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}));
  EXPECT_TRUE(seen.protocol("TLSv1.1")->offered.is(false));
}

TEST(Tls, MailServersAreAskedByClassAndOlderVersionsInferred) {
  ServerSetup setup;
  setup.min_version = TLS1_VERSION;
  setup.suites = "ECDHE+AESGCM:ECDHE+AES+SHA:AES128-SHA";
  setup.identities = {&rsa()};
  TlsServer server(std::move(setup));
  World world;
  const auto seen = world.measure(server.endpoint(), TlsDepth::mail);
  EXPECT_EQ(ciphers(seen, "TLSv1.2").size(), 5U);
  EXPECT_TRUE(seen.protocol("TLSv1.2")->complete);
  EXPECT_FALSE(seen.protocol("TLSv1.2")->inferred);
  EXPECT_EQ(ciphers(seen, "TLSv1.0").size(), 3U);
  EXPECT_TRUE(seen.protocol("TLSv1.0")->inferred);
  EXPECT_TRUE(seen.compression.is(false));
}

}  // namespace
}  // namespace utsyn::probe
