// Lists of findings, on both databases: who sees what, pages, orders, filters.
#include "followup/finding_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "followup/deadline.h"
#include "followup/saved_filters.h"
#include "followup/test_desk.h"

namespace utsyn::followup {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using store::Connection;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_P(DeskTest, ListsObeyTheReader) {
  measure("fjord", kFirst);
  measure("vidda", kFirst + 1h);
  using access::Detail;
  EXPECT_THAT(list(reader_of({})).items, IsEmpty());
  EXPECT_THAT(list(reader_of({{"fjord", Detail::score}})).items, IsEmpty());
  EXPECT_THAT(ids(list(reader_of({{"fjord", Detail::findings}, {"vidda", Detail::score}}))),
              ElementsAre("fjord " + kDmarc, "fjord " + kTls, "fjord " + kHsts));
  Filter other;
  other.organisations = {"vidda"};
  EXPECT_THAT(list(reader_of({{"fjord", Detail::findings}}), other).items, IsEmpty());
  auto everybody = reader_of({});
  everybody.everywhere = Detail::findings;
  EXPECT_THAT(list(everybody).items, SizeIs(6));
  // So many grants that they are sifted row by row.
  std::vector<std::pair<std::string, Detail>> many = {{"vidda", Detail::evidence}};
  for (int i = 0; i < 1500; ++i) many.emplace_back("org" + std::to_string(i), Detail::findings);
  EXPECT_THAT(list(reader_of(many)).items, SizeIs(3));
  const auto groups = [&](const access::Access& reader, Grouping by) {
    return sql().read([&](Connection& connection) {
      const auto counted = count_findings(connection, reader, {}, by, checks::Language::en, kNow + days{40});
      EXPECT_TRUE(counted.complete);
      return counted.groups;
    });
  };
  EXPECT_THAT(groups(reader_of({}), Grouping::check), IsEmpty());
  const auto areas = groups(reader_of(many), Grouping::area);
  ASSERT_EQ(areas.size(), 3U);
  EXPECT_EQ(areas[0].findings, 1);
  const auto severities = groups(everybody, Grouping::severity);
  ASSERT_EQ(severities.size(), 3U);
  EXPECT_EQ(severities[0].key, "high");
  EXPECT_EQ(severities[0].findings, 2);
  EXPECT_EQ(severities[0].organisations, 2);
  EXPECT_EQ(severities[0].overdue, 2);
  sql().read([&](Connection& connection) {
    EXPECT_FALSE(
        listed_finding(connection, reader_of({{"fjord", Detail::score}}), "fjord", kTls, kNow).has_value());
    EXPECT_TRUE(listed_finding(connection, everybody, "fjord", kTls, kNow).has_value());
  });
}

TEST_P(DeskTest, PagesFollowEachOtherInEveryOrder) {
  measure("fjord", kFirst);
  measure("vidda", kFirst + 1h);
  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", kNow));
    desk.assign("vidda", kHsts, {"bjorn", parse_date("2026-11-10")});
    desk.assign("vidda", kDmarc, {"bjorn", parse_date("2027-11-10")});
    desk.finish();
  });
  auto everybody = reader_of({});
  everybody.everywhere = access::Detail::findings;
  const auto two = reader_of({{"fjord", access::Detail::findings}, {"vidda", access::Detail::findings}});
  Filter late;
  late.overdue = true;
  for (const auto order :
       {Order::worst, Order::oldest, Order::newest, Order::due, Order::asset, Order::check}) {
    const auto overdue = ids(list(everybody, late, order, 50, {}, kNow + days{30}));
    EXPECT_THAT(overdue, testing::UnorderedElementsAre("vidda " + kHsts, "fjord " + kDmarc))
        << word_of(order);
    EXPECT_EQ(ids(list(two, late, order, 50, {}, kNow + days{30})), overdue) << word_of(order);
    const auto whole = ids(list(everybody, {}, order));
    ASSERT_EQ(whole.size(), 6U);
    EXPECT_EQ(ids(list(two, {}, order)), whole) << word_of(order);
    std::vector<std::string> paged;
    std::vector<std::string> after;
    do {
      const auto page = list(everybody, {}, order, 2, after);
      for (const auto& id : ids(page)) paged.push_back(id);
      after = page.next;
      ASSERT_LE(paged.size(), 6U);
    } while (!after.empty());
    EXPECT_EQ(paged, whole) << word_of(order);
  }
  const auto wrong = sql().read([&](Connection& connection) {
    return list_findings(connection, everybody, {{}, Order::worst, 2, {"x"}, {}}, kNow);
  });
  EXPECT_FALSE(wrong.has_value());
}

TEST_P(DeskTest, FiltersSieve) {
  measure("fjord", kFirst);
  ASSERT_TRUE(ask(acceptance()).has_value());
  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", kNow));
    desk.assign("fjord", kHsts, {"bjorn", {}});
    desk.finish();
  });
  auto everybody = reader_of({});
  everybody.everywhere = access::Detail::findings;
  const struct {
    const char* filter;
    std::vector<std::string> found;
  } cases[] = {
      {R"({"state":["accepted"]})", {"fjord " + kTls}},
      {R"({"state":"open,accepted","severity":["medium","low"]})", {"fjord " + kTls, "fjord " + kHsts}},
      {R"({"check":["email.dmarc.policy"]})", {"fjord " + kDmarc}},
      {R"({"area":"tls,http"})", {"fjord " + kTls, "fjord " + kHsts}},
      {R"({"asset":"example.no"})", {"fjord " + kDmarc}},
      {R"({"assignee":"bjorn"})", {"fjord " + kHsts}},
      {R"({"assignee":"none"})", {"fjord " + kDmarc, "fjord " + kTls}},
      {R"({"overdue":true})", {}},
      {R"({"overdue":false,"area":["email"]})", {"fjord " + kDmarc}},
      {R"({"text":"TLS10"})", {"fjord " + kTls}},
      {R"({"text":"100%_\\"})", {}},
      {R"({"supplier":"vidda"})", {}},
      {R"({"customer":"vidda"})", {}},
      {R"({"organisation":["fjord"],"state":["fixed"]})", {}},
  };
  for (const auto& row : cases) {
    const auto filter = read_filter(boost::json::parse(row.filter).as_object(), "anne");
    ASSERT_TRUE(filter.has_value()) << row.filter;
    EXPECT_EQ(ids(list(everybody, *filter)), row.found) << row.filter;
    // Read and sorted, read along an index, or sifted: the answer is the same.
    EXPECT_EQ(ids(list(reader_of({{"fjord", access::Detail::findings}}), *filter)), row.found) << row.filter;
    std::vector<std::pair<std::string, access::Detail>> many = {{"fjord", access::Detail::findings}};
    for (int i = 0; i < 1500; ++i) many.emplace_back("org" + std::to_string(i), access::Detail::findings);
    EXPECT_EQ(ids(list(reader_of(many), *filter)), row.found) << row.filter;
    // Written and read again it is the same filter.
    EXPECT_EQ(read_filter(write_filter(*filter), "anne").value(), *filter) << row.filter;
  }
}

// Along indexes, sifted row by row, or read and sorted: a list is the same, in one page or in many.
TEST_P(DeskTest, HoweverAListIsReadItIsTheSame) {
  measure("fjord", kFirst);
  measure("vidda", kFirst + 1h);
  ASSERT_TRUE(ask(acceptance()).has_value());
  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", kNow));
    desk.assign("vidda", kHsts, {"bjorn", parse_date("2026-11-10")});
    desk.assign("fjord", kDmarc, {"bjorn", parse_date("2027-11-10")});
    desk.finish();
    connection.execute("UPDATE finding SET state = 'upheld' WHERE organisation = 'vidda' AND id = ?1",
                       {kTls});
    connection.execute(
        "UPDATE finding SET state = 'fixed', closed = ?2 WHERE organisation = 'vidda' AND id = ?1",
        {kDmarc, to_unix(kNow)});
    // Of a check that is hurried, and of one that the catalogue no longer has.
    connection.execute(
        R"(INSERT INTO finding (organisation, id, asset, "check", severity, first_seen, last_seen)
                          SELECT organisation, 'tls.vuln.heartbleed@web', asset, 'tls.vuln.heartbleed', 'critical',
                            first_seen, last_seen FROM finding WHERE organisation = 'fjord' AND id = ?1
                          UNION ALL SELECT organisation, 'tls.of.old@web', asset, 'tls.of.old', 'medium',
                            first_seen + 5, last_seen FROM finding WHERE organisation = 'fjord' AND id = ?1)",
        {kTls});
  });
  const struct {
    const char* filter;
    std::size_t found;
  } cases[] = {
      {"{}", 7},
      {R"({"area":"tls"})", 4},
      {R"({"area":"tls,email"})", 5},
      {R"({"area":"tls","check":["tls.of.old","http.hsts.exists"]})", 1},
      {R"({"check":["tls.vuln.heartbleed"]})", 1},
      {R"({"check":["tls.vuln"]})", 0},
      {R"({"area":"tls","severity":"medium"})", 3},
      {R"({"area":"tls","overdue":true})", 1},
      {R"({"area":"tls","overdue":false})", 3},
      {R"({"area":"tls","text":"old"})", 1},
      {R"({"area":"http","assignee":"none"})", 1},
      {R"({"area":"http","assignee":"bjorn"})", 1},
      {R"({"overdue":true})", 2},
      {R"({"overdue":false})", 5},
      {R"({"overdue":false,"severity":"medium,high"})", 4},
      {R"({"state":"upheld"})", 1},
      {R"({"state":"upheld,accepted,fixed"})", 3},
      {R"({"state":"open,fixed"})", 6},
      {R"({"state":"open,fixed","area":"email"})", 2},
      {R"({"state":"fixed","area":"tls"})", 0},
      {R"({"state":"upheld","overdue":false})", 1},
      {R"({"state":"upheld","overdue":true})", 0},
      {R"({"state":"accepted","check":["tls.protocol.tls10"],"severity":"medium"})", 1},
  };
  auto everybody = reader_of({});
  everybody.everywhere = access::Detail::findings;
  const std::vector<std::pair<std::string, access::Detail>> both = {{"fjord", access::Detail::findings},
                                                                    {"vidda", access::Detail::findings}};
  auto many = both;
  for (int i = 0; i < 1500; ++i) many.emplace_back("org" + std::to_string(i), access::Detail::findings);
  const auto late = kNow + days{16};
  for (const auto& row : cases) {
    const auto filter = read_filter(boost::json::parse(row.filter).as_object(), "anne");
    ASSERT_TRUE(filter.has_value()) << row.filter;
    for (const auto order :
         {Order::worst, Order::oldest, Order::newest, Order::due, Order::asset, Order::check}) {
      const auto sorted = ids(list(reader_of(both), *filter, order, 50, {}, late));
      EXPECT_EQ(sorted.size(), row.found) << row.filter << " " << word_of(order);
      for (const auto& reader : {everybody, reader_of(many)}) {
        EXPECT_EQ(ids(list(reader, *filter, order, 50, {}, late)), sorted)
            << row.filter << " " << word_of(order);
        std::vector<std::string> paged;
        std::vector<std::string> after;
        do {
          const auto page = list(reader, *filter, order, 2, after, late);
          for (const auto& id : ids(page)) paged.push_back(id);
          after = page.next;
          ASSERT_LE(paged.size(), 8U) << row.filter << " " << word_of(order);
        } while (!after.empty());
        EXPECT_EQ(paged, sorted) << row.filter << " " << word_of(order);
      }
    }
  }
}

TEST(Filter, IsRefusedByTheMemberThatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {{R"({"severity":["dreadful"]})", "severity"},
                                                       {R"({"state":3})", "state"},
                                                       {R"({"asset":["a"]})", "asset"},
                                                       {R"({"overdue":"perhaps"})", "overdue"},
                                                       {R"({"colour":"red"})", "colour"},
                                                       {R"({"check":[1]})", "check"},
                                                       {R"({"check":[""]})", "check"}};
  for (const auto& [text, member] : wrong) {
    const auto filter = read_filter(boost::json::parse(text).as_object(), "anne");
    ASSERT_FALSE(filter.has_value()) << text;
    EXPECT_EQ(filter.error().member, member);
  }
  EXPECT_EQ(read_filter(boost::json::parse(R"({"assignee":"me"})").as_object(), "anne")->assignee, "anne");
}

TEST_P(DeskTest, SavedFiltersKeepEveryVersion) {
  const store::Actor actor{"anne", ""};
  sql().write([&](Connection& connection) {
    const auto saved = save_filter(connection, actor, "anne", "Mine", R"({"assignee":"anne"})", kNow);
    ASSERT_TRUE(saved.has_value());
    EXPECT_FALSE(change_filter(connection, actor, "bjorn", saved->id, "His", "{}", kNow).has_value());
    const auto changed = change_filter(connection, actor, "anne", saved->id, "Ours", "{}", kNow + 1h);
    ASSERT_TRUE(changed.has_value());
    EXPECT_EQ(changed->version, 2);
    EXPECT_THAT(saved_filters(connection, "anne"), SizeIs(1));
    EXPECT_THAT(saved_filters(connection, "bjorn"), IsEmpty());
    EXPECT_TRUE(remove_filter(connection, actor, "anne", saved->id, kNow + 2h));
    EXPECT_FALSE(remove_filter(connection, actor, "anne", saved->id, kNow + 2h));
    EXPECT_THAT(saved_filters(connection, "anne"), IsEmpty());
    const auto versions = versions_of_filter(connection, "anne", saved->id);
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_EQ(versions[0].name, "Ours");
    EXPECT_EQ(versions[0].removed, kNow + 2h);
    EXPECT_EQ(versions[1].filter, R"({"assignee":"anne"})");
  });
}

}  // namespace
}  // namespace utsyn::followup
