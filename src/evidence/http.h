// What a web server said. Headers that change with every answer (Date, request ids, cookie values, nonces)
// are left out or blanked by the probe, so that an unchanged site gives unchanged evidence.
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/observed.h"

namespace utsyn {

struct HttpHeader {
  std::string name;  // lower case
  std::string value;
  bool operator==(const HttpHeader&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpHeader, (), (name, value))

struct HtmlForm {
  std::string action;  // resolved against the page
  std::string method;
  bool has_password = false;
  bool operator==(const HtmlForm&) const = default;
};
BOOST_DESCRIBE_STRUCT(HtmlForm, (), (action, method, has_password))

// What the checks need of a page; the page itself is not kept.
struct PageFacts {
  std::string title;
  std::vector<std::string> meta_csp;
  std::string meta_referrer;
  std::string meta_refresh;
  std::vector<HtmlForm> forms;
  bool password_input = false;    // also outside any form
  std::string stack_trace;        // name of the framework whose debug output this is
  std::string takeover_provider;  // name of the hosting provider whose "unclaimed" marker this page holds
  bool operator==(const PageFacts&) const = default;
};
BOOST_DESCRIBE_STRUCT(PageFacts, (),
                      (title, meta_csp, meta_referrer, meta_refresh, forms, password_input, stack_trace,
                       takeover_provider))

struct HttpAnswer {
  int status = 0;
  std::vector<HttpHeader>
      headers;               // in order, repeated fields apart; Set-Cookie values blanked to their shape
  std::string content_type;  // media type without parameters, lower case
  bool body_truncated = false;
  Observed<PageFacts> page;  // html only
  bool operator==(const HttpAnswer&) const = default;

  const std::string* header(std::string_view name) const;  // the first of that name, or null
  std::vector<std::string> all(std::string_view name) const;
};
BOOST_DESCRIBE_STRUCT(HttpAnswer, (), (status, headers, content_type, body_truncated, page))

struct HttpExchange {
  std::string url;
  std::string address;  // the address asked; empty when the scope guard or DNS said no
  Observed<HttpAnswer> answer;
  bool operator==(const HttpExchange&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpExchange, (), (url, address, answer))

// A redirect chain from one start; the last exchange is where it ended.
struct HttpChain {
  std::string start;
  std::vector<HttpExchange> hops;
  bool too_long = false;  // more than 20, or a loop
  bool operator==(const HttpChain&) const = default;

  const HttpExchange* first() const { return hops.empty() ? nullptr : &hops.front(); }
  const HttpExchange* last() const { return hops.empty() ? nullptr : &hops.back(); }
};
BOOST_DESCRIBE_STRUCT(HttpChain, (), (start, hops, too_long))

struct CorsAnswer {
  std::string origin;  // that we claimed to be
  Observed<HttpAnswer> answer;
  bool operator==(const CorsAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(CorsAnswer, (), (origin, answer))

// A well-known file: security.txt, robots.txt, the MTA-STS policy.
struct TextFile {
  std::string url;
  int status = 0;
  std::string content_type;  // whole header value
  std::string body;          // at most 100 KiB, printable UTF-8
  bool redirected = false;   // an answer after redirects (not followed for MTA-STS: status 3xx then)
  bool certificate_valid = true;
  bool operator==(const TextFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(TextFile, (), (url, status, content_type, body, redirected, certificate_valid))

// One web site (a host name on ports 80 and 443).
struct WebSite {
  std::string host;
  HttpChain plain;                  // from http://host/
  HttpChain secure;                 // from https://host/
  Observed<HttpAnswer> plain_path;  // http://host/<control path>
  Observed<HttpAnswer> missing;     // https://host/<control path>, body judged as a page
  std::vector<CorsAnswer> cors;
  Observed<bool> trace_echoed;    // TRACE came back as message/http with our marker
  Observed<std::string> allow;    // Allow header to OPTIONS
  Observed<bool> upgrade_to_tls;  // port 80 offers Upgrade: TLS/1.x
  Observed<TextFile> security_txt;
  Observed<TextFile> robots_txt;
  Observed<int> ipv6_similarity;  // permille, the page over IPv6 against IPv4
  bool operator==(const WebSite&) const = default;
};
BOOST_DESCRIBE_STRUCT(WebSite, (),
                      (host, plain, secure, plain_path, missing, cors, trace_echoed, allow, upgrade_to_tls,
                       security_txt, robots_txt, ipv6_similarity))

}  // namespace utsyn
