// One HTTP exchange at a time, over a connection that is kept for the next one to the same server.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "evidence/http.h"
#include "probe/dns.h"
#include "probe/tls.h"
#include "wire/http/message.h"
#include "wire/http/url.h"

namespace utsyn::probe {

struct Request {
  wire::Url url;
  std::string method = "GET";
  wire::Headers headers{};             // beside Host, User-Agent, Accept, Accept-Encoding
  std::optional<IpAddress> address{};  // instead of looking the host up
};

struct Fetched {
  std::string address;
  wire::HttpResponse response;
  std::string body;  // content coding undone, cut at the limit
  bool body_truncated = false;
  bool certificate_valid = true;  // of https
};

class HttpClient {
 public:
  HttpClient(Visit& visit, Resolver& resolver, const TrustStore& trust, std::size_t body_limit_bytes);

  // The address that was asked is in `address_asked()` also when there was no answer.
  Task<Observed<Fetched>> fetch(Request request);
  const std::string& address_asked() const { return address_asked_; }

 private:
  struct Open {
    std::string server;  // scheme, host, port and address
    std::string address;
    std::unique_ptr<Connection> connection;
    bool certificate_valid = true;
  };
  Task<Observed<Open>> open(const Request& request);
  Task<Observed<Fetched>> exchange(Open& open, const Request& request, bool& keep);

  Visit& visit_;
  Resolver& resolver_;
  const TrustStore& trust_;
  std::size_t body_limit_;
  std::optional<Open> kept_;
  std::string address_asked_;
};

// What is kept of an answer: only header fields that some check reads, with everything blanked that changes
// from one answer to the next, and the facts of the page.
HttpAnswer answer_of(const Fetched& fetched, const wire::Url& url);
// The address without its query, which may hold states and tokens.
std::string kept_url(const wire::Url& url);
std::string kept_set_cookie(std::string_view field);
std::string kept_policy(std::string_view field);      // nonces blanked
std::string kept_challenges(std::string_view field);  // WWW-Authenticate: schemes and realms

// gzip, zlib and raw deflate, at most `limit` bytes out; nothing when it cannot be read.
std::optional<std::string> inflate_bounded(std::string_view body, std::size_t limit, bool& truncated);

}  // namespace utsyn::probe
