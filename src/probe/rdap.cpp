// Registration data by RDAP (RFC 9082, RFC 9083): whether a domain is registered, until when, and in what
// state.
#include "probe/rdap.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "base/time.h"
#include "probe/http.h"
#include "probe/http_fetch.h"

namespace utsyn::probe {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestAnswer = 256 * 1024;
constexpr std::size_t kLongestName = 200;

const json::array* array_in(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found == nullptr ? nullptr : found->if_array();
}
std::string string_in(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string{};
}

// The formatted name of a jCard (RFC 7095): ["vcard", [["fn", {}, "text", "Name"], ...]].
std::string name_on_card(const json::object& entity) {
  const auto* card = array_in(entity, "vcardArray");
  const auto* fields = card == nullptr || card->size() < 2 ? nullptr : card->at(1).if_array();
  if (fields == nullptr) return {};
  for (const auto& item : *fields) {
    const auto* field = item.if_array();
    if (field == nullptr || field->size() < 4) continue;
    if (field->at(0).is_string() && field->at(0).get_string() == "fn" && field->at(3).is_string())
      return printable(trim(std::string_view(field->at(3).get_string())), kLongestName);
  }
  return {};
}

// RFC 9083 section 10.2.4: an entity's roles.
std::string registrar_of(const json::object& domain) {
  const auto* entities = array_in(domain, "entities");
  if (entities == nullptr) return {};
  for (const auto& item : *entities) {
    const auto* entity = item.if_object();
    const auto* roles = entity == nullptr ? nullptr : array_in(*entity, "roles");
    if (roles == nullptr || std::ranges::find(*roles, json::value("registrar")) == roles->end()) continue;
    auto name = name_on_card(*entity);
    return name.empty() ? printable(string_in(*entity, "handle"), kLongestName) : name;
  }
  return {};
}

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
  if (const auto* events = array_in(*object, "events"); events != nullptr) {
    for (const auto& item : *events) {
      const auto* event = item.if_object();
      if (event == nullptr || string_in(*event, "eventAction") != "expiration") continue;
      if (const auto time = parse_time(string_in(*event, "eventDate"))) out.expires = to_unix(*time);
    }
  }
  if (const auto* status = array_in(*object, "status"); status != nullptr) {
    for (const auto& item : *status) {
      if (item.is_string() && out.status.size() < 50)
        out.status.push_back(printable(std::string_view(item.get_string()), 100));
    }
  }
  std::sort(out.status.begin(), out.status.end());
  out.registrar = registrar_of(*object);
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
      out.answer = Registration{domain, false, 0, {}, {}};
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
