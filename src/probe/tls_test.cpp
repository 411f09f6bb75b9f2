// Behaviours of TLS servers, seen against OpenSSL servers in this process.
#include "probe/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/tls_test_world.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Tls, BehavioursOfAnOrdinaryServer) {
  ServerSetup setup;
  setup.min_version = TLS1_VERSION;
  setup.suites = "ECDHE+AESGCM:ECDHE+AES+SHA";
  setup.identities = {&rsa(), &elliptic()};
  setup.intermediates = {&intermediate()};
  setup.alpn = {"h2", "http/1.1"};
  setup.alpn_strict = true;
  setup.only_name = name;
  setup.session_seconds = 300;
  setup.options = SSL_OP_NO_RENEGOTIATION;
  TlsServer server(std::move(setup));
  World world;
  const auto seen = world.measure(server.endpoint());
  EXPECT_TRUE(seen.compression.is(false));
  EXPECT_TRUE(seen.secure_renegotiation.is(true));
  EXPECT_TRUE(seen.extended_master_secret.is(true));
  EXPECT_TRUE(seen.encrypt_then_mac.is(true));
  EXPECT_TRUE(seen.fallback_scsv.is(true));
  EXPECT_TRUE(seen.downgrade_sentinel.is(true));
  EXPECT_TRUE(seen.heartbeat.is(false));
  EXPECT_TRUE(seen.key_share_reused.is(false));
  EXPECT_TRUE(seen.version_tolerant.is(true));
  EXPECT_TRUE(seen.sni_required.is(true));
  EXPECT_TRUE(seen.alpn_strict.is(true));
  EXPECT_THAT(seen.alpn, ElementsAre("h2", "http/1.1"));
  EXPECT_TRUE(seen.client_renegotiations.is(0));
  EXPECT_TRUE(seen.ticket_lifetime_s.is(300));
  EXPECT_TRUE(seen.early_data.is(false));
  EXPECT_TRUE(seen.client_certificate_requested.is(false));
  ASSERT_EQ(seen.signature_choices.size(), 3U);
  EXPECT_EQ(seen.signature_choices[0].offered, "sha1");
  EXPECT_TRUE(seen.signature_choices[0].chosen.seen());
  EXPECT_TRUE(seen.signature_choices[1].chosen.is("")) << "nobody signs with MD5";

  EXPECT_TRUE(seen.path.seen() && seen.path.seen()->trusted);
  EXPECT_THAT(seen.path.seen()->path_sha256, ::testing::SizeIs(3));
  EXPECT_FALSE(seen.path.seen()->public_root);
  EXPECT_EQ(seen.path.seen()->error, "");
  ASSERT_NE(seen.chain("rsa"), nullptr);
  ASSERT_NE(seen.chain("ecdsa"), nullptr);
  EXPECT_NE(seen.chain("rsa")->pem.front(), seen.chain("ecdsa")->pem.front());
  EXPECT_EQ(seen.chain("no-sni"), nullptr);
}

TEST(Tls, QuestionsThatDoNotAriseAreNotMeasured) {
  ServerSetup setup;
  setup.min_version = TLS1_3_VERSION;
  setup.identities = {&elliptic()};
  setup.alpn = {"h2"};
  TlsServer server(std::move(setup));
  World world;
  const auto seen = world.measure(server.endpoint());
  const Observed<bool> not_measured;
  EXPECT_EQ(seen.compression, not_measured);
  EXPECT_EQ(seen.secure_renegotiation, not_measured);
  EXPECT_EQ(seen.extended_master_secret, not_measured);
  EXPECT_EQ(seen.fallback_scsv, not_measured);
  EXPECT_EQ(seen.client_renegotiations, Observed<int>());
  EXPECT_THAT(seen.signature_choices, IsEmpty());
  // And those that need a whole handshake there are asked by one.
  EXPECT_TRUE(seen.alpn_strict.is(false));
  EXPECT_THAT(seen.alpn, ElementsAre("h2"));
  EXPECT_TRUE(seen.key_share_reused.is(false));
  EXPECT_NE(seen.chain("ecdsa"), nullptr);
  EXPECT_EQ(seen.chain("rsa"), nullptr);
  EXPECT_NE(seen.chain("no-sni"), nullptr);
}

TEST(Tls, RenegotiationAndClientCertificates) {
  ServerSetup setup;
  setup.max_version = TLS1_2_VERSION;
  setup.identities = {&rsa()};
  setup.options = SSL_OP_ALLOW_CLIENT_RENEGOTIATION;
  setup.ask_certificate = true;
  TlsServer server(std::move(setup));
  World world;
  const auto seen = world.measure(server.endpoint());
  EXPECT_TRUE(seen.client_renegotiations.is(11));
  EXPECT_TRUE(seen.client_certificate_requested.is(true));
}

TEST(Tls, TheSameServerGivesTheSameEvidence) {
  ServerSetup setup;
  setup.min_version = TLS1_VERSION;
  setup.suites = "ECDHE+AESGCM:ECDHE+AES+SHA:AES128-SHA";
  setup.identities = {&rsa(), &elliptic()};
  TlsServer server(std::move(setup));
  World world;
  auto first = world.measure(server.endpoint());
  auto second = world.measure(server.endpoint());
  first.connections = second.connections = 0;
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace utsyn::probe
