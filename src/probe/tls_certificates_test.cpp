// Certificates as servers send them: paths, staples and revocation lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "probe/tls_test_world.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers
using ::testing::IsEmpty;

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

}  // namespace
}  // namespace utsyn::probe
