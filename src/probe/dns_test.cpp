// The DNS client and the probes built on it, against name servers of the test's own that truncate, lie and
// stay silent.
#include "probe/dns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "base/name.h"
#include "probe/dns_client.h"
#include "probe/parallel.h"
#include "probe/resolver_trust.h"
#include "probe/test_servers.h"
#include "wire/dns/records.h"

namespace utsyn::probe {
namespace {

using std::chrono::milliseconds;
using testing::answer_to;
using testing::DnsServer;
using ::testing::ElementsAre;
using testing::record;
using testing::run;
using wire::Message;
using wire::Rcode;
using wire::RecordType;

Bytes packed(const Message& message) { return *wire::build_message(message); }

// A world whose resolver is `server`; name servers are asked at the same port.
struct World {
  explicit World(Endpoint resolver_at, milliseconds deadline = milliseconds(8'000),
                 bool allow_loopback = true, const std::string& anchor_file = "")
      : settings(settings_with(deadline, allow_loopback)),
        politeness(settings),
        network(context, settings, politeness),
        resolver(network,
                 {.resolver = resolver_at, .anchor_file = anchor_file, .server_port = resolver_at.port}),
        visit(network.visit("host.test")) {}
  static Settings settings_with(milliseconds deadline, bool allow_loopback) {
    Settings settings;
    if (allow_loopback) settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
    settings.host_deadline = deadline;
    settings.answer_timeout = milliseconds(1'000);
    return settings;
  }
  DnsAnswer ask(const std::string& name, const std::string& type) {
    return run(context, resolver.ask(visit, name, type));
  }
  Settings settings;
  boost::asio::io_context context;
  Politeness politeness;
  Network network;
  Resolver resolver;
  Visit visit;
};

// Names and their records; what is not listed does not exist.
class Zone {
 public:
  using Records = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;
  explicit Zone(Records records) : records_(std::move(records)) {}

  Message answer(const Message& query) const {
    auto out = answer_to(query);
    const auto& question = query.questions.front();
    auto name = lower(question.name);
    for (int hops = 0; hops < 5; ++hops) {
      const auto found = records_.find({name, wire::type_name(question.type)});
      if (found != records_.end()) {
        for (const auto& text : found->second) out.answers.push_back(record(name, question.type, text));
        return out;
      }
      const auto alias = records_.find({name, "CNAME"});
      if (alias == records_.end()) break;
      out.answers.push_back(record(name, RecordType::cname, alias->second.front()));
      name = alias->second.front();
    }
    if (!exists(name)) out.rcode = Rcode::name_error;
    out.authorities.push_back(record("test", RecordType::soa, "ns.test. host.test. 1 2 3 4 5"));
    return out;
  }

 private:
  bool exists(const std::string& name) const {
    return std::any_of(records_.begin(), records_.end(),
                       [&](const auto& entry) { return is_subdomain(entry.first.first, name); });
  }
  Records records_;
};

DnsServer::Answer serve(Zone zone) {
  return [zone = std::move(zone)](const Message& query, bool) {
    return std::vector<Bytes>{packed(zone.answer(query))};
  };
}

TEST(Resolver, FoundNodataNxdomain) {
  const DnsServer server(serve(Zone({{{"example.test", "TXT"}, {"\"b\"", "\"a\""}},
                                     {{"example.test", "A"}, {"192.0.2.1"}},
                                     {{"www.example.test", "CNAME"}, {"example.test"}},
                                     {{"loose.example.test", "CNAME"}, {"gone.example.test"}}})));
  World world(server.endpoint());
  const auto txt = world.ask("Example.TEST.", "txt");
  EXPECT_EQ(txt.name, "example.test");
  EXPECT_EQ(txt.type, "TXT");
  EXPECT_EQ(txt.status, DnsStatus::found);
  EXPECT_THAT(txt.records, ElementsAre("\"a\"", "\"b\""));
  EXPECT_EQ(world.ask("example.test", "MX").status, DnsStatus::nodata);
  EXPECT_EQ(world.ask("none.example.test", "A").status, DnsStatus::nxdomain);
  const auto alias = world.ask("www.example.test", "A");
  EXPECT_THAT(alias.aliases, ElementsAre("example.test"));
  EXPECT_THAT(alias.records, ElementsAre("192.0.2.1"));
  const auto dangling = world.ask("loose.example.test", "A");
  EXPECT_EQ(dangling.status, DnsStatus::nxdomain);
  EXPECT_THAT(dangling.aliases, ElementsAre("gone.example.test"));
}

TEST(Resolver, TruncatedAnswerIsAskedAgainOverTcp) {
  const DnsServer server([](const Message& query, bool tcp) {
    auto out = answer_to(query);
    out.truncated = !tcp;
    for (int i = 0; i < (tcp ? 20 : 2); ++i)
      out.answers.push_back(
          record("big.test", RecordType::txt, "\"record " + std::to_string(100 + i) + "\""));
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint(), milliseconds(8'000), false);  // the resolver is trusted wherever it lies
  const auto answer = world.ask("big.test", "TXT");
  EXPECT_EQ(answer.records.size(), 20U);
  EXPECT_EQ(server.questions_over_tcp(), 1);
}

struct ForgedCase {
  const char* name;
  std::function<void(Message&)> forge;
};

TEST(Resolver, AnswersToOtherQuestionsAreIgnored) {
  const ForgedCase cases[] = {
      {"WrongId", [](Message& m) { m.id = static_cast<std::uint16_t>(m.id + 1); }},
      {"WrongName", [](Message& m) { m.questions.front().name = "other.test"; }},
      {"WrongType", [](Message& m) { m.questions.front().type = RecordType::aaaa; }},
      {"TwoQuestions", [](Message& m) { m.questions.push_back(m.questions.front()); }},
      {"NotAResponse", [](Message& m) { m.response = false; }},
  };
  for (const auto& one : cases) {
    const DnsServer server([&](const Message& query, bool) {
      auto forged = answer_to(query);
      forged.answers.push_back(record("real.test", RecordType::a, "192.0.2.66"));
      one.forge(forged);
      auto right = answer_to(query);
      right.answers.push_back(record("real.test", RecordType::a, "192.0.2.1"));
      return std::vector<Bytes>{packed(forged), packed(right)};
    });
    World world(server.endpoint());
    EXPECT_THAT(world.ask("real.test", "A").records, ElementsAre("192.0.2.1")) << one.name;
  }
}

TEST(Resolver, OnlyForgedAnswersAreNone) {
  const DnsServer server([](const Message& query, bool) {
    auto forged = answer_to(query);
    forged.questions.front().name = "other.test";
    return std::vector<Bytes>{packed(forged)};
  });
  World world(server.endpoint(), milliseconds(500));
  const auto answer = world.ask("real.test", "A");
  EXPECT_EQ(answer.status, DnsStatus::error);
  EXPECT_EQ(answer.why, Unseen::timed_out);
}

TEST(Resolver, SilenceEndsWithTheDeadline) {
  const DnsServer server([](const Message&, bool) { return std::vector<Bytes>(); });
  World world(server.endpoint(), milliseconds(400));
  const auto start = Clock::now();
  const auto answer = world.ask("quiet.test", "A");
  EXPECT_EQ(answer.status, DnsStatus::error);
  EXPECT_EQ(answer.why, Unseen::timed_out);
  EXPECT_LT(Clock::now() - start, milliseconds(1'500));
}

TEST(Resolver, NobodyListens) {
  Endpoint nobody;
  {
    const DnsServer server([](const Message&, bool) { return std::vector<Bytes>(); });
    nobody = server.endpoint();
  }
  World world(nobody);
  EXPECT_EQ(world.ask("any.test", "A").why, Unseen::refused);
}

struct RcodeCase {
  Rcode rcode;
  DnsStatus status;
  Unseen why;
};

TEST(Resolver, RcodesThatAreNoAnswer) {
  const RcodeCase cases[] = {
      {Rcode::server_failure, DnsStatus::error, Unseen::server_failure},
      {Rcode::refused, DnsStatus::error, Unseen::rejected},
      {Rcode::format_error, DnsStatus::error, Unseen::server_failure},
      {Rcode::not_implemented, DnsStatus::error, Unseen::server_failure},
      {Rcode::name_error, DnsStatus::nxdomain, Unseen::not_measured},
  };
  for (const auto& one : cases) {
    const DnsServer server([&](const Message& query, bool) {
      auto out = answer_to(query);
      out.rcode = one.rcode;
      return std::vector<Bytes>{packed(out)};
    });
    World world(server.endpoint());
    const auto answer = world.ask("any.test", "A");
    EXPECT_EQ(answer.status, one.status) << wire::rcode_name(one.rcode);
    if (one.status == DnsStatus::error) EXPECT_EQ(answer.why, one.why) << wire::rcode_name(one.rcode);
  }
}

TEST(Resolver, BogusDataIsSeenWithCheckingDisabled) {
  const DnsServer server([](const Message& query, bool) {
    auto out = answer_to(query);
    if (query.checking_disabled) {
      out.answers.push_back(record("bogus.test", RecordType::a, "192.0.2.1"));
    } else {
      out.rcode = Rcode::server_failure;
    }
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  EXPECT_THAT(world.ask("bogus.test", "A").records, ElementsAre("192.0.2.1"));
}

TEST(Resolver, ServerWithoutEdnsIsAskedPlainly) {
  const DnsServer server([](const Message& query, bool) {
    auto out = answer_to(query);
    if (query.edns) {
      out.rcode = Rcode::format_error;
      out.edns.reset();
    } else {
      out.answers.push_back(record("old.test", RecordType::a, "192.0.2.1"));
    }
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  EXPECT_EQ(world.ask("old.test", "A").status, DnsStatus::found);
}

TEST(Resolver, CompressionLoopIsMalformed) {
  const DnsServer server([](const Message& query, bool) {
    auto out = answer_to(query);
    out.edns.reset();
    auto bytes = packed(out);
    bytes[7] = 1;  // one answer, whose name is a pointer to itself
    const auto at = static_cast<std::uint8_t>(bytes.size());
    const std::uint8_t loop[] = {0xC0, at, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 0, 2, 1};
    bytes.insert(bytes.end(), std::begin(loop), std::end(loop));
    return std::vector<Bytes>{bytes};
  });
  World world(server.endpoint());
  const auto answer = world.ask("loop.test", "A");
  EXPECT_EQ(answer.status, DnsStatus::error);
  EXPECT_EQ(answer.why, Unseen::malformed);
}

TEST(Resolver, LetterCaseIsMixedAndToleratedWhenLost) {
  std::atomic<int> mixed{0};
  const DnsServer server([&](const Message& query, bool) {
    auto out = answer_to(query);
    if (query.questions.front().name != lower(query.questions.front().name)) ++mixed;
    out.questions.front().name = lower(out.questions.front().name);
    out.answers.push_back(record("a-name-with-many-letters.test", RecordType::a, "192.0.2.1"));
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  EXPECT_EQ(world.ask("a-name-with-many-letters.test", "A").status, DnsStatus::found);
  EXPECT_EQ(mixed, 1);
}

TEST(Resolver, CompactDenialIsNxdomain) {
  const DnsServer server([](const Message& query, bool) {
    auto out = answer_to(query);
    const auto name = lower(query.questions.front().name);
    out.authorities.push_back(record("test", RecordType::soa, "ns.test. host.test. 1 2 3 4 5"));
    out.authorities.push_back(record(name, RecordType::nsec, "\\000." + name + " RRSIG NSEC TYPE128"));
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  const auto label = control_label("example.test");
  const auto answer = world.ask(label + ".example.test", "A");
  EXPECT_EQ(answer.status, DnsStatus::nxdomain);
  ASSERT_EQ(answer.denial.size(), 1U);
  EXPECT_TRUE(answer.denial.front().starts_with(label + ".example.test NSEC ")) << answer.denial.front();
  EXPECT_THAT(world.ask("other.example.test", "A").denial, ElementsAre());
}

TEST(Resolver, AliasChainsAreFollowedToTheirEnd) {
  // A resolver that answers one step at a time.
  const DnsServer server([](const Message& query, bool) {
    auto out = answer_to(query);
    const auto name = lower(query.questions.front().name);
    if (name == "a.test") out.answers.push_back(record(name, RecordType::cname, "b.test"));
    if (name == "b.test") out.answers.push_back(record(name, RecordType::a, "192.0.2.1"));
    if (name == "x.test") out.answers.push_back(record(name, RecordType::cname, "y.test"));
    if (name == "y.test") out.answers.push_back(record(name, RecordType::cname, "x.test"));
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  const auto answer = world.ask("a.test", "A");
  EXPECT_THAT(answer.records, ElementsAre("192.0.2.1"));
  EXPECT_THAT(answer.aliases, ElementsAre("b.test"));
  const auto circle = world.ask("x.test", "A");
  EXPECT_EQ(circle.status, DnsStatus::error);
  EXPECT_EQ(circle.why, Unseen::malformed);
}

TEST(Resolver, SignaturesOfSoaAreKept) {
  const std::string signature = "SOA 13 2 300 20261201000000 20261101000000 4711 example.test. AAAA";
  const DnsServer server([&](const Message& query, bool) {
    auto out = answer_to(query);
    out.answers.push_back(record("example.test", RecordType::soa, "ns.test. host.test. 1 2 3 4 5"));
    out.answers.push_back(record("example.test", RecordType::rrsig, signature));
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  const auto answer = world.ask("example.test", "SOA");
  ASSERT_EQ(answer.signatures.size(), 1U);
  EXPECT_TRUE(answer.signatures.front().starts_with("SOA 13 2 300")) << answer.signatures.front();
}

TEST(Resolver, ReferralIsNoAnswer) {
  const DnsServer server([](const Message& query, bool) {
    auto out = answer_to(query);
    out.recursion_available = false;
    out.authorities.push_back(record("test", RecordType::ns, "ns.test."));
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  EXPECT_EQ(world.ask("any.test", "A").why, Unseen::rejected);
}

Task<int> ask_many(Visit& visit, Resolver& resolver, int times) {
  int found = 0;
  const auto one = [&]() -> Task<void> {
    const auto answer = co_await resolver.ask(visit, "same.test", "A");
    if (answer.status == DnsStatus::found) ++found;
  };
  std::vector<Task<void>> tasks;
  for (int i = 0; i < times; ++i) tasks.push_back(one());
  co_await together(std::move(tasks));
  co_return found;
}

TEST(Resolver, NoQuestionIsAskedTwice) {
  const DnsServer server([](const Message& query, bool) {
    std::this_thread::sleep_for(milliseconds(30));
    auto out = answer_to(query);
    out.answers.push_back(record("same.test", RecordType::a, "192.0.2.1"));
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  EXPECT_EQ(run(world.context, ask_many(world.visit, world.resolver, 50)), 50);
  EXPECT_EQ(world.ask("same.test", "A").status, DnsStatus::found);
  EXPECT_EQ(server.questions(), 1);
}

TEST(Resolver, WaiterOutlivesAnAskerWhoGaveUp) {
  std::atomic<int> asked{0};
  const DnsServer server([&](const Message& query, bool) -> std::vector<Bytes> {
    if (++asked == 1) return {};
    auto out = answer_to(query);
    out.answers.push_back(record("same.test", RecordType::a, "192.0.2.1"));
    return {packed(out)};
  });
  World world(server.endpoint());
  Visit hasty(world.network, "host.test", Clock::now() + milliseconds(100));
  DnsAnswer first;
  DnsAnswer second;
  const auto both = [&]() -> Task<bool> {
    const auto ask = [&](Visit& visit, DnsAnswer& into) -> Task<void> {
      into = co_await world.resolver.ask(visit, "same.test", "A");
    };
    std::vector<Task<void>> tasks;
    tasks.push_back(ask(hasty, first));
    tasks.push_back(ask(world.visit, second));
    co_await together(std::move(tasks));
    co_return true;
  };
  run(world.context, both());
  EXPECT_EQ(first.why, Unseen::timed_out);
  EXPECT_EQ(second.status, DnsStatus::found);
}

Task<std::optional<Unseen>> look_up_and_connect(Visit& visit, Resolver& resolver, std::string host) {
  const auto found = co_await resolver.addresses(visit, host);
  if (found.addresses.empty()) co_return Unseen::unreachable;
  for (const auto& address : found.addresses) {
    const auto connection = co_await visit.connect({address, 443});
    if (connection.seen() != nullptr) co_return std::nullopt;
    if (connection.unseen() != Unseen::out_of_scope) co_return connection.unseen();
  }
  co_return Unseen::out_of_scope;
}

TEST(Resolver, LiarWithPrivateAddressesLeadsNowhere) {
  const DnsServer server(serve(Zone({{{"lie.test", "A"}, {"10.0.0.1", "127.0.0.1", "169.254.169.254"}},
                                     {{"lie.test", "AAAA"}, {"::1", "fd00::1", "::ffff:10.0.0.1"}}})));
  World world(server.endpoint(), milliseconds(8'000), false);
  EXPECT_EQ(run(world.context, look_up_and_connect(world.visit, world.resolver, "lie.test")),
            Unseen::out_of_scope);
  EXPECT_EQ(world.politeness.connections_opened(), 0);
}

TEST(Resolver, AddressesSayWhyThereAreNone) {
  const DnsServer server([](const Message& query, bool) {
    const Zone zone({{{"both.test", "A"}, {"192.0.2.1"}},
                     {{"both.test", "AAAA"}, {"2001:db8::1"}},
                     {{"mail.test", "MX"}, {"0 ."}}});
    auto out = zone.answer(query);
    if (lower(query.questions.front().name) == "broken.test") out.rcode = Rcode::server_failure;
    return std::vector<Bytes>{packed(out)};
  });
  World world(server.endpoint());
  const auto addresses = [&](std::string host) {
    return run(world.context, world.resolver.addresses(world.visit, std::move(host)));
  };
  EXPECT_THAT(addresses("both.test").addresses,
              ElementsAre(*IpAddress::parse("192.0.2.1"), *IpAddress::parse("2001:db8::1")));
  EXPECT_TRUE(addresses("mail.test").known.is(false));
  EXPECT_TRUE(addresses("none.test").known.is(false));
  const auto broken = addresses("broken.test");
  ASSERT_EQ(broken.known.seen(), nullptr);
  EXPECT_EQ(broken.known.unseen(), Unseen::server_failure);
  EXPECT_THAT(addresses("192.0.2.9").addresses, ElementsAre(*IpAddress::parse("192.0.2.9")));
}

TEST(Resolver, NamesThatAreNone) {
  const DnsServer server(serve(Zone({})));
  World world(server.endpoint());
  EXPECT_EQ(world.ask(std::string(300, 'a') + ".test", "A").why, Unseen::malformed);
  EXPECT_EQ(world.ask("two..dots.test", "A").why, Unseen::malformed);
  EXPECT_EQ(world.ask("good.test", "NOSUCHTYPE").why, Unseen::malformed);
  EXPECT_EQ(server.questions(), 0);
}

TEST(Validation, AnchorThatCannotBeRead) {
  const DnsServer server(serve(Zone({{{"a.test", "A"}, {"192.0.2.1"}}})));
  World world(server.endpoint(), milliseconds(8'000), true, "/nonexistent/anchor");
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
  World world(server.endpoint(), milliseconds(30'000), true, anchor.string());
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
  World world(server.endpoint());
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
  World world(server.endpoint(), milliseconds(400));
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
  World world(server.endpoint());
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
  World world(server.endpoint(), milliseconds(30'000), true, anchor.string());
  const auto below = run(world.context, world.resolver.validate(world.visit, "a.test", "A"));
  EXPECT_EQ(below.security, Security::indeterminate) << below.reason;
  const auto root = run(world.context, world.resolver.validate(world.visit, ".", "SOA"));
  EXPECT_EQ(root.security, Security::bogus);
  std::filesystem::remove(anchor);
}

TEST(Validation, SilentResolverMeetsTheDeadline) {
  const DnsServer server([](const Message&, bool) { return std::vector<Bytes>(); });
  World world(server.endpoint(), milliseconds(400));
  const auto start = Clock::now();
  const auto verdict = run(world.context, world.resolver.validate(world.visit, "a.test", "A"));
  EXPECT_EQ(verdict.security, Security::indeterminate);
  EXPECT_EQ(verdict.reason, "timed-out");
  EXPECT_LT(Clock::now() - start, milliseconds(1'500));
}

// Resolver, parent and child in one: it answers with authority for example.test and refers to it for "test".
Message everything(const Message& query, const Zone& zone) {
  const auto name = lower(query.questions.front().name);
  const auto type = query.questions.front().type;
  auto out = zone.answer(query);
  if (query.questions.front().record_class == wire::RecordClass::ch) {
    out = answer_to(query);
    out.answers = {record("version.bind", RecordType::txt, "\"TestServer 1.2.3\"")};
    return out;
  }
  if (!query.recursion_desired) {
    out.authoritative = true;
    out.recursion_available = false;
    if (name == "child.test" && type == RecordType::ns) {
      out = answer_to(query);
      out.authorities = {record("child.test", RecordType::ns, "ns2.test."),
                         record("child.test", RecordType::ns, "NS1.child.test.")};
      out.additionals = {record("ns1.child.test", RecordType::a, "127.0.0.1"),
                         record("stranger.test", RecordType::a, "192.0.2.6")};
    }
    if (query.edns && query.edns->version > 0) {
      out.answers.clear();
      out.rcode = Rcode::bad_version;
    } else if (query.edns) {
      if (auto cookie = query.edns->cookie()) {
        cookie->resize(16, 7);
        out.edns->options.push_back({wire::Edns::cookie_code, *cookie});
      }
    }
  }
  return out;
}

Zone small_world() {
  return Zone({
      {{"test", "SOA"}, {"ns.test. host.test. 1 2 3 4 5"}},
      {{"test", "NS"}, {"ns.test"}},
      {{"ns.test", "A"}, {"127.0.0.1"}},
      {{"a.root-servers.net", "A"}, {"198.41.0.4"}},
      {{"example.test", "SOA"}, {"ns.test. host.example.test. 7 2 3 4 5"}},
      {{"example.test", "NS"}, {"ns.test", "ns.private.test"}},
      {{"ns.private.test", "A"}, {"10.9.8.7"}},
      {{"example.test", "MX"}, {"10 mx.example.test"}},
      {{"mx.example.test", "A"}, {"127.0.0.25"}},
      {{"25.0.0.127.in-addr.arpa", "PTR"}, {"mx.example.test"}},
      {{"_25._tcp.mx.example.test", "TLSA"}, {"3 1 1 " + std::string(64, 'a')}},
      {{"example.test", "TXT"}, {"\"v=spf1 include:spf.other.test -all\""}},
      {{"spf.other.test", "TXT"}, {"\"v=spf1 a:host.third.test -all\""}},
      {{"host.third.test", "A"}, {"192.0.2.3"}},
      {{"_dmarc.example.test", "TXT"}, {"\"v=DMARC1; p=reject; rua=mailto:x@reports.elsewhere.org\""}},
      {{"example.test._report._dmarc.reports.elsewhere.org", "TXT"}, {"\"v=DMARC1\""}},
      {{"selector1._domainkey.example.test", "CNAME"}, {"key.gone.org"}},
      {{"test", "CAA"}, {"0 issue \"ca.test\""}},
      {{"www.example.test", "CNAME"}, {"shop.gone.org"}},
  });
}

TEST(Probes, NameServersAreAskedThemselves) {
  const DnsServer server([](const Message& query, bool) {
    static const Zone zone = small_world();
    return std::vector<Bytes>{packed(everything(query, zone))};
  });
  World world(server.endpoint());
  const auto servers =
      run(world.context, probe_name_servers(world.visit, world.resolver, "example.test",
                                            {"ns.test", "NS.private.test.", "nowhere.test"}));
  ASSERT_EQ(servers.size(), 3U);
  const auto& nowhere = servers[0];
  EXPECT_EQ(nowhere.name, "nowhere.test");
  EXPECT_EQ(nowhere.udp.unseen(), Unseen::unreachable);
  const auto& hidden = servers[1];
  EXPECT_EQ(hidden.address, "10.9.8.7");
  EXPECT_EQ(hidden.udp.unseen(), Unseen::out_of_scope);
  EXPECT_EQ(hidden.tcp.unseen(), Unseen::out_of_scope);
  const auto& good = servers[2];
  EXPECT_EQ(good.address, "127.0.0.1");
  ASSERT_NE(good.udp.seen(), nullptr);
  EXPECT_TRUE(good.udp.seen()->authoritative);
  EXPECT_EQ(good.udp.seen()->rcode, 0);
  EXPECT_FALSE(good.udp.seen()->soa.empty());
  EXPECT_THAT(good.udp.seen()->name_servers, ElementsAre("ns.private.test", "ns.test"));
  EXPECT_TRUE(good.tcp.is(true));
  EXPECT_TRUE(good.edns.is(true));
  EXPECT_TRUE(good.bad_version.is(true));
  EXPECT_TRUE(good.cookies.is(true));
  EXPECT_TRUE(good.version.is("TestServer 1.2.3"));
  ASSERT_NE(good.udp_size_bytes.seen(), nullptr);
  EXPECT_GT(*good.udp_size_bytes.seen(), 12);
  EXPECT_TRUE(good.recursion_rcode.is(0));
  EXPECT_TRUE(good.recursion_answered.is(true));  // this one resolves for everybody
}

TEST(Probes, SilentNameServerIsUnseenAndClosedTcpIsSaid) {
  const DnsServer resolver([](const Message& query, bool) {
    static const Zone zone({{{"ns.test", "A"}, {"127.0.0.2"}}});
    return std::vector<Bytes>{packed(zone.answer(query))};
  });
  World world(resolver.endpoint(), milliseconds(3'000));
  const auto start = Clock::now();
  const auto servers =
      run(world.context, probe_name_servers(world.visit, world.resolver, "example.test", {"ns.test"}));
  EXPECT_LT(Clock::now() - start, milliseconds(4'500));
  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(servers[0].udp.seen(), nullptr);  // nobody at that address and port
  EXPECT_EQ(servers[0].version.seen(), nullptr);
  EXPECT_TRUE(servers[0].tcp.is(false));
}

TEST(Probes, DelegationComesFromTheParent) {
  const DnsServer server([](const Message& query, bool) {
    static const Zone zone = small_world();
    return std::vector<Bytes>{packed(everything(query, zone))};
  });
  World world(server.endpoint());
  const auto delegation = run(world.context, probe_delegation(world.visit, world.resolver, "child.test"));
  ASSERT_NE(delegation.seen(), nullptr);
  EXPECT_EQ(delegation.seen()->parent, "test");
  EXPECT_THAT(delegation.seen()->name_servers, ElementsAre("ns1.child.test", "ns2.test"));
  EXPECT_THAT(delegation.seen()->glue, ElementsAre("ns1.child.test 127.0.0.1"));
}

struct Expected {
  std::string name;
  const char* type;
  DnsStatus status;
};

TEST(Probes, DomainIsAskedAllThatChecksNeed) {
  const DnsServer server([](const Message& query, bool) {
    static const Zone zone = small_world();
    return std::vector<Bytes>{packed(everything(query, zone))};
  });
  World world(server.endpoint(), milliseconds(30'000));
  const auto bag = run(world.context, probe_domain_dns(world.visit, world.resolver, "example.test"));
  const auto control = control_label("example.test") + ".example.test";
  const Expected cases[] = {
      {"example.test", "SOA", DnsStatus::found},
      {"example.test", "MX", DnsStatus::found},
      {"example.test", "DNSKEY", DnsStatus::nodata},
      {"example.test", "CAA", DnsStatus::nodata},
      {"test", "CAA", DnsStatus::found},
      {control, "A", DnsStatus::nxdomain},
      {control, "TXT", DnsStatus::nxdomain},
      {"_dmarc.example.test", "TXT", DnsStatus::found},
      {"example.test._report._dmarc.reports.elsewhere.org", "TXT", DnsStatus::found},
      {"spf.other.test", "TXT", DnsStatus::found},
      {"host.third.test", "A", DnsStatus::found},
      {"third.test", "SOA", DnsStatus::nodata},
      {"mx.example.test", "A", DnsStatus::found},
      {"mx.example.test", "AAAA", DnsStatus::nodata},
      {"25.0.0.127.in-addr.arpa", "PTR", DnsStatus::found},
      {"_25._tcp.mx.example.test", "TLSA", DnsStatus::found},
      {"ns.private.test", "A", DnsStatus::found},
      {"selector1._domainkey.example.test", "TXT", DnsStatus::nxdomain},
      {"gone.org", "SOA", DnsStatus::nxdomain},
      {"_mta-sts.example.test", "TXT", DnsStatus::nxdomain},
      {"_smtp._tls.example.test", "TXT", DnsStatus::nxdomain},
  };
  for (const auto& one : cases) {
    const auto* answer = bag.find(one.name, one.type);
    ASSERT_NE(answer, nullptr) << one.name << " " << one.type;
    EXPECT_EQ(answer->status, one.status) << one.name << " " << one.type;
  }
  EXPECT_NE(bag.find("example.test", "SOA")->security, Security::unchecked);
  EXPECT_NE(bag.find("mx.example.test", "A")->security, Security::unchecked);
}

TEST(Probes, HostWithADanglingAlias) {
  const DnsServer server([](const Message& query, bool) {
    static const Zone zone = small_world();
    return std::vector<Bytes>{packed(everything(query, zone))};
  });
  World world(server.endpoint(), milliseconds(30'000));
  const auto bag = run(world.context, probe_host_dns(world.visit, world.resolver, "www.example.test"));
  const auto* address = bag.find("www.example.test", "A");
  ASSERT_NE(address, nullptr);
  EXPECT_EQ(address->status, DnsStatus::nxdomain);
  EXPECT_THAT(address->aliases, ElementsAre("shop.gone.org"));
  ASSERT_NE(bag.find("gone.org", "SOA"), nullptr);
  EXPECT_EQ(bag.find("gone.org", "SOA")->status, DnsStatus::nxdomain);
  EXPECT_NE(bag.find("test", "CAA"), nullptr);
}

TEST(Probes, SilentResolverGivesErrorsWithinTheDeadline) {
  const DnsServer server([](const Message&, bool) { return std::vector<Bytes>(); });
  World world(server.endpoint(), milliseconds(500));
  const auto start = Clock::now();
  const auto bag = run(world.context, probe_domain_dns(world.visit, world.resolver, "example.test"));
  EXPECT_LT(Clock::now() - start, milliseconds(2'500));
  ASSERT_FALSE(bag.all().empty());
  for (const auto& answer : bag.all()) {
    EXPECT_EQ(answer.status, DnsStatus::error) << answer.name;
    EXPECT_EQ(answer.why, Unseen::timed_out) << answer.name;
  }
}

}  // namespace
}  // namespace utsyn::probe
