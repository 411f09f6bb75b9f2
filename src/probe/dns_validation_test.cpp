// Is an answer signed, and may the resolver be believed? Against resolvers that lie, drop signatures and
// deny.
#include "probe/resolver_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "probe/dns_test_world.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers

TEST(Validation, AnchorThatCannotBeRead) {
  const DnsServer server(serve(Zone({{{"a.test", "A"}, {"192.0.2.1"}}})));
  DnsWorld world(server.endpoint(), milliseconds(8'000), true, "/nonexistent/anchor");
  const auto verdict = run(world.context, world.resolver.validate(world.visit, "a.test", "A"));
  EXPECT_EQ(verdict.security, Security::indeterminate);
  EXPECT_NE(verdict.reason.find("/nonexistent/anchor"), std::string::npos);
}

TEST(Validation, UnsignedBelowAnAnchorIsBogusAndElsewhereInsecure) {
  const auto anchor = std::filesystem::temp_directory_path() / ("utsyn-anchor-" + std::to_string(::getpid()));
  std::ofstream(anchor) << "signed.test. IN DS 4711 8 2 " << std::string(64, 'A') << "\n";
  const DnsServer server(serve(Zone({{{"www.signed.test", "A"}, {"192.0.2.1"}},
                                     {{"www.plain.test", "A"}, {"192.0.2.1"}},
                                     {{"signed.test", "SOA"}, {"ns.test. host.test. 1 2 3 4 5"}}})));
  DnsWorld world(server.endpoint(), milliseconds(30'000), true, anchor.string());
  const auto plain = run(world.context, world.resolver.validate(world.visit, "www.plain.test", "A"));
  EXPECT_EQ(plain.security, Security::insecure) << plain.reason;
  const auto broken = run(world.context, world.resolver.validate(world.visit, "www.signed.test", "A"));
  EXPECT_EQ(broken.security, Security::bogus);
  EXPECT_FALSE(broken.reason.empty());
  // The same sentence whichever question was first to meet the broken key.
  const auto again = run(world.context, world.resolver.validate(world.visit, "signed.test", "SOA"));
  EXPECT_EQ(again.security, Security::bogus);
  EXPECT_EQ(again.reason.find("previous validation failure"), std::string::npos) << again.reason;
  EXPECT_EQ(again.reason, broken.reason);
  std::filesystem::remove(anchor);
}

// --- may the resolver be believed?

struct TrustCase {
  const char* label;
  Zone::Records records;
  ResolverFault expected;
};
void PrintTo(const TrustCase& row, std::ostream* out) { *out << row.label; }

class ResolverTrust : public ::testing::TestWithParam<TrustCase> {};

TEST_P(ResolverTrust, IsTriedWithWhatMustExistAndWhatCannot) {
  const auto& row = GetParam();
  const DnsServer server(serve(Zone(row.records)));
  DnsWorld world(server.endpoint());
  EXPECT_EQ(run(world.context, try_resolver(world.visit, world.resolver, "example.test")), row.expected);
}

const char* const some_soa = "ns.test. host.test. 1 2 3 4 5";
const Zone::Records the_root{{{".", "NS"}, {"ns.test."}}, {{".", "SOA"}, {some_soa}}};

Zone::Records with_root(Zone::Records more) {
  more.insert(the_root.begin(), the_root.end());
  return more;
}

INSTANTIATE_TEST_SUITE_P(
    Resolvers, ResolverTrust,
    ::testing::Values(TrustCase{"Honest",
                                with_root({{{"test", "NS"}, {"ns.test."}}, {{"test", "SOA"}, {some_soa}}}),
                                ResolverFault::none},
                      TrustCase{"FindsWhatCannotBe",
                                with_root({{{control_label("invalid") + ".invalid", "A"}, {"10.0.0.1"}}}),
                                ResolverFault::invents},
                      TrustCase{"DeniesEverything", {}, ResolverFault::denies},
                      TrustCase{"DeniesTheRootServers", {{{".", "SOA"}, {some_soa}}}, ResolverFault::denies},
                      TrustCase{"DeniesTheRootsStart", {{{".", "NS"}, {"ns.test."}}}, ResolverFault::denies},
                      TrustCase{"KnowsTheTopLevelAndNoZoneThere",
                                with_root({{{"other.test", "A"}, {"192.0.2.1"}}}), ResolverFault::denies},
                      TrustCase{"ServesATopLevelOfItsOwn", with_root({{{"example.test", "SOA"}, {some_soa}}}),
                                ResolverFault::none},
                      TrustCase{"ATopLevelThatIsNone", with_root({}), ResolverFault::none}),
    [](const auto& test) { return test.param.label; });

TEST(ResolverTrustSilence, IsNotALie) {
  const DnsServer server([](const Message&, bool) { return std::vector<Bytes>(); });
  DnsWorld world(server.endpoint(), milliseconds(400));
  EXPECT_EQ(run(world.context, try_resolver(world.visit, world.resolver, "example.test")),
            ResolverFault::none);
}

struct DenialCase {
  const char* label;
  std::set<std::pair<std::string, std::string>> hidden;  // by the resolver; an empty name is every name
  bool authoritative;
  std::set<std::pair<std::string, std::string>> contradicted;
};
void PrintTo(const DenialCase& row, std::ostream* out) { *out << row.label; }

class Denials : public ::testing::TestWithParam<DenialCase> {};

// Resolver and name server in one: who asks with recursion gets the resolver's word.
TEST_P(Denials, AreHeldAgainstTheZonesOwnServers) {
  const auto& row = GetParam();
  const Zone zone({{{"example.test", "SOA"}, {some_soa}},
                   {{"example.test", "NS"}, {"ns.test."}},
                   {{"ns.test", "A"}, {"127.0.0.1"}},
                   {{"example.test", "TXT"}, {"\"v=spf1 -all\""}},
                   {{"_dmarc.example.test", "TXT"}, {"\"v=DMARC1; p=reject\""}},
                   {{"a._domainkey.example.test", "TXT"}, {"\"v=DKIM1; p=\""}},
                   {{"example.test", "MX"}, {"10 mx.example.test."}}});
  const DnsServer server([&](const Message& query, bool) {
    auto out = zone.answer(query);
    const auto& question = query.questions.front();
    const auto type = wire::type_name(question.type);
    if (!query.recursion_desired) {
      out.authoritative = row.authoritative;
    } else if (row.hidden.contains({lower(question.name), type}) || row.hidden.contains({"", type})) {
      out.answers.clear();
    }
    return std::vector<Bytes>{packed(out)};
  });
  DnsWorld world(server.endpoint());
  DnsAnswers bag;
  for (const auto& [name, type] :
       std::initializer_list<std::pair<const char*, const char*>>{{"example.test", "NS"},
                                                                  {"example.test", "TXT"},
                                                                  {"example.test", "MX"},
                                                                  {"example.test", "CAA"},
                                                                  {"_dmarc.example.test", "TXT"},
                                                                  {"_mta-sts.example.test", "TXT"},
                                                                  {"a._domainkey.example.test", "TXT"}})
    bag.add(world.ask(name, type));
  run(world.context, [&]() -> Task<int> {
    co_await doubt_denials(world.visit, world.resolver, "example.test", bag);
    co_return 0;
  }());
  std::set<std::pair<std::string, std::string>> contradicted;
  for (const auto& answer : bag.all()) {
    if (answer.status != DnsStatus::error) continue;
    EXPECT_EQ(answer.why, Unseen::contradicted);
    contradicted.emplace(answer.name, answer.type);
  }
  EXPECT_EQ(contradicted, row.contradicted);
}

INSTANTIATE_TEST_SUITE_P(
    Resolvers, Denials,
    ::testing::Values(
        DenialCase{"Honest", {}, true, {}},
        // An answer of one name that the resolver still remembers as missing; its other denials stand.
        DenialCase{"OneName", {{"_dmarc.example.test", "TXT"}}, true, {{"_dmarc.example.test", "TXT"}}},
        DenialCase{"AWholeType",
                   {{"", "TXT"}},
                   true,
                   {{"example.test", "TXT"},
                    {"_dmarc.example.test", "TXT"},
                    {"_mta-sts.example.test", "TXT"},
                    {"a._domainkey.example.test", "TXT"}}},
        DenialCase{"Mail", {{"", "MX"}}, true, {{"example.test", "MX"}}},
        DenialCase{"NobodyWithAuthority", {{"", "TXT"}}, false, {}},
        DenialCase{"NameServersHiddenToo", {{"", "TXT"}, {"", "NS"}}, true, {}}),
    [](const auto& test) { return test.param.label; });

// A resolver that drops signatures makes everything below the root anchor look forged.
TEST(Validation, OfAResolverWhoseRootIsBogusNothingIsKnown) {
  const auto anchor = std::filesystem::temp_directory_path() / ("utsyn-root-" + std::to_string(::getpid()));
  std::ofstream(anchor) << ". IN DS 4711 8 2 " << std::string(64, 'A') << "\n";
  const DnsServer server(
      serve(Zone(with_root({{{"a.test", "A"}, {"192.0.2.1"}}, {{"test", "SOA"}, {some_soa}}}))));
  DnsWorld world(server.endpoint(), milliseconds(30'000), true, anchor.string());
  const auto below = run(world.context, world.resolver.validate(world.visit, "a.test", "A"));
  EXPECT_EQ(below.security, Security::indeterminate) << below.reason;
  const auto root = run(world.context, world.resolver.validate(world.visit, ".", "SOA"));
  EXPECT_EQ(root.security, Security::bogus);
  std::filesystem::remove(anchor);
}

TEST(Validation, SilentResolverMeetsTheDeadline) {
  const DnsServer server([](const Message&, bool) { return std::vector<Bytes>(); });
  DnsWorld world(server.endpoint(), milliseconds(400));
  const auto start = Clock::now();
  const auto verdict = run(world.context, world.resolver.validate(world.visit, "a.test", "A"));
  EXPECT_EQ(verdict.security, Security::indeterminate);
  EXPECT_EQ(verdict.reason, "timed-out");
  EXPECT_LT(Clock::now() - start, milliseconds(1'500));
}

}  // namespace
}  // namespace utsyn::probe
