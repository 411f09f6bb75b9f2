// The list in memory against the same list asked of the database, on both kinds: random registers, readers,
// filters and cursors, while organisations come, change and leave.
#include "portfolio/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "portfolio/portfolios.h"
#include "store/test_database.h"

namespace utsyn::portfolio {
namespace {

using access::Access;
using access::Detail;
using footprint::Sort;
using store::Connection;

const UtcTime kNow = from_unix(1'800'000'000);

Access everything(Detail detail = Detail::evidence) {
  Access access;
  access.user = "ada";
  access.actor.id = "ada";
  access.everywhere = detail;
  return access;
}

class DirectoryTest : public store::testing::DatabaseTest {
 protected:
  std::size_t upto(std::size_t most) { return chance_() % (most + 1); }
  bool one_in(std::size_t count) { return chance_() % count == 0; }
  template <class Items>
  auto any(const Items& items) {
    return items[chance_() % std::size(items)];
  }

  // Few words, so that many share one; some with letters that sort and fold in their own way.
  std::string some_name() {
    static constexpr const char* first[] = {"Fjord", "fjell", "Åsen", "Æra", "Øy",    "Nord",
                                            "Kárá",  "Æ",     "Z",    "9",   "Fjord", "Ås-bygda"};
    static constexpr const char* second[] = {"kommune", "drift AS", "skole", "", "kommunehelse", "(avd. 2)"};
    return std::string(any(first)) + " " + any(second) + (one_in(3) ? " " + std::to_string(upto(20)) : "");
  }
  footprint::Details some_details() {
    static constexpr const char* kinds[] = {"municipality", "county", "state", "supplier", "other"};
    footprint::Details details;
    details.name = some_name();
    details.kind = any(kinds);
    if (!one_in(4)) details.municipality = std::to_string(3000 + upto(3)) + "";
    if (one_in(3)) details.website = "https://www.nord" + std::to_string(upto(5)) + ".example/";
    if (one_in(2)) details.kostra = "EKG0" + std::to_string(1 + upto(3));
    if (one_in(2)) details.sector = one_in(2) ? "6500" : "6100";
    if (one_in(2)) details.population = static_cast<std::int64_t>(upto(6)) * 1000;
    if (one_in(2)) details.employees = static_cast<std::int64_t>(upto(6)) * 10;
    return details;
  }
  void measure(Connection& connection, const std::string& id) {
    const auto score = static_cast<std::int64_t>(upto(8)) * 1250;
    connection.execute(
        R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate,
  assets, critical, high, medium, low, overdue_days, checks)
VALUES (?1, ?2, ?3, ?4, ?3, 9000, ?3, ?3, '', 1, 0, 0, 0, 0, 0, '')
ON CONFLICT (organisation) DO UPDATE SET score_cp = excluded.score_cp, grade = excluded.grade)",
        {id, to_unix(kNow), score, one_in(5) ? "U" : "B"});
    store::append_event(connection, kNow, "measured", id, "{}");
  }
  void change_something() {
    sql().write([&](Connection& connection) {
      if (ids_.size() < 20 || one_in(4)) {
        ids_.push_back(footprint::create(connection, kNow, everything(), some_details()));
      } else if (const auto id = any(ids_); one_in(3)) {
        measure(connection, id);
      } else if (one_in(3)) {
        try {
          std::string name =
              any(std::array{"fjord", "åsen", "nord", "xn"}) + std::to_string(upto(5)) + ".example";
          footprint::add_target(connection, kNow, everything(), id, "domain", name);
        } catch (const footprint::Refused&) {
          // has left the register
        }
      } else if (one_in(4)) {
        const auto there = footprint::find(connection, everything(), id);
        if (there && !there->removed) footprint::remove(connection, kNow, everything(), id, "closed");
      } else {
        footprint::change(connection, kNow, everything(), id, some_details());
      }
    });
  }
  Access some_reader() {
    if (one_in(2)) return everything(one_in(2) ? Detail::score : Detail::evidence);
    Access access;
    access.user = "rolf";
    for (const auto& id : ids_)
      if (one_in(3)) access.organisations.emplace_back(id, static_cast<Detail>(upto(3)));
    if (one_in(4)) access.organisations.emplace_back("no-such", Detail::score);
    std::ranges::sort(access.organisations);
    return access;
  }
  footprint::Filter some_filter() {
    static constexpr const char* texts[] = {
        "fj",   "kommune",  "kom fjord", "å",     "ås", "kara",     "no",           "2", "%", "nord1",
        "xn--", "åsen2.ex", "drift as",  "f k 1", "Z",  "www.nord", "skole fjord 1"};
    footprint::Filter filter;
    if (one_in(2)) filter.text = any(texts);
    if (one_in(4)) filter.kind = one_in(8) ? "city" : any(std::array{"municipality", "supplier", "other"});
    if (one_in(4)) filter.county = one_in(5) ? "77" : "30";
    if (one_in(6)) filter.municipality = "300" + std::to_string(upto(4));
    if (one_in(6)) filter.kostra = "EKG0" + std::to_string(1 + upto(4));
    if (one_in(6)) filter.sector = "6500";
    if (one_in(6)) filter.population_from = static_cast<std::int64_t>(upto(6)) * 1000;
    if (one_in(6)) filter.population_to = static_cast<std::int64_t>(upto(6)) * 1000;
    if (one_in(6)) filter.employees_from = static_cast<std::int64_t>(upto(6)) * 10;
    if (one_in(6)) filter.employees_to = static_cast<std::int64_t>(upto(6)) * 10;
    filter.removed = one_in(6);
    filter.sort = static_cast<Sort>(upto(3));
    filter.descending = one_in(2);
    return filter;
  }
  static std::string told(const footprint::Filter& filter) {
    return filter.text + " sort " + std::to_string(static_cast<int>(filter.sort)) +
           (filter.descending ? " descending" : "") + (filter.removed ? " removed" : "");
  }

  std::mt19937 chance_{20261121};
  std::vector<std::string> ids_;
};
UTSYN_BOTH_DATABASES(DirectoryTest);

TEST_P(DirectoryTest, SaysWhatTheDatabaseSays) {
  for (int i = 0; i < 60; ++i) change_something();
  Portfolios portfolios(shared_sql());
  std::size_t compared = 0;
  std::size_t shown = 0;
  std::size_t continued = 0;
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 6; ++i) change_something();
    const auto view = portfolios.view();
    for (int question = 0; question < 12; ++question) {
      const auto reader = some_reader();
      const auto filter = some_filter();
      const auto limit = 1 + upto(12);
      const Seen seen(*view, reader);
      std::vector<std::string> after;
      for (int page = 0; page < 8; ++page) {
        const auto expected = sql().read([&](Connection& connection) {
          return footprint::list(connection, reader, filter, limit, after);
        });
        const auto answer = directory_page(*view, seen, filter, limit, after);
        std::vector<std::string> ids;
        for (const auto& item : expected.items) ids.push_back(item.id);
        ASSERT_EQ(answer.ids, ids) << told(filter);
        ASSERT_EQ(answer.next_after, expected.next_after) << told(filter);
        if (expected.total) {
          ASSERT_EQ(answer.total, *expected.total) << told(filter);
        }
        const auto read = sql().read(
            [&](Connection& connection) { return footprint::these(connection, reader, answer.ids); });
        ASSERT_EQ(read.size(), ids.size());
        ++compared;
        shown += ids.size();
        after = answer.next_after;
        if (after.empty()) break;
        ++continued;
      }
    }
  }
  // It was not all about nothing.
  EXPECT_GT(compared, 400U);
  EXPECT_GT(shown, 600U);
  EXPECT_GT(continued, 100U);
}

TEST_P(DirectoryTest, AHostIsNoOracleForThoseWhoSeeTheScore) {
  std::string id;
  sql().write([&](Connection& connection) {
    footprint::Details details;
    details.name = "Steinlia kommune";
    id = footprint::create(connection, kNow, everything(), details);
    for (const auto& [kind, target] :
         {std::pair{"domain", "steinlia.example"}, std::pair{"host", "hemmelig-vpn.steinlia.example"}}) {
      std::string name = target;
      footprint::add_target(connection, kNow, everything(), id, kind, name);
    }
  });
  Portfolios portfolios(shared_sql());
  const auto view = portfolios.view();
  const auto total = [&](const Access& access, const char* text) {
    footprint::Filter filter;
    filter.text = text;
    const auto page = directory_page(*view, Seen(*view, access), filter, 10, {});
    EXPECT_EQ(page.total, static_cast<std::int64_t>(page.ids.size())) << text;
    return page.total;
  };
  const auto granted = [&](Detail detail) {
    auto access = everything(Detail::none);
    access.organisations = {{id, detail}};
    return access;
  };
  for (const auto* text : {"hem", "hemmelig-vpn.steinlia.example", "steinlia.ex", "kommune hem"}) {
    for (const auto& access : {everything(Detail::score), granted(Detail::score), granted(Detail::none)})
      EXPECT_EQ(total(access, text), 0) << text;
    for (const auto& access : {everything(), granted(Detail::findings)})
      EXPECT_EQ(total(access, text), 1) << text;
  }
  EXPECT_EQ(total(granted(Detail::score), "stein komm"), 1);
}

TEST_P(DirectoryTest, RefusesCursorsOfAnotherOrder) {
  change_something();
  Portfolios portfolios(shared_sql());
  const auto view = portfolios.view();
  const Seen seen(*view, everything());
  footprint::Filter filter;
  for (const auto& cursor :
       {std::vector<std::string>{"x"}, {"population", "1", "x"}, {"name", "a"}, {"name", "a", "b", "c"}})
    EXPECT_THROW(directory_page(*view, seen, filter, 10, cursor), footprint::Refused);
  filter.sort = Sort::population;
  EXPECT_THROW(directory_page(*view, seen, filter, 10, {"population", "many", "x"}), footprint::Refused);
  EXPECT_NO_THROW(directory_page(*view, seen, filter, 10, {"population", "-1", "x"}));
}

}  // namespace
}  // namespace utsyn::portfolio
