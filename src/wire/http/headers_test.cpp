#include "wire/http/headers.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

Headers one(std::string_view name, std::string_view value) {
  return {{std::string(name), std::string(value)}};
}

TEST(ContentTypeOptions, TheFirstValueDecides) {
  EXPECT_EQ(content_type_options({}), ContentTypeOptions::absent);
  EXPECT_EQ(content_type_options(one("X-Content-Type-Options", "NoSniff")), ContentTypeOptions::nosniff);
  EXPECT_EQ(content_type_options(one("X-Content-Type-Options", "nosniff, foo")), ContentTypeOptions::nosniff);
  EXPECT_EQ(content_type_options(one("X-Content-Type-Options", "foo, nosniff")), ContentTypeOptions::invalid);
  EXPECT_EQ(content_type_options(one("X-Content-Type-Options", "")), ContentTypeOptions::invalid);
  EXPECT_EQ(content_type_options(one("X-Content-Type-Options", "nosniff;")), ContentTypeOptions::invalid);
}

TEST(FrameOptions, DifferentValuesConflict) {
  EXPECT_EQ(frame_options({}), FrameOptions::absent);
  EXPECT_EQ(frame_options(one("X-Frame-Options", "deny")), FrameOptions::deny);
  EXPECT_EQ(frame_options(one("X-Frame-Options", "SAMEORIGIN")), FrameOptions::same_origin);
  EXPECT_EQ(frame_options(one("X-Frame-Options", "SAMEORIGIN, sameorigin")), FrameOptions::same_origin);
  EXPECT_EQ(frame_options(one("X-Frame-Options", "ALLOW-FROM https://a.no")), FrameOptions::invalid);
  EXPECT_EQ(frame_options(one("X-Frame-Options", "")), FrameOptions::invalid);
  EXPECT_EQ(frame_options({{"X-Frame-Options", "DENY"}, {"X-Frame-Options", "SAMEORIGIN"}}),
            FrameOptions::conflicting);
}

TEST(ReferrerPolicy, TheLastKnownTokenWins) {
  EXPECT_EQ(referrer_policy({}), std::nullopt);
  EXPECT_EQ(referrer_policy(one("Referrer-Policy", "nonsense")), std::nullopt);
  EXPECT_EQ(
      referrer_policy(one("Referrer-Policy", "no-referrer, Strict-Origin-When-Cross-Origin, future-thing")),
      ReferrerPolicy::strict_origin_when_cross_origin);
  EXPECT_EQ(referrer_policy({{"Referrer-Policy", "same-origin"}, {"Referrer-Policy", "unsafe-url"}}),
            ReferrerPolicy::unsafe_url);
  EXPECT_EQ(meta_referrer_policy(" Never "), ReferrerPolicy::no_referrer);
  EXPECT_EQ(meta_referrer_policy("origin-when-crossorigin"), ReferrerPolicy::origin_when_cross_origin);
  EXPECT_EQ(meta_referrer_policy("origin"), ReferrerPolicy::origin);
  EXPECT_EQ(meta_referrer_policy("x"), std::nullopt);
  for (const auto policy :
       {ReferrerPolicy::no_referrer, ReferrerPolicy::no_referrer_when_downgrade, ReferrerPolicy::same_origin,
        ReferrerPolicy::origin, ReferrerPolicy::strict_origin, ReferrerPolicy::origin_when_cross_origin,
        ReferrerPolicy::strict_origin_when_cross_origin, ReferrerPolicy::unsafe_url}) {
    EXPECT_EQ(meta_referrer_policy(name(policy)), policy);
  }
}

TEST(PermissionsPolicy, ListsWhoMayUseWhat) {
  const auto features =
      permissions_policy(one("Permissions-Policy", "camera=(), geolocation=(self \"https://a.no\"), usb=*"));
  ASSERT_TRUE(features);
  ASSERT_EQ(features->size(), 3U);
  EXPECT_TRUE((*features)[0].allowlist.empty());
  EXPECT_EQ((*features)[1].allowlist, (std::vector<std::string>{"self", "https://a.no"}));
  EXPECT_EQ((*features)[2].allowlist, (std::vector<std::string>{"*"}));
  EXPECT_FALSE(permissions_policy(one("Permissions-Policy", "camera 'none'")));
  EXPECT_TRUE(permissions_policy({})->empty());
}

TEST(XssProtection, KnowsItsModes) {
  EXPECT_EQ(xss_protection({}), XssProtection::absent);
  EXPECT_EQ(xss_protection(one("X-XSS-Protection", "0")), XssProtection::off);
  EXPECT_EQ(xss_protection(one("X-XSS-Protection", "1")), XssProtection::filter);
  EXPECT_EQ(xss_protection(one("X-XSS-Protection", "1; report=/x")), XssProtection::filter);
  EXPECT_EQ(xss_protection(one("X-XSS-Protection", "1;Mode=Block")), XssProtection::block);
  EXPECT_EQ(xss_protection(one("X-XSS-Protection", "on")), XssProtection::invalid);
}

TEST(CrossOriginPolicies, TakeOneTokenWithParameters) {
  EXPECT_EQ(opener_policy({}), OpenerPolicy::absent);
  EXPECT_EQ(opener_policy(one("Cross-Origin-Opener-Policy", "same-origin; report-to=\"x\"")),
            OpenerPolicy::same_origin);
  EXPECT_EQ(opener_policy(one("Cross-Origin-Opener-Policy", "same-origin-allow-popups")),
            OpenerPolicy::same_origin_allow_popups);
  EXPECT_EQ(opener_policy(one("Cross-Origin-Opener-Policy", "noopener-allow-popups")),
            OpenerPolicy::noopener_allow_popups);
  EXPECT_EQ(opener_policy(one("Cross-Origin-Opener-Policy", "unsafe-none")), OpenerPolicy::unsafe_none);
  EXPECT_EQ(opener_policy(one("Cross-Origin-Opener-Policy", "Same-Origin")), OpenerPolicy::invalid);
  EXPECT_EQ(opener_policy({{"Cross-Origin-Opener-Policy", "same-origin"},
                           {"Cross-Origin-Opener-Policy", "same-origin"}}),
            OpenerPolicy::invalid);
  EXPECT_EQ(embedder_policy(one("Cross-Origin-Embedder-Policy", "require-corp")),
            EmbedderPolicy::require_corp);
  EXPECT_EQ(embedder_policy(one("Cross-Origin-Embedder-Policy", "credentialless")),
            EmbedderPolicy::credentialless);
  EXPECT_EQ(embedder_policy(one("Cross-Origin-Embedder-Policy", "unsafe-none")), EmbedderPolicy::unsafe_none);
  EXPECT_EQ(embedder_policy(one("Cross-Origin-Embedder-Policy", "x")), EmbedderPolicy::invalid);
  EXPECT_EQ(embedder_policy({}), EmbedderPolicy::absent);
  EXPECT_EQ(resource_policy(one("Cross-Origin-Resource-Policy", "same-site")), ResourcePolicy::same_site);
  EXPECT_EQ(resource_policy(one("Cross-Origin-Resource-Policy", "same-origin")), ResourcePolicy::same_origin);
  EXPECT_EQ(resource_policy(one("Cross-Origin-Resource-Policy", "cross-origin")),
            ResourcePolicy::cross_origin);
  EXPECT_EQ(resource_policy(one("Cross-Origin-Resource-Policy", "")), ResourcePolicy::invalid);
  EXPECT_EQ(resource_policy({}), ResourcePolicy::absent);
}

TEST(DeprecatedHeaders, AreNamedOnce) {
  EXPECT_EQ(deprecated_headers({{"p3p", "x"}, {"Server", "x"}, {"expect-ct", "x"}, {"P3P", "y"}}),
            (std::vector<std::string>{"P3P", "Expect-CT"}));
}

TEST(VersionBanners, FindProductsWithNumbers) {
  const struct {
    std::string_view header, value;
    std::vector<std::pair<std::string, std::string>> expected;
  } rows[] = {
      {"Server", "nginx", {}},
      {"Server", "nginx/1.18.0 (Ubuntu)", {{"nginx", "1.18.0"}}},
      {"server",
       "Apache/2.4.41 (Ubuntu) OpenSSL/1.1.1f PHP/7.4.3-4ubuntu2",
       {{"Apache", "2.4.41"}, {"OpenSSL", "1.1.1f"}, {"PHP", "7.4.3-4ubuntu2"}}},
      {"Server", "Microsoft-IIS/10.0", {{"Microsoft-IIS", "10.0"}}},
      {"Server", "Jetty(9.4.43.v20210629)", {}},
      {"X-Powered-By", "ASP.NET", {}},
      {"X-AspNet-Version", "4.0.30319", {{"", "4.0.30319"}}},
      {"X-Generator", "Drupal 10 (https://www.drupal.org)", {{"Drupal", "10"}}},
      {"Via", "1.1 varnish (Varnish/6.0), HTTP/1.1 proxy", {{"Varnish", "6.0"}}},
      {"X-Request-Id", "foo/1.0", {}},
  };
  for (const auto& row : rows) {
    std::vector<std::pair<std::string, std::string>> got;
    for (const auto& banner : version_banners(one(row.header, row.value)))
      got.emplace_back(banner.product, banner.version);
    EXPECT_EQ(got, row.expected) << row.value;
  }
  EXPECT_EQ(version_banners(one("server", "a/1"))[0].header, "Server");
}

TEST(PrivateAddresses, AreToldFromVersions) {
  const struct {
    std::string_view header, value, expected;
  } rows[] = {
      {"Location", "https://10.0.0.5:8443/login", "10.0.0.5"},
      {"Location", "https://example.no/proxy/192.168.1.7/", "192.168.1.7"},
      {"Via", "1.1 172.16.4.2:3128 (squid/5.7)", "172.16.4.2"},
      {"X-Backend", "web01[fd00::12]:80", "fd00::12"},
      {"X-Forwarded-For", "203.0.113.9, 127.0.0.1", "127.0.0.1"},
      {"X-Real", "100.64.1.1.", "100.64.1.1"},
      {"Set-Cookie", "BIGipServerpool=1677787402.36895.0000; path=/", "10.1.1.100"},
      {"Server", "Foo/10.0.0.1", ""},
      {"X-App", "version 10.0.0.1", ""},
      {"X-App-Version", "10.0.0.1", ""},
      {"X-Build", "v10.0.0.1", ""},
      {"X-Build", "10.0.0.1-beta", ""},
      {"X-Build", "1.10.0.0.1", ""},
      {"X-Public", "193.0.6.139", ""},
      {"X-Mac", "[1", ""},
  };
  for (const auto& row : rows) {
    const auto leaks = private_addresses(one(row.header, row.value));
    ASSERT_EQ(leaks.size(), row.expected.empty() ? 0U : 1U) << row.value;
    if (!leaks.empty()) EXPECT_EQ(leaks[0].address.str(), row.expected);
  }
}

TEST(AltServices, ReadsRfc7838) {
  const auto services =
      alt_services(one("Alt-Svc", "h3=\":443\"; ma=3600, h3-29=\"alt.no:8443\", w%3Dx=\":1\""));
  ASSERT_EQ(services.size(), 3U);
  EXPECT_EQ(services[0], (AltService{"h3", "", 443, 3600}));
  EXPECT_EQ(services[1], (AltService{"h3-29", "alt.no", 8443, 86400}));
  EXPECT_EQ(services[2].protocol, "w=x");
  EXPECT_TRUE(offers_http3(one("Alt-Svc", "h2=\":443\", h3=\":443\"")));
  for (const std::string_view none :
       {"clear", "h3", "h3=\"443\"", "h3=\":0\"", "h3=\":99999\"", "=\":443\"", "h2=\":443\"", ""}) {
    EXPECT_FALSE(offers_http3(one("Alt-Svc", none))) << none;
  }
}

TEST(CacheControl, ReadsItsDirectives) {
  EXPECT_EQ(cache_control({}), CacheControl{});
  const auto control =
      cache_control({{"Cache-Control", "No-Store, private"},
                     {"Cache-Control", "max-age=\"60\", s-maxage=x, public, no-cache=\"a, b\""}});
  EXPECT_TRUE(control.present && control.no_store && control.no_cache && control.is_private &&
              control.is_public);
  EXPECT_EQ(control.max_age_seconds, 60U);
  EXPECT_EQ(control.shared_max_age_seconds, std::nullopt);
}

TEST(Cors, TakesCredentialsLiterally) {
  EXPECT_EQ(cors({}), Cors{});
  EXPECT_EQ(cors({{"Access-Control-Allow-Origin", "null"}, {"Access-Control-Allow-Credentials", "true"}}),
            (Cors{"null", true}));
  EXPECT_FALSE(cors(one("Access-Control-Allow-Credentials", "True")).allow_credentials);
}

TEST(AuthChallenges, TellSchemesFromParameters) {
  const auto challenges = auth_challenges(
      {{"WWW-Authenticate", "Negotiate, NTLM TlRMTVNTUAACAAAA=="},
       {"WWW-Authenticate", "Basic realm=\"a, b\", charset=\"UTF-8\", Digest realm = \"x\", nonce=y"}});
  ASSERT_EQ(challenges.size(), 4U);
  EXPECT_EQ(challenges[0], (AuthChallenge{"negotiate", "", ""}));
  EXPECT_EQ(challenges[1], (AuthChallenge{"ntlm", "", "TlRMTVNTUAACAAAA=="}));
  EXPECT_EQ(challenges[2], (AuthChallenge{"basic", "a, b", ""}));
  EXPECT_EQ(challenges[3].scheme, "digest");
  EXPECT_TRUE(auth_challenges(one("WWW-Authenticate", "")).empty());
}

TEST(EdgeSigns, NameTheProviderOnce) {
  const auto signs = edge_signs({{"CF-Ray", "abc"},
                                 {"Server", "cloudflare"},
                                 {"Via", "1.1 x.cloudfront.net (CloudFront)"},
                                 {"Set-Cookie", "BIGipServerx=1"}});
  ASSERT_EQ(signs.size(), 3U);
  EXPECT_EQ(signs[0], (EdgeSign{"Cloudflare", "CF-Ray"}));
  EXPECT_EQ(signs[1].provider, "Amazon CloudFront");
  EXPECT_EQ(signs[2].provider, "F5 BIG-IP");
  EXPECT_TRUE(edge_signs({{"Server", "nginx"}, {"Set-Cookie", "a=__cf_bm="}}).empty());
}

TEST(MediaType, ReadsTypeAndCharset) {
  const struct {
    std::string_view value;
    std::optional<MediaType> expected;
  } rows[] = {
      {"text/html", MediaType{"text/html", ""}},
      {"Text/HTML; Charset=\"UTF-8\"", MediaType{"text/html", "utf-8"}},
      {"text/plain;x=y;charset=utf-8;charset=x", MediaType{"text/plain", "utf-8"}},
      {"application/vnd.api+json", MediaType{"application/vnd.api+json", ""}},
      {"text", std::nullopt},
      {"/html", std::nullopt},
      {"text/", std::nullopt},
      {"text/html/x", std::nullopt},
      {"te xt/html", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_media_type(row.value), row.expected) << row.value;
  EXPECT_TRUE(is_html({{"Content-Type", "text/plain"}, {"Content-Type", "text/html"}}));
  EXPECT_TRUE(is_html(one("Content-Type", "application/xhtml+xml; charset=utf-8")));
  EXPECT_FALSE(is_html(one("Content-Type", "text/plain")));
  EXPECT_FALSE(is_html({}));
}

TEST(ListMembers, DoNotSplitInsideQuotes) {
  EXPECT_EQ(list_members(" a, \"b, c\\\", d\" ,, e"),
            (std::vector<std::string>{"a", "\"b, c\\\", d\"", "e"}));
  EXPECT_TRUE(list_members(" , ").empty());
}

}  // namespace
}  // namespace utsyn::wire
