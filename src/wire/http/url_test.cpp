#include "wire/http/url.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string name;
  std::string text;
  Result<std::string, UrlError> expected;  // as str() writes it
};

const Case cases[] = {
    {"Plain", "https://example.no/a?b=c#d", "https://example.no/a?b=c"},
    {"NoPath", "http://example.no", "http://example.no/"},
    {"QueryOnly", "http://example.no?x", "http://example.no/?x"},
    {"CaseAndFinalDot", "HTTPS://Example.NO./A", "https://example.no/A"},
    {"Norwegian", "https://bl\xC3\xA5.no/", "https://xn--bl-zia.no/"},
    {"OtherPort", "https://example.no:8443/", "https://example.no:8443/"},
    {"UsualPort", "https://example.no:443/", "https://example.no/"},
    {"EmptyPort", "http://example.no:/", "http://example.no/"},
    {"Ipv4", "http://192.0.2.1/", "http://192.0.2.1/"},
    {"Ipv6", "https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"},
    {"SingleLabel", "http://Intranet/", "http://intranet/"},
    {"Userinfo", "https://bank.no:pw@evil.example/", "https://evil.example/"},
    {"DotSegments", "http://e.no/a/./b/../c/%2e%2e/d", "http://e.no/a/d"},
    {"DotsAboveTheRoot", "http://e.no/../../x/..", "http://e.no/"},
    {"Backslashes", "http:\\\\e.no\\a", "http://e.no/a"},
    {"SpaceAndNorwegianInPath", "http://e.no/a b\xC3\xA6?\"", "http://e.no/a%20b%C3%A6?%22"},
    {"BlanksAround", " \thttp://e.no/ \r\n", "http://e.no/"},
    {"Empty", " ", unexpected(UrlError::empty)},
    {"TooLong", "http://e.no/" + std::string(kMaxUrlBytes, 'a'), unexpected(UrlError::too_long)},
    {"LineBreakInside", "http://e.no/a\r\nSet-Cookie: x", unexpected(UrlError::bad_character)},
    {"Relative", "/a/b", unexpected(UrlError::not_absolute)},
    {"NoSlashes", "https:example.no", unexpected(UrlError::not_absolute)},
    {"OtherScheme", "javascript:alert(1)", unexpected(UrlError::unsupported_scheme)},
    {"Ftp", "ftp://e.no/", unexpected(UrlError::unsupported_scheme)},
    {"NoHost", "http://:80/", unexpected(UrlError::missing_host)},
    {"BadHost", "http://exa mple.no/", unexpected(UrlError::bad_host)},
    {"SpaceBeforeHost", "http:// x/", unexpected(UrlError::bad_host)},
    {"PercentInHost", "http://e%2eno/", unexpected(UrlError::bad_host)},
    {"DecimalAddress", "http://2130706433/", unexpected(UrlError::bad_host)},
    {"HexAddress", "http://0x7f.0.0.0x1/", unexpected(UrlError::bad_host)},
    {"ShortAddress", "http://127.1/", unexpected(UrlError::bad_host)},
    {"OpenBracket", "http://[::1/", unexpected(UrlError::bad_host)},
    {"V4InBrackets", "http://[127.0.0.1]/", unexpected(UrlError::bad_host)},
    {"PortZero", "http://e.no:0/", unexpected(UrlError::bad_port)},
    {"PortTooLarge", "http://e.no:65536/", unexpected(UrlError::bad_port)},
    {"PortText", "http://e.no:x/", unexpected(UrlError::bad_port)},
};

class ParseUrl : public testing::TestWithParam<Case> {};
TEST_P(ParseUrl, GivesExpectedResult) {
  const auto& row = GetParam();
  const auto url = parse_url(row.text);
  if (!row.expected) {
    ASSERT_FALSE(url) << url->str();
    EXPECT_EQ(describe(url.error()), describe(row.expected.error()));
    return;
  }
  ASSERT_TRUE(url) << describe(url.error());
  EXPECT_EQ(url->str(), *row.expected);
  EXPECT_EQ(parse_url(url->str())->str(), url->str());
}
INSTANTIATE_TEST_SUITE_P(Table, ParseUrl, testing::ValuesIn(cases),
                         [](const auto& row) { return row.param.name; });

TEST(Url, ShowsItsParts) {
  const auto url = parse_url("https://u:p@[2001:db8::1]:8443/a/b?c=d").value();
  EXPECT_TRUE(url.is_https());
  EXPECT_TRUE(url.had_userinfo);
  EXPECT_EQ(url.host, "2001:db8::1");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(url.query(), "c=d");
  EXPECT_EQ(url.authority(), "[2001:db8::1]:8443");
  EXPECT_EQ(url.origin(), "https://[2001:db8::1]:8443");
  EXPECT_TRUE(url.address());
  EXPECT_FALSE(parse_url("http://e.no/")->address());
}

TEST(ResolveUrl, FollowsTheExamplesOfRfc3986) {
  const auto base = parse_url("http://a.no/b/c/d;p?q").value();
  const struct {
    std::string_view reference, expected;
  } rows[] = {
      {"g", "http://a.no/b/c/g"},
      {"./g", "http://a.no/b/c/g"},
      {"g/", "http://a.no/b/c/g/"},
      {"/g", "http://a.no/g"},
      {"//g.no", "http://g.no/"},
      {"?y", "http://a.no/b/c/d;p?y"},
      {"g?y", "http://a.no/b/c/g?y"},
      {"#s", "http://a.no/b/c/d;p?q"},
      {"g#s", "http://a.no/b/c/g"},
      {";x", "http://a.no/b/c/;x"},
      {"", "http://a.no/b/c/d;p?q"},
      {".", "http://a.no/b/c/"},
      {"..", "http://a.no/b/"},
      {"../g", "http://a.no/b/g"},
      {"../..", "http://a.no/"},
      {"../../../g", "http://a.no/g"},
      {"/./g", "http://a.no/g"},
      {"g/../h", "http://a.no/b/c/h"},
      {"g?y/../x", "http://a.no/b/c/g?y/../x"},
      {"http:g", "http://a.no/b/c/g"},
      {"http:/g", "http://a.no/g"},
      {"https://b.no", "https://b.no/"},
      {"\\\\evil.example\\x", "http://evil.example/x"},
      {"/\\evil.example", "http://evil.example/"},
      {"///evil.example/", "http://evil.example/"},
  };
  for (const auto& row : rows) {
    const auto url = resolve_url(base, row.reference);
    ASSERT_TRUE(url) << row.reference;
    EXPECT_EQ(url->str(), row.expected) << row.reference;
  }
  EXPECT_EQ(resolve_url(base, "mailto:a@b.no").error(), UrlError::unsupported_scheme);
  EXPECT_EQ(resolve_url(base, "/a\nb").error(), UrlError::bad_character);
  EXPECT_EQ(resolve_url(base, "//").error(), UrlError::missing_host);
}

TEST(SameOrigin, ComparesSchemeHostAndPort) {
  const auto a = parse_url("https://e.no/").value();
  EXPECT_TRUE(same_origin(a, *parse_url("https://E.no:443/x")));
  EXPECT_FALSE(same_origin(a, *parse_url("http://e.no/")));
  EXPECT_FALSE(same_origin(a, *parse_url("https://e.no:8443/")));
  EXPECT_TRUE(same_host(a, *parse_url("http://e.no:81/")));
  EXPECT_FALSE(same_host(a, *parse_url("https://www.e.no/")));
}

}  // namespace
}  // namespace utsyn::wire
