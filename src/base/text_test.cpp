#include "base/text.h"

#include <gtest/gtest.h>

namespace utsyn {
namespace {

TEST(Cut, TakesTheFrontAndLeavesTheRest) {
  std::string_view rest = "a=b=c";
  EXPECT_EQ(cut(rest, '='), "a");
  EXPECT_EQ(rest, "b=c");
  EXPECT_EQ(cut(rest, ';'), "b=c");
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(cut(rest, ';'), "");
}

TEST(Trim, TakesBlanksAtBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Case, IsAsciiOnly) {
  EXPECT_EQ(lower("ABC-\xC3\x85"), "abc-\xC3\x85");
  EXPECT_TRUE(iequals("Content-TYPE", "content-type"));
  EXPECT_FALSE(iequals("content-type", "content-typ"));
  EXPECT_FALSE(iequals("[", "{"));
  EXPECT_TRUE(istarts_with("MAILTO:x", "mailto:"));
  EXPECT_FALSE(istarts_with("mail", "mailto:"));
}

TEST(Split, KeepsEmptyFields) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Join, PutsTheSeparatorBetween) {
  const std::vector<std::string> parts = {"a", "b", "c"};
  EXPECT_EQ(join(parts, ", "), "a, b, c");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(ParseUint, TakesDigitsOnly) {
  const struct {
    std::string_view text;
    std::optional<std::uint64_t> expected;
  } cases[] = {
      {"0", 0},
      {"007", 7},
      {"18446744073709551615", UINT64_MAX},
      {"18446744073709551616", std::nullopt},
      {"", std::nullopt},
      {"+1", std::nullopt},
      {"-1", std::nullopt},
      {" 1", std::nullopt},
      {"1x", std::nullopt},
  };
  for (const auto& row : cases) EXPECT_EQ(parse_uint(row.text), row.expected) << row.text;
}

TEST(Hex, RoundTrips) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0xAB, 0xFF}), "00abff");
  EXPECT_EQ(from_hex("00ABff"), (Bytes{0x00, 0xAB, 0xFF}));
  EXPECT_EQ(from_hex(""), Bytes{});
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Base64, FollowsTheTestVectorsOfRfc4648) {
  const struct {
    std::string_view plain, coded;
  } cases[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
               {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& row : cases) {
    EXPECT_EQ(to_base64(as_bytes(row.plain)), row.coded);
    const auto back = from_base64(row.coded);
    ASSERT_TRUE(back) << row.coded;
    EXPECT_EQ(as_text(*back), row.plain);
  }
  EXPECT_EQ(as_text(from_base64("Zm9v\r\n YmFy").value()), "foobar");
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const std::string_view bad : {"Zg", "Zg=", "Zg===", "Z===", "====", "Zm9*", "Zm-v", "=Zg="}) {
    EXPECT_FALSE(from_base64(bad)) << bad;
  }
}

TEST(ValidUtf8, RefusesOverlongFormsSurrogatesAndCutText) {
  for (const std::string_view good :
       {"", "abc", "bl\xC3\xA5", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(valid_utf8(good)) << printable(good);
  }
  for (const std::string_view bad :
       {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xE2\x82", "\xC3(", "\xF0\x80\x80\x80"}) {
    EXPECT_FALSE(valid_utf8(bad)) << printable(bad);
  }
}

TEST(Printable, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(printable("ok \x1B[31m\n\\ \xC3\xA5"), "ok \\x1b[31m\\x0a\\x5c \\xc3\\xa5");
  EXPECT_EQ(printable("abcdef", 3), "abc");
}

TEST(GlobMatch, KnowsStarsAndQuestionMarks) {
  const struct {
    std::string_view pattern, text;
    bool expected;
  } cases[] = {
      {"http.*", "http.hsts", true},
      {"http.*", "https", false},
      {"*", "", true},
      {"", "", true},
      {"", "a", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"*.example.no", "a.b.example.no", true},
      {"a*b*c", "a-b-b-c", true},
      {"a*b*c", "a-b-b", false},
      {"**a", "aaa", true},
      {"*?", "", false},
  };
  for (const auto& row : cases)
    EXPECT_EQ(glob_match(row.pattern, row.text), row.expected) << row.pattern << " " << row.text;
}

TEST(GlobMatch, IsNotExponential) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "a*";
  EXPECT_FALSE(glob_match(pattern + "b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace utsyn
