#include "wire/http/robots_txt.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

TEST(ParseRobotsTxt, CollectsDisallowedPaths) {
  const auto robots = parse_robots_txt(
      "\xEF\xBB\xBFUser-agent: *\r\nDisallow: /admin/ # keep out\nDisallow:\nAllow: /\ndisallow : /admin/\n\n"
      "User-Agent: Bot\nDisallow: /\nSitemap: https://example.no/sitemap.xml\n");
  EXPECT_EQ(robots.disallow, (std::vector<std::string>{"/admin/", "/"}));
  EXPECT_EQ(robots.sitemaps, (std::vector<std::string>{"https://example.no/sitemap.xml"}));
  EXPECT_FALSE(robots.blocks_everything) << "only for one robot";
  EXPECT_FALSE(robots.truncated);
}

TEST(ParseRobotsTxt, AgentsInARowShareTheirRules) {
  EXPECT_TRUE(parse_robots_txt("User-agent: *\nUser-agent: Bot\nDisallow: /").blocks_everything);
  EXPECT_FALSE(
      parse_robots_txt("User-agent: *\nDisallow: /a\nUser-agent: Bot\nDisallow: /").blocks_everything);
}

TEST(ParseRobotsTxt, IsBounded) {
  std::string text = "User-agent: *\n";
  for (int i = 0; i < 1500; ++i) text += "Disallow: /" + std::to_string(i) + "\n";
  const auto robots = parse_robots_txt(text);
  EXPECT_EQ(robots.disallow.size(), 1000U);
  EXPECT_TRUE(robots.truncated);
  EXPECT_TRUE(parse_robots_txt(std::string(600000, 'a')).truncated);
}

TEST(TellingPaths, TakesWholeWords) {
  RobotsTxt robots;
  robots.disallow = {"/wp-admin/", "/testimonials/", "/old/site",         "/api/v1",
                     "/about",     "/*.sql$",        "/administrasjonen", "/"};
  EXPECT_EQ(telling_paths(robots),
            (std::vector<std::string>{"/wp-admin/", "/old/site", "/api/v1", "/*.sql$"}));
}

}  // namespace
}  // namespace utsyn::wire
