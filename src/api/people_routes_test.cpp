// Whom a finding may be given to, from request to answer.
#include <gtest/gtest.h>

#include "api/route_test.h"

namespace utsyn::api {
namespace {

using namespace testing;

class PeopleRoutes : public RouteTest {
 protected:
  void SetUp() override {
    RouteTest::SetUp();
    home = make(R"({"name":"Steinlia kommune","kind":"municipality"})");
    other = make(R"({"name":"Fjordvik kommune","kind":"municipality"})");
    person("anne", "Anne Berg", "security", home);
    person("bo", "Bo Aas", "security", home, 1);
    person("cato", "Cato Lie", "security", other);
    person("dina", "Dina Moe", "security", other);
    person("ada", "Ada Vik", "administrator", "");
    grant("cato", "findings", 0);
    grant("dina", "score", 0);
  }
  void person(std::string_view id, std::string_view name, std::string_view role, std::string_view of,
              std::int64_t disabled = 0) {
    execute(R"(INSERT INTO account (id, login, name, role, organisation, created, created_by, disabled)
               VALUES (?1, ?1, ?2, ?3, nullif(?4, ''), 1, 'test', nullif(?5, 0)))",
            {id, name, role, of, disabled});
  }
  void grant(std::string_view account, std::string_view detail, std::int64_t until) {
    execute(R"(INSERT INTO access_grant (organisation, account, detail, reason, granted, granted_by, until)
               VALUES (?1, ?2, ?3, 'test', 1, 'test', nullif(?4, 0)))",
            {home, account, detail, until});
  }
  std::string names(std::string_view query = "") {
    std::string out;
    const auto list = answer("GET", "/api/v1/organisations/" + home + "/people" + std::string(query));
    for (const auto& one : list.at("items").as_array())
      out += (out.empty() ? "" : ", ") + std::string(one.at("name").as_string()) +
             (one.at("home").as_bool() ? "" : " (away)");
    return out;
  }
  std::string home;
  std::string other;
};
UTSYN_BOTH_DATABASES(PeopleRoutes);

TEST_P(PeopleRoutes, ThoseAtHomeFirstThenWhoWasGrantedFindings) {
  EXPECT_EQ(names(), "Anne Berg, Ada Vik (away), Cato Lie (away)");
  const struct {
    const char* query;
    const char* names;
  } rows[] = {
      {"?q=an", "Anne Berg"}, {"?q=LIE", "Cato Lie (away)"}, {"?q=bo", ""}, {"?limit=1", "Anne Berg"}};
  for (const auto& row : rows) EXPECT_EQ(names(row.query), row.names) << row.query;
}

TEST_P(PeopleRoutes, AGrantThatHasEndedIsNone) {
  execute("UPDATE access_grant SET until = ?1 WHERE account = 'cato'", {to_unix(kNow)});
  EXPECT_EQ(names(), "Anne Berg, Ada Vik (away)");
}

TEST_P(PeopleRoutes, NamesAreForThoseWhoMayGiveFindings) {
  const auto path = "/api/v1/organisations/" + home + "/people";
  EXPECT_EQ(problem("GET", path + "?q=" + std::string(101, 'a')), "422 wrong-field q");
  caller = granted({{home, Detail::score}});
  EXPECT_EQ(problem("GET", path), "403 forbidden");
  caller = granted({{other, Detail::findings}});
  EXPECT_EQ(problem("GET", path), "404 not-found");
  caller = granted({{home, Detail::findings}});
  EXPECT_EQ(names("?q=anne"), "Anne Berg");
  caller.read_only = {home};
  EXPECT_EQ(problem("GET", path), "403 forbidden");
}

}  // namespace
}  // namespace utsyn::api
