// The curve, the ages of findings and the news, from request to answer.
#include <gtest/gtest.h>

#include "api/route_test.h"

namespace utsyn::api {
namespace {

using namespace testing;

constexpr std::int64_t kDay = 86'400;

class OverviewRoutes : public RouteTest {
 protected:
  void SetUp() override {
    RouteTest::SetUp();
    id = make(R"({"name":"Steinlia kommune","kind":"municipality"})");
    home = "/api/v1/organisations/" + id;
  }
  void score(std::int64_t days_ago, std::int64_t cp, std::string_view method, std::string_view input = "{}") {
    execute(R"(INSERT INTO score (organisation, first_seen, last_seen, method, score_cp, grade, input, output)
               VALUES (?1, ?2, ?2 + 3600, ?3, ?4, 'C', ?5,
                       '{"managed_cp":7000,"interval_cp":[6000,8000],"confidence":"high"}'))",
            {id, to_unix(kNow) - days_ago * kDay, method, cp, input});
  }
  void finding(std::string_view name, std::string_view severity, std::int64_t days_ago,
               std::string_view state = "open") {
    execute(R"(INSERT INTO finding (organisation, id, asset, "check", severity, state, first_seen, last_seen)
               VALUES (?1, ?2, 'web:a:443', 'http.hsts.exists', ?3, ?4, ?5, ?5))",
            {id, name, severity, state, to_unix(kNow) - days_ago * kDay});
  }
  void event(std::string_view kind, std::int64_t days_ago) {
    execute(R"(INSERT INTO event (number, time, kind, organisation, data)
               SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, '{}' FROM event)",
            {to_unix(kNow) - days_ago * kDay, kind, id});
  }
  std::string id;
  std::string home;
};
UTSYN_BOTH_DATABASES(OverviewRoutes);

TEST_P(OverviewRoutes, TheCurveGoesFromTheOldestOnWithItsMarkers) {
  EXPECT_EQ(answer("GET", home + "/score/history").at("items").as_array().size(), 0U);
  score(20, 5000, "utsyn-0.9");
  score(10, 6000, "utsyn-1.0", R"({"coverage":9000,"assets":[1]})");
  score(5, 7000, "utsyn-1.0", R"({"assets":[]})");
  event("finding-opened", 10);
  event("finding-opened", 10);
  event("finding-changed", 6);
  event("measured", 10);
  const auto curve = answer("GET", home + "/score/history");
  std::string seen;
  for (const auto& one : curve.at("items").as_array())
    seen += std::to_string(one.at("score_cp").as_int64()) + "/" +
            std::to_string(one.at("coverage").as_int64()) + " ";
  EXPECT_EQ(seen, "5000/10000 6000/9000 7000/0 ");
  std::string marks;
  for (const auto& one : curve.at("markers").as_array())
    marks +=
        std::string(one.at("kind").as_string()) + " " + std::to_string(one.at("count").as_int64()) + ", ";
  EXPECT_EQ(marks, "finding-opened 2, method 1, finding-changed 1, ");
  const auto last = answer("GET", home + "/score/history?limit=1");
  EXPECT_EQ(last.at("items").at(0).at("score_cp"), 7000) << "the newest are kept";
  EXPECT_EQ(last.at("markers").as_array().size(), 0U) << "of what is shown";
  caller = granted({{id, Detail::score}});
  EXPECT_EQ(answer("GET", home + "/score/history").at("markers").as_array().size(), 1U)
      << "the method's alone";
}

// Of one's first hours each measurement is told by itself; of a longer time, each day.
TEST_P(OverviewRoutes, AYoungCurveTellsOfEachMeasurement) {
  for (const auto minutes : {90, 60, 60, 30})
    execute(R"(INSERT INTO event (number, time, kind, organisation, data)
               SELECT coalesce(max(number), 0) + 1, ?1, 'finding-closed', ?2, '{}' FROM event)",
            {to_unix(kNow) - minutes * 60, id});
  const auto marks = [&] {
    std::string out;
    for (const auto& one : answer("GET", home + "/score/history").at("markers").as_array())
      out += std::to_string(one.at("count").as_int64()) + " ";
    return out;
  };
  score(1, 5000, "utsyn-1.0");
  EXPECT_EQ(marks(), "1 2 1 ");
  score(3, 5000, "utsyn-1.0");
  EXPECT_EQ(marks(), "4 ");
}

TEST_P(OverviewRoutes, TheCurveGoesBackPageByPage) {
  for (std::int64_t days = 9; days >= 1; --days) {
    score(days, 1000 * days, days > 4 ? "utsyn-0.9" : "utsyn-1.0");
    event("finding-opened", days);
  }
  std::string seen;
  std::string marks;
  std::string cursor;
  int pages = 0;
  do {
    const auto page =
        answer("GET", home + "/score/history?limit=4" + (cursor.empty() ? "" : "&cursor=" + cursor));
    std::string items;
    for (const auto& one : page.at("items").as_array())
      items += std::to_string(one.at("score_cp").as_int64() / 1000);
    seen += items + " ";
    for (const auto& one : page.at("markers").as_array()) marks += one.at("kind").as_string()[0];
    marks += " ";
    cursor = page.at("next").is_null() ? "" : std::string(page.at("next").as_string());
  } while (!cursor.empty() && ++pages < 5);
  EXPECT_EQ(seen, "4321 8765 9 ");
  // The method changed where the second page ends; its marker stands on the newer one, as the point does.
  EXPECT_EQ(marks, "fmfff ffff f ");
  EXPECT_TRUE(answer("GET", home + "/score/history?limit=9").at("next").is_null());
  EXPECT_EQ(answer("GET", home + "/score/history?limit=2&since=" + format_time(kNow - std::chrono::days{3}))
                .at("items")
                .as_array()
                .size(),
            2U);
}

TEST_P(OverviewRoutes, AgesAreCountedInBands) {
  EXPECT_TRUE(answer("GET", home + "/findings/ages").at("median_days").is_null());
  const std::int64_t days[] = {0, 7, 8, 30, 31, 90, 365, 366};
  for (const auto age : days) finding("f" + std::to_string(age), age == 366 ? "critical" : "low", age);
  finding("closed", "high", 3, "fixed");
  const auto ages = answer("GET", home + "/findings/ages");
  EXPECT_EQ(ages.at("total"), 8);
  EXPECT_EQ(ages.at("oldest_days"), 366);
  EXPECT_EQ(ages.at("median_days"), 30);
  std::string bands;
  for (const auto& band : ages.at("bands").as_array())
    bands += std::to_string(band.at("from_days").as_int64()) + ":" +
             std::to_string(band.at("total").as_int64()) + " ";
  EXPECT_EQ(bands, "0:2 8:2 31:2 91:0 181:1 366:1 ");
  EXPECT_EQ(ages.at("bands").at(5).at("critical"), 1);
  EXPECT_TRUE(ages.at("bands").at(5).at("to_days").is_null());
}

TEST_P(OverviewRoutes, NewsAreOfTheTimeAskedFor) {
  score(20, 5000, "utsyn-1.0");
  score(3, 6000, "utsyn-1.0");
  finding("old", "critical", 30);
  finding("new-low", "low", 2);
  finding("new-high", "high", 3);
  finding("gone", "high", 1, "fixed");
  event("finding-opened", 3);
  event("finding-opened", 30);
  event("measured", 3);
  const auto news = answer("GET", home + "/news");
  EXPECT_EQ(news.at("score_before_cp"), 5000);
  EXPECT_EQ(news.at("score_after_cp"), 6000);
  EXPECT_EQ(news.at("counts").as_array().size(), 1U);
  EXPECT_EQ(news.at("counts").at(0).at("count"), 1);
  std::string found;
  for (const auto& one : news.at("findings").as_array()) found += std::string(one.at("id").as_string()) + " ";
  EXPECT_EQ(found, "new-high new-low ");
  EXPECT_TRUE(answer("GET", home + "/news?since=2020-01-01T00:00:00Z").at("score_before_cp").is_null());
}

TEST_P(OverviewRoutes, WhatIsWrongOrNotToBeSeen) {
  const struct {
    const char* target;
    const char* problem;
  } rows[] = {{"/score/history?since=yesterday", "422 wrong-field since"},
              {"/score/history?until=never", "422 wrong-field until"},
              {"/score/history?limit=0", "422 wrong-field limit"},
              {"/score/history?cursor=x", "422 wrong-field cursor"},
              {"/news?since=1", "422 wrong-field since"}};
  for (const auto& row : rows) EXPECT_EQ(problem("GET", home + row.target), row.problem) << row.target;
  caller = granted({{id, Detail::score}});
  for (const auto* target : {"/findings/ages", "/news", "/acceptances"})
    EXPECT_EQ(problem("GET", home + target), "403 forbidden") << target;
  caller = granted({});
  for (const auto* target : {"/score/history", "/findings/ages", "/news", "/acceptances"})
    EXPECT_EQ(problem("GET", home + target), "404 not-found") << target;
}

}  // namespace
}  // namespace utsyn::api
