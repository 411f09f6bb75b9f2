// Filters: what is taken and refused, what fits, and lists in their order, page by page.
#include "portfolio/filter.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "portfolio/csv.h"
#include "portfolio/test_table.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Detail;

struct RefusedCase {
  const char* name;
  const char* filter;
  const char* pointer;
};
void PrintTo(const RefusedCase& one, std::ostream* out) { *out << one.name; }
const RefusedCase refused_cases[] = {
    {"NoObject", "[]", ""},
    {"Unknown", R"({"colour":"red"})", "/colour"},
    {"NoList", R"({"counties":"03"})", "/counties"},
    {"NoText", R"({"counties":["03",3]})", "/counties/1"},
    {"CountyOfThree", R"({"counties":["003"]})", "/counties/0"},
    {"MunicipalityAsANumber", R"({"municipalities":[301]})", "/municipalities/0"},
    {"SectorOfLetters", R"({"sectors":["abcd"]})", "/sectors/0"},
    {"NoSuchKind", R"({"kinds":["municipality","city"]})", "/kinds/1"},
    {"NoSuchGrade", R"({"grades":["E"]})", "/grades/0"},
    {"EmptyText", R"({"text":""})", "/text"},
    {"EmptyRange", R"({"population":{}})", "/population"},
    {"RangeTurnedRound", R"({"population":{"least":5,"most":4}})", "/population"},
    {"NegativeRange", R"({"employees":{"least":-1}})", "/employees/least"},
    {"RangeWithMore", R"({"employees":{"below":1}})", "/employees/below"},
    {"ScoreAboveAll", R"({"score_cp":{"most":10001}})", "/score_cp/most"},
    {"GateThatIsNoTruth", R"({"open_gate":1})", "/open_gate"},
    {"LargestOfNothing", R"({"largest":{"count":3}})", "/largest/by"},
    {"LargestWithoutCount", R"({"largest":{"by":"employees"}})", "/largest/count"},
    {"LargestOfNone", R"({"largest":{"by":"employees","count":0}})", "/largest/count"},
    {"LargestByScore", R"({"largest":{"by":"score","count":1}})", "/largest/by"},
    {"LargestWithMore", R"({"largest":{"by":"employees","count":1,"x":1}})", "/largest/x"},
};
class RefusesFilter : public testing::TestWithParam<RefusedCase> {};
TEST_P(RefusesFilter, AndNamesThePlace) {
  const auto filter = read_filter(json::parse(GetParam().filter));
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().pointer, GetParam().pointer);
  EXPECT_FALSE(filter.error().detail.empty());
}
INSTANTIATE_TEST_SUITE_P(Filter, RefusesFilter, testing::ValuesIn(refused_cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Filter, ListsHaveABound) {
  json::array many(kMostFilterValues + 1, "03");
  EXPECT_EQ(read_filter(json::object{{"counties", many}}).error().pointer, "/counties");
}

TEST(Filter, ComesBackAsItWasWritten) {
  const auto text =
      R"({"kinds":["county"],"counties":["03"],"municipalities":["0301"],"kostra_groups":["EKG13"],"sectors":["6500"],)"
      R"("grades":["A","U"],"population":{"least":1,"most":2},"employees":{"least":3,"most":4},)"
      R"("score_cp":{"least":5,"most":6},"text":"x","open_check":"a.b","open_gate":true,"suppliers_of":"o",)"
      R"("largest":{"by":"population","count":7}})";
  const auto filter = read_filter(json::parse(text));
  ASSERT_TRUE(filter);
  EXPECT_EQ(json::serialize(write_filter(*filter)), text);
  EXPECT_EQ(json::serialize(write_filter({})), "{}");
  EXPECT_EQ(*read_filter(write_filter(*filter)), *filter);  // without a text between
}

class Matching : public testing::Test {
 protected:
  Matching() {
    auto one = fresh("a", 9'500);
    one.name = "Bjørk";
    one.county = "03";
    one.population = 100;
    one.checks = "dns.x,tls.y";
    one.suppliers = {{"b", 4}, {"d", 1}};
    table.put(one);
    one = fresh("b", 7'500);
    one.kind = "supplier";
    one.name = "Alm AS";
    one.employees = 40;
    one.gate = "kev";
    table.put(one);
    one = fresh("c", 0, 0);
    one.name = "Furu";
    one.number = "974760673";
    one.employees = 50;
    table.put(one);
    one = fresh("d", 6'500);
    one.name = "Alm";
    one.removed = true;
    table.put(one);
    everywhere.everywhere = Detail::findings;
  }
  std::string ids(const char* filter, const access::Access& access) {
    std::string out;
    const Seen seen(table, access);
    for (const auto row : matching(table, seen, *read_filter(json::parse(filter)))) out += table.id[row];
    return out;
  }
  Table table;
  access::Access everywhere;
};

TEST_F(Matching, FitsEveryPart) {
  const std::pair<const char*, const char*> cases[] = {
      {"{}", "abc"},  // who has left the register is in no portfolio
      {R"({"kinds":["supplier","county"]})", "b"},
      {R"({"counties":["03","99"]})", "a"},
      {R"({"counties":["99"]})", ""},
      {R"({"grades":["U"]})", "c"},
      {R"({"population":{"most":100}})", "a"},
      {R"({"employees":{"least":41}})", "c"},
      {R"({"score_cp":{"most":9000}})", "b"},
      {R"({"text":"ALM"})", "b"},
      {R"({"text":"74760"})", "c"},
      {R"({"open_check":"tls.y"})", "a"},
      {R"({"open_check":"tls.never"})", ""},
      {R"({"open_gate":true})", "b"},
      {R"({"suppliers_of":"a"})", "b"},
      {R"({"suppliers_of":"nobody"})", ""},
      {R"({"largest":{"by":"employees","count":1}})", "c"},
      {R"({"largest":{"by":"employees","count":9}})", "bc"},
      {R"({"kinds":["supplier"],"largest":{"by":"employees","count":1}})", "b"},
  };
  for (const auto& [filter, expected] : cases) EXPECT_EQ(ids(filter, everywhere), expected) << filter;
}

TEST_F(Matching, WithinWhatIsSeen) {
  access::Access access;
  access.organisations = {{"a", Detail::score}, {"b", Detail::findings}, {"d", Detail::evidence}};
  EXPECT_EQ(ids("{}", access), "ab");
  EXPECT_EQ(ids(R"({"open_check":"tls.y"})", access), "");  // a's findings are not seen
  EXPECT_EQ(ids(R"({"open_gate":true})", access), "b");
  EXPECT_EQ(ids(R"({"largest":{"by":"employees","count":1}})", access), "b");
  EXPECT_EQ(ids(R"({"suppliers_of":"a"})", access), "");  // a's score alone does not tell who delivers to it
  const Seen seen(table, access);
  EXPECT_TRUE(
      narrowed(table, seen, *read_filter(json::parse(R"({"suppliers_of":"a"})")), seen.rows()).empty());
  access.organisations = {{"a", Detail::findings}, {"b", Detail::score}};
  EXPECT_EQ(ids(R"({"suppliers_of":"a"})", access), "b");
  access.organisations = {{"a", Detail::findings}};
  EXPECT_EQ(ids(R"({"suppliers_of":"a"})", access), "");  // the supplier itself is not seen
  access.organisations = {{"b", Detail::findings}};
  EXPECT_EQ(ids(R"({"suppliers_of":"a"})", access), "");  // whose suppliers they are is a's business
}

TEST(Sorting, PagesJoinToTheWholeOrder) {
  std::mt19937 chance(11);
  Table table;
  std::vector<RowNumber> rows;
  for (std::size_t i = 0; i < 300; ++i) {
    auto one = chance_organisation(chance, i);
    one.name = "Same beginning " + std::to_string(chance() % 40);
    one.score_cp = static_cast<std::int64_t>(chance() % 20) * 500;
    one.grade = score::word(score::grade_of(one.score_cp, one.coverage));
    rows.push_back(table.put(one));
  }
  access::Access access;
  access.everywhere = Detail::score;
  for (std::size_t i = 0; i < 300; i += 2) access.organisations.emplace_back(numbered(i), Detail::findings);
  const Seen seen(table, access);
  for (const auto* word : {"id", "name", "score", "population", "coverage", "measured", "overdue", "-id",
                           "-name", "-score", "-population", "-coverage", "-measured", "-overdue"}) {
    const auto sorting = *sorting_named(word);
    const auto whole = sorted_page(table, seen, rows, sorting, {}, 1'000);
    ASSERT_EQ(whole.size(), rows.size());
    std::vector<RowNumber> joined;
    std::vector<std::string> after;
    for (;;) {
      const auto page = sorted_page(table, seen, rows, sorting, after, 7);
      if (page.empty()) break;
      joined.insert(joined.end(), page.begin(), page.end());
      after = sort_key(table, seen, page.back(), sorting);
    }
    EXPECT_EQ(joined, whole) << word;
  }
  const auto by_score = sorted_page(table, seen, rows, *sorting_named("-score"), {}, 1'000);
  bool unrated = false;
  for (std::size_t i = 1; i < by_score.size(); ++i) {
    unrated = unrated || !table.rated(by_score[i]);
    if (unrated) {
      EXPECT_FALSE(table.rated(by_score[i]));
    } else {
      EXPECT_GE(table.score_cp[by_score[i - 1]], table.score_cp[by_score[i]]);
    }
  }
  EXPECT_TRUE(unrated);
  EXPECT_FALSE(sorting_named("size"));
  EXPECT_TRUE(sorted_page(table, seen, rows, {}, {}, 0).empty());
}

TEST(Csv, QuotesWhatNeedsIt) {
  const std::vector<std::string> fields{"plain", "a;b", "say \"so\"", "two\nlines", "=1+1", "-5", "-x", ""};
  EXPECT_EQ(csv_line(fields, ';'), "plain;\"a;b\";\"say \"\"so\"\"\";\"two\nlines\";'=1+1;-5;'-x;\r\n");
  EXPECT_EQ(csv_line(std::vector<std::string>{"a;b", "c,d"}, ','), "a;b,\"c,d\"\r\n");
}

}  // namespace
}  // namespace utsyn::portfolio
