#include "wire/dns/caa.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace utsyn::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

struct Case {
  const char* name;
  CaaRecord record;
  std::optional<CaaError> error;
  std::vector<CaaRemark> remarks;
};
class ParseCaa : public testing::TestWithParam<Case> {};
TEST_P(ParseCaa, GivesExpectedResult) {
  const auto property = parse_caa(GetParam().record);
  if (GetParam().error) {
    ASSERT_FALSE(property);
    EXPECT_EQ(property.error(), *GetParam().error);
    return;
  }
  ASSERT_TRUE(property);
  EXPECT_EQ(property->remarks, GetParam().remarks);
}
const Case cases[] = {
    {"Issuer", {0, "issue", "letsencrypt.org"}, {}, {}},
    {"TagInAnyCase", {0, "ISSUE", "letsencrypt.org"}, {}, {}},
    {"Nobody", {0, "issue", ";"}, {}, {}},
    {"NobodyByEmptyValue", {128, "issuewild", ""}, {}, {}},
    {"Parameters",
     {0, "issue", "ca.example; accounturi=https://ca.example/1; validationmethods=dns-01,ca-own"},
     {},
     {}},
    {"Mail", {0, "issuemail", "ca.example"}, {}, {}},
    {"ReportByMail", {0, "iodef", "mailto:sec@example.no"}, {}, {}},
    {"ReportByWeb", {0, "iodef", "https://example.no/caa"}, {}, {}},
    {"Contact", {0, "contactemail", "sec@example.no"}, {}, {}},
    {"UnknownTag", {0, "tbs", "x"}, {}, {CaaRemark::unknown_tag}},
    {"ReservedFlags", {1, "issue", "ca.example"}, {}, {CaaRemark::reserved_flags}},
    {"Quotes", {0, "issue", "\"ca.example; a=b\""}, {}, {CaaRemark::quotes_in_value}},
    {"UnknownMethod",
     {0, "issue", "ca.example; validationmethods=magic,more"},
     {},
     {CaaRemark::unknown_validation_method}},
    {"UnknownCritical", {128, "tbs", "x"}, CaaError::unknown_critical, {}},
    {"EmptyTag", {0, "", "x"}, CaaError::bad_tag, {}},
    {"LongTag", {0, "abcdefghijklmnop", "x"}, CaaError::bad_tag, {}},
    {"OddTag", {0, "is-sue", "x"}, CaaError::bad_tag, {}},
    {"IssuerWithBlank", {0, "issue", "lets encrypt"}, CaaError::bad_issuer, {}},
    {"IssuerAsAddress", {0, "issue", "https://ca.example"}, CaaError::bad_issuer, {}},
    {"ParameterWithoutValue", {0, "issue", "ca.example; policy"}, CaaError::bad_parameter, {}},
    {"ParameterNameOdd", {0, "issue", "ca.example; a_b=1"}, CaaError::bad_parameter, {}},
    {"ParameterWithBlank", {0, "issue", "ca.example; a=1 b=2"}, CaaError::bad_parameter, {}},
    {"EmptyParameter", {0, "issue", "ca.example; ; a=1"}, CaaError::bad_parameter, {}},
    {"ReportByPhone", {0, "iodef", "tel:+4700000000"}, CaaError::bad_iodef, {}},
    {"ReportWithoutDomain", {0, "iodef", "mailto:sec"}, CaaError::bad_iodef, {}},
    {"ReportWithoutHost", {0, "iodef", "https://"}, CaaError::bad_iodef, {}},
};
INSTANTIATE_TEST_SUITE_P(Table, ParseCaa, testing::ValuesIn(cases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(CaaParameters, AccountAndMethods) {
  const auto property = parse_caa(
      {0, "issue", "CA.example ; accounturi = https://ca.example/acct/1;validationmethods=dns-01,http-01"});
  ASSERT_TRUE(property);
  EXPECT_EQ(property->kind, CaaKind::issue);
  EXPECT_EQ(property->issuer, "ca.example");
  EXPECT_EQ(property->account_uri, "https://ca.example/acct/1");
  EXPECT_THAT(property->validation_methods, ElementsAre("dns-01", "http-01"));
  EXPECT_THAT(property->parameters, ElementsAre(Pair("accounturi", "https://ca.example/acct/1"),
                                                Pair("validationmethods", "dns-01,http-01")));
  EXPECT_EQ(parse_caa({0, "issue", ";"})->issuer, "");
}

TEST(CaaErrors, EachHasItsOwnWords) {
  EXPECT_NE(describe(CaaError::bad_tag), describe(CaaError::bad_issuer));
  EXPECT_NE(describe(CaaError::bad_parameter), describe(CaaError::bad_iodef));
  EXPECT_NE(describe(CaaError::unknown_critical), describe(CaaError::bad_iodef));
}

class FakeZone : public AnswerSource {
 public:
  explicit FakeZone(std::map<std::string, Answer, std::less<>> names) : names_(std::move(names)) {}
  Answer answer(std::string_view name, RecordType type) const override {
    EXPECT_EQ(type, RecordType::caa);
    const auto found = names_.find(name);
    return found == names_.end() ? Answer{} : found->second;
  }

 private:
  std::map<std::string, Answer, std::less<>> names_;
};
const Answer empty{AnswerStatus::nodata, {}};
const Answer gone{AnswerStatus::nxdomain, {}};
const Answer broken{AnswerStatus::error, {}};
const Answer some{AnswerStatus::found, {"0 issue \"ca.example\""}};

TEST(ClimbCaa, FirstSetWins) {
  const FakeZone zone({{"www.example.no", empty}, {"example.no", some}, {"no", broken}});
  const auto climb = climb_caa("WWW.Example.no.", zone);
  EXPECT_TRUE(climb.complete());
  EXPECT_EQ(climb.found_at, "example.no");
  EXPECT_THAT(climb.values, ElementsAre("0 issue \"ca.example\""));
  EXPECT_THAT(climb.asked, ElementsAre("www.example.no", "example.no"));
}

TEST(ClimbCaa, NoneUpToTheTop) {
  const auto climb =
      climb_caa("a.example.no", FakeZone({{"a.example.no", gone}, {"example.no", empty}, {"no", empty}}));
  EXPECT_TRUE(climb.complete());
  EXPECT_EQ(climb.found_at, "");
  EXPECT_THAT(climb.asked, ElementsAre("a.example.no", "example.no", "no"));
}

TEST(ClimbCaa, ErrorIsNotAbsence) {
  const auto climb =
      climb_caa("www.example.no", FakeZone({{"www.example.no", broken}, {"example.no", some}}));
  EXPECT_TRUE(climb.error);
  EXPECT_FALSE(climb.complete());
  EXPECT_EQ(climb.found_at, "");
}

TEST(ClimbCaa, TellsWhatToAskNext) {
  const auto climb = climb_caa("www.example.no", FakeZone({{"www.example.no", empty}}));
  EXPECT_FALSE(climb.complete());
  EXPECT_THAT(climb.missing, ElementsAre(WantedLookup{"example.no", RecordType::caa}));
  EXPECT_THAT(climb_caa("", FakeZone({})).missing, IsEmpty());
}

}  // namespace
}  // namespace utsyn::wire
