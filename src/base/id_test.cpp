#include "base/id.h"

#include <gtest/gtest.h>

#include <set>

namespace utsyn {
namespace {

struct Base32Case {
  const char* name;
  std::string_view bytes;
  std::string_view expected;
};

class Base32 : public testing::TestWithParam<Base32Case> {};

TEST_P(Base32, GivesTheVectorsOfRfc4648) {
  EXPECT_EQ(to_base32(as_bytes(GetParam().bytes)), GetParam().expected);
}

const Base32Case base32_cases[] = {
    {"Empty", "", ""},
    {"One", "f", "my"},
    {"Two", "fo", "mzxq"},
    {"Three", "foo", "mzxw6"},
    {"Four", "foob", "mzxw6yq"},
    {"Five", "fooba", "mzxw6ytb"},
    {"Six", "foobar", "mzxw6ytboi"},
};
INSTANTIATE_TEST_SUITE_P(Id, Base32, testing::ValuesIn(base32_cases),
                         [](const auto& row) { return row.param.name; });

TEST(Id, IsTwentySixCharactersAndNewEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = new_id();
    ASSERT_EQ(id.size(), 26U);
    ASSERT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
    ASSERT_TRUE(seen.insert(id).second);
  }
  EXPECT_EQ(random_token().size(), 52U);
}

TEST(Id, SecretsAreComparedWhole) {
  EXPECT_TRUE(equal_secret("abc", "abc"));
  EXPECT_FALSE(equal_secret("abc", "abd"));
  EXPECT_FALSE(equal_secret("abc", "abcd"));
  EXPECT_TRUE(equal_secret("", ""));
}

}  // namespace
}  // namespace utsyn
