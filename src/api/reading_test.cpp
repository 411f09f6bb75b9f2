// What comes from a client, read: targets, JSON bodies, cursors, credentials, languages.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/credentials.h"
#include "api/cursor.h"
#include "api/json_body.h"
#include "api/target.h"

namespace utsyn::api {
namespace {

struct TargetCase {
  const char* name;
  std::string target;
  bool good;
  std::vector<std::string> segments;
  std::multimap<std::string, std::string, std::less<>> query;
};
const TargetCase kTargets[] = {
    {"Root", "/", true, {""}, {}},
    {"Segments", "/api/v1", true, {"api", "v1"}, {}},
    {"SlashInside", "/a%2Fb/c", true, {"a/b", "c"}, {}},
    {"PlusIsAPlusInThePath", "/a+b", true, {"a+b"}, {}},
    {"Query", "/x?q=bl%C3%A5+b&n=1", true, {"x"}, {{"q", "blå b"}, {"n", "1"}}},
    {"NameTwice", "/x?a=1&a=2", true, {"x"}, {{"a", "1"}, {"a", "2"}}},
    {"NameAlone", "/x?a&&=b", true, {"x"}, {{"a", ""}, {"", "b"}}},
    {"EqualsInValue", "/x?a=b=c", true, {"x"}, {{"a", "b=c"}}},
    {"NoSlash", "api", false, {}, {}},
    {"Absolute", "http://utsyn.example.no/", false, {}, {}},
    {"Empty", "", false, {}, {}},
    {"Zero", "/a%00b", false, {}, {}},
    {"LineFeedInQuery", "/a?b=%0Ac", false, {}, {}},
    {"Delete", "/a%7F", false, {}, {}},
    {"CutPercent", "/a%4", false, {}, {}},
    {"NoHex", "/a%zz", false, {}, {}},
    {"Overlong", "/%C0%AF", false, {}, {}},
    {"Surrogate", "/%ED%A0%80", false, {}, {}},
    {"TooLong", "/" + std::string(max_target_bytes, 'a'), false, {}, {}},
};
class ParseTarget : public testing::TestWithParam<TargetCase> {};
TEST_P(ParseTarget, GivesExpectedResult) {
  const auto& wanted = GetParam();
  const auto target = parse_target(wanted.target);
  ASSERT_EQ(target.has_value(), wanted.good) << (target ? "" : target.error());
  if (!target) {
    EXPECT_FALSE(target.error().empty());
    return;
  }
  EXPECT_EQ(target->segments, wanted.segments);
  EXPECT_EQ(target->query, wanted.query);
}
INSTANTIATE_TEST_SUITE_P(Table, ParseTarget, testing::ValuesIn(kTargets),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ParseTarget, BoundsTheNumberOfParameters) {
  std::string target = "/x?";
  for (std::size_t i = 0; i < max_query_parameters; ++i) target += "a=1&";
  EXPECT_TRUE(parse_target(target).has_value());
  EXPECT_FALSE(parse_target(target + "a=1").has_value());
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

struct JsonCase {
  const char* name;
  std::string text;
  std::string error;  // a part of it; empty: it is read
};
const JsonCase kBodies[] = {
    {"Object", R"({"a":[1,2.5,"x",null,true]})", ""},
    {"Blanks", " {}\r\n ", ""},
    {"SameNameOnTwoLevels", R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})", ""},
    {"Deep", nested(max_json_depth), ""},
    {"TooDeep", nested(max_json_depth + 1), "levels"},
    {"Twice", R"({"a":1,"b":2,"a":3})", "\"a\" stands twice"},
    {"TwiceByEscape", R"({"a":1,"\u0061":3})", "stands twice"},
    {"ZeroInText", R"({"a":"x\u0000y"})", "zero character"},
    {"ZeroInName", R"({"a\u0000":1})", "zero character"},
    {"BadUtf8", "{\"a\":\"\xC3\x28\"}", "at byte"},
    {"OverlongUtf8", "\"\xC0\xAF\"", "at byte"},
    {"HalfASurrogate", R"("\uD800")", "at byte"},
    {"Empty", "", "at byte"},
    {"Cut", R"({"a":)", "at byte"},
    {"Two", "{} {}", "at byte"},
    {"Comment", "{} // x", "at byte"},
    {"TrailingComma", "[1,]", "at byte"},
    {"NotANumber", "NaN", "at byte"},
    {"SingleQuotes", "{'a':1}", "at byte"},
};
class ParseJson : public testing::TestWithParam<JsonCase> {};
TEST_P(ParseJson, GivesExpectedResult) {
  const auto value = parse_json(GetParam().text);
  EXPECT_EQ(value.has_value(), GetParam().error.empty()) << (value ? "" : value.error());
  if (value) {
    EXPECT_EQ(*value, boost::json::parse(GetParam().text));
  } else {
    EXPECT_NE(value.error().find(GetParam().error), std::string::npos) << value.error();
  }
}
INSTANTIATE_TEST_SUITE_P(Table, ParseJson, testing::ValuesIn(kBodies),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Cursor, ComesBackAsItWas) {
  for (const std::vector<std::string>& key :
       {std::vector<std::string>{"a"}, {"6500", "org"}, {"", "blåbær"}, {std::string(300, 'x')}})
    EXPECT_EQ(read_cursor(write_cursor(key)), key);
}

TEST(Cursor, RefusesWhatItDidNotWrite) {
  const auto cursor = write_cursor({"6500", "org"});
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    EXPECT_FALSE(read_cursor(cursor.substr(0, i))) << i;
    auto changed = cursor;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto read = read_cursor(changed);
    EXPECT_TRUE(!read || *read == (std::vector<std::string>{"6500", "org"})) << i;
  }
  EXPECT_FALSE(read_cursor(cursor + "="));
  EXPECT_FALSE(read_cursor(cursor + " "));
  EXPECT_FALSE(read_cursor(write_cursor({})));
  EXPECT_FALSE(read_cursor(write_cursor({"\xFF"})));
  EXPECT_FALSE(read_cursor(std::string(5000, 'A')));
}

struct CookieCase {
  const char* name;
  std::string header;
  std::optional<std::string> value;
};
const CookieCase kCookies[] = {
    {"Alone", "session=abc", "abc"},
    {"AmongOthers", "a=b; session=abc; c=d", "abc"},
    {"Quoted", "session=\"abc\"", "abc"},
    {"Absent", "sessions=abc; xsession=d", std::nullopt},
    {"NamesHaveACase", "Session=abc", std::nullopt},
    {"Planted", "session=abc; session=evil", std::nullopt},
    {"Empty", "session=", std::nullopt},
    {"Blank", "session=a b", std::nullopt},
    {"TooLong", "session=" + std::string(257, 'a'), std::nullopt},
    {"NoHeader", "", std::nullopt},
};
class CookieValue : public testing::TestWithParam<CookieCase> {};
TEST_P(CookieValue, GivesExpectedResult) {
  EXPECT_EQ(cookie_value(GetParam().header, "session"), GetParam().value);
}
INSTANTIATE_TEST_SUITE_P(Table, CookieValue, testing::ValuesIn(kCookies),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(BearerToken, IsReadAsTheRfcSays) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer  a.b-c_~+/=="), "a.b-c_~+/==");
  EXPECT_EQ(bearer_token("Basic YTpi"), std::nullopt);
  EXPECT_EQ(bearer_token("Bearer"), std::nullopt);
  EXPECT_EQ(bearer_token("Bearer a b"), std::nullopt);
  EXPECT_EQ(bearer_token("Bearer a=b"), std::nullopt);
  EXPECT_EQ(bearer_token("Bearer =="), std::nullopt);
  EXPECT_EQ(bearer_token("Bearer " + std::string(513, 'a')), std::nullopt);
}

TEST(WantedLanguage, IsTheHeaviestWeSpeak) {
  EXPECT_EQ(wanted_language("nn-NO,nn;q=0.9,en;q=0.5"), "nn");
  EXPECT_EQ(wanted_language("en;q=0.5, nb;q=0.8"), "nb");
  EXPECT_EQ(wanted_language("no"), "nb");
  EXPECT_EQ(wanted_language("de, fr;q=0.9"), "");
  EXPECT_EQ(wanted_language("enx, nb;q=0"), "");
  EXPECT_EQ(wanted_language(""), "");
}

}  // namespace
}  // namespace utsyn::api
