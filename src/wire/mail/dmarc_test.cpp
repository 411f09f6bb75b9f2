#include "wire/mail/dmarc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using testing::ElementsAre;

TEST(IsDmarc, VersionFirstAndExact) {
  for (const auto* yes : {"v=DMARC1; p=none", "v=DMARC1", "v = DMARC1 ;p=none", "V=DMARC1;"}) {
    EXPECT_TRUE(is_dmarc(yes)) << yes;
    EXPECT_FALSE(looks_like_dmarc(yes)) << yes;
  }
  for (const auto* no :
       {"v=dmarc1; p=none", " v=DMARC1; p=none", "p=none; v=DMARC1", "v=DMARC1 p=none", "v=DMARC10;"}) {
    EXPECT_FALSE(is_dmarc(no)) << no;
    EXPECT_TRUE(looks_like_dmarc(no)) << no;
  }
  EXPECT_FALSE(looks_like_dmarc("v=spf1 -all"));
  EXPECT_FALSE(is_dmarc(""));
}

struct Case {
  const char* name;
  std::string txt;
  DmarcPolicy policy = DmarcPolicy::none;
  std::vector<DmarcRemark> remarks{};
};
class ParseDmarc : public testing::TestWithParam<Case> {};
TEST_P(ParseDmarc, GivesPolicyAndRemarks) {
  const auto record = parse_dmarc(GetParam().txt);
  ASSERT_TRUE(record) << dmarc_error_name(record.error());
  EXPECT_EQ(record->policy, GetParam().policy);
  EXPECT_EQ(record->remarks, GetParam().remarks);
}
const Case cases[] = {
    {"Plain", "v=DMARC1; p=reject", DmarcPolicy::reject},
    {"NoBlanks", "v=DMARC1;p=quarantine;", DmarcPolicy::quarantine},
    {"BlanksEverywhere", "v=DMARC1 ;\tp = none ; ", DmarcPolicy::none},
    {"PolicyNotSecond", "v=DMARC1; rua=mailto:d@example.no; p=reject", DmarcPolicy::reject},
    {"UpperCase", "v=DMARC1; P=Reject", DmarcPolicy::reject, {DmarcRemark::upper_case_policy}},
    {"OnlyReports", "v=DMARC1; rua=mailto:d@example.no", DmarcPolicy::none, {DmarcRemark::no_policy}},
    {"UnknownTag", "v=DMARC1; p=none; x=1", DmarcPolicy::none, {DmarcRemark::unknown_tag}},
    {"RepeatedTag", "v=DMARC1; p=reject; p=none", DmarcPolicy::reject, {DmarcRemark::repeated_tag}},
    {"EmptyTag", "v=DMARC1; ; p=reject", DmarcPolicy::reject, {DmarcRemark::empty_tag}},
    {"MalformedTag", "v=DMARC1; p=reject; rua", DmarcPolicy::reject, {DmarcRemark::malformed_tag}},
    {"OddTagName", "v=DMARC1; p=reject; a-b=c", DmarcPolicy::reject, {DmarcRemark::malformed_tag}},
    {"BadAlignment", "v=DMARC1; p=reject; adkim=x", DmarcPolicy::reject, {DmarcRemark::bad_alignment}},
    {"BadFo", "v=DMARC1; p=reject; fo=2", DmarcPolicy::reject, {DmarcRemark::bad_fo}},
    {"BadPercent",
     "v=DMARC1; p=reject; pct=101",
     DmarcPolicy::reject,
     {DmarcRemark::bad_percent, DmarcRemark::historic_tag}},
    {"BadInterval",
     "v=DMARC1; p=reject; ri=day",
     DmarcPolicy::reject,
     {DmarcRemark::bad_interval, DmarcRemark::historic_tag}},
    {"BadTesting", "v=DMARC1; p=reject; t=1", DmarcPolicy::reject, {DmarcRemark::bad_testing}},
    {"BadPsd", "v=DMARC1; p=reject; psd=x", DmarcPolicy::reject, {DmarcRemark::bad_psd}},
    {"BadReportUri",
     "v=DMARC1; p=reject; rua=d@example.no",
     DmarcPolicy::reject,
     {DmarcRemark::bad_report_uri}},
    {"Historic", "v=DMARC1; p=reject; rf=afrf", DmarcPolicy::reject, {DmarcRemark::historic_tag}},
};
INSTANTIATE_TEST_SUITE_P(Table, ParseDmarc, testing::ValuesIn(cases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ParseDmarcErrors, EachReason) {
  EXPECT_EQ(parse_dmarc("v=spf1 -all"), unexpected(DmarcError::not_dmarc));
  EXPECT_EQ(parse_dmarc("v=DMARC1; p=none;" + std::string(70000, ' ')), unexpected(DmarcError::too_long));
  EXPECT_EQ(parse_dmarc("v=DMARC1; p=rejct"), unexpected(DmarcError::unknown_policy));
  EXPECT_EQ(parse_dmarc("v=DMARC1; p=reject; sp=off"), unexpected(DmarcError::unknown_policy));
  EXPECT_EQ(parse_dmarc("v=DMARC1; p=reject; np="), unexpected(DmarcError::unknown_policy));
  EXPECT_EQ(parse_dmarc("v=DMARC1; x=1"), unexpected(DmarcError::missing_policy));
  EXPECT_EQ(parse_dmarc("v=DMARC1; rua=nobody"), unexpected(DmarcError::missing_policy));
  EXPECT_EQ(dmarc_error_name(DmarcError::unknown_policy), "unknown-policy");
}

TEST(ParseDmarcTags, AllOfThem) {
  const auto record = parse_dmarc(
      "v=DMARC1; p=reject; sp=quarantine; np=reject; adkim=s; aspf=S; fo=0:1:d:s; ri=86400; rf=afrf; pct=50; "
      "t=y; psd=n;"
      "rua=mailto:a@Example.no!10m, https://r.example.net/x?y ,mailto:b@example.org?subject=x;"
      "ruf=mailto:f@example.com!5; extra=1");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->subdomain_policy, DmarcPolicy::quarantine);
  EXPECT_EQ(record->nonexistent_policy, DmarcPolicy::reject);
  EXPECT_EQ(record->dkim_alignment, DmarcAlignment::strict);
  EXPECT_EQ(record->spf_alignment, DmarcAlignment::strict);
  EXPECT_THAT(record->failure_options, ElementsAre("0", "1", "d", "s"));
  EXPECT_EQ(record->report_interval_seconds, 86400U);
  EXPECT_EQ(record->report_format, "afrf");
  EXPECT_EQ(record->percent, 50U);
  EXPECT_TRUE(record->testing);
  EXPECT_EQ(record->psd, DmarcPsd::no);
  EXPECT_THAT(record->unknown_tags, ElementsAre("extra"));
  EXPECT_THAT(record->aggregate_uris,
              ElementsAre(DmarcUri{"mailto:a@Example.no", "mailto", "example.no", 10U << 20U},
                          DmarcUri{"https://r.example.net/x?y", "https", "r.example.net", {}},
                          DmarcUri{"mailto:b@example.org?subject=x", "mailto", "example.org", {}}));
  EXPECT_THAT(record->failure_uris,
              ElementsAre(DmarcUri{"mailto:f@example.com", "mailto", "example.com", 5}));
}

TEST(ParseDmarcTags, SizeLimits) {
  EXPECT_EQ(
      parse_dmarc("v=DMARC1; p=none; rua=mailto:a@example.no!1t")->aggregate_uris.front().size_limit_bytes,
      std::uint64_t{1} << 40U);
  for (const auto* bad : {"mailto:a@example.no!", "mailto:a@example.no!x", "mailto:a@example.no!99999999999t",
                          "mailto:@example.no", "mailto:a@", "mailto:a@local", "://r.example.no", "http://",
                          "example.no", "mailto:a b@c.no"}) {
    EXPECT_TRUE(parse_dmarc(std::string("v=DMARC1; p=none; rua=") + bad)->has(DmarcRemark::bad_report_uri))
        << bad;
  }
}

TEST(DmarcNames, AreStable) {
  EXPECT_EQ(dmarc_policy_name(DmarcPolicy::quarantine), "quarantine");
  EXPECT_EQ(dmarc_remark_name(DmarcRemark::historic_tag), "historic-tag");
}

}  // namespace
}  // namespace utsyn::wire
