// What stands behind the question mark, held against the document.
#include "api/query_check.h"

#include <gtest/gtest.h>

#include "api/areas.h"
#include "api/document_test.h"
#include "api/route_test.h"

namespace utsyn::api {
namespace {

// "severty: severty is no parameter...", or nothing.
std::string query_fault(std::string_view operation,
                        std::multimap<std::string, std::string, std::less<>> query) {
  Request request;
  request.query = std::move(query);
  try {
    check_query(operation, request);
  } catch (const Problem& problem) {
    EXPECT_EQ(problem.status, 422);
    EXPECT_EQ(problem.type, "wrong-field");
    return problem.field + ": " + problem.detail;
  }
  return {};
}

struct QueryCase {
  const char* name;
  const char* operation;
  std::multimap<std::string, std::string, std::less<>> query;
  const char* fault;
};
void PrintTo(const QueryCase& one, std::ostream* out) { *out << one.name; }

class QueryCheck : public ::testing::TestWithParam<QueryCase> {};
TEST_P(QueryCheck, NamesWhatIsWrong) {
  EXPECT_EQ(query_fault(GetParam().operation, GetParam().query), GetParam().fault);
}
const QueryCase query_cases[] = {
    {"Nothing", "listFindings", {}, ""},
    {"AllRight",
     "listFindings",
     {{"severity", "high,low"}, {"limit", "500"}, {"sort", "due"}, {"lang", "nn"}},
     ""},
    {"Misspelt",
     "listWaitingTreatments",
     {{"kind", "dispute"}, {"limt", "5"}},
     "limt: limt is no parameter of this address; the parameters are: kind, limit, cursor, lang."},
    {"NoneOfItsOwn",
     "getHealth",
     {{"x", ""}},
     "x: x is no parameter of this address; the parameters are: lang."},
    {"ControlsAreNotRepeated",
     "getHealth",
     {{"a\tb", ""}},
     R"(a\x09b: a\x09b is no parameter of this address; the parameters are: lang.)"},
    {"LanguageEverywhere", "getHealth", {{"lang", "en"}}, ""},
    {"NoSuchLanguage", "getHealth", {{"lang", "de"}}, "lang: lang must be one of: nb, nn, en."},
    {"Twice",
     "listFindings",
     {{"severity", "high"}, {"severity", "low"}},
     "severity: severity stands more than once; send it once."},
    {"MayStandTwice", "compareSideBySide", {{"organisation", "a"}, {"organisation", "b"}}, ""},
    {"Missing", "listWaitingTreatments", {{"limit", "5"}}, "kind: kind is missing; send it."},
    {"NoneOfTheWords",
     "listWaitingTreatments",
     {{"kind", "acceptance"}},
     "kind: kind must be one of: compensation, dispute."},
    {"EveryWord",
     "getPortfolioConcentration",
     {{"kind", "printer"}},
     "kind: kind must be one of: supplier, mail-operator, dns-operator, registrar, certificate-authority, "
     "network-operator, address-prefix, host, product."},
    {"EmptyIsForTheHandler", "listOrganisations", {{"sort", ""}, {"limit", ""}, {"removed", ""}}, ""},
    {"NoTruth", "listOrganisations", {{"removed", "1"}}, "removed: removed must be true or false."},
    {"Truth", "listOrganisations", {{"removed", "false"}}, ""},
    {"NoNumber",
     "listOrganisations",
     {{"limit", "ten"}},
     "limit: limit must be a whole number from 1 to 500."},
    {"TooSmall", "listOrganisations", {{"limit", "0"}}, "limit: limit must be a whole number from 1 to 500."},
    {"TooLarge",
     "listOrganisations",
     {{"limit", "501"}},
     "limit: limit must be a whole number from 1 to 500."},
    {"AWordThatIsANumber", "getBoardReportPdf", {{"pages", "3"}}, "pages: pages must be one of: 1, 5."},
    {"CharactersNotBytes", "listOrganisations", {{"county", "øå"}}, ""},
    {"TooLong",
     "listOrganisations",
     {{"county", "abc"}},
     "county: county must be at most 2 characters long."},
    {"LongInAList",
     "previewImport",
     {{"column", "a=b"}, {"column", std::string(301, 'a')}},
     "column: column must be at most 300 characters long."},
    {"OthersDecide",
     "finishProviderLogin",
     {{"state", "x"}, {"session_state", "y"}, {"scope", "openid"}},
     ""},
    {"NotInTheDocument", "noSuchOperation", {{"x", "y"}}, ""},
};
INSTANTIATE_TEST_SUITE_P(Table, QueryCheck, ::testing::ValuesIn(query_cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(QueryOfRoutes, EachRefusesWhatItDoesNotHave) {
  for (const auto& route : all_routes().routes()) {
    const auto found = query_fault(route.operation, {{"severty", "high"}});
    if (route.operation == "finishProviderLogin") {
      EXPECT_EQ(found, "");
    } else {
      EXPECT_TRUE(found.starts_with("severty: ")) << route.operation << " " << found;
    }
  }
}

class QueriesThroughTheDoor : public testing::RouteTest {};
UTSYN_BOTH_DATABASES(QueriesThroughTheDoor);

TEST_P(QueriesThroughTheDoor, WhatIsMisspeltIsNotPassedOver) {
  const struct {
    const char* method;
    const char* target;
    const char* problem;
  } rows[] = {{"GET", "/findings?severty=high", "422 wrong-field severty"},
              {"GET", "/organisations?count=46", "422 wrong-field count"},
              {"GET", "/organisations?grade=Z", "422 wrong-field grade"},
              {"GET", "/audit?since=zz", "422 wrong-field since"},
              {"GET", "/portfolios/all/concentration?kind=printer", "422 wrong-field kind"},
              {"GET", "/deliveries?state=lost", "422 wrong-field state"},
              {"POST", "/portfolio-preview?kind=county", "422 wrong-field kind"}};
  for (const auto& row : rows)
    EXPECT_EQ(problem(row.method, std::string("/api/v1") + row.target), row.problem) << row.target;
  caller = testing::granted({});
  EXPECT_EQ(problem("GET", "/api/v1/organisations/hidden/findings?severty=high"), "404 not-found");
}

TEST_P(QueriesThroughTheDoor, DeliveriesByTheirState) {
  execute(
      "INSERT INTO channel (id, owner, name, kind, address, format, language, secret, active, confirmed, "
      "created) VALUES ('c', 'ada', 'x', 'email', 'a@b.example', 'text', 'nb', '', 1, 1, 1)");
  for (const auto* state : {"dead", "sent", "dead"})
    execute(
        "INSERT INTO delivery (id, channel, owner, state, created, next_try, alerts) SELECT 'd' || "
        "count(*), 'c', 'ada', ?1, 100 + count(*), 0, 1 FROM delivery",
        {state});
  const auto listed = [&](std::string_view query) {
    std::string out;
    const auto found = answer("GET", "/api/v1/deliveries" + std::string(query));
    for (const auto& one : found.at("items").as_array()) out += std::string(one.at("id").as_string()) + " ";
    return out;
  };
  EXPECT_EQ(listed(""), "d2 d1 d0 ");
  EXPECT_EQ(listed("?state=dead"), "d2 d0 ");
  EXPECT_EQ(listed("?state=uncertain"), "");
  EXPECT_EQ(listed("?state=uncertain&state=sent"), "d1 ");
  const auto first = answer("GET", "/api/v1/deliveries?state=dead&limit=1");
  EXPECT_EQ(listed("?state=dead&cursor=" + std::string(first.at("next").as_string())), "d0 ");
}

}  // namespace
}  // namespace utsyn::api
