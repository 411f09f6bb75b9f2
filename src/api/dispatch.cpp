#include "api/dispatch.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/credentials.h"
#include "api/details.h"
#include "api/hooked_sql.h"
#include "api/idempotency.h"
#include "api/identify.h"
#include "api/json_body.h"
#include "api/log.h"
#include "api/query_check.h"
#include "api/static_files.h"
#include "api/target.h"
#include "base/hash.h"
#include "base/text.h"

namespace utsyn::data {
std::string_view texts_json();
}

namespace utsyn::api {
namespace {

namespace json = boost::json;

// The title of a problem's type in a language, from data/texts/problems.json; empty: there is none.
std::string title_of(std::string_view type, std::string_view language) {
  static const json::value texts = [] {
    auto all = json::parse(data::texts_json());
    const auto* problems = all.as_object().if_contains("problems");
    return problems == nullptr ? json::value(json::object{}) : *problems;
  }();
  const auto* entry = texts.as_object().if_contains(type);
  if (entry == nullptr || !entry->is_object()) return {};
  const auto* title = entry->as_object().if_contains(language);
  return title == nullptr || !title->is_string() ? std::string{} : std::string(title->as_string());
}

std::vector<std::string> segments_of(const Request& request) {
  auto target = parse_target(request.path);
  if (!target) {
    fail({.status = 400,
          .type = "wrong-target",
          .title = "The address is wrong",
          .detail = target.error() + "."});
  }
  return std::move(target->segments);
}

void set_parameters(const Route& route, const std::vector<std::string>& segments, Request& request) {
  request.route = route.pattern;
  request.parameters.clear();
  std::size_t i = 0;
  for (const auto wanted : split(std::string_view(route.pattern).substr(1), '/')) {
    if (wanted.starts_with('{')) request.parameters.emplace(wanted.substr(1, wanted.size() - 2), segments[i]);
    ++i;
  }
}

void set_language(Request& request) {
  const auto asked = request.query_value("lang");
  if (asked && (*asked == "nb" || *asked == "nn" || *asked == "en")) {
    request.language = *asked;
    return;
  }
  request.language = wanted_language(request.header("accept-language"));
  if (request.language.empty()) request.language = "nb";
}

// May who asks, once it is known who that is, use this route on what its path names?
void check_access(const Route& route, const Request& request) {
  if (route.door == Door::open) return;
  const auto forbidden = [](std::string_view detail) {
    fail({.status = 403, .type = "forbidden", .title = "Not allowed", .detail = std::string(detail)});
  };
  if (route.door == Door::session) {
    if (request.session.empty())
      forbidden("This is for a person who is logged in; an API token cannot do it.");
    return;
  }
  if (!request.access.may(route.permission)) {
    forbidden(fmt::format("It takes the permission {}; an administrator of Utsyn can give it.",
                          boost::describe::enum_to_string(route.permission, "?")));
  }
  const auto organisation = request.parameters.find("organisation");
  if (organisation == request.parameters.end() || route.detail == access::Detail::none) return;
  if (!request.access.sees(organisation->second)) not_found("organisation");
  if (!request.access.sees(organisation->second, route.detail)) {
    forbidden(fmt::format("It takes access to the {} of this organisation; yours is less.",
                          boost::describe::enum_to_string(route.detail, "?")));
  }
  if (!request.access.may(route.permission, organisation->second))
    forbidden("This organisation is yours to read; who acts for it needs a grant that says so.");
}

void check_door(Context& context, const Route& route, Request& request) {
  refuse_cross_site(context, request);
  if (route.door == Door::open) return;
  identify(context, request);
  check_access(route, request);
}

void read_body(const Route& route, Request& request) {
  if (request.body.size() > route.body_limit) {
    fail({.status = 413,
          .type = "too-large",
          .title = "The body is too large",
          .detail =
              fmt::format("The body may have at most {} bytes; send less at a time.", route.body_limit)});
  }
  if (request.body.empty()) return;
  auto header = request.header("content-type");
  const auto type = lower(trim(cut(header, ';')));
  const bool takes_json = std::ranges::find(route.bodies, "application/json") != route.bodies.end();
  const bool any = std::ranges::find(route.bodies, "*/*") != route.bodies.end();
  const bool known = type.empty() ? takes_json : std::ranges::find(route.bodies, type) != route.bodies.end();
  if (!any && !known) {
    fail({.status = 415,
          .type = "wrong-content-type",
          .title = "The body has a type that is not taken here",
          .detail = fmt::format("Send it as {}.", fmt::join(route.bodies, " or ")),
          .field = "Content-Type"});
  }
  if (type != "application/json" && !(type.empty() && takes_json)) return;
  auto parsed = parse_json(request.body);
  if (!parsed) {
    fail({.status = 400,
          .type = "malformed-json",
          .title = "The body is not JSON",
          .detail = fmt::format("The body cannot be read as JSON: {}.", parsed.error())});
  }
  request.json = std::move(*parsed);
}

std::string etag_of(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (iequals(name, "etag")) return value;
  }
  return '"' + sha256_hex(response.body).substr(0, 32) + '"';
}

bool names_etag(std::string_view header, std::string_view etag, bool weak_too) {
  while (!header.empty()) {
    auto one = trim(cut(header, ','));
    if (one == "*") return true;
    if (weak_too && one.starts_with("W/")) one = one.substr(2);
    if (one == etag) return true;
  }
  return false;
}

// If-Match: the version there is now must be one of those the client knows. Asked before the handler and
// again inside its transaction, so that nobody can come in between. Who may not read it learns nothing of its
// version either: the reader's own door is asked.
Response with_if_match(Context& context, const Router& router, const Route& route, const Request& request) {
  const auto segments = segments_of(request);
  const auto* reader = router.find("GET", segments).route;
  const auto check = [&](Context& in) {
    bool good = false;
    if (reader != nullptr) {
      Request get = request;
      get.method = "GET";
      get.body.clear();
      get.json = nullptr;
      set_parameters(*reader, segments, get);
      check_access(*reader, get);
      const auto now = reader->handler(in, get);
      good = now.status == 200 && names_etag(request.header("if-match"), etag_of(now), false);
    }
    if (!good) {
      fail({.status = 412,
            .type = "changed-meanwhile",
            .title = "It has been changed meanwhile",
            .detail = "It is not the version that If-Match names any more; read it again, then decide.",
            .field = "If-Match"});
    }
  };
  check(context);
  Context inner = context;
  bool checked = false;
  inner.sql = std::make_shared<HookedSql>(
      context.sql,
      [&](store::Connection& connection) {
        if (checked) return;
        Context fixed = context;
        fixed.sql = std::make_shared<SqlOfConnection>(connection);
        check(fixed);
        checked = true;
      },
      nullptr);
  return route.handler(inner, request);
}

Response answer(Context& context, const Router& router, Request& request) {
  const auto segments = segments_of(request);
  const auto match = router.find(request.method, segments);
  if (match.route == nullptr) {
    if (match.allowed.empty()) {
      if (context.web && StaticFiles::covers(request, segments))
        return context.web->answer(request, segments);
      fail({.status = 404,
            .type = "not-found",
            .title = "Not found",
            .detail = "There is no such address; GET /api/v1/openapi.json has those there are."});
    }
    auto response = problem_response({.status = 405,
                                      .type = "wrong-method",
                                      .title = "The method is not for this address",
                                      .detail = fmt::format("Use {}.", fmt::join(match.allowed, " or "))},
                                     request);
    response.headers.emplace_back("Allow", fmt::format("{}", fmt::join(match.allowed, ", ")));
    return response;
  }
  const auto& route = *match.route;
  set_parameters(route, segments, request);
  check_door(context, route, request);
  check_query(route.operation, request);
  read_body(route, request);

  if (route.method == "POST" && route.door != Door::open && !request.header("idempotency-key").empty())
    return once_for_key(context, route, request);
  if (route.method != "GET" && route.method != "POST" && !request.header("if-match").empty())
    return with_if_match(context, router, route, request);
  auto response = route.handler(context, request);
  if (route.method == "GET" && response.status == 200 && !response.stream) {
    const auto etag = etag_of(response);
    const bool has_own = std::ranges::any_of(
        response.headers, [](const auto& header) { return iequals(header.first, "etag"); });
    if (!has_own) response.headers.emplace_back("ETag", etag);
    const auto known = request.header("if-none-match");
    if (!known.empty() && names_etag(known, etag, true)) {
      response.status = 304;
      response.type.clear();
      response.body.clear();
    }
  }
  return response;
}

}  // namespace

Response problem_response(const Problem& problem, const Request& request) {
  auto title = title_of(problem.type, request.language);
  if (title.empty()) title = problem.title;
  json::object body{{"type", "urn:utsyn:problem:" + problem.type},
                    {"title", title},
                    {"status", problem.status},
                    {"detail", detail_in(language_told(request), problem.detail)},
                    {"instance", request.id}};
  if (!problem.field.empty()) body["field"] = problem.field;
  Response response{
      .status = problem.status, .type = "application/problem+json", .body = json::serialize(body)};
  if (problem.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"utsyn\"");
  if (problem.retry_after_s > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
  } else if (problem.status == 503 || problem.status == 429 || problem.type == "request-under-way") {
    response.headers.emplace_back("Retry-After", "5");
  }
  return response;
}

Response dispatch(Context& context, const Router& router, Request request) {
  return dispatch_in_place(context, router, request);
}

Response dispatch_in_place(Context& context, const Router& router, Request& request) {
  try {
    set_language(request);
    return answer(context, router, request);
  } catch (const Problem& problem) {
    return problem_response(problem, request);
  } catch (const store::Failure& failure) {
    log_failure(request.id, request.route, failure.what());
    return problem_response(
        {.status = 503,
         .type = "store-unavailable",
         .title = "The store cannot be reached",
         .detail = "Nothing was changed. Try again in a while; the log tells the administrator "
                   "what is wrong."},
        request);
  } catch (const std::exception& error) {
    log_failure(request.id, request.route, error.what());
    return problem_response(
        {.status = 500,
         .type = "internal-error",
         .title = "Something went wrong here",
         .detail = "It is not the request's fault. Report the number under `instance`; the log "
                   "has what happened under it."},
        request);
  }
}

Request request_of(std::string_view method, std::string_view target, std::string body) {
  auto parsed = parse_target(target);
  if (!parsed) {
    fail({.status = 400,
          .type = "wrong-target",
          .title = "The address is wrong",
          .detail = parsed.error() + "."});
  }
  Request request;
  request.method = method;
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  if (!body.empty()) request.headers.emplace("content-type", "application/json");
  request.body = std::move(body);
  return request;
}

std::size_t body_limit(const Router& router, const Request& request) {
  const auto target = parse_target(request.path);
  if (!target) return 0;
  const auto match = router.find(request.method, target->segments);
  return match.route == nullptr ? 0 : match.route->body_limit;
}

}  // namespace utsyn::api
