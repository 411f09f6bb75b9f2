// The document and the routes say the same, both ways: what is there is documented, what is documented is
// there.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "api/areas.h"
#include "api/document_test.h"
#include "api/openapi.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;

template <class Each>
void each_operation(Each each) {
  for (const auto& [path, operations] : document().at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      if (method == "parameters" || method == "summary" || method == "description") continue;
      auto upper = std::string(method);
      std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
      each(upper, std::string(path), operations.as_object(), operation.as_object());
    }
  }
}

TEST(OpenApi, RoutesAndOperationsAreTheSame) {
  std::set<std::string> routes;
  for (const auto& route : all_routes().routes())
    routes.insert(route.method + " " + route.pattern + " " + route.operation);
  std::set<std::string> operations;
  each_operation([&](const std::string& method, const std::string& path, const json::object&,
                     const json::object& operation) {
    operations.insert(method + " " + path + " " + std::string(operation.at("operationId").as_string()));
  });
  for (const auto& route : routes) EXPECT_TRUE(operations.contains(route)) << "not documented: " << route;
  for (const auto& operation : operations)
    EXPECT_TRUE(routes.contains(operation)) << "no route: " << operation;
}

TEST(OpenApi, ParametersOfPathsAreDeclared) {
  each_operation([&](const std::string& method, const std::string& path, const json::object& place,
                     const json::object& operation) {
    std::set<std::string> wanted;
    for (const auto segment : split(path, '/')) {
      if (segment.starts_with('{')) wanted.emplace(segment.substr(1, segment.size() - 2));
    }
    std::set<std::string> declared;
    for (const auto* holder : {&place, &operation}) {
      const auto* parameters = holder->if_contains("parameters");
      if (parameters == nullptr) continue;
      for (const auto& entry : parameters->as_array()) {
        const auto& parameter = followed(entry);
        if (parameter.at("in") == "path") declared.emplace(parameter.at("name").as_string());
      }
    }
    EXPECT_EQ(declared, wanted) << method << " " << path;
  });
}

TEST(OpenApi, OpenDoorsAreThoseOfTheDocument) {
  std::set<std::string> open;
  for (const auto& route : all_routes().routes()) {
    if (route.door == Door::open) open.insert(route.operation);
  }
  std::set<std::string> documented;
  each_operation(
      [&](const std::string&, const std::string&, const json::object&, const json::object& operation) {
        const auto* security = operation.if_contains("security");
        if (security == nullptr) return;
        const auto& ways = security->as_array();
        const bool nothing_needed = ways.empty() || std::ranges::any_of(ways, [](const json::value& way) {
                                      return way.as_object().empty();
                                    });
        if (nothing_needed) documented.emplace(operation.at("operationId").as_string());
      });
  EXPECT_EQ(documented, open);
}

// Objects say what they have, so that an answer with more than is documented is found out.
void expect_closed(const json::value& value, const std::string& where) {
  if (const auto* list = value.if_array()) {
    for (const auto& item : *list) expect_closed(item, where);
    return;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return;
  if (object->contains("properties") && object->contains("type"))
    EXPECT_TRUE(object->contains("additionalProperties")) << where << " does not close its members";
  for (const auto& [name, inner] : *object) expect_closed(inner, where + "/" + std::string(name));
}
TEST(OpenApi, SchemasAreClosed) { expect_closed(document().at("components").at("schemas"), "schemas"); }

}  // namespace
}  // namespace utsyn::api
