// For tests only: routes from request to answer, in process, on both databases, as a caller of the test's
// choice.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/areas.h"
#include "api/context.h"
#include "api/dispatch.h"
#include "portfolio/portfolios.h"
#include "store/test_database.h"

namespace utsyn::api::testing {

namespace json = boost::json;
using access::Access;
using access::Detail;
using access::Permission;
using access::Role;

inline const UtcTime kNow = from_unix(1'795'000'000);

inline Access everything(std::string id = "ada") {
  Access access;
  access.actor = {id, "127.0.0.1"};
  access.user = std::move(id);
  access.role = Role::administrator;
  access.permissions = ~0U;
  access.everywhere = Detail::evidence;
  return access;
}
inline Access granted(std::vector<std::pair<std::string, Detail>> organisations, Role role = Role::security) {
  Access access = everything("rolf");
  access.role = role;
  access.everywhere = Detail::none;
  std::ranges::sort(organisations);
  access.organisations = std::move(organisations);
  return access;
}

class RouteTest : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    store::testing::DatabaseTest::SetUp();
    context.sql = shared_sql();
    context.portfolios = std::make_shared<portfolio::Portfolios>(shared_sql());
    context.now = [] { return kNow; };
    context.caller = [this](const Request&) { return std::optional(caller); };
  }
  Response send(std::string_view method, std::string_view target, std::string body = {},
                std::string type = "application/json") {
    auto request = request_of(method, target);
    request.language = "en";
    if (!body.empty()) request.headers.emplace("content-type", std::move(type));
    request.body = std::move(body);
    request.headers.emplace("accept-language", "en");
    return dispatch(context, router, std::move(request));
  }
  json::value answer(std::string_view method, std::string_view target, std::string body = {},
                     int status = 200, std::string type = "application/json") {
    const auto response = send(method, target, std::move(body), std::move(type));
    EXPECT_EQ(response.status, status) << method << " " << target << " " << response.body;
    return response.body.empty() ? json::value() : json::parse(response.body);
  }
  // "wrong-field /kind" and so on.
  std::string problem(std::string_view method, std::string_view target, std::string body = {}) {
    const auto response = send(method, target, std::move(body));
    if (response.type != "application/problem+json") return std::to_string(response.status);
    const auto value = json::parse(response.body).as_object();
    const std::string type(value.at("type").as_string());
    std::string out = std::to_string(response.status) + " " + type.substr(type.rfind(':') + 1);
    if (const auto* field = value.if_contains("field")) out += " " + std::string(field->as_string());
    EXPECT_EQ(value.at("detail").as_string().find("{}"), std::string_view::npos) << response.body;
    EXPECT_NE(value.at("detail").as_string(), "?") << response.body;
    return out;
  }
  // An organisation; its id.
  std::string make(std::string_view body) {
    return std::string(answer("POST", "/api/v1/organisations", std::string(body), 201).at("id").as_string());
  }

  void execute(std::string_view statement, store::Connection::Values values = {}) {
    context.sql->write([&](store::Connection& connection) { connection.execute(statement, values); });
  }

  Context context;
  Router router = all_routes();
  Access caller = everything();
};

}  // namespace utsyn::api::testing
