#include "probe/http.h"

#include <algorithm>

#include "base/name.h"
#include "probe/http_fetch.h"
#include "wire/http/headers.h"
#include "wire/http/similarity.h"

namespace utsyn::probe {
namespace {

constexpr std::size_t kTextFileLimit = 100 * 1024;

wire::Url url_of(std::string_view scheme, const std::string& host, std::string_view path) {
  auto url = *wire::parse_url(std::string(scheme) + "://" + host + "/");
  url.target = path;
  return url;
}

// Follows redirects as a browser would, and remembers each step.
Task<HttpChain> follow(HttpClient& client, wire::Url url, int limit, std::string* last_body = nullptr) {
  HttpChain chain;
  chain.start = kept_url(url);
  std::vector<std::string> visited;
  while (true) {
    visited.push_back(url.str());
    auto fetched = co_await client.fetch({url});
    HttpExchange hop{kept_url(url), client.address_asked(), {}};
    if (fetched.seen() == nullptr) {
      hop.answer = fetched.unseen();
      chain.hops.push_back(std::move(hop));
      co_return chain;
    }
    hop.answer = answer_of(*fetched.seen(), url);
    chain.hops.push_back(std::move(hop));
    const auto& response = fetched.seen()->response;
    if (last_body != nullptr) *last_body = fetched.seen()->body;
    const auto location = response.headers.first("location");
    if (response.status < 300 || response.status > 399 || response.status == 304 || !location)
      co_return chain;
    const auto next = wire::resolve_url(url, *location);
    if (!next) co_return chain;
    const bool loop = std::find(visited.begin(), visited.end(), next->str()) != visited.end();
    if (loop || static_cast<int>(chain.hops.size()) > limit) {
      chain.too_long = true;
      co_return chain;
    }
    url = *next;
  }
}

Task<Observed<HttpAnswer>> answer(HttpClient& client, Request request) {
  const auto fetched = co_await client.fetch(request);
  if (fetched.seen() == nullptr) co_return fetched.unseen();
  co_return answer_of(*fetched.seen(), request.url);
}

std::string safe_text(std::string_view body) {
  const auto cut_body = body.substr(0, kTextFileLimit);
  return valid_utf8(cut_body) ? std::string(cut_body) : printable(cut_body, kTextFileLimit);
}

// A well-known file of a host, redirects followed when `redirects` is above 0.
Task<Observed<TextFile>> text_file(HttpClient& client, wire::Url url, int redirects) {
  TextFile file;
  for (int step = 0;; ++step) {
    const auto fetched = co_await client.fetch({url});
    if (fetched.seen() == nullptr) co_return fetched.unseen();
    const auto& response = fetched.seen()->response;
    file.url = kept_url(url);
    file.status = response.status;
    file.content_type = printable(response.headers.first("content-type").value_or(""), 200);
    file.certificate_valid = file.certificate_valid && fetched.seen()->certificate_valid;
    // The page of an error, or a page at all, is not the file; its text may change with every answer.
    const bool is_text = wire::content_type(response.headers).value_or(wire::MediaType{}).type != "text/html";
    file.body = response.status == 200 && is_text ? safe_text(fetched.seen()->body) : "";
    const auto location = response.headers.first("location");
    if (response.status < 300 || response.status > 399 || !location || redirects == 0) break;
    // Led on and on: whether there is a file at the end is not known.
    if (step >= redirects) co_return Unseen::malformed;
    const auto next = wire::resolve_url(url, *location);
    if (!next) break;
    file.redirected = true;
    url = *next;
  }
  co_return file;
}

// Does TRACE come back with what we sent? The marker is the same each time, so that the evidence is too.
Task<Observed<bool>> trace_echoed(HttpClient& client, wire::Url url, const std::string& marker) {
  Request request{url, "TRACE"};
  request.headers.add("X-Utsyn-Trace", marker);
  const auto fetched = co_await client.fetch(std::move(request));
  if (fetched.seen() == nullptr) co_return fetched.unseen();
  const auto type = wire::content_type(fetched.seen()->response.headers);
  co_return fetched.seen()->response.status == 200 && type && type->type == "message/http" &&
      fetched.seen()->body.find(marker) != std::string::npos;
}

Task<Observed<std::string>> allowed_methods(HttpClient& client, wire::Url url) {
  const auto fetched = co_await client.fetch({url, "OPTIONS"});
  if (fetched.seen() == nullptr) co_return fetched.unseen();
  co_return printable(fetched.seen()->response.headers.joined("allow"), 300);
}

Task<Observed<bool>> offers_upgrade(HttpClient& client, wire::Url url) {
  Request request{url, "OPTIONS"};
  request.headers.add("Upgrade", "TLS/1.0");
  request.headers.add("Connection", "Upgrade");
  const auto fetched = co_await client.fetch(std::move(request));
  if (fetched.seen() == nullptr) co_return fetched.unseen();
  const auto& response = fetched.seen()->response;
  const auto names_tls = [](const wire::Headers& headers) {
    return lower(headers.joined("upgrade")).find("tls/") != std::string::npos;
  };
  bool offered = names_tls(response.headers);
  for (const auto& interim : response.interim)
    offered = offered || interim.status == 101 || names_tls(interim.headers);
  co_return offered || (response.status == 101 && names_tls(response.headers));
}

// Origins that a careless server takes for friends: any, null, and names that only begin or end like its own.
std::vector<std::string> strange_origins(const std::string& host) {
  const auto label = control_label(host);
  return {"https://" + label + ".example", "null", "https://" + host + "." + label + ".example",
          "https://" + label + host};
}

bool answers_here(const HttpChain& chain) {
  return chain.first() != nullptr && chain.first()->answer.seen() != nullptr;
}

// The page over IPv6 beside the page over IPv4, when both answer 200 at the same address.
Task<Observed<int>> ipv6_similarity(HttpClient& client, Resolver& resolver, Visit& visit, wire::Url url) {
  const auto found = co_await resolver.addresses(visit, url.host);
  const auto family = [&](bool v4) {
    return std::find_if(found.addresses.begin(), found.addresses.end(),
                        [&](const auto& a) { return a.is_v4() == v4; });
  };
  const auto four = family(true);
  const auto six = family(false);
  if (four == found.addresses.end() || six == found.addresses.end()) co_return Unseen::not_measured;
  Request over_four{url};
  over_four.address = *four;
  Request over_six{url};
  over_six.address = *six;
  const auto a = co_await client.fetch(over_four);
  if (a.seen() == nullptr) co_return a.unseen();
  const auto b = co_await client.fetch(over_six);
  if (b.seen() == nullptr) co_return b.unseen();
  if (a.seen()->response.status >= 400 || b.seen()->response.status >= 400) co_return Unseen::rejected;
  co_return wire::similarity_permille(a.seen()->body, b.seen()->body);
}

}  // namespace

Task<Observed<WebSite>> probe_web(Visit& visit, Resolver& resolver, const TrustStore& trust, std::string host,
                                  HttpSettings settings) {
  const auto addresses = co_await resolver.addresses(visit, host);
  if (addresses.addresses.empty() && addresses.known.seen() == nullptr) co_return addresses.known.unseen();

  WebSite site;
  site.host = host;
  HttpClient client(visit, resolver, trust, settings.body_limit_bytes);
  const auto path = "/" + control_label(host);
  const auto http = url_of("http", host, "/");
  const auto https = url_of("https", host, "/");

  site.plain = co_await follow(client, http, settings.redirect_limit);
  if (answers_here(site.plain)) {
    site.plain_path = co_await answer(client, {url_of("http", host, path)});
    site.upgrade_to_tls = co_await offers_upgrade(client, http);
  }
  site.secure = co_await follow(client, https, settings.redirect_limit);
  const bool secure = answers_here(site.secure);
  const auto& main = secure ? https : http;
  if (secure) {
    site.missing = co_await answer(client, {url_of("https", host, path)});
    site.security_txt = co_await text_file(client, url_of("https", host, "/.well-known/security.txt"), 5);
    site.robots_txt = co_await text_file(client, url_of("https", host, "/robots.txt"), 5);
  } else if (answers_here(site.plain)) {
    site.missing = site.plain_path;
  }
  if (secure || answers_here(site.plain)) {
    for (auto& origin : strange_origins(host)) {
      Request request{main};
      request.headers.add("Origin", origin);
      auto seen = co_await answer(client, std::move(request));
      site.cors.push_back({std::move(origin), std::move(seen)});
    }
    site.trace_echoed = co_await trace_echoed(client, main, control_label(host));
    site.allow = co_await allowed_methods(client, main);
    site.ipv6_similarity = co_await ipv6_similarity(client, resolver, visit, main);
  }
  co_return site;
}

Task<Observed<TextFile>> probe_mta_sts_policy(Visit& visit, Resolver& resolver, const TrustStore& trust,
                                              std::string domain) {
  HttpClient client(visit, resolver, trust, kTextFileLimit);
  co_return co_await text_file(client, url_of("https", "mta-sts." + domain, "/.well-known/mta-sts.txt"), 0);
}

}  // namespace utsyn::probe
