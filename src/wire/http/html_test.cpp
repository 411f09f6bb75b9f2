#include "wire/http/html.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

std::string many(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(ParseHtml, ReadsTheHead) {
  const auto page = parse_html(R"(<!doctype html><html><head><title> Min
 side </title><base href="/x/"><base href="/y/">
    <meta name=Generator content="WordPress 6.4"><meta http-equiv="content-security-policy" content="default-src 'self'">
    <meta name=referrer content=origin><meta name="referrer" content="no-referrer"><meta http-equiv=refresh content="5; URL='https://e.no/'">
    <link rel="preload stylesheet" href=a.css integrity=sha256-x crossorigin></head>
    <body><meta http-equiv="content-security-policy" content="img-src 'none'"><!-- TODO: remove --></body></html>)");
  EXPECT_EQ(page.title, "Min\n side");
  EXPECT_EQ(page.base_href, "/x/");
  EXPECT_EQ(page.generator, "WordPress 6.4");
  EXPECT_EQ(page.meta_csp, (std::vector<std::string>{"default-src 'self'"}))
      << "the one in the body does not count";
  EXPECT_EQ(page.meta_referrer, "no-referrer");
  EXPECT_EQ(page.refresh, (MetaRefresh{5, "https://e.no/"}));
  ASSERT_EQ(page.resources.size(), 1U);
  EXPECT_EQ(page.resources[0], (HtmlResource{HtmlResource::Kind::stylesheet, "a.css", "sha256-x", true}));
  EXPECT_EQ(page.comments, (std::vector<std::string>{"TODO: remove"}));
  EXPECT_FALSE(page.truncated);
}

TEST(ParseHtml, ReadsForms) {
  const auto page =
      parse_html(R"(<form action="http://e.no/login" METHOD=Post><div><input name=u><input type=PASSWORD>
    <button formaction="/other">x</button></div></form><form><input type=search name=x><input type=hidden><input name=q></form>
    <form method=put><textarea></textarea></form><input type=text>)");
  ASSERT_EQ(page.forms.size(), 3U);
  EXPECT_EQ(page.forms[0], (HtmlForm{"post", "http://e.no/login", {"/other"}, true, true}));
  EXPECT_EQ(page.forms[1], (HtmlForm{"get", "", {}, false, false}));
  EXPECT_EQ(page.forms[2], (HtmlForm{"get", "", {}, false, true}));
  EXPECT_TRUE(page.has_password);
}

TEST(ParseHtml, SeesPasswordsOutsideForms) {
  const auto page = parse_html("<input type=password>");
  EXPECT_TRUE(page.has_password);
  EXPECT_TRUE(page.forms.empty());
  EXPECT_FALSE(parse_html("<template><input type=password></template><!-- <input type=password> "
                          "--><script>'<input type=password>'</script>")
                   .has_password);
}

TEST(ParseHtml, ReadsScriptsAndResources) {
  const auto page = parse_html(
      R"(<script src="//cdn.no/a.js" integrity="sha384-x" crossorigin=anonymous></script><script type=Module>1</script>
    <img src=i.png srcset="j.png 1x, k.png 2x"><video src=v.mp4 poster=p.jpg><source src=w.mp4></video><iframe src=f.html></iframe>
    <object data=o.swf></object><embed src=e.swf><a href="/l">x</a><area href=m><svg><a href=n></a></svg>)");
  ASSERT_EQ(page.scripts.size(), 2U);
  EXPECT_EQ(page.scripts[0], (HtmlScript{"//cdn.no/a.js", "sha384-x", true, ""}));
  EXPECT_EQ(page.scripts[1], (HtmlScript{"", "", false, "module"}));
  using Kind = HtmlResource::Kind;
  std::vector<std::pair<Kind, std::string>> got;
  got.reserve(page.resources.size());
  for (const auto& resource : page.resources) got.emplace_back(resource.kind, resource.url);
  EXPECT_EQ(got, (std::vector<std::pair<Kind, std::string>>{{Kind::image, "i.png"},
                                                            {Kind::image, "j.png"},
                                                            {Kind::image, "k.png"},
                                                            {Kind::image, "p.jpg"},
                                                            {Kind::media, "v.mp4"},
                                                            {Kind::media, "w.mp4"},
                                                            {Kind::frame, "f.html"},
                                                            {Kind::object, "o.swf"},
                                                            {Kind::object, "e.swf"}}));
  EXPECT_EQ(page.links, (std::vector<std::string>{"/l", "m"}));
}

TEST(ParseHtml, SurvivesHostilePages) {
  const struct {
    std::string name, html;
    bool truncated;
  } rows[] = {
      {"Nothing", "", false},
      {"Nul", std::string(1000, '\0'), false},
      {"Latin1", "<title>bl\xE5</title>", false},
      {"DeepDivs", many("<div>", 200000), true},
      {"DeepFormatting", many("<b>", 300000), true},
      {"DistinctFormatting",
       [] {
         std::string out;
         for (int i = 0; i < 30000; ++i) out += "<font size=" + std::to_string(i) + "><p>";
         return out;
       }(),
       true},
      {"ManyAttributes", "<a " + many("bc ", 100000), true},
      {"ManyQuotedAttributes",
       "<a " +
           [] {
             std::string out;
             for (int i = 0; i < 50000; ++i) out += "a" + std::to_string(i) + "=\">\" ";
             return out;
           }(),
       true},
      {"MoreMemoryThanAllowed",
       [] {
         std::string out = "<p>";
         for (int i = 0; i < 2000; ++i) out += "<font size=" + std::to_string(i) + ">";
         return out + many("<p>x", 2000);
       }(),
       true},
      {"TooLong", many("<p>hei</p>", 200000), true},
      {"StrayEnds", many("<div><i></div></div>", 40000), true},
      {"ManyForms", many("<form><input></form>", 40000), false},
      {"LongPath", "<svg><path d=\"" + many("M 1 2 ", 50000) + "\"></svg><title>x</title>", false},
      {"LongScript", "<script>" + many("for(i=0;i<n;i++){x=\"<div></div>\"}\n", 6000) + "</script><p>",
       false},
      {"UnclosedListItems", "<ul>" + many("<li>a<p>b", 60000), false},
  };
  for (const auto& row : rows) {
    const auto page = parse_html(row.html);
    EXPECT_EQ(page.truncated, row.truncated) << row.name;
    EXPECT_LE(page.forms.size(), 2000U);
  }
}

TEST(ParseMetaRefresh, FollowsTheStandard) {
  const struct {
    std::string_view content;
    std::optional<MetaRefresh> expected;
  } rows[] = {
      {"5", MetaRefresh{5, ""}},
      {" 0 ; url = https://e.no/a ", MetaRefresh{0, "https://e.no/a"}},
      {"1.5, URL=\"x\" junk", MetaRefresh{1, "x"}},
      {"0;/path", MetaRefresh{0, "/path"}},
      {"99999999999", MetaRefresh{86400, ""}},
      {".5;url=x", MetaRefresh{0, "x"}},
      {"soon", std::nullopt},
      {"", std::nullopt},
      {"-1;url=x", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_meta_refresh(row.content), row.expected) << row.content;
}

TEST(LooksLikeHtml, ReadsTheFirstTag) {
  for (const std::string_view yes : {"<!DOCTYPE HTML>", "\xEF\xBB\xBF\n <html>", "<Script>",
                                     "<?xml version='1.0'?><html>", "<!-- x --><html>"})
    EXPECT_TRUE(looks_like_html(yes)) << yes;
  for (const std::string_view no : {"", "Contact: x", "{\"a\": \"<html>\"}", "<?xml?><feed>", "<rss>"})
    EXPECT_FALSE(looks_like_html(no)) << no;
}

}  // namespace
}  // namespace utsyn::wire
