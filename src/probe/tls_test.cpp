// TLS probes against OpenSSL servers in this process, and against servers that misbehave byte by byte.
#include "probe/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "base/hash.h"
#include "probe/dns.h"
#include "probe/tls_enumerate.h"
#include "probe/tls_test_servers.h"
#include "wire/tls/suites.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

const std::string name = "www.utsyn.test";

Settings settings_for_tests() {
  Settings settings;
  settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
  settings.answer_timeout = milliseconds(2000);
  settings.pause_on_refusal = milliseconds(1);
  return settings;
}

const Identity& authority() {
  static const Identity made = issue({.name = "Utsyn Test Root", .is_ca = true});
  return made;
}
const Identity& intermediate() {
  static const Identity made =
      issue({.name = "Utsyn Test Intermediate", .is_ca = true, .issuer = &authority()});
  return made;
}
const Identity& elliptic() {
  static const Identity made = issue({.issuer = &intermediate()});
  return made;
}
const Identity& rsa() {
  static const Identity made = issue({.rsa = true, .issuer = &intermediate()});
  return made;
}

// The root as a file, for --root-ca.
const std::string& root_file() {
  static const std::string path = [] {
    auto file = ::testing::TempDir() + "utsyn_tls_test_root_" + std::to_string(::getpid()) + ".pem";
    std::ofstream(file) << authority().pem();
    return file;
  }();
  return path;
}

// One thread's worth of probing, with the test's own root trusted.
struct World {
  explicit World(Settings from = settings_for_tests())
      : settings(std::move(from)), politeness(settings), network(context, settings, politeness) {}

  TlsEndpoint measure(Endpoint server, TlsDepth depth = TlsDepth::full, Resolver* resolver = nullptr) {
    auto visit = network.visit(name);
    return run(context, probe_tls(visit, trust, {name, name, server, "", depth, resolver}));
  }

  Settings settings;
  Politeness politeness;
  boost::asio::io_context context;
  Network network;
  TrustStore trust{root_file()};
};

std::vector<std::string> ciphers(const TlsEndpoint& seen, std::string_view version) {
  const auto* protocol = seen.protocol(version);
  return protocol == nullptr ? std::vector<std::string>{"not asked"} : protocol->ciphers;
}

// --- exact sets, and what they cost

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

// --- behaviours

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

// --- certificates

struct PathCase {
  const char* label;
  Issue leaf;
  bool with_intermediate;
  bool trusted;
  const char* error;
};

void PrintTo(const PathCase& row, std::ostream* out) { *out << row.label; }

class Paths : public ::testing::TestWithParam<PathCase> {};

TEST_P(Paths, AreJudgedAsSent) {
  const auto& row = GetParam();
  const auto leaf = issue(row.leaf);
  ServerSetup setup;
  setup.min_version = TLS1_3_VERSION;
  setup.identities = {&leaf};
  if (row.with_intermediate) setup.intermediates = {&intermediate()};
  TlsServer server(std::move(setup));
  World world;
  auto visit = world.network.visit(name);
  const auto once = [&]() -> Task<Observed<PathCheck>> {
    auto seen =
        co_await probe_tls(visit, world.trust, {name, name, server.endpoint(), "", TlsDepth::mail, nullptr});
    co_return seen.path;
  };
  const auto path = run(world.context, once());
  ASSERT_TRUE(path.seen());
  EXPECT_EQ(path.seen()->trusted, row.trusted);
  EXPECT_EQ(path.seen()->error, row.error);
  EXPECT_EQ(path.seen()->path_sha256.size(), row.trusted ? 3U : 0U);
  EXPECT_EQ(path.seen()->error_depth, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Chains, Paths,
    ::testing::Values(PathCase{"Good", {.issuer = &intermediate()}, true, true, ""},
                      // Dates do not break a path: what has expired is found, and said.
                      PathCase{"Expired",
                               {.issuer = &intermediate(), .days_from = -90, .days_to = -3},
                               true,
                               true,
                               "certificate-has-expired"},
                      PathCase{"NotYetValid",
                               {.issuer = &intermediate(), .days_from = 3, .days_to = 90},
                               true,
                               true,
                               "certificate-not-yet-valid"},
                      PathCase{"SelfSigned", {}, false, false, "depth-zero-self-signed-cert"},
                      PathCase{"IntermediateMissing",
                               {.issuer = &intermediate()},
                               false,
                               false,
                               "unable-to-get-issuer-cert-locally"}),
    [](const auto& test) { return test.param.label; });

TEST(TrustStoreFile, ThatCannotBeReadIsAnError) {
  EXPECT_THROW(TrustStore("/nonexistent/root.pem"), std::runtime_error);
}

struct StapleCase {
  const char* label;
  int status;
  bool by_stranger;
  RevocationStatus stapled, believed;
};
class Staples : public ::testing::TestWithParam<StapleCase> {};
void PrintTo(const StapleCase& row, std::ostream* out) { *out << row.label; }

TEST_P(Staples, AreReadAndBelievedWhenSigned) {
  const auto& row = GetParam();
  const auto leaf = issue({.issuer = &intermediate()});
  const auto stranger = issue({.name = "Stranger", .is_ca = true});
  ServerSetup setup;
  setup.identities = {&leaf};
  setup.intermediates = {&intermediate()};
  setup.stapled = ocsp_response(leaf, row.by_stranger ? stranger : intermediate(), row.status);
  TlsServer server(std::move(setup));
  World world;
  const auto seen = world.measure(server.endpoint());
  EXPECT_TRUE(seen.stapling_offered.is(true));
  ASSERT_TRUE(seen.stapled.seen());
  EXPECT_EQ(seen.stapled.seen()->status, row.stapled);
  EXPECT_EQ(seen.stapled.seen()->signature_valid, !row.by_stranger);
  ASSERT_THAT(seen.revocation, ::testing::SizeIs(1));
  EXPECT_EQ(seen.revocation.front().source, "stapled");
  EXPECT_EQ(seen.revocation.front().status, row.believed);
}

INSTANTIATE_TEST_SUITE_P(Answers, Staples,
                         ::testing::Values(StapleCase{"Good", V_OCSP_CERTSTATUS_GOOD, false,
                                                      RevocationStatus::good, RevocationStatus::good},
                                           StapleCase{"Revoked", V_OCSP_CERTSTATUS_REVOKED, false,
                                                      RevocationStatus::revoked, RevocationStatus::revoked}),
                         [](const auto& test) { return test.param.label; });

TEST(Revocation, ListsAreFetchedAndTheirSignatureChecked) {
  struct Row {
    const char* label;
    bool revoked, by_stranger, answered;
    RevocationStatus expected;
  };
  const Row rows[] = {{"clean", false, false, true, RevocationStatus::good},
                      {"revoked", true, false, true, RevocationStatus::revoked},
                      {"signed by a stranger", true, true, true, RevocationStatus::unknown},
                      {"not there", false, false, false, RevocationStatus::unknown}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.label);
    std::string body;
    TcpServer http([&](int fd) {
      char buffer[2048];
      if (::recv(fd, buffer, sizeof buffer, 0) <= 0) return;
      send_text(fd, (row.answered ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 404 Not Found\r\n") +
                        std::string("Content-Length: ") + std::to_string(body.size()) + "\r\n\r\n" + body);
      wait_for_end(fd);
    });
    const auto url = "http://127.0.0.1:" + std::to_string(http.endpoint().port) + "/list.crl";
    const auto leaf = issue({.issuer = &intermediate(), .crl_url = url});
    const auto stranger = issue({.name = "Stranger", .is_ca = true});
    body = std::string(
        as_text(revocation_list(row.by_stranger ? stranger : intermediate(), row.revoked ? &leaf : nullptr)));
    ServerSetup setup;
    setup.min_version = TLS1_3_VERSION;
    setup.identities = {&leaf};
    setup.intermediates = {&intermediate()};
    TlsServer server(std::move(setup));
    World world;
    Resolver resolver(world.network, {});
    const auto seen = world.measure(server.endpoint(), TlsDepth::mail, &resolver);
    ASSERT_THAT(seen.revocation, ::testing::SizeIs(1));
    EXPECT_EQ(seen.revocation.front().source, "crl");
    EXPECT_EQ(seen.revocation.front().subject_sha256, to_hex(sha256(leaf.der())));
    EXPECT_EQ(seen.revocation.front().status, row.expected);
    const auto without = world.measure(server.endpoint(), TlsDepth::mail);
    EXPECT_THAT(without.revocation, IsEmpty()) << "no resolver, no fetching";
  }
}

// --- peers that misbehave

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

void read_hello(int fd) {
  char buffer[4096];
  [[maybe_unused]] const auto got = ::recv(fd, buffer, sizeof buffer, 0);
}
// Closed with the hello unread, the kernel answers it with RST.
void wait_for_hello(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  ::poll(&waiting, 1, 5000);
}
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
  EXPECT_EQ(seen.protocol("TLSv1.0")->offered, Observed<bool>(Unseen::timed_out));
  EXPECT_EQ(seen.groups, Observed<std::vector<std::string>>(Unseen::timed_out));
  EXPECT_EQ(seen.stapling_offered, Observed<bool>(Unseen::timed_out));
  EXPECT_EQ(seen.client_renegotiations, Observed<int>(Unseen::timed_out));
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

// --- streams for others

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
