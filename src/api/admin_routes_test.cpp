// The installation as those who run it see it, from request to answer.
#include <gtest/gtest.h>

#include "api/route_test.h"

namespace utsyn::api {
namespace {

using namespace testing;

class AdminRoutes : public RouteTest {
 protected:
  void SetUp() override {
    RouteTest::SetUp();
    const struct {
      const char* name;
      std::int64_t due;
      std::int64_t failures;
    } rows[] = {{"Alta 100% kommune", 300, 0}, {"Bodin kommune", 100, 2}, {"Canopus AS", 200, 7}};
    for (const auto& row : rows) {
      const auto id = make(std::string(R"({"name":")") + row.name + R"(","kind":"other"})");
      ids.push_back(id);
      execute("DELETE FROM schedule WHERE organisation = ?1", {id});
      execute("INSERT INTO schedule (organisation, due, failures) VALUES (?1, ?2, ?3)",
              {id, to_unix(kNow) + row.due, row.failures});
    }
  }
  // The names of a page's rows, and " ..." when there is another.
  std::string names(const std::string& query) {
    const auto page = answer("GET", "/api/v1/schedule" + query);
    std::string out;
    for (const auto& one : page.at("items").as_array())
      out += (out.empty() ? "" : ", ") + std::string(one.at("organisation_name").as_string()).substr(0, 1);
    if (page.at("next").is_string()) {
      next = page.at("next").as_string();
      out += " ...";
    }
    return out;
  }
  std::vector<std::string> ids;
  std::string next;
};
UTSYN_BOTH_DATABASES(AdminRoutes);

TEST_P(AdminRoutes, TheScheduleIsSortedSoughtAndPaged) {
  const struct {
    const char* query;
    const char* names;
  } rows[] = {{"", "B, C, A"},
              {"?sort=name", "A, B, C"},
              {"?sort=-failures", "C, B, A"},
              {"?failing=true", "B, C"},
              {"?q=Canopus", "C"},
              {"?q=%25", "A"},
              {"?q=_", ""}};
  for (const auto& row : rows) EXPECT_EQ(names(row.query), row.names) << row.query;
  for (const std::string sort : {"due", "name", "-failures"}) {
    std::string all;
    auto query = "?limit=1&sort=" + sort;
    for (int page = 0; page < 3; ++page) {
      all += names(query).substr(0, 1);
      query = "?limit=1&sort=" + sort + "&cursor=" + next;
    }
    EXPECT_EQ(all, sort == "due" ? "BCA" : sort == "name" ? "ABC" : "CBA");
  }
}

TEST_P(AdminRoutes, TheScheduleTellsOfTheLatestMeasurement) {
  const auto job = [&](std::string_view id, std::string_view state, std::int64_t finished) {
    execute(
        R"(INSERT INTO job (organisation, id, asset, finding, profile, priority, state, wanted_by, created, finished, error)
               VALUES (?1, ?2, '', '', 'core', 1, ?3, 'test', 1, nullif(?4, 0), 'no answer'))",
        {ids[0], id, state, finished});
  };
  job("a", "failed", to_unix(kNow) - 100);
  job("b", "done", to_unix(kNow) - 50);
  job("c", "running", 0);
  const auto page = answer("GET", "/api/v1/schedule?sort=name&limit=1");
  const auto& row = page.at("items").at(0);
  EXPECT_EQ(row.at("last").at("id"), "b");
  EXPECT_EQ(row.at("last").at("state"), "done");
  EXPECT_EQ(row.at("running"), "c");
  EXPECT_TRUE(row.at("full_due").is_null()) << "nothing without consent";
}

TEST_P(AdminRoutes, WhatIsWrongIsNamed) {
  const struct {
    const char* method;
    const char* target;
    const char* body;
    const char* problem;
  } rows[] = {
      {"GET", "/api/v1/schedule?sort=colour", "", "422 wrong-field sort"},
      {"GET", "/api/v1/schedule?failing=maybe", "", "422 wrong-field failing"},
      {"GET", "/api/v1/schedule?cursor=x", "", "422 wrong-field cursor"},
      {"PUT", "/api/v1/system/stop", R"({"reason":"x"})", "422 wrong-field /stopped"},
      {"PUT", "/api/v1/system/stop", R"({"stopped":true})", "422 wrong-field /reason"},
      {"PUT", "/api/v1/system/stop", R"({"stopped":true,"reason":"x","for":1})", "422 wrong-field /for"},
      {"POST", "/api/v1/backups", "", "409 backup-under-way"}};
  for (const auto& row : rows)
    EXPECT_EQ(problem(row.method, row.target, row.body), row.problem) << row.target;
  EXPECT_EQ(problem("GET", "/api/v1/schedule?q=" + std::string(101, 'a')), "422 wrong-field q");
  names("?limit=1");
  EXPECT_EQ(problem("GET", "/api/v1/schedule?sort=due&cursor=" + std::exchange(next, "")), "200");
  names("?limit=1&sort=name");
  EXPECT_EQ(problem("GET", "/api/v1/schedule?sort=due&cursor=" + next), "422 wrong-field cursor");
}

TEST_P(AdminRoutes, AllProbingIsStoppedAndGoesOn) {
  const auto stopped = answer("PUT", "/api/v1/system/stop", R"({"stopped":true,"reason":"a complaint"})");
  EXPECT_EQ(stopped.at("stopped"), true);
  EXPECT_EQ(stopped.at("reason"), "a complaint");
  EXPECT_EQ(answer("GET", "/api/v1/system").at("stop").at("stopped"), true);
  EXPECT_EQ(answer("PUT", "/api/v1/system/stop", R"({"stopped":false,"reason":"settled"})").at("stopped"),
            false);
  EXPECT_TRUE(answer("GET", "/api/v1/system").at("stop").at("since").is_null());
}

TEST_P(AdminRoutes, TheSystemCountsWhatThereIs) {
  const auto system = answer("GET", "/api/v1/system");
  EXPECT_EQ(system.at("organisations"), 3);
  EXPECT_EQ(system.at("queue").at("scheduled"), 3);
  EXPECT_EQ(system.at("queue").at("failing"), 2);
  EXPECT_EQ(system.at("queue").at("due_now"), 0);
  EXPECT_EQ(system.at("queue").at("next_due"), json::value(format_time(kNow + std::chrono::seconds{100})));
  EXPECT_EQ(system.at("measuring").at("here"), false);
  EXPECT_TRUE(system.at("backup").at("folder").is_null());
  EXPECT_EQ(answer("GET", "/api/v1/backups").at("items").as_array().size(), 0U);
  for (const auto& feed : system.at("feeds").as_array()) EXPECT_EQ(feed.at("present"), false);
}

TEST_P(AdminRoutes, NobodyElseSeesIt) {
  caller = everything();
  caller.permissions &= ~(1U << static_cast<unsigned>(Permission::manage_service));
  for (const auto* target : {"/api/v1/system", "/api/v1/schedule", "/api/v1/backups"})
    EXPECT_EQ(problem("GET", target), "403 forbidden") << target;
}

}  // namespace
}  // namespace utsyn::api
