// Each table that is a list holds against the contract and the texts: what it shows lies in the list's
// answer, its headings are there in every language, and it takes the same reader as the list.
#include "api/listed_tables.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "api/areas.h"
#include "api/document_test.h"
#include "api/openapi.h"
#include "base/text.h"
#include "report/texts.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;

// The schemas that a step leads to; a choice is looked through in all its parts.
std::vector<const json::object*> behind(const json::object& schema, std::string_view step) {
  std::vector<const json::object*> out;
  for (const auto* choice : {"oneOf", "anyOf", "allOf"})
    if (const auto* all = schema.if_contains(choice))
      for (const auto& one : all->as_array())
        for (const auto* found : behind(followed(one), step)) out.push_back(found);
  if (const auto* properties = schema.if_contains("properties"))
    if (const auto* found = properties->as_object().if_contains(step)) out.push_back(&followed(*found));
  const auto* items = schema.if_contains("items");
  if (items != nullptr && parse_uint(step)) out.push_back(&followed(*items));
  const auto* others = schema.if_contains("additionalProperties");
  if (others != nullptr && others->is_object()) out.push_back(&followed(*others));
  return out;
}

std::vector<const json::object*> at_path(std::vector<const json::object*> schemas, std::string_view path) {
  if (path.empty()) return schemas;
  for (const auto step : split(path, '/')) {
    std::vector<const json::object*> next;
    for (const auto* schema : schemas)
      for (const auto* found : behind(*schema, step)) next.push_back(found);
    schemas = std::move(next);
  }
  return schemas;
}

std::vector<const json::object*> answer_of(std::string_view operation) {
  for (const auto& [path, operations] : document().at("paths").as_object())
    for (const auto& [method, one] : operations.as_object()) {
      if (!one.is_object() || !one.as_object().contains("operationId")) continue;
      if (one.at("operationId").as_string() != operation) continue;
      const auto& answer = followed(one.at("responses").at("200"));
      return {&followed(answer.at("content").at("application/json").at("schema"))};
    }
  return {};
}

// The schemas of the rows of a part: the items of a list, or the object that is a row.
std::vector<const json::object*> rows_of(const ListedTable& table, const Part& part) {
  auto found = at_path(answer_of(table.list), part.path);
  std::vector<const json::object*> out;
  for (const auto* schema : found) {
    const auto* items = schema->if_contains("items");
    out.push_back(items == nullptr ? schema : &followed(*items));
  }
  return out;
}

TEST(ListedTables, WhatIsShownLiesInTheAnswer) {
  for (const auto& table : listed_tables()) {
    SCOPED_TRACE(table.operation);
    std::vector<const json::object*> rows;
    for (const auto& part : table.parts) {
      const auto found = rows_of(table, part);
      EXPECT_FALSE(found.empty()) << "no rows at " << part.path;
      rows.insert(rows.end(), found.begin(), found.end());
    }
    for (const auto& column : table.columns) {
      if (column.path == kPart) continue;
      auto from = rows;
      auto path = column.path;
      for (const auto& more : table.more)
        if (path.starts_with(fmt::format("{}/", more.into))) {
          from = answer_of(more.operation);
          if (more.parameter.empty()) from = at_path(from, "items/0");
          path.remove_prefix(more.into.size() + 1);
          EXPECT_FALSE(at_path(rows, more.member).empty()) << more.member;
        }
      EXPECT_FALSE(at_path(from, path).empty()) << column.path;
    }
  }
}

TEST(ListedTables, HeadingsAndTitlesAreThereInEveryLanguage) {
  for (const auto& table : listed_tables()) {
    std::set<std::string> keys = {std::string(table.title)};
    for (const auto& column : table.columns) keys.insert(fmt::format("c_{}", column.heading));
    for (const auto& part : table.parts)
      if (!part.name.empty()) keys.insert(fmt::format("part_{}", part.name));
    for (const auto& key : keys)
      for (const auto language : {report::Language::nb, report::Language::nn, report::Language::en})
        EXPECT_NE(report::text("reports." + key, language), "?") << table.operation << " " << key;
  }
}

TEST(ListedTables, ColumnsHaveHeadingsOfTheirOwn) {
  for (const auto& table : listed_tables()) {
    std::set<std::string> seen;
    for (const auto& column : table.columns)
      EXPECT_TRUE(
          seen.insert(report::text(fmt::format("reports.c_{}", column.heading), report::Language::nb)).second)
          << table.operation << " has " << column.heading << " twice";
  }
}

TEST(ListedTables, TheDoorIsThatOfTheList) {
  const auto router = all_routes();
  const auto of = [&](std::string_view operation) -> const Route& {
    return *std::ranges::find(router.routes(), operation, &Route::operation);
  };
  for (const auto& table : listed_tables()) {
    const auto& list = of(table.list);
    const auto& file = of(table.operation);
    EXPECT_EQ(file.door, list.door) << table.operation;
    EXPECT_EQ(file.permission, list.permission) << table.operation;
    EXPECT_EQ(file.detail, list.detail) << table.operation;
    EXPECT_EQ(file.method, "GET") << table.operation;
    EXPECT_EQ(file.pattern, list.pattern + std::string(table.ending));
  }
}

}  // namespace
}  // namespace utsyn::api
