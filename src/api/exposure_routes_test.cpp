// Who exposes a product, from request to answer: pages, versions, files, and what a reader is told of.
#include <gtest/gtest.h>

#include "api/route_test.h"

namespace utsyn::api {
namespace {

using namespace testing;

class ExposureRoutes : public RouteTest {
 protected:
  void SetUp() override {
    RouteTest::SetUp();
    for (int i = 0; i < 6; ++i) {
      const auto name = std::string(1, static_cast<char>('A' + i)) + "vik kommune";
      const auto sector = i == 5 ? R"(,"sector":"6100")" : R"(,"sector":"6500")";
      ids.push_back(make(R"({"name":")" + name + R"(","kind":"municipality","county":"03")" + sector + "}"));
      runs(ids.back(), i % 2 == 0 ? "nginx/1.18.0" : "nginx/1.22.1");
    }
    context.portfolios = std::make_shared<portfolio::Portfolios>(shared_sql());
  }
  void runs(const std::string& id, std::string_view server) {
    execute("INSERT INTO measurement VALUES (?1, 100, 'core')", {id});
    execute(
        R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, assets,
  critical, high, medium, low, overdue_days, checks) VALUES (?1, 100, 7777, 'C', 7777, 9000, 7000, 8000, 1, 0, 0, 0, 0, 0, ''))",
        {id});
    execute("INSERT INTO dependence VALUES (?1, 'product', 'nginx', 100)", {id});
    const auto host = "www." + id + ".example";
    const auto data = json::serialize(json::object{
        {"seen",
         json::object{
             {"secure",
              json::object{{"hops", json::array{json::object{
                                        {"url", "https://" + host + "/"},
                                        {"answer", json::object{{"headers", json::array{json::object{
                                                                                {"name", "server"},
                                                                                {"value", server}}}}}}}}}}},
             {"security_txt",
              json::object{{"status", 200}, {"body", "Contact: mailto:vakt@" + host + "\n"}}}}}});
    execute("INSERT INTO evidence VALUES (?1, 'sha256:e', 'web.site', ?2, ?3, 100, 100)", {id, host, data});
    execute("INSERT INTO observation VALUES (?1, 'site', 'sha256:e', 100, 100)", {id});
  }
  // Names and versions of a page.
  std::string told(const json::value& page) {
    std::string out;
    for (const auto& one : page.at("items").as_array())
      out += std::string(one.at("name").as_string().subview(0, 1)) + " " +
             std::string(one.at("places").at(0).at("version").as_string()) + ", ";
    return out;
  }
  std::vector<std::string> ids;
};
UTSYN_BOTH_DATABASES(ExposureRoutes);

TEST_P(ExposureRoutes, EachOrganisationHasWhatShowsIt) {
  const auto page = answer("GET", "/api/v1/exposure?product=NGINX");
  EXPECT_EQ(told(page), "A 1.18.0, B 1.22.1, C 1.18.0, D 1.22.1, E 1.18.0, F 1.22.1, ");
  EXPECT_EQ(page.at("total"), 6);
  const auto& first = page.at("items").at(0);
  EXPECT_EQ(first.at("contacts").at(0).as_string(), "mailto:vakt@www." + ids[0] + ".example");
  EXPECT_EQ(first.at("places_total"), 1);
  const auto& place = first.at("places").at(0);
  EXPECT_EQ(place.at("host").as_string(), "www." + ids[0] + ".example");
  EXPECT_EQ(place.at("port"), 443);
  EXPECT_EQ(place.at("said"), "nginx/1.18.0");
  EXPECT_EQ(place.at("told_by"), "server");
  EXPECT_EQ(place.at("evidence"), "sha256:e");
  EXPECT_EQ(place.at("seen"), "1970-01-01T00:01:40Z");
  EXPECT_EQ(answer("GET", "/api/v1/exposure?product=iis").at("total"), 0);
}

TEST_P(ExposureRoutes, PagesAndVersionsMissNothing) {
  std::string all;
  std::string path = "/api/v1/exposure?product=nginx&version=1.22&limit=2";
  for (std::string cursor;;) {
    const auto page = answer("GET", path + cursor);
    EXPECT_TRUE(page.at("total").is_null());
    EXPECT_LE(page.at("items").as_array().size(), 2U);
    all += told(page);
    if (page.at("next").is_null()) break;
    cursor = "&cursor=" + std::string(page.at("next").as_string());
  }
  EXPECT_EQ(all, "B 1.22.1, D 1.22.1, F 1.22.1, ");
  EXPECT_EQ(told(answer("GET", "/api/v1/exposure?product=nginx&sector=6100")), "F 1.22.1, ");
  EXPECT_EQ(told(answer("GET", "/api/v1/exposure?product=nginx&kind=state")), "");
  EXPECT_EQ(problem("GET", "/api/v1/exposure"), "422 wrong-field product");
  EXPECT_EQ(problem("GET", "/api/v1/exposure?product=nginx&kind=king"), "422 wrong-field kind");
  EXPECT_EQ(problem("GET", "/api/v1/exposure?product=nginx&portfolio=aaaaaaaaaaaaaaaaaaaaaaaaaa"),
            "404 not-found");
}

TEST_P(ExposureRoutes, ProductsAndGroupsAreCounted) {
  const auto products = answer("GET", "/api/v1/exposure/products?q=ngi");
  EXPECT_EQ(json::serialize(products),
            R"({"members":6,"suppressed":false,"items":[{"name":"nginx","organisations":6}],"next":null})");
  caller.authority = true;
  const auto groups = answer("GET", "/api/v1/exposure/breakdown?product=nginx");
  EXPECT_EQ(groups.at("by"), "sector");
  EXPECT_EQ(json::serialize(groups.at("total")),
            R"({"key":null,"members":6,"suppressed":false,"organisations":6,"share":10000})");
  EXPECT_EQ(json::serialize(groups.at("cells").at(0)),
            R"({"key":"6100","members":1,"suppressed":false,"organisations":1,"share":10000})");
}

TEST_P(ExposureRoutes, NobodyIsToldOfWhoseFindingsAreHidden) {
  caller = granted({{ids[0], Detail::score}, {ids[1], Detail::findings}, {ids[2], Detail::evidence}});
  const auto page = answer("GET", "/api/v1/exposure?product=nginx");
  EXPECT_EQ(told(page), "B 1.22.1, C 1.18.0, ");
  EXPECT_EQ(page.at("total"), 2);
  EXPECT_EQ(json::serialize(answer("GET", "/api/v1/exposure/products")),
            R"({"members":2,"suppressed":true,"items":[{"name":"nginx","organisations":null}],"next":null})");
  EXPECT_TRUE(
      answer("GET", "/api/v1/exposure/breakdown?product=nginx").at("total").at("organisations").is_null());
  auto file = send("GET", "/api/v1/exposure/table?product=nginx&format=csv");
  ASSERT_EQ(file.status, 200) << file.body;
  std::string csv;
  while (const auto piece = file.stream()) csv += *piece;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 3) << csv;
  EXPECT_NE(csv.find("Bvik kommune"), std::string::npos);
  EXPECT_NE(csv.find("nginx/1.22.1"), std::string::npos);
  EXPECT_EQ(csv.find("Avik"), std::string::npos);
}

}  // namespace
}  // namespace utsyn::api
