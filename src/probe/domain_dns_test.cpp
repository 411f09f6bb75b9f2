// What is asked of a domain and of its name servers, against one server that is resolver, parent and child.
#include "probe/dns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "probe/dns_test_world.h"

namespace utsyn::probe {
namespace {

using namespace testing;  // NOLINT: the servers
using ::testing::ElementsAre;

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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(resolver.endpoint(), milliseconds(3'000));
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
  DnsWorld world(server.endpoint());
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
  DnsWorld world(server.endpoint(), milliseconds(30'000));
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
  DnsWorld world(server.endpoint(), milliseconds(30'000));
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
  DnsWorld world(server.endpoint(), milliseconds(500));
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
