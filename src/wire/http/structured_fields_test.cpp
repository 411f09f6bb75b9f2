#include "wire/http/structured_fields.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using Error = StructuredFieldError;
using Type = StructuredItem::Type;
using Members = std::vector<StructuredMember>;

struct Case {
  std::string name;
  std::string value;
  Result<Members, Error> expected;
};
std::string members(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i == 0 ? "a" : ",a") + std::to_string(i);
  return out;
}
const Case cases[] = {
    {"Empty", "  ", Members{}},
    {"InnerLists", "camera=(), geolocation=(self \"https://a.no\"), fullscreen=*",
     Members{{"camera", true, {}},
             {"geolocation", true, {{Type::token, "self"}, {Type::string, "https://a.no"}}},
             {"fullscreen", false, {{Type::token, "*"}}}}},
    {"BareKeyWithParameters", "a;x;y=1 \t,\tb=?0",
     Members{{"a", false, {{Type::boolean, "1"}}}, {"b", false, {{Type::boolean, "0"}}}}},
    {"Numbers", "a=-12, b=1.250",
     Members{{"a", false, {{Type::integer, "-12"}}}, {"b", false, {{Type::decimal, "1.250"}}}}},
    {"BytesDatesAndStrings", "a=:aGVp:, b=@1659578233, c=\"x\\\"\\\\\", d=%\"bl%c3%a5\"",
     Members{{"a", false, {{Type::bytes, "aGVp"}}},
             {"b", false, {{Type::date, "1659578233"}}},
             {"c", false, {{Type::string, "x\"\\"}}},
             {"d", false, {{Type::display_string, "bl\xC3\xA5"}}}}},
    {"RepeatedKeyTakesTheLastValue", "a=1, b=2, a=3",
     Members{{"a", false, {{Type::integer, "3"}}}, {"b", false, {{Type::integer, "2"}}}}},
    {"TooLong", std::string(70000, 'a'), unexpected(Error::too_long)},
    {"TooManyMembers", members(1100), unexpected(Error::too_many_members)},
    {"UpperCaseKey", "Camera=()", unexpected(Error::bad_key)},
    {"OldFeaturePolicySyntax", "camera 'none'; geolocation 'self'", unexpected(Error::trailing_text)},
    {"NoValue", "a=", unexpected(Error::bad_item)},
    {"QuoteAsInCsp", "a=('self')", unexpected(Error::bad_item)},
    {"BadBoolean", "a=?2", unexpected(Error::bad_item)},
    {"OpenBytes", "a=:aGVp", unexpected(Error::bad_item)},
    {"NumberTooLong", "a=1234567890123456", unexpected(Error::bad_number)},
    {"DecimalWithoutFraction", "a=1.", unexpected(Error::bad_number)},
    {"DecimalDate", "a=@1.5", unexpected(Error::bad_number)},
    {"LoneMinus", "a=-", unexpected(Error::bad_number)},
    {"OpenString", "a=\"x", unexpected(Error::bad_string)},
    {"BadEscape", "a=\"\\x\"", unexpected(Error::bad_string)},
    {"BadPercent", "a=%\"%C3%A5\"", unexpected(Error::bad_string)},
    {"OpenList", "a=(self", unexpected(Error::bad_inner_list)},
    {"ListWithCommas", "a=(self,src)", unexpected(Error::bad_inner_list)},
    {"TrailingComma", "a=1,", unexpected(Error::trailing_comma)},
    {"TrailingText", "a=1 b", unexpected(Error::trailing_text)},
};

class ParseDictionary : public testing::TestWithParam<Case> {};
TEST_P(ParseDictionary, GivesExpectedResult) {
  EXPECT_EQ(parse_structured_dictionary(GetParam().value), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Table, ParseDictionary, testing::ValuesIn(cases),
                         [](const auto& row) { return row.param.name; });

TEST(StructuredFieldError, EveryOneIsDescribed) {
  for (const auto& row : cases) {
    if (!row.expected) EXPECT_GT(describe(row.expected.error()).size(), 10U);
  }
}

}  // namespace
}  // namespace utsyn::wire
