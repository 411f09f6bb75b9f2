// Findings, treatments and people as the API tells them.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/route.h"
#include "checks/catalogue.h"
#include "followup/desk.h"
#include "followup/finding_list.h"

namespace utsyn::api {

checks::Language language_of(const Request& request);

inline boost::json::value maybe_time(const std::optional<UtcTime>& time) {
  return time ? boost::json::value(format_time(*time)) : boost::json::value();
}
inline boost::json::value maybe_text(const std::string& text) {
  return text.empty() ? boost::json::value() : boost::json::value(text);
}
// A time in the query, or nothing when it is absent.
std::optional<UtcTime> query_time(const Request& request, std::string_view name);

// The names of users, looked up once each.
class People {
 public:
  explicit People(store::Connection& connection) : connection_(connection) {}
  boost::json::value person(const std::string& id);  // null for an empty id
  const std::string& name(const std::string& id);

 private:
  store::Connection& connection_;
  std::map<std::string, std::string> names_;
};

std::string title_of_check(std::string_view check, checks::Language language);
std::string text_of_reason(std::string_view check, std::string_view reason, checks::Language language);
std::string area_of_check(std::string_view check);

// Of the catalogue of known exploited vulnerabilities; null for what is not in it.
boost::json::value known_exploited_json(std::string_view check);
boost::json::object listed_json(const followup::Listed& listed, checks::Language language);
// `life` is the first_seen of the finding; what is older belongs to a former life of it.
boost::json::object treatment_json(const followup::Treatment& treatment, std::optional<UtcTime> life,
                                   People& people, UtcTime now);

// A treatment that is refused, as a problem: 422 where a field is wrong, 409 where something stands against
// it.
Problem problem_of(followup::Refusal refusal);

// Not in this organisation: 404 when it is not seen, 403 when it is not the caller's to act on.
void must_be_allowed(const Request& request, access::Permission permission, std::string_view organisation);

}  // namespace utsyn::api
