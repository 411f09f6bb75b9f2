// The catalogue and the method as data: whole, in three languages, and the same as the program computes with.
#include <gtest/gtest.h>

#include <set>

#include "api/areas.h"
#include "api/dispatch.h"
#include "checks/registry.h"
#include "score/constants.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;

class CheckRoutes : public testing::Test {
 protected:
  CheckRoutes() {
    context.now = [] { return from_unix(1'795'000'000); };
    context.caller = [this](const Request&) { return who; };
  }
  json::value answer(std::string_view method, std::string_view target, std::string body = {},
                     int status = 200) {
    auto request = request_of(method, target, std::move(body));
    const auto response = dispatch(context, router, std::move(request));
    EXPECT_EQ(response.status, status) << target << ": " << response.body;
    return json::parse(response.body);
  }

  Router router = all_routes();
  Context context;
  std::optional<access::Access> who;
};

TEST_F(CheckRoutes, EveryCheckIsThereInThreeLanguages) {
  const auto list = answer("GET", "/api/v1/checks");
  const auto& items = list.at("items").as_array();
  EXPECT_EQ(items.size(), checks::all_checks().size());
  EXPECT_EQ(list.at("total").as_int64(), static_cast<std::int64_t>(items.size()));
  std::set<std::string> seen;
  for (const auto& item : items) {
    seen.emplace(item.at("id").as_string());
    for (const auto* text : {"title", "why", "remedy", "decision"})
      for (const auto* language : {"nb", "nn", "en"})
        EXPECT_FALSE(item.at(text).at(language).as_string().empty()) << item.at("id") << " " << text;
    EXPECT_GT(item.at("minutes").at("first").as_int64(), 0) << item.at("id");
    EXPECT_FALSE(item.as_object().contains("examples"));
  }
  EXPECT_EQ(seen.size(), items.size());
}

TEST_F(CheckRoutes, OneCheckHasItsExamples) {
  const auto check = answer("GET", "/api/v1/checks/email.dmarc.policy");
  EXPECT_EQ(check.at("area"), "email");
  EXPECT_EQ(check.at("profile"), "core");
  std::set<std::string> verdicts;
  for (const auto& example : check.at("examples").as_array()) {
    verdicts.emplace(example.at("verdict").as_string());
    ASSERT_TRUE(example.at("reason_text").is_object()) << example.at("reason");
    EXPECT_FALSE(example.at("reason_text").at("nn").as_string().empty());
    ASSERT_TRUE(example.at("situation_text").is_object()) << example.at("situation");
    EXPECT_EQ(example.at("situation_text").at("en"), example.at("situation"));
    EXPECT_FALSE(example.at("situation_text").at("nb").as_string().empty());
    EXPECT_FALSE(example.at("situation_text").at("nn").as_string().empty());
  }
  EXPECT_TRUE(verdicts.contains("pass"));
  EXPECT_TRUE(verdicts.contains("unknown"));
  EXPECT_TRUE(verdicts.contains("fail") || verdicts.contains("warn"));
  bool linked = false;
  for (const auto& reference : check.at("references").as_array())
    linked |= reference.at("address").is_string() &&
              reference.at("address").as_string().starts_with("https://www.rfc-editor.org/rfc/rfc");
  EXPECT_TRUE(linked);
  EXPECT_EQ(answer("GET", "/api/v1/checks/no.such.check", {}, 404).at("status"), 404);
}

TEST_F(CheckRoutes, TheListIsNarrowed) {
  for (const auto& item : answer("GET", "/api/v1/checks?area=tls").at("items").as_array())
    EXPECT_EQ(item.at("area"), "tls");
  const auto core = answer("GET", "/api/v1/checks?profile=core").at("total").as_int64();
  const auto full = answer("GET", "/api/v1/checks?profile=full").at("total").as_int64();
  EXPECT_EQ(core + full, static_cast<std::int64_t>(checks::all_checks().size()));
  EXPECT_TRUE(answer("GET", "/api/v1/checks?area=dns&examples=true")
                  .at("items")
                  .at(0)
                  .as_object()
                  .contains("examples"));
  EXPECT_EQ(answer("GET", "/api/v1/checks?profile=other", {}, 422).at("field"), "profile");
  EXPECT_EQ(answer("GET", "/api/v1/checks?examples=yes", {}, 422).at("field"), "examples");
}

TEST_F(CheckRoutes, TheTablesAreThoseOfTheScore) {
  const auto method = answer("GET", "/api/v1/method");
  EXPECT_EQ(method.at("method").as_string(), score::method_id);
  EXPECT_EQ(method.at("severities").at(4).at("base_mp").as_int64(), 30'000);
  EXPECT_EQ(method.at("freshness").at(1).at("permille").as_int64(), 500);
  EXPECT_EQ(method.at("freshness").at(2).at("permille").as_int64(), 0);
  EXPECT_EQ(method.at("gates").at(0).at("cap_cp").as_int64(), 4500);
  EXPECT_EQ(method.at("grades").at(0).at("from_cp").as_int64(), 9000);
  EXPECT_EQ(method.at("treatment").at(4).at("name"), "compensated");
  EXPECT_EQ(method.at("treatment").at(4).at("permille").as_int64(), 500);
}

// Worked example A of the methodology.
TEST_F(CheckRoutes, AnExampleIsScoredAsARealOne) {
  const std::string body = R"({"assets":[{"id":"a","v":200}],"findings":[
      {"id":"F1","asset":"a","sev":"critical","cve":true,"kev":true,"automatable":true,"total":true,"epss_max7":940000,"age":10},
      {"id":"F2","asset":"a","sev":"medium","age":40},{"id":"F3","asset":"a","sev":"low","age":200}]})";
  EXPECT_EQ(answer("POST", "/api/v1/method/score", body, 401).at("status"), 401);
  who.emplace();
  who->permissions = 1;
  const auto scored = answer("POST", "/api/v1/method/score", body);
  EXPECT_EQ(scored.at("score").at("score_cp").as_int64(), 2963);
  EXPECT_EQ(scored.at("points").at(0).at("points_mp").as_int64(), 90'000);
  EXPECT_EQ(scored.at("points").at(0).at("permille").at("overdue").as_int64(), 1500);
  EXPECT_EQ(scored.at("points").at(2).at("points_mp").as_int64(), 1027);
  EXPECT_EQ(scored.at("points").at(2).at("deadline_days").as_int64(), 180);

  EXPECT_EQ(answer("POST", "/api/v1/method/score", R"({"assets":[],"plan":{}})", 422).at("field"), "/plan");
  EXPECT_EQ(answer("POST", "/api/v1/method/score", R"({"assets":[{"id":"a","v":7}]})", 422).at("field"),
            "/assets");
  std::string many = R"({"assets":[{"id":"a"})";
  for (int i = 0; i < 500; ++i) many += R"(,{"id":"a"})";
  EXPECT_EQ(answer("POST", "/api/v1/method/score", many + "]}", 422).at("field"), "/assets");
}

}  // namespace
}  // namespace utsyn::api
