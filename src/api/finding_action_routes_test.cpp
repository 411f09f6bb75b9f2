// What people decide about findings, one or many, from request to answer, on both databases.
#include <gtest/gtest.h>

#include "api/route_test.h"
#include "followup/working_days.h"

namespace utsyn::api {
namespace {

using namespace testing;

class FindingActions : public RouteTest {
 protected:
  void SetUp() override {
    RouteTest::SetUp();
    context.now = [this] { return now; };
    id = make(R"({"name":"Steinlia kommune","kind":"municipality"})");
  }
  void finding(std::string_view name, std::string_view check = "http.hsts.exists") {
    execute(R"(INSERT INTO finding (organisation, id, asset, "check", severity, state, first_seen, last_seen)
               VALUES (?1, ?2, 'a:443', ?3, 'low', 'open', 1700000000, 1700000000))",
            {id, name, check});
  }
  std::string item(std::string_view name) {
    return R"({"organisation":")" + id + R"(","finding":")" + std::string(name) + R"("})";
  }
  std::string act(const std::string& body) { return problem("POST", "/api/v1/findings/actions", body); }

  UtcTime now = kNow;
  std::string id;
};
UTSYN_BOTH_DATABASES(FindingActions);

TEST_P(FindingActions, WhatIsWrongIsNamedAsItStandsInTheBody) {
  finding("f@a");
  const auto items = R"("items":[)" + item("f@a") + "]";
  const struct {
    std::string body;
    const char* problem;
  } rows[] = {
      {R"({"action":"dance",)" + items + "}", "422 wrong-field /action"},
      {R"({"action":"comment",)" + items + "}", "422 wrong-field /text"},
      {R"({"action":"treat",)" + items + "}", "422 wrong-field /treatment"},
      {R"({"action":"treat",)" + items + R"(,"treatment":{"kind":"prayer","reason":"x"}})",
       "422 wrong-field /treatment/kind"},
      {R"({"action":"treat",)" + items + R"(,"treatment":{"kind":"acceptance","reason":"x","until":"soon"}})",
       "422 wrong-field /treatment/until"},
      {R"({"action":"treat",)" + items + R"(,"treatment":{"kind":"acceptance","reason":"x","til":"soon"}})",
       "422 wrong-field /treatment/til"},
      {R"({"action":"assign",)" + items + "}", "422 wrong-field /work"},
      {R"({"action":"assign",)" + items + R"(,"work":{"asignee":"me"}})", "422 wrong-field /work/asignee"},
      {R"({"action":"assign",)" + items + R"(,"work":{"assignee":7}})", "422 wrong-field /work/assignee"},
      {R"({"action":"assign",)" + items + R"(,"work":{"due":"tomorrow, or the day after"}})",
       "422 wrong-field /work/due"},
      {R"({"action":"recheck"})", "422 wrong-field /items"},
      {R"({"action":"recheck","items":[]})", "422 wrong-field /items"},
      {R"({"action":"recheck","items":[)" + item("f@a") + R"(,{"organisation":"x"}]})",
       "422 wrong-field /items/1/finding"},
      {R"({"action":"recheck","items":[)" + item("f@a") + R"(,"f@a"]})", "422 wrong-field /items/1"},
      {R"({"action":"recheck","items":[{"organisation":"x","finding":"y","asset":"z"}]})",
       "422 wrong-field /items/0/asset"},
      {R"({"action":"recheck","filter":{"state":["bogus"]}})", "422 wrong-field /filter/state"},
      {R"({"action":"recheck","filter":{"sate":["open"]}})", "422 wrong-field /filter/sate"},
  };
  for (const auto& row : rows) EXPECT_EQ(act(row.body), row.problem) << row.body;
  const auto one = "/api/v1/organisations/" + id + "/findings/f@a";
  EXPECT_EQ(problem("PATCH", one, R"({"due":"tomorrow"})"), "422 wrong-field /due");
  const auto due = [&](int days) {
    const auto day = followup::oslo_date(now + std::chrono::days{days});
    return R"({"due":")" + followup::format_date(day) + R"("})";
  };
  for (const int days : {-1, 366})
    EXPECT_EQ(problem("PATCH", one, due(days)), "422 wrong-field /due") << days;
  for (const int days : {0, 365}) answer("PATCH", one, due(days), 200);
  EXPECT_EQ(problem("PATCH", one, R"({"assignee":"stranger"})"), "422 wrong-field /assignee");
  EXPECT_EQ(problem("PATCH", one, R"({"assign":"me"})"), "422 wrong-field /assign");
  const auto words =
      answer("POST", "/api/v1/findings/actions", R"({"action":"recheck","filter":{"state":["bogus"]}})", 422);
  EXPECT_EQ(
      words.at("detail"),
      "state: there is no bogus; there are open, accepted, disputed, dispute_overdue, compensated, upheld, "
      "fixed.");
}

TEST_P(FindingActions, EachOutcomeIsInTheLanguageOfTheReader) {
  finding("f@a");
  const auto detail = [&](std::string_view language, const std::string& body) {
    const auto done = answer("POST", "/api/v1/findings/actions?lang=" + std::string(language), body);
    EXPECT_EQ(done.at("refused"), 1);
    return std::string(done.at("items").at(0).at("detail").as_string());
  };
  const auto given = R"({"action":"assign","work":{"assignee":"stranger"},"items":[)" + item("f@a") + "]}";
  EXPECT_EQ(detail("en", given), "assignee must be the id of a user with access to this organisation.");
  EXPECT_NE(detail("nb", given), detail("en", given));
  const auto gone = R"({"action":"comment","text":"seen","items":[)" + item("gone@a") + "]}";
  EXPECT_TRUE(detail("en", gone).starts_with("There is no such finding"));
  EXPECT_TRUE(detail("nn", gone).starts_with("Det finst ikkje"));
}

TEST_P(FindingActions, AFilterIsFollowedToItsEnd) {
  // More than are looked at for one page; what fits comes last in the order.
  execute(R"(INSERT INTO finding (organisation, id, asset, "check", severity, state, first_seen, last_seen)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4100)
             SELECT ?1, 'common.' || i || '@a', 'a:443', 'http.hsts.exists', 'high', 'open',
                    1600000000 + i, 1700000000 FROM n)",
          {id});
  finding("rare@needle");
  const auto body = R"({"action":"comment","text":"seen","filter":{"text":"needle"}})";
  const auto done = answer("POST", "/api/v1/findings/actions", body);
  EXPECT_EQ(done.at("done"), 1);
  EXPECT_EQ(done.at("items").as_array().size(), 1U);
  EXPECT_EQ(done.at("items").at(0).at("finding"), "rare@needle");
  EXPECT_EQ(answer("POST", "/api/v1/findings/actions",
                   R"({"action":"comment","text":"seen","filter":{"text":"nowhere"}})")
                .at("items")
                .as_array()
                .size(),
            0U);
  EXPECT_EQ(act(R"({"action":"comment","text":"seen","filter":{"text":"common"}})"),
            "422 wrong-field /filter");
  EXPECT_EQ(act(R"({"action":"comment","text":"seen","filter":{}})"), "422 wrong-field /filter");
}

TEST_P(FindingActions, ADecisionLastsToTheEndOfItsLastDay) {
  const struct {
    const char* now;
    const char* kind;
    const char* last;   // the last day that may be asked for
    const char* after;  // and the day after it
    const char* end;    // of the last one
  } rows[] = {
      {"2026-11-20T10:00:00Z", "acceptance", "2027-11-20", "2027-11-21", "2027-11-20T23:00:00Z"},
      {"2026-11-20T23:30:00Z", "acceptance", "2027-11-21", "2027-11-22",
       "2027-11-21T23:00:00Z"},  // past midnight in Oslo
      {"2026-03-28T12:00:00Z", "acceptance", "2027-03-28", "2027-03-29",
       "2027-03-28T22:00:00Z"},  // summer time begins that day
      {"2026-10-31T22:59:59Z", "acceptance", "2027-10-31", "2027-11-01",
       "2027-10-31T23:00:00Z"},  // and ends on this one
      {"2026-01-15T10:00:00Z", "compensation", "2026-07-14", "2026-07-15", "2026-07-14T22:00:00Z"},
      {"2026-07-15T22:30:00Z", "compensation", "2027-01-12", "2027-01-13", "2027-01-12T23:00:00Z"},
  };
  int number = 0;
  for (const auto& row : rows) {
    now = parse_time(row.now).value();
    const auto name = "f" + std::to_string(++number) + "@a";
    finding(name);
    const auto path = "/api/v1/organisations/" + id + "/findings/" + name + "/treatments";
    const auto body = [&](std::string_view until) {
      return R"({"kind":")" + std::string(row.kind) +
             R"(","owner":"Kari","reason":"The machine is replaced","until":")" + std::string(until) +
             R"("})";
    };
    EXPECT_EQ(problem("POST", path, body(row.after)).substr(0, 3), "422") << row.now;
    const auto made = answer("POST", path, body(row.last), 201);
    EXPECT_EQ(made.at("treatment").at("until"), row.end) << row.now;
  }
}

}  // namespace
}  // namespace utsyn::api
