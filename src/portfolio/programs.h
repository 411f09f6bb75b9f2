// The programs that a record of evidence names, with where each answered: of a web site the header fields of
// its own answers, of a mail server its greeting, of a name server its version.bind. Only what says its name
// is seen; silence says nothing.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "portfolio/products.h"

namespace utsyn::portfolio {

struct Program {
  Product product;
  std::string host;
  int port = 0;
  std::string url;      // of a web site; empty else
  std::string told_by;  // the header field in lower case, "greeting" or "version.bind"
};

inline constexpr std::string_view program_evidence[] = {"web.site", "smtp.server", "dns.server"};

// Each product, version and teller once for each host and port.
std::vector<Program> programs_in(std::string_view kind, std::string_view subject,
                                 const boost::json::value& data);

// The security.txt (RFC 9116) in a record of a web site, if one was found.
std::string_view security_txt_in(const boost::json::value& data);

}  // namespace utsyn::portfolio
