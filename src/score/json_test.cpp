// What the reader takes and refuses, and how the writer spells.
#include "score/json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

namespace utsyn::score {
namespace {

struct Refused {
  const char* name;
  std::string document;
  const char* because;  // the complaint contains this
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }

// One finding with `members` beside the required ones.
std::string with_finding(const std::string& members) {
  return R"({"assets":[{"id":"a"}],"findings":[{"id":"x","asset":"a","sev":"low")" + members + "}]}";
}
std::string with_plan(const std::string& plan) { return R"({"assets":[],"plan":)" + plan + "}"; }

const Refused refused[] = {
    {"NotJson", "{", "not JSON"},
    {"TwoDocuments", R"({"assets":[]}{"assets":[]})", "not JSON"},
    {"TrailingComma", R"({"assets":[],})", "not JSON"},
    {"Comment", R"({"assets":[]/**/})", "not JSON"},
    {"NotAnObject", "[]", "an object is needed"},
    {"AssetsMissing", "{}", "assets: is missing"},
    {"AssetsNull", R"({"assets":null})", "assets: is missing"},
    {"AssetsNotAList", R"({"assets":{}})", "assets: a list is needed"},
    {"AssetNotAnObject", R"({"assets":["a"]})", "assets[0]: an object is needed"},
    {"AssetNull", R"({"assets":[null]})", "assets[0]: an object is needed"},
    {"AssetWithoutId", R"({"assets":[{"id":"a"},{}]})", "assets[1].id: is missing"},
    {"ValueOutsideTheTiers", R"({"assets":[{"id":"a","v":150}]})", "assets[0].v: 25, 100, 200 or 400"},
    {"ValueTooLarge", R"({"assets":[{"id":"a","v":500}]})", "assets[0].v"},
    {"ValueWithFraction", R"({"assets":[{"id":"a","v":100.0}]})", "assets[0].v: an integer"},
    {"OtherMethod", R"({"method":"utsyn-0.9","assets":[]})", "method"},
    {"MethodNotAString", R"({"method":1,"assets":[]})", "method"},
    {"IdNotAString", R"({"id":7,"assets":[]})", "id: a name"},
    {"CoverageTooHigh", R"({"assets":[],"coverage":10001})", "coverage: an integer from 0 to 10000"},
    {"CoverageNegative", R"({"assets":[],"coverage":-1})", "coverage"},
    {"PeerLoadTooHigh", R"({"assets":[],"peer_load_p75":1000000001})", "peer_load_p75"},
    {"BreachTooOld", R"({"assets":[],"breach_days":[0,36501]})", "breach_days[1]"},
    {"BreachNull", R"({"assets":[],"breach_days":[null]})", "breach_days[0]"},
    {"FindingsNotAList", R"({"assets":[],"findings":"x"})", "findings: a list is needed"},
    {"FindingWithoutAsset", R"({"assets":[],"findings":[{"id":"x","sev":"low"}]})", "findings[0].asset"},
    {"FindingWithoutSeverity", R"({"assets":[],"findings":[{"id":"x","asset":"a"}]})",
     "findings[0].sev: is missing"},
    {"ReplacedFindingIsReadToo",
     R"({"assets":[],"findings":[{"id":"x","asset":"a"},{"id":"x","asset":"a","sev":"low"}]})",
     "findings[0].sev"},
    {"UnknownSeverity", with_finding(R"(,"sev":"severe")"), "one of info, low, medium, high, critical"},
    {"FlagNotBoolean", with_finding(R"(,"kev":1)"), "kev: true or false"},
    {"IntegerTrue", with_finding(R"(,"age":true)"), "age: an integer"},
    {"IntegerWithFraction", with_finding(R"(,"age":1.5)"), "age: an integer"},
    {"IntegerWithZeroFraction", with_finding(R"(,"age":1.0)"), "age: an integer"},
    {"IntegerWithExponent", with_finding(R"(,"age":1e3)"), "age: an integer"},
    {"IntegerAsString", with_finding(R"(,"age":"1")"), "age: an integer"},
    {"IntegerBeyond64Bits", with_finding(R"(,"age":18446744073709551616)"), "age: an integer"},
    {"IntegerBeyond63Bits", with_finding(R"(,"age":9223372036854775808)"), "age: an integer"},
    {"AgeTooHigh", with_finding(R"(,"age":36501)"), "age: an integer from 0 to 36500"},
    {"UnseenNegative", with_finding(R"(,"unseen":-1)"), "unseen"},
    {"EpssTooHigh", with_finding(R"(,"epss_max7":1000001)"), "epss_max7"},
    {"UnknownEvidence", with_finding(R"(,"conf":"sure")"), "conf: one of"},
    {"UnknownControl", with_finding(R"(,"ctrl":"them")"), "ctrl: one of"},
    {"UnknownState", with_finding(R"(,"state":"closed")"), "state: one of"},
    {"NameEmpty", with_finding(R"(,"group":"")"), "group: a name has 1 to 200 bytes"},
    {"NameTooLong", with_finding(R"(,"group":")" + std::string(201, 'g') + '"'),
     "group: a name has 1 to 200"},
    {"NameStartsWithHash", with_finding(R"(,"domain":"#gate")"), "domain: a name does not start with # or ~"},
    {"NameStartsWithTilde", with_finding(R"(,"domain":"~")"), "domain: a name does not start"},
    {"NameNotUtf8", with_finding(",\"domain\":\"\xC3(\""), "not JSON"},
    {"NameWithHalfASurrogate", with_finding(R"(,"domain":"\ud800")"), "not JSON"},
    {"PlanNotAnObject", with_plan("[]"), "plan: an object"},
    {"PlanWithoutActions", with_plan(R"({"target_cp":1})"), "plan.actions: is missing"},
    {"PlanWithBoth", with_plan(R"({"actions":[],"target_cp":1,"budget_min":1})"), "plan: exactly one"},
    {"PlanWithNeither", with_plan(R"({"actions":[],"target_cp":null})"), "plan: exactly one"},
    {"TargetTooHigh", with_plan(R"({"actions":[],"target_cp":10001})"), "plan.target_cp"},
    {"BudgetTooHigh", with_plan(R"({"actions":[],"budget_min":1000000001})"), "plan.budget_min"},
    {"ActionWithoutMinutes", with_plan(R"({"actions":[{"id":"a","fixes":[]}],"target_cp":1})"),
     "plan.actions[0].minutes: is missing"},
    {"ActionWithTooManyMinutes",
     with_plan(R"({"actions":[{"id":"a","minutes":1000001,"fixes":[]}],"target_cp":1})"),
     "plan.actions[0].minutes"},
    {"ActionWithoutFixes", with_plan(R"({"actions":[{"id":"a","minutes":1}],"target_cp":1})"),
     "plan.actions[0].fixes: is missing"},
    {"FixIsNotAName", with_plan(R"({"actions":[{"id":"a","minutes":1,"fixes":["f",1]}],"target_cp":1})"),
     "plan.actions[0].fixes[1]: a name"},
};

class ReadOrganisation : public testing::TestWithParam<Refused> {};
TEST_P(ReadOrganisation, Refuses) {
  const auto read = read_organisation(GetParam().document);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().find(GetParam().because), std::string::npos) << read.error();
  const auto answer = answer_score_line(GetParam().document, 12);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->ok);
  const auto line = boost::json::parse(answer->text).as_object();
  EXPECT_EQ(line.size(), 1U);
  EXPECT_EQ(line.at("error").as_string(), "line 12: " + read.error());
}
INSTANTIATE_TEST_SUITE_P(Json, ReadOrganisation, testing::ValuesIn(refused),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ReadOrganisation, TakesTheLimits) {
  EXPECT_TRUE(read_organisation(with_finding(R"(,"age":36500,"unseen":0,"epss_max7":1000000)")));
  EXPECT_TRUE(read_organisation(with_finding(R"(,"age":-0)")));
  EXPECT_TRUE(read_organisation(with_finding(R"(,"group":")" + std::string(200, 'g') + '"')));
  std::string breaches = R"({"assets":[],"breach_days":[0)";
  for (int i = 1; i < 1000; ++i) breaches += ",0";
  EXPECT_TRUE(read_organisation(breaches + "]}"));
  const auto too_many = read_organisation(breaches + ",0]}");
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error(), "breach_days: at most 1000 are taken");
}

TEST(ReadOrganisation, IgnoresWhatItDoesNotKnow) {
  const auto read = read_organisation(
      R"({"feeds":{"epss":["sha256:0",1.5e300]},"assets":[{"id":"a","why":[{}]}],"findings":[],"note":null})");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(write_organisation(*read), R"({"assets":[{"id":"a"}]})");
}

TEST(ReadOrganisation, TakesTheLastOfARepeatedMember) {
  const auto read = read_organisation(R"({"coverage":1,"assets":[{"id":"a"}],"coverage":2,"assets":[]})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->coverage, 2);
  EXPECT_TRUE(read->assets.empty());
}

TEST(ReadOrganisation, BoundsDepth) {
  const auto nested = [](std::size_t depth) {
    return R"({"assets":[],"x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(read_organisation(nested(30)));
  EXPECT_FALSE(read_organisation(nested(100)));
  EXPECT_FALSE(read_organisation(nested(1'000'000)));
}

TEST(WriteOrganisation, KeepsTheOrderOfTheMethodologyAndLeavesDefaultsOut) {
  Organisation organisation{.id = "småby", .method_named = true, .assets = {{"a", 100}, {"b", 25}}};
  organisation.findings = {{.id = "x", .asset = "a", .sev = Severity::info},
                           {.id = "y",
                            .asset = "b",
                            .sev = Severity::critical,
                            .cve = true,
                            .kev = true,
                            .ransomware = true,
                            .automatable = true,
                            .total = true,
                            .public_exploit = true,
                            .compromise = true,
                            .epss_max7 = 0,
                            .conf = Conf::weak,
                            .ctrl = Ctrl::shared,
                            .state = State::dispute_overdue,
                            .age = 1,
                            .unseen = 2,
                            .group = "g",
                            .domain = "tls"}};
  organisation.coverage = 0;
  organisation.breach_days = {3, 4};
  organisation.peer_load_p75 = 5;
  organisation.plan = Plan{.actions = {{"act", 6, {"x", "y"}}}, .budget_min = 7};
  EXPECT_EQ(
      write_organisation(organisation),
      R"({"id":"småby","method":"utsyn-1.0","assets":[{"id":"a"},{"id":"b","v":25}],)"
      R"("findings":[{"id":"x","asset":"a","sev":"info"},)"
      R"({"id":"y","asset":"b","sev":"critical","cve":true,"kev":true,"ransomware":true,"automatable":true,)"
      R"("total":true,"public_exploit":true,"compromise":true,"epss_max7":0,"conf":"weak","ctrl":"shared",)"
      R"("state":"dispute_overdue","age":1,"unseen":2,"group":"g","domain":"tls"}],)"
      R"("coverage":0,"breach_days":[3,4],"peer_load_p75":5,)"
      R"("plan":{"actions":[{"id":"act","minutes":6,"fixes":["x","y"]}],"budget_min":7}})");
  EXPECT_EQ(read_organisation(write_organisation(organisation)), organisation);
}

TEST(WriteScore, EscapesOnlyWhatItMust) {
  const std::string document =
      "{\"assets\":[{\"id\":\"a\"}],\"id\":\"\\u00f8/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\"}";
  const auto answer = answer_score(document);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->starts_with("{\"id\":\"ø/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\",\"method\""))
      << *answer;
}

TEST(AnswerLine, SkipsBlankLinesAndTakesCarriageReturns) {
  EXPECT_FALSE(answer_score_line("", 1));
  EXPECT_FALSE(answer_score_line(" \t\r", 2));
  EXPECT_FALSE(answer_change_line("", 1));
  EXPECT_FALSE(answer_portfolio_line("", 1));
  const auto answer = answer_score_line("{\"assets\":[]}\r", 3);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->ok);
}

struct RefusedElsewhere {
  const char* name;
  std::optional<Answer> (*answer_line)(std::string_view, std::size_t);
  const char* document;
  const char* error;
};
const RefusedElsewhere refused_elsewhere[] = {
    {"ChangeWithoutBefore", answer_change_line, R"({"after":{"assets":[]}})", "before: is missing"},
    {"ChangeWithoutAfter", answer_change_line, R"({"before":{"assets":[]}})", "after: is missing"},
    {"ChangeOfNothing", answer_change_line, R"({"before":{},"after":{"assets":[]}})",
     "before.assets: is missing"},
    {"ChangeFromTheMiddle", answer_change_line, R"({"before":{"assets":[]},"after":{"assets":[{"id":1}]}})",
     "after.assets[0].id: a name (a string) is needed"},
    {"PortfolioWithoutMembers", answer_portfolio_line, "{}", "members: is missing"},
    {"MemberWithoutId", answer_portfolio_line, R"({"members":[{"score_cp":1,"grade":"A"}]})",
     "members[0].id: is missing"},
    {"MemberWithoutScore", answer_portfolio_line, R"({"members":[{"id":"a","grade":"A"}]})",
     "members[0].score_cp: is missing"},
    {"MemberWithoutGrade", answer_portfolio_line, R"({"members":[{"id":"a","score_cp":1}]})",
     "members[0].grade: is missing"},
    {"UnknownGrade", answer_portfolio_line, R"({"members":[{"id":"a","score_cp":1,"grade":"E"}]})",
     "members[0].grade: one of A, B, C, D, F, U is needed"},
    {"UnknownKind", answer_portfolio_line,
     R"({"members":[{"id":"a","score_cp":1,"grade":"A","kind":"firm"}]})",
     "members[0].kind: one of municipality, county, state, supplier, other is needed"},
    {"WeightTooHigh", answer_portfolio_line,
     R"({"members":[{"id":"a","score_cp":1,"grade":"A","weight":1000000001}]})",
     "members[0].weight: an integer from 0 to 1000000000 is needed"},
    {"InhabitantsNegative", answer_portfolio_line,
     R"({"members":[{"id":"a","score_cp":1,"grade":"A","inhabitants":-1}]})",
     "members[0].inhabitants: an integer from 0 to 1000000000 is needed"},
    {"AuthorityNotBoolean", answer_portfolio_line, R"({"members":[],"authority":"yes"})",
     "authority: true or false is needed"},
};
class RefuseElsewhere : public testing::TestWithParam<RefusedElsewhere> {};
TEST_P(RefuseElsewhere, WithTheReason) {
  const auto answer = GetParam().answer_line(GetParam().document, 2);
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, refuse_line(2, GetParam().error));
}
INSTANTIATE_TEST_SUITE_P(Json, RefuseElsewhere, testing::ValuesIn(refused_elsewhere),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace utsyn::score
