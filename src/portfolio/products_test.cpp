#include "portfolio/products.h"

#include <gtest/gtest.h>

#include <string>

namespace utsyn::portfolio {
namespace {

// "name version said", comma between.
std::string products_told(const std::vector<Product>& products) {
  std::string out;
  for (const auto& one : products)
    out += (out.empty() ? "" : ", ") + one.name + "|" + one.version + "|" + one.said;
  return out;
}
std::string products_told(const std::optional<Product>& product) {
  return product ? products_told(std::vector<Product>{*product}) : "";
}

TEST(Products, AreReadFromHeaderFields) {
  struct Row {
    std::string_view value;
    std::string_view told;
  };
  const std::vector<Row> rows = {
      {"nginx", "nginx||nginx"},
      {"nginx/1.18.0", "nginx|1.18.0|nginx/1.18.0"},
      {"Apache/2.4.57 (Debian) OpenSSL/3.0.9 PHP/8.2.1",
       "Apache|2.4.57|Apache/2.4.57, OpenSSL|3.0.9|OpenSSL/3.0.9, PHP|8.2.1|PHP/8.2.1"},
      {"ASP.NET", "ASP.NET||ASP.NET"},
      {"PHP/7.4.33, PleskLin", "PHP|7.4.33|PHP/7.4.33, PleskLin||PleskLin"},
      {"Jetty(9.4.z-SNAPSHOT)", "Jetty|9.4.z-SNAPSHOT|Jetty(9.4.z-SNAPSHOT)"},
      {"Jetty(9.4 and more)", "Jetty||Jetty"},
      {"Drupal 10 (https://www.drupal.org)", "Drupal|10|Drupal 10"},
      {"a (b (c) d) e", "a||a, e||e"},
      {"a (never closed b c", "a||a"},
      {"nginx nginx/1.2 nginx/1.2", "nginx||nginx, nginx|1.2|nginx/1.2"},
      {"a 2x", "a||a, 2x||2x"},
      {"nginx/", "nginx||nginx"},
      {"nginx/ 1.2", "nginx||nginx"},
      {"1.2.3", ""},
      {"/1.2 /b c", "c||c"},
      {"", ""},
      {"///)))", ""},
      {"a b c d e f g h i j", "a||a, b||b, c||c, d||d, e||e, f||f, g||g, h||h"},
  };
  for (const auto& row : rows) EXPECT_EQ(products_told(products_in_header(row.value)), row.told) << row.value;
  EXPECT_TRUE(products_in_header(std::string(61, 'x')).empty());
  EXPECT_EQ(products_told(products_in_header("x/" + std::string(61, '1'))), "x||x/" + std::string(61, '1'));
  EXPECT_EQ(products_in_header("x/" + std::string(500, '1'))[0].said.size(), kLongestSaid);
}

TEST(Products, SomeFieldsAreTheProductThemselves) {
  EXPECT_EQ(products_told(products_in_field("server", "nginx/1.2")), "nginx|1.2|nginx/1.2");
  EXPECT_EQ(products_told(products_in_field("x-owa-version", " 15.2.1118.40")),
            "Microsoft Exchange|15.2.1118.40|x-owa-version: 15.2.1118.40");
  EXPECT_EQ(products_told(products_in_field("x-jenkins", "yes")), "Jenkins||x-jenkins: yes");
  EXPECT_EQ(products_told(products_in_field("content-type", "text/html")), "");
}

TEST(Products, AreReadFromGreetings) {
  EXPECT_EQ(products_told(product_in_greeting("mx.example.no ESMTP Postfix (Debian/GNU)")),
            "Postfix||ESMTP Postfix (Debian/GNU)");
  EXPECT_EQ(products_told(product_in_greeting("mx.example.no ESMTP Postfix 2.11.0 (Ubuntu)")),
            "Postfix|2.11.0|ESMTP Postfix 2.11.0 (Ubuntu)");
  EXPECT_EQ(products_told(product_in_greeting("mx.example.no ESMTP Exim 4.96 ")),
            "Exim|4.96|ESMTP Exim 4.96");
  EXPECT_EQ(products_told(product_in_greeting("mx ESMTP Sendmail 8.15.2/8.15.2/Debian; ")),
            "Sendmail|8.15.2|ESMTP Sendmail 8.15.2/8.15.2/Debian;");
  EXPECT_EQ(
      products_told(product_in_greeting("mx Microsoft ESMTP MAIL Service, Version: 10.0.14393.4169 ready")),
      "Microsoft Exchange|10.0.14393.4169|"
      "Microsoft ESMTP MAIL Service, Version: 10.0.14393.4169 ready");
  EXPECT_EQ(products_told(product_in_greeting("mx.example.no Microsoft ESMTP MAIL Service ready")),
            "Microsoft Exchange||Microsoft ESMTP MAIL Service ready");
  EXPECT_EQ(products_told(product_in_greeting("postfix.example.no ESMTP")), "");
  EXPECT_EQ(products_told(product_in_greeting("")), "");
}

TEST(Products, AreReadFromNameServers) {
  EXPECT_EQ(products_told(product_in_name_server("Knot DNS 3.2.6")), "Knot DNS|3.2.6|Knot DNS 3.2.6");
  EXPECT_EQ(products_told(product_in_name_server("PowerDNS Authoritative Server 4.8.3 (built Sep 2023)")),
            "PowerDNS Authoritative Server|4.8.3|PowerDNS Authoritative Server 4.8.3 (built Sep 2023)");
  EXPECT_EQ(products_told(product_in_name_server("dnsmasq-2.90")), "dnsmasq|2.90|dnsmasq-2.90");
  EXPECT_EQ(products_told(product_in_name_server("9.18.24-1-Debian")), "") << "a number names nothing";
  EXPECT_EQ(products_told(product_in_name_server("go away")), "");
}

TEST(Products, AVersionHoldsThoseThatBeginWithIt) {
  EXPECT_TRUE(version_within("1.18.0", "1.18"));
  EXPECT_TRUE(version_within("1.18.0", "1.18.0"));
  EXPECT_TRUE(version_within("7.4.3-4ubuntu2", "7.4.3"));
  EXPECT_TRUE(version_within("9.4.z-SNAPSHOT", "9.4.Z"));
  EXPECT_TRUE(version_within("", "")) << "any version, also none";
  EXPECT_FALSE(version_within("1.180", "1.18"));
  EXPECT_FALSE(version_within("1.18", "1.18.0"));
  EXPECT_FALSE(version_within("", "1"));
}

}  // namespace
}  // namespace utsyn::portfolio
