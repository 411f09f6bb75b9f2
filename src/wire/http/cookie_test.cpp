#include "wire/http/cookie.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using namespace std::string_literals;

TEST(ParseSetCookie, ReadsNameValueAndAttributes) {
  const auto cookie = parse_set_cookie(
      " sid = \"a b\" ; SECURE; HttpOnly=yes; samesite=LAX; Domain=.Example.NO; Path=/app; Max-Age=3600; "
      "Partitioned");
  ASSERT_TRUE(cookie);
  EXPECT_EQ(cookie->name, "sid");
  EXPECT_EQ(cookie->value, "\"a b\"");
  EXPECT_TRUE(cookie->secure && cookie->http_only && cookie->partitioned && cookie->persistent);
  EXPECT_EQ(cookie->same_site, SameSite::lax);
  EXPECT_EQ(cookie->domain, "example.no");
  EXPECT_EQ(cookie->path, "/app");
  EXPECT_EQ(cookie->max_age_seconds, 3600);
  EXPECT_FALSE(cookie->deletes());
}

TEST(ParseSetCookie, KnowsEverySameSite) {
  const struct {
    std::string_view attribute;
    SameSite expected;
  } rows[] = {
      {"", SameSite::absent},
      {"; SameSite", SameSite::bare},
      {"; SameSite=", SameSite::bare},
      {"; SameSite=None", SameSite::none},
      {"; SameSite=Strict", SameSite::strict},
      {"; SameSite=Lax", SameSite::lax},
      {"; SameSite=Yes", SameSite::invalid},
      {"; SameSite=Strict; SameSite=None", SameSite::none},  // the last one counts
  };
  for (const auto& row : rows)
    EXPECT_EQ(parse_set_cookie("a=b" + std::string(row.attribute))->same_site, row.expected) << row.attribute;
}

TEST(ParseSetCookie, KnowsWhatOutlivesTheBrowser) {
  const struct {
    std::string_view attribute;
    bool persistent;
  } rows[] = {
      {"", false},
      {"; Expires=Wed, 21 Oct 2026 07:28:00 GMT", true},
      {"; expires=Wed, 21-Oct-26 07:28:00 GMT", true},
      {"; Expires=never", false},
      {"; Expires=", false},
      {"; Max-Age=10", true},
      {"; Max-Age=ten", false},
      {"; Max-Age=-1", true},
  };
  for (const auto& row : rows)
    EXPECT_EQ(parse_set_cookie("a=b" + std::string(row.attribute))->persistent, row.persistent)
        << row.attribute;
  EXPECT_TRUE(parse_set_cookie("a=b; Max-Age=0")->deletes());
  EXPECT_EQ(parse_set_cookie("a=b; Max-Age=99999999999999999999")->max_age_seconds, 400 * 86400);
}

TEST(ParseSetCookie, TakesNamelessCookiesAndOddPaths) {
  EXPECT_EQ(parse_set_cookie("value")->value, "value");
  EXPECT_EQ(parse_set_cookie("=value")->name, "");
  EXPECT_EQ(parse_set_cookie("a=b=c")->value, "b=c");
  EXPECT_EQ(parse_set_cookie("a=b; Path=app")->path, "");
  EXPECT_EQ(parse_set_cookie("a=b; Path=" + std::string(2000, '/'))->path, "");
}

TEST(ParseSetCookie, SaysWhyNot) {
  const struct {
    std::string field;
    CookieError error;
  } rows[] = {
      {"", CookieError::empty},
      {"=; Secure", CookieError::empty},
      {"; a=b", CookieError::empty},
      {"a=b\x01", CookieError::control_character},
      {"a=b\0; Secure"s, CookieError::control_character},
      {"a=" + std::string(4096, 'x'), CookieError::too_large},
  };
  for (const auto& row : rows) {
    const auto cookie = parse_set_cookie(row.field);
    ASSERT_FALSE(cookie) << row.field;
    EXPECT_EQ(describe(cookie.error()), describe(row.error));
  }
}

TEST(ReadCookies, LeavesOutWhatBrowsersDo) {
  const auto cookies =
      read_cookies({{"Set-Cookie", "a=1"}, {"Set-Cookie", ""}, {"X", "b=2"}, {"set-cookie", "c=3"}});
  ASSERT_EQ(cookies.size(), 2U);
  EXPECT_EQ(cookies[1].name, "c");
}

TEST(PrefixFaults, FollowTheRulesOfTheName) {
  using Fault = CookiePrefixFault;
  const struct {
    std::string field;
    std::vector<Fault> expected;
  } rows[] = {
      {"__Host-a=b; Secure; Path=/", {}},
      {"__host-a=b; Path=/; Domain=e.no", {Fault::host_without_secure, Fault::host_with_domain}},
      {"__Host-a=b; Secure", {Fault::host_without_root_path}},
      {"__Secure-a=b; Secure", {}},
      {"__SECURE-a=b", {Fault::secure_without_secure}},
      {"a=b", {}},
  };
  for (const auto& row : rows)
    EXPECT_EQ(prefix_faults(*parse_set_cookie(row.field)), row.expected) << row.field;
  for (const auto fault : {Fault::host_without_secure, Fault::host_with_domain, Fault::host_without_root_path,
                           Fault::secure_without_secure}) {
    EXPECT_NE(code(fault), "unknown");
  }
}

TEST(SessionLikeName, IsNeitherBlindNorGreedy) {
  for (const std::string_view name :
       {"PHPSESSID", "JSESSIONID", "ASP.NET_SessionId", "connect.sid", "SID", "APISID", "sid",
        "laravel_session", "auth_token", ".ASPXAUTH", "jwt", "access_token", "XSRF-TOKEN", "authorization",
        "userSid", "wordpress_logged_in_abc", "remember_me", ".AspNetCore.Identity.Application"}) {
    EXPECT_TRUE(session_like_name(name)) << name;
  }
  for (const std::string_view name : {"lang", "author", "inside", "visid_incap_123", "_ga", "theme",
                                      "assessment", "side", "reside", "BIGipServerpool"}) {
    EXPECT_FALSE(session_like_name(name)) << name;
  }
}

TEST(AntiCsrfName, IsKnownByItsWords) {
  for (const std::string_view name :
       {"csrftoken", "XSRF-TOKEN", "_csrf", "__RequestVerificationToken", ".AspNetCore.Antiforgery.x"}) {
    EXPECT_TRUE(anti_csrf_name(name)) << name;
  }
  for (const std::string_view name : {"PHPSESSID", "token"}) EXPECT_FALSE(anti_csrf_name(name)) << name;
}

TEST(DecodeBigip, KnowsAllFourForms) {
  const struct {
    std::string_view value, address;
    std::uint16_t port;
    std::optional<unsigned> route_domain;
  } rows[] = {
      {"1677787402.36895.0000", "10.1.1.100", 8080, std::nullopt},
      {"vi20010112000000000000000000000030.20480", "2001:112::30", 80, std::nullopt},
      {"rd5o00000000000000000000ffffc0000201o80", "192.0.2.1", 80, 5},
      {"rd3o20010112000000000000000000000030o80", "2001:112::30", 80, 3},
  };
  for (const auto& row : rows) {
    const auto member = decode_bigip(row.value);
    ASSERT_TRUE(member) << row.value;
    EXPECT_EQ(member->address.str(), row.address);
    EXPECT_EQ(member->port, row.port);
    EXPECT_EQ(member->route_domain, row.route_domain);
  }
}

TEST(DecodeBigip, RefusesEverythingElse) {
  for (const std::string_view value :
       {"", "abc", "1.2", "1677787402.36895.0001", "1677787402.36895", "4294967296.36895.0000",
        "1677787402.65536.0000", "vi2001.20480", "vi20010112000000000000000000000030", "vi", "rd", "rdo",
        "rd5o00000000000000000000ffffc0000201", "rd5o00000000000000000000ffffc0000201o99999",
        "rd99999o00000000000000000000ffffc0000201o80"}) {
    EXPECT_FALSE(decode_bigip(value)) << value;
  }
}

}  // namespace
}  // namespace utsyn::wire
