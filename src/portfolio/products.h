// Which program answers, by its own words: product tokens of HTTP header fields, the greeting of a mail
// server, what a name server says of its version.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace utsyn::portfolio {

struct Product {
  std::string name;
  std::string version;  // as it was told; empty: it was not
  std::string said;     // the words that tell it: "nginx/1.18.0"
  bool operator==(const Product&) const = default;
};
inline constexpr std::size_t kLongestProduct = 60;
inline constexpr std::size_t kLongestVersion = 60;
inline constexpr std::size_t kLongestSaid = 200;

// Server (RFC 9110 section 10.2.4), X-Powered-By and the like: "Apache/2.4.57 (Debian) OpenSSL/3.0.9" names
// Apache and OpenSSL. Comments are skipped, but for Jetty's habit of writing its version as one; a bare
// number after a name is its version, as in "Drupal 10". At most eight.
std::vector<Product> products_in_header(std::string_view value);

// Of any header field, by its name in lower case: those whose values are products, and those whose names are
// one and whose values its version ("x-jenkins: 2.426.1"). Nothing for all others.
std::vector<Product> products_in_field(std::string_view name, std::string_view value);

// The text after the host name in a greeting (RFC 5321 section 4.2) is free: only products that are known to
// write their name there are named.
std::optional<Product> product_in_greeting(std::string_view banner);

// The answer to CH TXT version.bind (RFC 4892) is free too, and often a number without a name, which names
// nothing.
std::optional<Product> product_in_name_server(std::string_view says);

// Whether a version is the one asked for or a part of it: 1.18 holds 1.18.0 and not 1.180. Capitals do not
// matter.
bool version_within(std::string_view version, std::string_view asked);

}  // namespace utsyn::portfolio
