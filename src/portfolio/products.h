// Which program answers, by its own words: product tokens of HTTP header fields, and the greeting of a mail
// server. Versions are left out: what many depend on is the product.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace utsyn::portfolio {

// Server (RFC 9110 section 10.2.4) and X-Powered-By: "Apache/2.4.57 (Debian) OpenSSL/3.0.9" names Apache and
// OpenSSL. Comments are skipped; at most eight names of at most 60 characters.
std::vector<std::string> products_in_header(std::string_view value);

// The text after the host name in a greeting (RFC 5321 section 4.2) is free: only products that are known to
// write their name there are named. Empty: none.
std::string product_in_greeting(std::string_view banner);

}  // namespace utsyn::portfolio
