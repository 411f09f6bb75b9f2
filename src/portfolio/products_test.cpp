#include "portfolio/products.h"

#include <gtest/gtest.h>

namespace utsyn::portfolio {
namespace {

TEST(Products, AreReadFromHeaderFields) {
  struct Row {
    std::string_view value;
    std::vector<std::string> names;
  };
  const std::vector<Row> rows = {
      {"nginx", {"nginx"}},
      {"nginx/1.18.0", {"nginx"}},
      {"Apache/2.4.57 (Debian) OpenSSL/3.0.9 PHP/8.2.1", {"Apache", "OpenSSL", "PHP"}},
      {"Microsoft-IIS/10.0", {"Microsoft-IIS"}},
      {"ASP.NET", {"ASP.NET"}},
      {"PHP/7.4.33, PleskLin", {"PHP", "PleskLin"}},
      {"Jetty(9.4.z-SNAPSHOT)", {"Jetty"}},
      {"a (b (c) d) e", {"a", "e"}},
      {"a (never closed b c", {"a"}},
      {"nginx nginx/1.2", {"nginx"}},
      {"1.2.3", {}},
      {"", {}},
      {"///)))", {}},
      {"a b c d e f g h i j", {"a", "b", "c", "d", "e", "f", "g", "h"}},
  };
  for (const auto& row : rows) EXPECT_EQ(products_in_header(row.value), row.names) << row.value;
  EXPECT_TRUE(products_in_header(std::string(61, 'x')).empty());
}

TEST(Products, AreReadFromGreetings) {
  EXPECT_EQ(product_in_greeting("mx.example.no ESMTP Postfix (Debian/GNU)"), "Postfix");
  EXPECT_EQ(product_in_greeting("mx.example.no ESMTP Exim 4.96 "), "Exim");
  EXPECT_EQ(product_in_greeting("mx.example.no Microsoft ESMTP MAIL Service ready"), "Microsoft Exchange");
  EXPECT_EQ(product_in_greeting("postfix.example.no ESMTP"), "");
  EXPECT_EQ(product_in_greeting(""), "");
}

}  // namespace
}  // namespace utsyn::portfolio
