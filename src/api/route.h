// What a route is, without a word of HTTP machinery: a pattern, what it takes to use it, and a function from
// a request to a response. Handlers run on worker threads and may wait for the database; they never see a
// socket.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/time.h"

namespace utsyn::api {

struct Context;  // context.h: the rooms a handler may use

struct Request {
  std::string method;                                            // GET, POST, PUT, PATCH, DELETE
  std::string path;                                              // without the query, as it was sent
  std::string route;                                             // the pattern that matched
  std::map<std::string, std::string, std::less<>> parameters;    // of the pattern: {organisation}
  std::multimap<std::string, std::string, std::less<>> query;    // decoded
  std::multimap<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
  boost::json::value json;  // the body when it is JSON: parsed, at most 32 deep, valid UTF-8
  std::string address;      // of the client (behind a trusted proxy: what the proxy says)
  std::string id;           // in the access log and in every problem
  std::string language;     // nb, nn, en: ?lang=, the user's choice, Accept-Language
  access::Access access;    // of nobody on public routes
  std::string session;      // id of the session; empty with a token and on public routes
  bool secure = false;      // came by TLS, here or at a trusted proxy
  bool local = false;       // came from this machine, and through no proxy

  std::string_view parameter(std::string_view name) const;                   // empty when absent
  std::optional<std::string_view> query_value(std::string_view name) const;  // the first
  std::string_view header(std::string_view lower_case_name) const;           // empty when absent
};

// The next piece of a long answer, asked for when the client has taken the one before, so that a slow reader
// holds no memory. Called on worker threads, one call at a time. Empty: nothing new yet, ask again in a
// while; none: the end. What it throws ends the connection.
using Stream = std::function<std::optional<std::string>()>;

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  Stream stream;  // when set, the body is what it gives, without an end that is known beforehand
};

// RFC 9457. Thrown by a handler (or by what it calls) to answer with a problem; `detail` names the field and
// the next action, in words for a person. Never tells whether something exists that the reader may not see:
// 404 in both cases.
struct Problem {
  int status = 400;
  std::string type;  // stable slug: "wrong-field", "not-found", "conflict"...
  std::string title;
  std::string detail;
  std::string field;  // JSON pointer, or the name of the query parameter; may be empty
  std::int64_t retry_after_s = 0;
};
[[noreturn]] void fail(Problem problem);
[[noreturn]] void not_found(std::string_view what);  // 404, the same words whether hidden or absent
[[noreturn]] void wrong_field(std::string_view pointer, std::string_view detail);  // 422

enum class Door {
  open,     // no login: health, login itself, the OpenAPI document
  session,  // a person's session only (own account, logout)
  login     // session or API token, with `permission`
};

using Handler = std::function<Response(Context&, const Request&)>;

struct Route {
  std::string method;
  std::string pattern;    // "/api/v1/organisations/{organisation}/findings"
  std::string operation;  // operationId of the OpenAPI document: "listFindings"
  Door door = Door::login;
  access::Permission permission = access::Permission::read;
  access::Detail detail =
      access::Detail::none;  // needed on {organisation} when the pattern has it; checked before the handler
  Handler handler;
  std::size_t body_limit = 256 * 1024;  // imports allow more
  // Media types the body may have; "*/*" for any. A JSON body is parsed into Request::json, others are left.
  std::vector<std::string> bodies = {"application/json"};
  // False: the answer holds a secret (a new token), so it is not kept for a repeated Idempotency-Key.
  bool keep_answer = true;
};

// Patterns are compared segment by segment; where two fit, the one with a literal further left wins. A
// segment of a request is decoded before it is compared or becomes a parameter, so an id may hold %2F.
class Router {
 public:
  void add(Route route);  // throws std::logic_error for what is already there
  const std::vector<Route>& routes() const { return routes_; }

  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> allowed;  // methods of this path, when none of them is the request's
  };
  // HEAD finds the route of GET. Neither route nor allowed: nothing has this path.
  Match find(std::string_view method, const std::vector<std::string>& segments) const;

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> patterns_;  // of routes_, in segments
};

// Answers.
Response json_response(const boost::json::value& value, int status = 200);
Response created(const boost::json::value& value, std::string_view location);
Response no_content();

// Lists: ?limit= (1 to 500, 50 unless told) and ?cursor= (opaque; made from the last item's sort key). The
// body is
// {"items": [...], "next": "..."|null, "total": N} with total only where it is cheap and allowed.
struct Page {
  std::size_t limit = 50;
  std::vector<std::string> after;  // the decoded cursor: the sort key to go on after; empty at the start
};
Page page_of(const Request& request);
std::string cursor_of(const std::vector<std::string>& sort_key);
Response list_response(boost::json::array items,
                       const std::vector<std::string>& next_after,  // empty: the end
                       std::optional<std::int64_t> total = std::nullopt);

// Bodies: a member of the right type within bounds, or wrong_field().
std::string required_text(const boost::json::object& body, std::string_view member, std::size_t most = 4000);
std::optional<std::string> optional_text(const boost::json::object& body, std::string_view member,
                                         std::size_t most = 4000);
std::int64_t required_integer(const boost::json::object& body, std::string_view member, std::int64_t least,
                              std::int64_t most);
std::optional<std::int64_t> optional_integer(const boost::json::object& body, std::string_view member,
                                             std::int64_t least, std::int64_t most);
UtcTime required_time(const boost::json::object& body, std::string_view member);
const boost::json::object& body_object(const Request& request);  // 422 when the body is no object
std::optional<bool> optional_truth(const boost::json::object& body, std::string_view member);
std::optional<UtcTime> optional_time(const boost::json::object& body, std::string_view member);
// A text that is one of `choices`.
std::string required_choice(const boost::json::object& body, std::string_view member,
                            std::initializer_list<std::string_view> choices);
// 422 that names the first member which is none of these (additionalProperties: false).
void only_members(const boost::json::object& body, std::initializer_list<std::string_view> members);
// A number in the query within bounds, or `otherwise` when it is absent.
std::int64_t query_integer(const Request& request, std::string_view name, std::int64_t least,
                           std::int64_t most, std::int64_t otherwise);

}  // namespace utsyn::api
