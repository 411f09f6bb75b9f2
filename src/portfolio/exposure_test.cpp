// Who exposes a product: counted in the columns, shown by the evidence.
#include "portfolio/exposure.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "portfolio/test_table.h"
#include "store/test_database.h"

namespace utsyn::portfolio {
namespace {

using access::Access;
using access::Detail;

Access who_sees(Detail everywhere, bool authority = false) {
  Access access;
  access.user = "u";
  access.everywhere = everywhere;
  access.authority = authority;
  return access;
}

// Six organisations of two sectors; nginx in two spellings.
Table six_organisations() {
  Table table;
  for (std::size_t i = 0; i < 6; ++i) {
    auto one = fresh(numbered(i), 8'000);
    one.sector = i < 5 ? "6500" : "6100";
    if (i < 3) one.dependences = {{"product", "nginx"}, {"mail-operator", "nginx.example"}};
    if (i == 3) one.dependences = {{"product", "NGINX"}, {"product", "nginx"}, {"product", "PHP"}};
    if (i == 4) one.dependences = {{"product", "Apache"}};
    if (i == 5) one.dependences = {{"product", "NGINX"}};
    table.put(one);
  }
  auto unmeasured = fresh("quiet", 0);
  unmeasured.measured = false;
  unmeasured.measured_at = 0;
  unmeasured.dependences = {{"product", "nginx"}};
  table.put(unmeasured);
  return table;
}
std::string counted_products(const ProductCounts& counts) {
  std::string out = std::to_string(counts.members) + (counts.suppressed ? " suppressed" : "");
  for (const auto& one : counts.products) out += ", " + one.name + " " + std::to_string(one.organisations);
  return out;
}

TEST(Exposure, ProductsAreCountedOnceHoweverTheyAreSpelt) {
  const auto table = six_organisations();
  const Seen seen(table, who_sees(Detail::findings));
  const auto rows = matching(table, seen, {});
  EXPECT_EQ(counted_products(products_of(table, seen, rows, "", 10)), "6, nginx 5, Apache 1, PHP 1");
  EXPECT_EQ(counted_products(products_of(table, seen, rows, "NGI", 10)), "6, nginx 5");
  EXPECT_EQ(counted_products(products_of(table, seen, rows, "p", 1)), "6, Apache 1");
  EXPECT_EQ(counted_products(products_of(table, seen, rows, "iis", 10)), "6");
  const auto spellings = spellings_of(table, "Nginx");
  EXPECT_EQ(spellings.size(), 2U);
  EXPECT_EQ(exposing(table, looked_at(table, seen, rows), spellings).size(), 5U);
  EXPECT_TRUE(spellings_of(table, "nginx.example").empty()) << "no product";
}

TEST(Exposure, OnlyOfThoseWhoseFindingsAreSeen) {
  const auto table = six_organisations();
  const Seen score(table, who_sees(Detail::score));
  EXPECT_EQ(counted_products(products_of(table, score, matching(table, score, {}), "", 10)), "0 suppressed");
  auto few = who_sees(Detail::score);
  for (const auto id : {0, 3})
    few.organisations.emplace_back(numbered(static_cast<std::size_t>(id)), Detail::findings);
  const Seen two(table, few);
  const auto rows = matching(table, two, {});
  EXPECT_EQ(counted_products(products_of(table, two, rows, "", 10)), "2 suppressed, PHP 0, nginx 0")
      << "named, not counted";
  EXPECT_EQ(exposing(table, looked_at(table, two, rows), spellings_of(table, "nginx")).size(), 2U);
  few.authority = true;
  const Seen authority(table, few);
  EXPECT_EQ(counted_products(products_of(table, authority, rows, "", 10)), "2, nginx 2, PHP 1");
}

TEST(Exposure, GroupsTooSmallAreHidden) {
  const auto table = six_organisations();
  const auto told = [&](const Access& access) {
    const Seen seen(table, access);
    const auto breakdown =
        exposure_breakdown_of(table, seen, matching(table, seen, {}), "nginx", Dimension::sector);
    std::string out = std::to_string(breakdown.total.organisations) + "/" +
                      std::to_string(breakdown.total.members) + (breakdown.total.suppressed ? " hidden" : "");
    for (const auto& cell : breakdown.cells)
      out += ", " + cell.key + " " + (cell.suppressed ? "hidden" : std::to_string(cell.organisations)) + "/" +
             std::to_string(cell.members);
    return out;
  };
  EXPECT_EQ(told(who_sees(Detail::findings, true)), "5/6, 6100 1/1, 6500 4/5");
  EXPECT_EQ(told(who_sees(Detail::findings)), "5/6, 6100 hidden/1, 6500 hidden/5")
      << "the small one could be worked out from the other";
  EXPECT_EQ(told(who_sees(Detail::score)), "0/0 hidden");
}

class ExposureInEvidence : public store::testing::DatabaseTest {
 protected:
  void see(store::Connection& connection, const char* id, const char* kind, const char* subject,
           const char* data, std::int64_t held, std::int64_t seen) {
    connection.execute("INSERT INTO evidence VALUES ('town', ?1, ?2, ?3, ?4, 1, ?5)",
                       {id, kind, subject, data, seen});
    connection.execute("INSERT INTO observation VALUES ('town', 'one', ?1, 1, ?2)", {id, held});
    connection.execute("INSERT INTO observation VALUES ('town', 'two', ?1, 1, ?2)", {id, held});
  }
  std::string told(std::string_view product, std::string_view version = {}) {
    const auto exposure = sql().read([&](store::Connection& connection) {
      return exposure_of(connection, from_unix(1'800'000'000), "town", product, version);
    });
    std::string out;
    for (const auto& place : exposure.places) {
      const auto& [what, host, port, url, told_by] = place.program;
      out += host + ":" + std::to_string(port) + " " + what.said + " (" + what.version + ") " + told_by +
             " " + place.evidence + " " + place.asset + " " + std::to_string(to_unix(place.seen)) + " " +
             url + "\n";
    }
    EXPECT_EQ(exposure.places_total, exposure.places.size());
    for (const auto& contact : exposure.contacts) out += contact + "\n";
    return out;
  }
};
UTSYN_BOTH_DATABASES(ExposureInEvidence);

TEST_P(ExposureInEvidence, EachPlaceHasWhatShowsIt) {
  sql().write([&](store::Connection& connection) {
    connection.execute("INSERT INTO organisation (id, name, kind) VALUES ('town', 'Town', 'municipality')");
    connection.execute("INSERT INTO measurement VALUES ('town', 50, 'core'), ('town', 100, 'core')");
    // Asked again at 100; carried from 50 when another asset was rechecked; not there any more.
    see(connection, "web", "web.site", "www.town.example", R"json({"seen":{
"plain":{"hops":[{"url":"http://www.town.example/","answer":{"headers":[{"name":"server","value":"nginx/1.18.0"}]}}]},
"secure":{"hops":[
{"url":"https://www.town.example/","answer":{"status":302,"headers":[{"name":"server","value":"nginx/1.18.0 (Ubuntu)"},
  {"name":"x-powered-by","value":"PHP/8.1"}]
}
},
{"url":"https://www.town.example/inn","answer":{"headers":[{"name":"server","value":"nginx/1.18.0"}]}},
{"url":"https://other.example/","answer":{"headers":[{"name":"server","value":"nginx/1.99"}]}}]
}
, "security_txt"
    : {"status" : 200, "body" : "Contact: mailto:vakt@town.example\nExpires: 2030-01-01T00:00:00Z\n"}
}
})json",
        100, 100);
    see(connection, "old", "web.site", "old.town.example", R"json({"seen":{
"secure":{"hops":[{"url":"https://old.town.example:8443/","answer":{"headers":[{"name":"server","value":"NGINX"}]}}]},
"security_txt":{"status":200,"body":"Contact: mailto:for@town.example\nExpires: 2020-01-01T00:00:00Z\n"}}})json",
        100, 50);
    see(connection, "gone", "web.site", "gone.town.example", R"json({"seen":{
"secure":{"hops":[{"url":"https://gone.town.example/","answer":{"headers":[{"name":"server","value":"nginx/1.0"}]}}]}}})json",
        50, 50);
    see(connection, "mail", "smtp.server", "mx.town.example:25@192.0.2.1",
        R"json({"host":"mx.town.example","port":25,"talk":{"banner":"mx.town.example ESMTP Postfix 2.11.0"}})json",
        100, 100);
    see(connection, "names", "dns.server", "town.example/ns.town.example:53@192.0.2.2",
        R"json({"zone":"town.example","name":"ns.town.example","version":"Knot DNS 3.2.6"})json", 100, 100);
    see(connection, "broken", "web.site", "x.town.example", R"json({"seen":[1,{"plain":3}]})json", 100, 100);
    see(connection, "closed", "smtp.server", "my.town.example:25@192.0.2.1",
        R"json({"host":"my.town.example","talk":{"unseen":"timed_out"}})json", 100, 100);
  });
  EXPECT_EQ(told("nginx"),
            "old.town.example:8443 NGINX () server old one 50 https://old.town.example:8443/\n"
            "www.town.example:80 nginx/1.18.0 (1.18.0) server web one 100 http://www.town.example/\n"
            "www.town.example:443 nginx/1.18.0 (1.18.0) server web one 100 https://www.town.example/\n"
            "mailto:vakt@town.example\n");
  EXPECT_EQ(told("Nginx", "1.18").substr(0, 20), "www.town.example:80 ");
  EXPECT_EQ(told("nginx", "1.1"), "mailto:vakt@town.example\n");
  EXPECT_EQ(told("postfix").substr(0, 79),
            "mx.town.example:25 ESMTP Postfix 2.11.0 (2.11.0) greeting mail one 100 \nmailto:");
  EXPECT_EQ(told("knot dns").substr(0, 69),
            "ns.town.example:53 Knot DNS 3.2.6 (3.2.6) version.bind names one 100 ");
  EXPECT_EQ(told("IIS"), "mailto:vakt@town.example\n");
}

}  // namespace
}  // namespace utsyn::portfolio
