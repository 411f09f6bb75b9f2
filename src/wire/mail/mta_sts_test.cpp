#include "wire/mail/mta_sts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using testing::ElementsAre;

TEST(MtaStsRecords, Readable) {
  EXPECT_EQ(parse_mta_sts_record("v=STSv1; id=20250101T000000;")->id, "20250101T000000");
  EXPECT_EQ(parse_mta_sts_record("v=STSv1 ;id=1")->id, "1");
  EXPECT_THAT(parse_mta_sts_record("v=STSv1; id=1; ext=yes")->extensions, ElementsAre("ext"));
}

TEST(MtaStsRecords, EachReason) {
  struct Row {
    std::string txt;
    MtaStsRecordError error;
  };
  const Row rows[] = {
      {"v=STSv1", MtaStsRecordError::not_mta_sts},
      {"v=STSv10; id=1", MtaStsRecordError::not_mta_sts},
      {"V=STSv1; id=1", MtaStsRecordError::not_mta_sts},
      {" v=STSv1; id=1", MtaStsRecordError::not_mta_sts},
      {"v=STSv1; id=1;" + std::string(70000, ' '), MtaStsRecordError::too_long},
      {"v=STSv1; id", MtaStsRecordError::malformed_field},
      {"v=STSv1; ; id=1", MtaStsRecordError::malformed_field},
      {"v=STSv1; id=1; x=", MtaStsRecordError::malformed_field},
      {"v=STSv1;", MtaStsRecordError::missing_id},
      {"v=STSv1; id=", MtaStsRecordError::bad_id},
      {"v=STSv1; id=2025-01-01", MtaStsRecordError::bad_id},
      {"v=STSv1; id=" + std::string(33, '1'), MtaStsRecordError::bad_id},
      {"v=STSv1; id=1; id=2", MtaStsRecordError::repeated_id},
  };
  for (const auto& row : rows) {
    const auto record = parse_mta_sts_record(row.txt);
    ASSERT_FALSE(record) << row.txt.substr(0, 60);
    EXPECT_EQ(mta_sts_record_error_name(record.error()), mta_sts_record_error_name(row.error))
        << row.txt.substr(0, 60);
  }
}

TEST(MtaStsPolicies, Readable) {
  const auto policy = parse_mta_sts_policy(
      "version: STSv1\r\nmode: enforce\r\nmx: Mail.Example.no\r\nmx: *.example.net\r\nmax_age: 604800\r\n");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->mode, MtaStsMode::enforce);
  EXPECT_THAT(policy->mx, ElementsAre("mail.example.no", "*.example.net"));
  EXPECT_EQ(policy->max_age_seconds, 604800U);
  EXPECT_FALSE(policy->bare_line_feeds);
}

TEST(MtaStsPolicies, LooseForms) {
  const auto policy =
      parse_mta_sts_policy("mode:testing \nversion:STSv1\nmode: none\nmx: a.no\nfoo: bar\nmax_age: 0\n\n");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->mode, MtaStsMode::testing) << "the first of each counts";
  EXPECT_TRUE(policy->bare_line_feeds);
  EXPECT_THAT(policy->extensions, ElementsAre("foo"));
  EXPECT_TRUE(parse_mta_sts_policy("version: STSv1\nmode: none\nmax_age: 86400"));
}

TEST(MtaStsPolicies, EachReason) {
  struct Row {
    std::string file;
    MtaStsPolicyError error;
  };
  const Row rows[] = {
      {std::string(65537, 'a'), MtaStsPolicyError::too_long},
      {"<html>\n", MtaStsPolicyError::malformed_line},
      {"version: STSv1\n\nmode: none\n", MtaStsPolicyError::malformed_line},
      {"version STSv1\n", MtaStsPolicyError::malformed_line},
      {"version:\n", MtaStsPolicyError::malformed_line},
      {"version: STSv1\x01\n", MtaStsPolicyError::malformed_line},
      {"", MtaStsPolicyError::bad_version},
      {"version: STSv2\n", MtaStsPolicyError::bad_version},
      {"mode: none\nmax_age: 1\n", MtaStsPolicyError::bad_version},
      {"version: STSv1\nmax_age: 1\nmx: a.no\n", MtaStsPolicyError::missing_mode},
      {"version: STSv1\nmode: Enforce\n", MtaStsPolicyError::bad_mode},
      {"version: STSv1\nmode: enforce\nmx: a.no\n", MtaStsPolicyError::missing_max_age},
      {"version: STSv1\nmax_age: 31557601\n", MtaStsPolicyError::bad_max_age},
      {"version: STSv1\nmax_age: -1\n", MtaStsPolicyError::bad_max_age},
      {"version: STSv1\nmode: testing\nmax_age: 1\n", MtaStsPolicyError::missing_mx},
      {"version: STSv1\nmx: *\n", MtaStsPolicyError::bad_mx},
      {"version: STSv1\nmx: mail.*.no\n", MtaStsPolicyError::bad_mx},
      {"version: STSv1\nmx: a.no, b.no\n", MtaStsPolicyError::bad_mx},
  };
  for (const auto& row : rows) {
    const auto policy = parse_mta_sts_policy(row.file);
    ASSERT_FALSE(policy) << row.file.substr(0, 60);
    EXPECT_EQ(mta_sts_policy_error_name(policy.error()), mta_sts_policy_error_name(row.error))
        << row.file.substr(0, 60);
  }
}

TEST(MtaStsMatch, WildcardIsOneLabel) {
  EXPECT_TRUE(mta_sts_matches("mail.example.no", "MAIL.example.no."));
  EXPECT_TRUE(mta_sts_matches("*.example.no", "mail.example.no"));
  EXPECT_FALSE(mta_sts_matches("*.example.no", "a.mail.example.no"));
  EXPECT_FALSE(mta_sts_matches("*.example.no", "example.no"));
  EXPECT_FALSE(mta_sts_matches("mail.example.no", "mail2.example.no"));
  const MtaStsPolicy policy{.mx = {"a.no", "*.b.no"}};
  EXPECT_TRUE(mta_sts_allows(policy, "x.b.no"));
  EXPECT_FALSE(mta_sts_allows(policy, "c.no"));
  EXPECT_EQ(mta_sts_mode_name(MtaStsMode::testing), "testing");
}

}  // namespace
}  // namespace utsyn::wire
