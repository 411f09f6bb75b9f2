// What handlers share: answers, problems, pages, bodies.
#include "api/route.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "api/cursor.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;

std::string pointer_of(std::string_view member) { return "/" + std::string(member); }

const json::value* present(const json::object& body, std::string_view member) {
  const auto* value = body.if_contains(member);
  return value == nullptr || value->is_null() ? nullptr : value;
}

[[noreturn]] void missing(std::string_view member) {
  wrong_field(pointer_of(member), fmt::format("{} is missing; send it.", member));
}

std::int64_t integer_of(const json::value& value, std::string_view member, std::int64_t least,
                        std::int64_t most) {
  if (!value.is_int64() || value.get_int64() < least || value.get_int64() > most) {
    wrong_field(pointer_of(member),
                fmt::format("{} must be a whole number from {} to {}.", member, least, most));
  }
  return value.get_int64();
}

std::string text_of(const json::value& value, std::string_view member, std::size_t most) {
  if (!value.is_string()) wrong_field(pointer_of(member), fmt::format("{} must be a text.", member));
  const auto& text = value.get_string();
  if (text.size() > most)
    wrong_field(pointer_of(member), fmt::format("{} must be at most {} bytes long.", member, most));
  return {text.data(), text.size()};
}

UtcTime time_of(const json::value& value, std::string_view member) {
  const auto time = value.is_string() ? parse_time(std::string_view(value.get_string())) : std::nullopt;
  if (!time) {
    wrong_field(pointer_of(member),
                fmt::format("{} must be a time as 2026-11-20T10:00:00Z (RFC 3339).", member));
  }
  return *time;
}

// "/api/{x}" and "/api/{y}" are the same pattern.
std::vector<std::string> shape_of(std::vector<std::string> pattern) {
  for (auto& segment : pattern) {
    if (segment.starts_with('{')) segment = "{}";
  }
  return pattern;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(pattern, segments, [](const std::string& wanted, const std::string& segment) {
    return wanted.starts_with('{') ? !segment.empty() : wanted == segment;
  });
}

// True when `a` has a literal where `b` has its first parameter of the places where they differ.
bool more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool literal_a = !a[i].starts_with('{');
    const bool literal_b = !b[i].starts_with('{');
    if (literal_a != literal_b) return literal_a;
  }
  return false;
}

}  // namespace

std::string_view Request::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

void fail(Problem problem) { throw problem; }

void not_found(std::string_view what) {
  fail({.status = 404,
        .type = "not-found",
        .title = "Not found",
        .detail =
            fmt::format("There is no such {}, or you have no access to it. Look it up in its list, or ask an "
                        "administrator for access.",
                        what)});
}

void wrong_field(std::string_view pointer, std::string_view detail) {
  fail({.status = 422,
        .type = "wrong-field",
        .title = "A field is wrong",
        .detail = std::string(detail),
        .field = std::string(pointer)});
}

void Router::add(Route route) {
  std::vector<std::string> pattern;
  if (!route.pattern.starts_with('/'))
    throw std::logic_error("a pattern begins with a slash: " + route.pattern);
  for (const auto segment : split(std::string_view(route.pattern).substr(1), '/')) {
    if (segment.starts_with('{') != segment.ends_with('}'))
      throw std::logic_error("a parameter is a whole segment: " + route.pattern);
    pattern.emplace_back(segment);
  }
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (routes_[i].operation == route.operation)
      throw std::logic_error("the operation " + route.operation + " stands twice");
    if (routes_[i].method == route.method && shape_of(patterns_[i]) == shape_of(pattern))
      throw std::logic_error(route.method + " " + route.pattern + " stands twice");
  }
  patterns_.push_back(std::move(pattern));
  routes_.push_back(std::move(route));
}

Router::Match Router::find(std::string_view method, const std::vector<std::string>& segments) const {
  if (method == "HEAD") method = "GET";
  Match match;
  std::size_t best = 0;
  std::vector<std::string> methods;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!fits(patterns_[i], segments)) continue;
    methods.push_back(routes_[i].method);
    if (routes_[i].method != method) continue;
    if (match.route == nullptr || more_literal(patterns_[i], patterns_[best])) {
      match.route = &routes_[i];
      best = i;
    }
  }
  if (match.route != nullptr) return match;
  if (std::ranges::find(methods, "GET") != methods.end()) methods.emplace_back("HEAD");
  std::ranges::sort(methods);
  methods.erase(std::ranges::unique(methods).begin(), methods.end());
  match.allowed = std::move(methods);
  return match;
}

Response json_response(const json::value& value, int status) {
  return {.status = status, .body = json::serialize(value)};
}

Response created(const json::value& value, std::string_view location) {
  auto response = json_response(value, 201);
  response.headers.emplace_back("Location", location);
  return response;
}

Response no_content() { return {.status = 204, .type = {}}; }

Page page_of(const Request& request) {
  Page page;
  page.limit = static_cast<std::size_t>(query_integer(request, "limit", 1, 500, 50));
  if (const auto cursor = request.query_value("cursor")) {
    auto key = read_cursor(*cursor);
    if (!key)
      wrong_field("cursor",
                  "cursor must be what `next` of the page before said; leave it out to begin anew.");
    page.after = std::move(*key);
  }
  return page;
}

std::string cursor_of(const std::vector<std::string>& sort_key) { return write_cursor(sort_key); }

Response list_response(json::array items, const std::vector<std::string>& next_after,
                       std::optional<std::int64_t> total) {
  json::object body;
  body["items"] = std::move(items);
  body["next"] = next_after.empty() ? json::value(nullptr) : json::value(cursor_of(next_after));
  if (total) body["total"] = *total;
  return json_response(body);
}

std::string required_text(const json::object& body, std::string_view member, std::size_t most) {
  const auto* value = present(body, member);
  if (value == nullptr) missing(member);
  auto text = text_of(*value, member, most);
  if (trim(text).empty()) wrong_field(pointer_of(member), fmt::format("{} must not be empty.", member));
  return text;
}

std::optional<std::string> optional_text(const json::object& body, std::string_view member,
                                         std::size_t most) {
  const auto* value = present(body, member);
  if (value == nullptr) return std::nullopt;
  return text_of(*value, member, most);
}

std::int64_t required_integer(const json::object& body, std::string_view member, std::int64_t least,
                              std::int64_t most) {
  const auto* value = present(body, member);
  if (value == nullptr) missing(member);
  return integer_of(*value, member, least, most);
}

std::optional<std::int64_t> optional_integer(const json::object& body, std::string_view member,
                                             std::int64_t least, std::int64_t most) {
  const auto* value = present(body, member);
  if (value == nullptr) return std::nullopt;
  return integer_of(*value, member, least, most);
}

UtcTime required_time(const json::object& body, std::string_view member) {
  const auto* value = present(body, member);
  if (value == nullptr) missing(member);
  return time_of(*value, member);
}

std::optional<UtcTime> optional_time(const json::object& body, std::string_view member) {
  const auto* value = present(body, member);
  if (value == nullptr) return std::nullopt;
  return time_of(*value, member);
}

std::optional<bool> optional_truth(const json::object& body, std::string_view member) {
  const auto* value = present(body, member);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) wrong_field(pointer_of(member), fmt::format("{} must be true or false.", member));
  return value->get_bool();
}

std::string required_choice(const json::object& body, std::string_view member,
                            std::initializer_list<std::string_view> choices) {
  auto text = required_text(body, member, 200);
  if (std::ranges::find(choices, text) == choices.end())
    wrong_field(pointer_of(member), fmt::format("{} must be one of: {}.", member, fmt::join(choices, ", ")));
  return text;
}

void only_members(const json::object& body, std::initializer_list<std::string_view> members) {
  for (const auto& [name, value] : body) {
    if (std::ranges::find(members, std::string_view(name)) == members.end()) {
      const auto shown = printable(std::string_view(name), 60);
      wrong_field(pointer_of(shown), fmt::format("{} is no member of this body; the members are: {}.", shown,
                                                 fmt::join(members, ", ")));
    }
  }
}

const json::object& body_object(const Request& request) {
  if (!request.json.is_object()) wrong_field("", "The body must be a JSON object.");
  return request.json.get_object();
}

std::int64_t query_integer(const Request& request, std::string_view name, std::int64_t least,
                           std::int64_t most, std::int64_t otherwise) {
  const auto given = request.query_value(name);
  if (!given) return otherwise;
  const auto number = parse_uint(*given);
  if (!number || *number > static_cast<std::uint64_t>(most) || static_cast<std::int64_t>(*number) < least)
    wrong_field(name, fmt::format("{} must be a whole number from {} to {}.", name, least, most));
  return static_cast<std::int64_t>(*number);
}

}  // namespace utsyn::api
