#include "wire/http/hsts.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

struct Case {
  std::string name;
  std::string value;
  Result<Hsts, HstsError> expected;
};
const Case cases[] = {
    {"Plain", "max-age=31536000", Hsts{31536000, false, false}},
    {"Everything", "Max-Age=63072000; IncludeSubDomains; PRELOAD", Hsts{63072000, true, true}},
    {"Quoted", "max-age=\"31536000\" ; includeSubDomains", Hsts{31536000, true, false}},
    {"EmptyDirectives", ";; max-age=1;;", Hsts{1, false, false}},
    {"BlanksAroundEquals", "max-age = 1", Hsts{1, false, false}},
    {"Zero", "max-age=0", Hsts{0, false, false}},
    {"UnknownSkipped", "max-age=1; foo=bar; baz=\"a;b\"", Hsts{1, false, false}},
    {"MoreThanFits", "max-age=99999999999999999999999", Hsts{UINT64_MAX, false, false}},
    {"PreloadWithValueIsUnknown", "max-age=1; preload=1", Hsts{1, false, false}},
    {"NoMaxAge", "includeSubDomains", unexpected(HstsError::missing_max_age)},
    {"Empty", "", unexpected(HstsError::missing_max_age)},
    {"MaxAgeText", "max-age=year", unexpected(HstsError::bad_max_age)},
    {"MaxAgeEmpty", "max-age=", unexpected(HstsError::bad_max_age)},
    {"MaxAgeNegative", "max-age=-1", unexpected(HstsError::bad_max_age)},
    {"TwoPoliciesWithComma", "max-age=1, max-age=2", unexpected(HstsError::bad_max_age)},
    {"MaxAgeTwice", "max-age=1; MAX-AGE=1", unexpected(HstsError::duplicate_directive)},
    {"SubdomainsTwice", "max-age=1; includeSubDomains; includesubdomains",
     unexpected(HstsError::duplicate_directive)},
    {"OpenQuote", "max-age=\"1", unexpected(HstsError::bad_syntax)},
    {"SubdomainsWithValue", "max-age=1; includeSubDomains=true", unexpected(HstsError::bad_syntax)},
    {"CommaForSemicolon", "includeSubDomains, max-age=1", unexpected(HstsError::bad_syntax)},
    {"TooLong", "max-age=1;" + std::string(5000, ' '), unexpected(HstsError::too_long)},
};

class ParseHsts : public testing::TestWithParam<Case> {};
TEST_P(ParseHsts, GivesExpectedResult) { EXPECT_EQ(parse_hsts(GetParam().value), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(Table, ParseHsts, testing::ValuesIn(cases),
                         [](const auto& row) { return row.param.name; });

TEST(ReadHsts, OnlyTheFirstFieldCounts) {
  EXPECT_EQ(read_hsts({}), (Result<Hsts, HstsError>(unexpected(HstsError::absent))));
  EXPECT_EQ(
      read_hsts({{"Strict-Transport-Security", "max-age=5"}, {"strict-transport-security", "max-age=9"}})
          ->max_age_seconds,
      5U);
  EXPECT_FALSE(read_hsts({{"Strict-Transport-Security", "x y"}, {"Strict-Transport-Security", "max-age=9"}}));
}

TEST(HstsError, EveryOneIsDescribed) {
  for (const auto& row : cases) {
    if (!row.expected) EXPECT_GT(describe(row.expected.error()).size(), 10U);
  }
  EXPECT_FALSE(describe(HstsError::absent).empty());
}

}  // namespace
}  // namespace utsyn::wire
