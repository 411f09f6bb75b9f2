// Doors, methods, bodies, versions and problems, each before the handler is reached.
#include "api/dispatch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;

std::uint32_t bits(std::initializer_list<Permission> permissions) {
  std::uint32_t out = 0;
  for (const auto one : permissions) out |= 1U << static_cast<unsigned>(one);
  return out;
}

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string problem_of(const Response& response) {
  EXPECT_EQ(response.type, "application/problem+json");
  const auto body = json::parse(response.body);
  EXPECT_EQ(body.at("status").as_int64(), response.status);
  EXPECT_FALSE(body.at("title").as_string().empty());
  EXPECT_FALSE(body.at("detail").as_string().empty());
  const std::string type(body.at("type").as_string());
  const std::string prefix = "urn:utsyn:problem:";
  EXPECT_TRUE(type.starts_with(prefix)) << type;
  return type.substr(prefix.size());
}

class Dispatch : public testing::Test {
 protected:
  Dispatch() {
    const auto add = [&](Route route, Handler handler) {
      route.handler = [this, handler = std::move(handler)](Context& in, const Request& request) {
        ++handled;
        return handler(in, request);
      };
      router.add(std::move(route));
    };
    const auto echo = [](Context&, const Request& request) {
      return json_response({{"organisation", request.parameter("organisation")}, {"body", request.json}});
    };
    add({.method = "GET", .pattern = "/open", .operation = "open", .door = Door::open}, echo);
    add({.method = "GET", .pattern = "/own", .operation = "own", .door = Door::session}, echo);
    add({.method = "GET",
         .pattern = "/organisations/{organisation}/findings",
         .operation = "list",
         .permission = Permission::read,
         .detail = Detail::findings},
        echo);
    add({.method = "GET",
         .pattern = "/organisations/{organisation}",
         .operation = "get",
         .detail = Detail::score},
        echo);
    add({.method = "GET", .pattern = "/organisations/mine", .operation = "mine"},
        [](Context&, const Request&) { return json_response({{"mine", true}}); });
    add({.method = "POST",
         .pattern = "/users",
         .operation = "create",
         .permission = Permission::manage_access,
         .body_limit = 4096},
        echo);
    add({.method = "POST", .pattern = "/import", .operation = "import", .bodies = {"text/csv"}},
        [](Context&, const Request& request) { return json_response({{"bytes", request.body.size()}}); });
    add({.method = "GET", .pattern = "/broken/{how}", .operation = "broken"},
        [](Context&, const Request& request) -> Response {
          const auto how = request.parameter("how");
          if (how == "store") throw store::Failure({store::ErrorKind::failed, "the secret path /var/x"});
          if (how == "other") throw std::runtime_error("inner words");
          if (how == "field") wrong_field("/name", "name must not be empty.");
          if (how == "wait")
            fail({.status = 429, .type = "wait", .title = "Wait", .detail = "Wait.", .retry_after_s = 7});
          not_found("thing");
        });
    context.now = [] { return from_unix(1'800'000'000); };
    context.caller = [this](const Request&) { return who; };
  }

  access::Access reader(Detail detail) {
    access::Access out;
    out.user = "kari";
    out.permissions = bits({Permission::read});
    out.organisations = {{"fjord", detail}};
    return out;
  }
  Response ask(std::string_view method, std::string_view target, std::string body = {},
               std::vector<std::pair<std::string, std::string>> headers = {}) {
    auto request = request_of(method, target, std::move(body));
    request.id = "r1";
    for (auto& [name, value] : headers) {
      request.headers.erase(name);
      request.headers.emplace(name, value);
    }
    return dispatch(context, router, std::move(request));
  }

  Router router;
  Context context;
  std::optional<access::Access> who;
  int handled = 0;
};

TEST_F(Dispatch, OpenDoorNeedsNobody) {
  EXPECT_EQ(ask("GET", "/open").status, 200);
  EXPECT_EQ(handled, 1);
}

TEST_F(Dispatch, UnknownAddressAndMethod) {
  auto response = ask("GET", "/nowhere");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(problem_of(response), "not-found");
  response = ask("DELETE", "/open");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header_of(response, "Allow"), "GET, HEAD");
  EXPECT_EQ(ask("BREW", "/users").status, 405);
  EXPECT_EQ(ask("GET", "/open/").status, 404);
  EXPECT_EQ(handled, 0);
}

TEST_F(Dispatch, DoorsComeBeforeTheHandler) {
  struct Case {
    const char* target;
    std::optional<Detail> detail;  // none: nobody asks
    int status;
  };
  const Case cases[] = {{"/organisations/fjord/findings", std::nullopt, 401},
                        {"/organisations/fjord/findings", Detail::none, 404},
                        {"/organisations/fjord/findings", Detail::score, 403},
                        {"/organisations/fjord/findings", Detail::findings, 200},
                        {"/organisations/fjord/findings", Detail::evidence, 200},
                        {"/organisations/absent/findings", Detail::evidence, 404},
                        {"/organisations/fjord", Detail::score, 200},
                        {"/organisations/fjord", Detail::none, 404},
                        {"/own", Detail::evidence, 403},
                        {"/own", std::nullopt, 401}};
  for (const auto& [target, detail, status] : cases) {
    handled = 0;
    who = detail ? std::optional(reader(*detail)) : std::nullopt;
    const auto response = ask("GET", target);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_EQ(handled, status == 200 ? 1 : 0) << target;
    if (status == 401) EXPECT_NE(header_of(response, "WWW-Authenticate"), "") << target;
  }
}

TEST_F(Dispatch, HiddenAndAbsentSayTheSame) {
  who = reader(Detail::none);
  auto hidden = ask("GET", "/organisations/fjord").body;
  EXPECT_EQ(hidden, ask("GET", "/organisations/absent").body);
}

TEST_F(Dispatch, PermissionComesBeforeTheBody) {
  who = reader(Detail::evidence);
  EXPECT_EQ(ask("POST", "/users", "{broken").status, 403);
  who->permissions |= bits({Permission::manage_access});
  const auto response = ask("POST", "/users", "{broken");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(problem_of(response), "malformed-json");
  EXPECT_EQ(handled, 0);
}

TEST_F(Dispatch, BodiesHaveATypeAndABound) {
  who = reader(Detail::evidence);
  who->permissions |= bits({Permission::manage_access});
  EXPECT_EQ(ask("POST", "/users", R"({"a":1})").status, 200);
  EXPECT_EQ(ask("POST", "/users", R"({"a":1})", {{"content-type", "application/json; charset=utf-8"}}).status,
            200);
  EXPECT_EQ(ask("POST", "/users", R"({"a":1})", {{"content-type", "text/plain"}}).status, 415);
  EXPECT_EQ(ask("POST", "/users", R"({"a":1,"a":2})").status, 400);
  EXPECT_EQ(ask("POST", "/users", '"' + std::string(5000, 'x') + '"').status, 413);
  EXPECT_EQ(ask("POST", "/import", "a;b\n", {{"content-type", "text/csv"}}).status, 200);
  EXPECT_EQ(ask("POST", "/import", "{}").status, 415);
}

TEST_F(Dispatch, FailuresTellNothingOfTheInside) {
  who = reader(Detail::evidence);
  auto response = ask("GET", "/broken/store");
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(header_of(response, "Retry-After"), "");
  EXPECT_EQ(response.body.find("/var/x"), std::string::npos);
  response = ask("GET", "/broken/other");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("inner words"), std::string::npos);
  EXPECT_NE(response.body.find("\"instance\":\"r1\""), std::string::npos);
  response = ask("GET", "/broken/field");
  EXPECT_EQ(response.status, 422);
  EXPECT_NE(response.body.find("\"field\":\"/name\""), std::string::npos);
  EXPECT_EQ(ask("GET", "/broken/absent").status, 404);
  EXPECT_EQ(header_of(ask("GET", "/broken/wait"), "Retry-After"), "7");
}

TEST_F(Dispatch, TitlesFollowTheLanguage) {
  who = reader(Detail::none);
  const auto title = [&](const char* target, const char* accept) {
    return std::string(
        json::parse(ask("GET", target, {}, {{"accept-language", accept}}).body).at("title").as_string());
  };
  EXPECT_EQ(title("/broken/x", "nn"), "Finst ikkje");
  EXPECT_EQ(title("/broken/x", "en"), "Not found");
  EXPECT_EQ(title("/broken/x?lang=nb", "en"), "Finnes ikke");
}

TEST_F(Dispatch, DetailsFollowTheLanguageThatIsAskedFor) {
  who = reader(Detail::none);
  const auto detail = [&](const char* target, std::vector<std::pair<std::string, std::string>> headers = {}) {
    return std::string(json::parse(ask("GET", target, {}, std::move(headers)).body).at("detail").as_string());
  };
  const std::string english =
      "There is no such thing, or you have no access to it. Look it up in its list, or ask an administrator "
      "for access.";
  EXPECT_EQ(detail("/broken/x", {{"accept-language", "nb-NO, nb;q=0.9"}}),
            "Det finnes ikke, eller du har ikke tilgang til det. Let det fram i listen, eller be en "
            "administrator om "
            "tilgang.");
  EXPECT_EQ(detail("/broken/x?lang=nn"),
            "Det finst ikkje, eller du har ikkje tilgang til det. Leit det fram i lista, eller be ein "
            "administrator om "
            "tilgang.");
  EXPECT_EQ(detail("/broken/x", {{"accept-language", "en"}}), english);
  EXPECT_EQ(detail("/broken/x"), english);  // a program that asks for no language
}

TEST_F(Dispatch, TheSameVersionIsNotSentAgain) {
  who = reader(Detail::evidence);
  const auto first = ask("GET", "/organisations/fjord");
  const auto etag = header_of(first, "ETag");
  ASSERT_TRUE(etag.starts_with('"')) << etag;
  const auto again = ask("GET", "/organisations/fjord", {}, {{"if-none-match", "\"x\", W/" + etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(header_of(again, "ETag"), etag);
  EXPECT_EQ(ask("GET", "/organisations/fjord", {}, {{"if-none-match", "\"x\""}}).status, 200);
  who.reset();
  EXPECT_EQ(ask("GET", "/organisations/fjord", {}, {{"if-none-match", etag}}).status, 401);
}

TEST_F(Dispatch, LiteralsWinAndParametersAreDecoded) {
  who = reader(Detail::evidence);
  EXPECT_EQ(ask("GET", "/organisations/mine").body, R"({"mine":true})");
  who->organisations = {{"a/b", Detail::score}};
  EXPECT_NE(ask("GET", "/organisations/a%2Fb").body.find("\"a/b\""), std::string::npos);
  EXPECT_EQ(ask("GET", "/organisations//findings").status, 404);
}

TEST_F(Dispatch, OtherSitesAreTurnedAway) {
  who = reader(Detail::evidence);
  who->permissions |= bits({Permission::manage_access});
  context.public_address = "https://utsyn.example.no";
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const std::pair<Headers, int> cases[] = {
      {{{"sec-fetch-site", "same-origin"}}, 200},
      {{{"sec-fetch-site", "cross-site"}}, 403},
      {{{"sec-fetch-site", "same-site"}}, 403},
      {{{"origin", "https://utsyn.example.no"}}, 200},
      {{{"origin", "https://evil.example.no"}, {"host", "utsyn.example.no"}}, 403},
      {{{"origin", "null"}}, 403},
      {{{"origin", "http://127.0.0.1:8480"}, {"host", "127.0.0.1:8480"}}, 200},
      {{{"origin", "https://evil.example.no"}, {"authorization", "Bearer x"}}, 200},
  };
  for (const auto& [headers, status] : cases)
    EXPECT_EQ(ask("POST", "/users", "{}", headers).status, status) << headers.front().second;
}

TEST(Router, RefusesWhatIsThereAlready) {
  Router router;
  router.add({.method = "GET", .pattern = "/a/{x}", .operation = "one"});
  EXPECT_THROW(router.add({.method = "GET", .pattern = "/a/{y}", .operation = "two"}), std::logic_error);
  EXPECT_THROW(router.add({.method = "PUT", .pattern = "/a/{x}", .operation = "one"}), std::logic_error);
  EXPECT_THROW(router.add({.method = "PUT", .pattern = "a", .operation = "three"}), std::logic_error);
  EXPECT_THROW(router.add({.method = "PUT", .pattern = "/a/{x}.csv", .operation = "four"}), std::logic_error);
  EXPECT_NO_THROW(router.add({.method = "PUT", .pattern = "/a/{x}", .operation = "five"}));
}

Request with_query(std::string_view query) { return request_of("GET", "/x?" + std::string(query)); }

int status_of(const std::function<void()>& read) {
  try {
    read();
  } catch (const Problem& problem) {
    EXPECT_FALSE(problem.field.empty());
    return problem.status;
  }
  return 200;
}

TEST(Page, IsReadWithinBounds) {
  EXPECT_EQ(page_of(with_query("")).limit, 50U);
  EXPECT_EQ(page_of(with_query("limit=500")).limit, 500U);
  EXPECT_EQ(page_of(with_query("cursor=" + cursor_of({"a", "b"}))).after,
            (std::vector<std::string>{"a", "b"}));
  for (const auto* query : {"limit=0", "limit=501", "limit=-1", "limit=x",
                            "limit=", "limit=99999999999999999999", "cursor=", "cursor=abc"})
    EXPECT_EQ(status_of([&] { page_of(with_query(query)); }), 422) << query;
}

TEST(Body, MembersAreReadOrNamed) {
  const auto body =
      json::parse(R"({"text":"x","empty":" ","number":5,"time":"2026-11-20T10:00:00Z","yes":true,
                                    "null":null,"half":1.5,"wrong":[]})")
          .as_object();
  EXPECT_EQ(required_text(body, "text"), "x");
  EXPECT_EQ(optional_text(body, "null"), std::nullopt);
  EXPECT_EQ(required_integer(body, "number", 1, 5), 5);
  EXPECT_EQ(optional_integer(body, "absent", 1, 5), std::nullopt);
  EXPECT_EQ(format_time(required_time(body, "time")), "2026-11-20T10:00:00Z");
  EXPECT_EQ(optional_truth(body, "yes"), true);
  EXPECT_EQ(required_choice(body, "text", {"w", "x"}), "x");
  const std::function<void()> refused[] = {
      [&] { required_text(body, "absent"); },          [&] { required_text(body, "null"); },
      [&] { required_text(body, "empty"); },           [&] { required_text(body, "number"); },
      [&] { optional_text(body, "wrong"); },           [&] { required_text(body, "time", 5); },
      [&] { required_integer(body, "number", 6, 9); }, [&] { required_integer(body, "half", 0, 9); },
      [&] { required_integer(body, "text", 0, 9); },   [&] { required_time(body, "text"); },
      [&] { optional_time(body, "number"); },          [&] { optional_truth(body, "number"); },
      [&] { required_choice(body, "text", {"y"}); },   [&] { only_members(body, {"text"}); }};
  for (std::size_t i = 0; i < std::size(refused); ++i) EXPECT_EQ(status_of(refused[i]), 422) << i;
}

}  // namespace
}  // namespace utsyn::api
