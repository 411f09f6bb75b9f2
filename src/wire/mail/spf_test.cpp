#include "wire/mail/spf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using testing::ElementsAre;

TEST(IsSpf, SelectionRule) {
  for (const auto* yes : {"v=spf1", "v=spf1 -all", "V=SPF1 a", "v=spf1  "}) EXPECT_TRUE(is_spf(yes)) << yes;
  for (const auto* no :
       {"v=spf10 -all", "v=spf1-all", " v=spf1", "spf2.0/pra", "v=spf", "", "v=spf1\t-all"}) {
    EXPECT_FALSE(is_spf(no)) << no;
  }
}

struct FaultCase {
  const char* name;
  std::string txt;
  SpfFault fault;
};
class SpfFaults : public testing::TestWithParam<FaultCase> {};
TEST_P(SpfFaults, AreFound) {
  const auto record = parse_spf(GetParam().txt);
  ASSERT_FALSE(record);
  EXPECT_EQ(spf_fault_name(record.error().fault), spf_fault_name(GetParam().fault)) << record.error().term;
}
const FaultCase fault_cases[] = {
    {"Dmarc", "v=DMARC1; p=none", SpfFault::not_spf},
    {"TooLong", "v=spf1 " + std::string(70000, ' ') + "-all", SpfFault::too_long},
    {"Tab", "v=spf1 a\t-all", SpfFault::bad_byte},
    {"NonAscii", "v=spf1 include:bl\xC3\xA5.no -all", SpfFault::bad_byte},
    {"Unknown", "v=spf1 foo -all", SpfFault::no_such_mechanism},
    {"Typo", "v=spf1 ipv4:192.0.2.1 -all", SpfFault::no_such_mechanism},
    {"QualifierAlone", "v=spf1 - all", SpfFault::no_such_mechanism},
    {"TwoQualifiers", "v=spf1 --all", SpfFault::no_such_mechanism},
    {"AllWithDomain", "v=spf1 -all:example.no", SpfFault::unexpected_value},
    {"PtrWithPrefix", "v=spf1 ptr/24", SpfFault::unexpected_value},
    {"IncludeAlone", "v=spf1 include -all", SpfFault::missing_value},
    {"IncludeEmpty", "v=spf1 include: -all", SpfFault::missing_value},
    {"Ip4Alone", "v=spf1 ip4 -all", SpfFault::missing_value},
    {"ExistsAlone", "v=spf1 exists", SpfFault::missing_value},
    {"RedirectEmpty", "v=spf1 redirect=", SpfFault::missing_value},
    {"DomainWithoutDot", "v=spf1 include:localhost -all", SpfFault::bad_domain},
    {"DomainEndsInDigits", "v=spf1 a:192.0.2.1 -all", SpfFault::bad_domain},
    {"DomainWithTwoDots", "v=spf1 include:a..no", SpfFault::bad_domain},
    {"DomainAfterMacro", "v=spf1 exists:%{i}x -all", SpfFault::bad_domain},
    {"TrailingSlash", "v=spf1 a:example.no/", SpfFault::bad_domain},
    {"MacroOpen", "v=spf1 exists:%{i.example.no", SpfFault::bad_macro},
    {"MacroLetter", "v=spf1 exists:%{x}.example.no", SpfFault::bad_macro},
    {"MacroOfExplanation", "v=spf1 exists:%{t}.example.no", SpfFault::bad_macro},
    {"MacroZeroLabels", "v=spf1 exists:%{d0}.example.no", SpfFault::bad_macro},
    {"MacroBare", "v=spf1 exists:%a.example.no", SpfFault::bad_macro},
    {"MacroAtEnd", "v=spf1 exists:example.no%", SpfFault::bad_macro},
    {"UnknownModifierMacro", "v=spf1 note=%{x}", SpfFault::bad_macro},
    {"Ip4Short", "v=spf1 ip4:192.0.2", SpfFault::bad_ip4},
    {"Ip4WithIp6", "v=spf1 ip4:2001:db8::1", SpfFault::bad_ip4},
    {"Ip6WithIp4", "v=spf1 ip6:192.0.2.1", SpfFault::bad_ip6},
    {"Ip4Prefix", "v=spf1 ip4:192.0.2.0/33", SpfFault::bad_prefix},
    {"Ip4PrefixEmpty", "v=spf1 ip4:192.0.2.0/", SpfFault::bad_prefix},
    {"Ip4PrefixZeros", "v=spf1 ip4:192.0.2.0/024", SpfFault::bad_prefix},
    {"Ip6Prefix", "v=spf1 ip6:2001:db8::/129", SpfFault::bad_prefix},
    {"APrefix", "v=spf1 a/33", SpfFault::bad_prefix},
    {"MxPrefix6", "v=spf1 mx//129", SpfFault::bad_prefix},
    {"ModifierName", "v=spf1 1x=y", SpfFault::bad_modifier_name},
    {"ModifierWithQualifier", "v=spf1 -redirect=example.no", SpfFault::bad_modifier_name},
    {"TwoRedirects", "v=spf1 redirect=a.no redirect=b.no", SpfFault::repeated_redirect},
    {"TwoExplanations", "v=spf1 exp=a.no exp=b.no", SpfFault::repeated_exp},
};
INSTANTIATE_TEST_SUITE_P(Table, SpfFaults, testing::ValuesIn(fault_cases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SpfError, NamesTheTerm) {
  const auto record = parse_spf("v=spf1 a ip4:999.0.0.1 -all");
  EXPECT_EQ(record, unexpected(SpfError{SpfFault::bad_ip4, "ip4:999.0.0.1"}));
}

struct RemarkCase {
  const char* name;
  std::string txt;
  std::vector<SpfRemark> remarks;
};
class SpfRemarks : public testing::TestWithParam<RemarkCase> {};
TEST_P(SpfRemarks, AreMade) {
  const auto record = parse_spf(GetParam().txt);
  ASSERT_TRUE(record) << record.error().term;
  EXPECT_EQ(record->remarks, GetParam().remarks);
}
const RemarkCase remark_cases[] = {
    {"Nothing", "v=spf1", {}},
    {"Plain", "v=spf1 a mx include:_spf.example.no ip4:192.0.2.0/24 -all", {}},
    {"AfterAll", "v=spf1 -all a", {SpfRemark::terms_after_all}},
    {"RedirectWithAll", "v=spf1 redirect=example.no -all", {SpfRemark::redirect_with_all}},
    {"UpperCaseMechanism", "v=spf1 A -ALL", {SpfRemark::upper_case}},
    {"UpperCaseVersion", "v=SPF1 -all", {SpfRemark::upper_case}},
    {"ExtraSpace", "v=spf1  a  -all", {SpfRemark::extra_space}},
    {"TrailingSpace", "v=spf1 -all ", {SpfRemark::trailing_space}},
    {"LongRecord",
     "v=spf1 include:" + std::string(60, 'a') + "." + std::string(60, 'a') + ".no" +
         " note=" + std::string(400, 'x') + " -all",
     {SpfRemark::long_record, SpfRemark::unknown_modifier}},
    {"HostBits", "v=spf1 ip4:192.0.2.1/24 -all", {SpfRemark::host_bits}},
    {"HostBits6", "v=spf1 ip6:2001:db8::1/64 -all", {SpfRemark::host_bits}},
    {"Ptr", "v=spf1 ptr -all", {SpfRemark::uses_ptr}},
};
INSTANTIATE_TEST_SUITE_P(Table, SpfRemarks, testing::ValuesIn(remark_cases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ParseSpf, EveryMechanism) {
  const auto record = parse_spf(
      "v=spf1 +a:Mail.Example.no/28//64 ?mx/24 ~ptr:example.no exists:%{ir}.%{v}._spf.%{d2} include:a.no. "
      "ip4:192.0.2.7 ip6:2001:db8::/32 mx//48 exp=why.%{d} note= -all");
  ASSERT_TRUE(record) << record.error().term;
  ASSERT_EQ(record->terms.size(), 9U);
  const auto& a = record->terms[0];
  EXPECT_EQ(a.mechanism, SpfMechanism::a);
  EXPECT_EQ(a.domain, "mail.example.no");
  EXPECT_EQ(a.prefix4, 28U);
  EXPECT_EQ(a.prefix6, 64U);
  const auto& mx = record->terms[1];
  EXPECT_EQ(mx.qualifier, SpfQualifier::neutral);
  EXPECT_EQ(mx.domain, "");
  EXPECT_EQ(mx.prefix4, 24U);
  EXPECT_EQ(mx.prefix6, 128U);
  EXPECT_EQ(record->terms[2].qualifier, SpfQualifier::softfail);
  EXPECT_TRUE(record->terms[3].macro);
  EXPECT_EQ(record->terms[3].domain, "%{ir}.%{v}._spf.%{d2}");
  EXPECT_EQ(record->terms[4].domain, "a.no");
  EXPECT_EQ(record->terms[5].network, Cidr::parse("192.0.2.7/32"));
  EXPECT_EQ(record->terms[6].network, Cidr::parse("2001:db8::/32"));
  EXPECT_EQ(record->terms[7].prefix6, 48U);
  EXPECT_EQ(record->terms[7].prefix4, 32U);
  ASSERT_NE(record->all(), nullptr);
  EXPECT_EQ(record->all()->qualifier, SpfQualifier::fail);
  EXPECT_TRUE(record->explanation->macro);
  EXPECT_THAT(record->unknown, ElementsAre(SpfModifier{"note", "", false}));
}

TEST(ParseSpf, MechanismNamedModifierIsAModifier) {
  const auto record = parse_spf("v=spf1 all=x redirect=_spf.example.no");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->all(), nullptr);
  EXPECT_EQ(record->redirect->value, "_spf.example.no");
}

TEST(SpfNames, AreStable) {
  EXPECT_EQ(spf_qualifier_name(SpfQualifier::softfail), "softfail");
  EXPECT_EQ(spf_mechanism_name(SpfMechanism::exists), "exists");
  EXPECT_EQ(spf_remark_name(SpfRemark::terms_after_all), "terms-after-all");
}

}  // namespace
}  // namespace utsyn::wire
