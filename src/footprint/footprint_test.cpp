#include "footprint/footprint.h"

#include <gtest/gtest.h>

namespace utsyn::footprint {
namespace {

DnsAnswer found(std::string name, std::string type, std::vector<std::string> records) {
  DnsAnswer answer;
  answer.name = std::move(name);
  answer.type = std::move(type);
  answer.status = DnsStatus::found;
  answer.records = std::move(records);
  return answer;
}

const Target kTarget{
    {"fjord", "Fjord", "municipality"}, {"fjord.example"}, {"skjema.fjord.example", "elsewhere.example"}};

TEST(Footprint, WebCandidatesAreApexWwwAndGiven) {
  EXPECT_EQ(web_candidates(kTarget, "fjord.example"),
            (std::vector<std::string>{"fjord.example", "www.fjord.example", "skjema.fjord.example"}));
}

TEST(Footprint, MailHostsByPreferenceOnceEach) {
  const DnsAnswers dns{
      found("fjord.example", "MX", {"20 b.example.", "10 C.example.", "10 a.example.", "30 a.example."})};
  EXPECT_EQ(mail_hosts(dns, "fjord.example"),
            (std::vector<std::string>{"a.example", "c.example", "b.example"}));
}

TEST(Footprint, NullMxIsNoMailHost) {
  const DnsAnswers dns{found("fjord.example", "MX", {"0 .", "ten mx.fjord.example.", "10 .."})};
  EXPECT_TRUE(mail_hosts(dns, "fjord.example").empty());
}

TEST(Footprint, AnAddressInPlaceOfAMailHostIsJudgedToo) {
  const DnsAnswers dns{found("fjord.example", "MX", {"20 mx.fjord.example.", "10 192.0.2.1."})};
  EXPECT_EQ(mail_hosts(dns, "fjord.example"), (std::vector<std::string>{"192.0.2.1", "mx.fjord.example"}));
  const auto asset = mail_asset(kTarget, "fjord.example", "192.0.2.1");
  EXPECT_EQ(asset.id, "192.0.2.1:25");
  EXPECT_FALSE(asset.by_provider) << "who wrote the record is at fault";
}

TEST(Footprint, HostOfAnotherOrganisationIsTheProviders) {
  EXPECT_FALSE(mail_asset(kTarget, "fjord.example", "mx.fjord.example").by_provider);
  const auto outside = mail_asset(kTarget, "fjord.example", "mx1.supplier.example");
  EXPECT_TRUE(outside.by_provider);
  EXPECT_EQ(outside.id, "mx1.supplier.example:25");
  EXPECT_EQ(outside.why, (std::vector<std::string>{"mx-of:fjord.example"}));
}

TEST(Footprint, AddressesAreBounded) {
  std::vector<std::string> many;
  for (int i = 1; i < 200; ++i) many.push_back("192.0.2." + std::to_string(i));
  const DnsAnswers dns{found("w.example", "A", many), found("w.example", "AAAA", {"2001:db8::1"})};
  EXPECT_EQ(addresses_of(dns, "w.example").size(), 8U);
}

}  // namespace
}  // namespace utsyn::footprint
