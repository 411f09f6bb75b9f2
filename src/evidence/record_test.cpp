#include "evidence/record.h"

#include <gtest/gtest.h>

namespace utsyn {
namespace {

Evidence full_evidence() {
  Evidence evidence;
  evidence.asset = "www.example.no:443";
  evidence.domain = "example.no";
  evidence.host = "www.example.no";
  DnsAnswer answer;
  answer.name = "www.example.no";
  answer.type = "A";
  answer.status = DnsStatus::found;
  answer.records = {"192.0.2.1"};
  answer.security = Security::secure;
  evidence.dns.add(answer);
  answer.type = "AAAA";
  answer.status = DnsStatus::error;
  answer.why = Unseen::timed_out;
  answer.records.clear();
  evidence.dns.add(answer);
  evidence.delegation = Unseen::server_failure;
  TlsEndpoint endpoint;
  endpoint.host = "www.example.no";
  endpoint.address = "192.0.2.1";
  endpoint.available = true;
  TlsProtocol protocol;
  protocol.version = "TLSv1.2";
  protocol.offered = true;
  protocol.ciphers = {"TLS_RSA_WITH_AES_128_CBC_SHA"};
  endpoint.protocols = {protocol};
  endpoint.client_renegotiations = 0;
  endpoint.heartbeat = Unseen::reset;
  evidence.tls = {endpoint};
  WebSite site;
  site.host = "www.example.no";
  HttpAnswer http;
  http.status = 200;
  http.headers = {{"server", "caf\xE9"}};
  http.page = PageFacts{};
  site.plain.hops = {{"http://www.example.no/", "192.0.2.1", http}};
  evidence.web = site;
  evidence.sslv2_keys = {"ab"};
  ActiveTls active;
  active.host = "www.example.no";
  active.address = "192.0.2.1";
  active.heartbeat = HeartbeatAnswer{LyingHeartbeat::answered, 1};
  active.early_change_cipher = Unseen::timed_out;
  active.insecure_renegotiation = false;
  active.rsa_padding = PaddingAnswers::alike;
  evidence.active_tls = {active};
  ActiveNameServer transfer;
  transfer.zone = "example.no";
  transfer.name = "ns1.example.no";
  transfer.address = "192.0.2.53";
  transfer.transfer = ZoneTransfer{false, 5, false, 0};
  evidence.active_name_servers = {transfer};
  ActiveSmtp mail;
  mail.host = "mx1.example.no";
  mail.address = "192.0.2.25";
  mail.relay = RelayAnswer{250, 554};
  mail.verify = Unseen::rejected;
  mail.clear_command = ClearCommand::thrown_away;
  evidence.active_smtp = {mail};
  return evidence;
}

TEST(Records, EvidencePutTogetherAgainIsTheSame) {
  const auto before = full_evidence();
  const auto records = records_of(before);
  Evidence after;
  after.asset = before.asset;
  after.domain = before.domain;
  after.host = before.host;
  ASSERT_TRUE(assemble(after, records).has_value());
  EXPECT_EQ(records_of(after), records);
  EXPECT_EQ(after.tls, before.tls);
  EXPECT_EQ(after.dns, before.dns);
  EXPECT_EQ(after.delegation, before.delegation);
  EXPECT_EQ(after.sslv2_keys, before.sslv2_keys);
  EXPECT_EQ(after.active_tls, before.active_tls);
  EXPECT_EQ(after.active_name_servers, before.active_name_servers);
  EXPECT_EQ(after.active_smtp, before.active_smtp);
  EXPECT_TRUE(after.asked_actively());
}

TEST(Records, ZeroSeenIsNotUnseen) {
  const auto records = records_of(full_evidence());
  Evidence after;
  ASSERT_TRUE(assemble(after, records).has_value());
  ASSERT_EQ(after.tls.size(), 1U);
  EXPECT_TRUE(after.tls[0].client_renegotiations.is(0));
  EXPECT_EQ(after.tls[0].heartbeat.unseen(), Unseen::reset);
  EXPECT_EQ(after.tls[0].compression.unseen(), Unseen::not_measured);
}

TEST(Records, AddressDependsOnWhatWasSeenAlone) {
  auto evidence = full_evidence();
  const auto before = records_of(evidence);
  evidence.as_of += std::chrono::hours{24};
  evidence.tls[0].connections = 17;
  EXPECT_EQ(records_of(evidence), before);
  evidence.tls[0].heartbeat = true;
  EXPECT_NE(records_of(evidence), before);
}

TEST(Records, ForeignBytesBecomeText) {
  const auto records = records_of(full_evidence());
  Evidence after;
  ASSERT_TRUE(assemble(after, records).has_value());
  EXPECT_EQ(after.web.seen()->plain.hops[0].answer.seen()->headers[0].value, "caf\\xe9");
}

TEST(Records, UnreadableRecordIsNamed) {
  const Record cases[] = {
      {"sha256:1", "dns.answer", "x/A", "{"},
      {"sha256:2", "dns.answer", "x/A", R"({"status":"sideways"})"},
      {"sha256:3", "nothing.known", "x", "{}"},
      {"sha256:4", "web.site", "x", R"({"seen":7})"},
      {"sha256:5", "tcp.port", "x", R"({"port":99999999999})"},
      {"sha256:7", "active.tls", "x", R"({"heartbeat":{"answer":"loudly"}})"},
      {"sha256:6", "dns.answer", "x/A", R"({"status":"found\u0000"})"},
  };
  for (const auto& record : cases) {
    Evidence evidence;
    const auto result = assemble(evidence, {&record, 1});
    ASSERT_FALSE(result.has_value()) << record.id;
    EXPECT_NE(result.error().find(record.id), std::string::npos);
  }
}

}  // namespace
}  // namespace utsyn
