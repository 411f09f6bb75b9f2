// The DNS client, against name servers of the test's own that truncate, lie and stay silent.
#include "probe/dns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "probe/dns_client.h"
#include "probe/dns_test_world.h"
#include "probe/parallel.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers
using ::testing::ElementsAre;

TEST(Resolver, FoundNodataNxdomain) {
  const DnsServer server(serve(Zone({{{"example.test", "TXT"}, {"\"b\"", "\"a\""}},
                                     {{"example.test", "A"}, {"192.0.2.1"}},
                                     {{"www.example.test", "CNAME"}, {"example.test"}},
                                     {{"loose.example.test", "CNAME"}, {"gone.example.test"}}})));
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint(), milliseconds(8'000), false);  // the resolver is trusted wherever it lies
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
    DnsWorld world(server.endpoint());
    EXPECT_THAT(world.ask("real.test", "A").records, ElementsAre("192.0.2.1")) << one.name;
  }
}

TEST(Resolver, OnlyForgedAnswersAreNone) {
  const DnsServer server([](const Message& query, bool) {
    auto forged = answer_to(query);
    forged.questions.front().name = "other.test";
    return std::vector<Bytes>{packed(forged)};
  });
  DnsWorld world(server.endpoint(), milliseconds(500));
  const auto answer = world.ask("real.test", "A");
  EXPECT_EQ(answer.status, DnsStatus::error);
  EXPECT_EQ(answer.why, Unseen::timed_out);
}

TEST(Resolver, SilenceEndsWithTheDeadline) {
  const DnsServer server([](const Message&, bool) { return std::vector<Bytes>(); });
  DnsWorld world(server.endpoint(), milliseconds(400));
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
  DnsWorld world(nobody);
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
    DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint(), milliseconds(8'000), false);
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint());
  EXPECT_EQ(world.ask(std::string(300, 'a') + ".test", "A").why, Unseen::malformed);
  EXPECT_EQ(world.ask("two..dots.test", "A").why, Unseen::malformed);
  EXPECT_EQ(world.ask("good.test", "NOSUCHTYPE").why, Unseen::malformed);
  EXPECT_EQ(server.questions(), 0);
}

}  // namespace
}  // namespace utsyn::probe
