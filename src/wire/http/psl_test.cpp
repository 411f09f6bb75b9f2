#include "wire/http/psl.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

TEST(RegistrableDomain, FollowsTheList) {
  const struct {
    std::string_view name, suffix, domain;
  } rows[] = {
      {"www.example.no", "no", "example.no"},
      {"example.no", "no", "example.no"},
      {"no", "no", ""},
      {"www.oslo.kommune.no", "kommune.no", "oslo.kommune.no"},
      {"kommune.no", "kommune.no", ""},
      {"a.b.example.co.uk", "co.uk", "example.co.uk"},
      {"x.city.kobe.jp", "kobe.jp", "city.kobe.jp"},
      {"a.b.c.kobe.jp", "c.kobe.jp", "b.c.kobe.jp"},
      {"user.github.io", "github.io", "user.github.io"},
      {"a.b.unknowntoplevel", "unknowntoplevel", "b.unknowntoplevel"},
      {"www.xn--bl-zia.no", "no", "xn--bl-zia.no"},
      {"", "", ""},
      {".no", "", ""},
      {"a..no", "", ""},
      {"example.no.", "", ""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(public_suffix(row.name), row.suffix) << row.name;
    EXPECT_EQ(registrable_domain(row.name).value_or(""), row.domain) << row.name;
  }
  EXPECT_TRUE(is_public_suffix("kommune.no"));
  EXPECT_FALSE(is_public_suffix("example.no"));
  EXPECT_FALSE(is_public_suffix(""));
}

TEST(SameSite, ComparesRegistrableDomains) {
  EXPECT_TRUE(same_site("www.example.no", "cdn.example.no"));
  EXPECT_FALSE(same_site("oslo.kommune.no", "bergen.kommune.no"));
  EXPECT_FALSE(same_site("a.github.io", "b.github.io"));
  EXPECT_FALSE(same_site("no", "se"));
  EXPECT_TRUE(same_site("no", "no"));
}

}  // namespace
}  // namespace utsyn::wire
