// Registration data by RDAP (RFC 9082, RFC 9083): whether a domain is registered, until when, and in what
// state.
#include "probe/rdap.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/time.h"
#include "probe/http.h"
#include "probe/http_fetch.h"

namespace utsyn::probe {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestAnswer = 256 * 1024;

}  // namespace

Observed<Registration> registration_of(const std::string& domain, std::string_view body) {
  json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code error;
  const auto value = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) return Unseen::malformed;
  Registration out;
  out.domain = domain;
  out.registered = true;
  const auto string_of = [](const json::value& item, const char* member) -> std::string {
    const auto* inner = item.if_object();
    const auto* found = inner == nullptr ? nullptr : inner->if_contains(member);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string{};
  };
  if (const auto* events = object->if_contains("events"); events != nullptr && events->is_array()) {
    for (const auto& event : events->get_array()) {
      if (string_of(event, "eventAction") != "expiration") continue;
      if (const auto time = parse_time(string_of(event, "eventDate"))) out.expires = to_unix(*time);
    }
  }
  if (const auto* status = object->if_contains("status"); status != nullptr && status->is_array()) {
    for (const auto& item : status->get_array()) {
      if (item.is_string() && out.status.size() < 50)
        out.status.push_back(printable(std::string_view(item.get_string()), 100));
    }
  }
  std::sort(out.status.begin(), out.status.end());
  return out;
}

Task<RegistrationLookup> probe_registration(Visit& visit, Resolver& resolver, const TrustStore& trust,
                                            std::string base, std::string domain) {
  RegistrationLookup out{domain, Unseen::not_measured};
  if (base.empty()) co_return out;
  if (!base.ends_with('/')) base += '/';
  auto url = wire::parse_url(base + "domain/" + domain);
  if (!url) {
    out.answer = Unseen::local_error;
    co_return out;
  }
  HttpClient client(visit, resolver, trust, kLongestAnswer);
  for (int redirects = 0; redirects < 4; ++redirects) {
    Request request{*url};
    request.headers.add("Accept", "application/rdap+json");
    const auto fetched = co_await client.fetch(std::move(request));
    if (fetched.seen() == nullptr) {
      out.answer = fetched.unseen();
      co_return out;
    }
    const auto& response = fetched.seen()->response;
    const auto location = response.headers.first("location");
    if (response.status >= 300 && response.status <= 399 && location) {
      auto next = wire::resolve_url(*url, *location);
      if (!next) break;
      url = std::move(next);
      continue;
    }
    if (response.status == 404) {
      out.answer = Registration{domain, false, 0, {}};
    } else if (response.status == 200) {
      out.answer = registration_of(domain, fetched.seen()->body);
    } else {
      out.answer = Unseen::rejected;
    }
    co_return out;
  }
  out.answer = Unseen::malformed;
  co_return out;
}

}  // namespace utsyn::probe
