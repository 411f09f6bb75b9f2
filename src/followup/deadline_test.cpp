#include "followup/deadline.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <set>
#include <tuple>

#include "checks/catalogue.h"
#include "followup/desk.h"
#include "followup/due_soon.h"
#include "followup/finding_list.h"
#include "followup/rows.h"
#include "store/events.h"
#include "store/test_database.h"

namespace utsyn::followup {
namespace {

using checks::Severity;
using std::chrono::days;
using std::chrono::seconds;
using store::Connection;

const UtcTime kFirst = parse_time("2026-11-21T10:00:00Z").value();
constexpr std::string_view kExploited = "tls.vuln.heartbleed";
constexpr std::string_view kOther = "tls.vuln.robot";
constexpr std::string_view kLonger = "tls.vuln.heartbleeds";

store::Finding finding(std::string_view check, Severity severity) {
  store::Finding out;
  out.check = check;
  out.severity = severity;
  out.first_seen = kFirst;
  return out;
}

TEST(Deadline, IsTheMethods) {
  ASSERT_NE(checks::known_exploited(kExploited), nullptr);
  ASSERT_EQ(checks::known_exploited(kOther), nullptr);
  const std::tuple<std::string_view, Severity, int, std::string_view> cases[] = {
      {kOther, Severity::critical, 30, "2026-12-21"},     {kOther, Severity::high, 30, "2026-12-21"},
      {kOther, Severity::medium, 90, "2027-02-19"},       {kOther, Severity::low, 180, "2027-05-20"},
      {kOther, Severity::info, 180, "2027-05-20"},        {"no.such.check", Severity::high, 30, "2026-12-21"},
      {kExploited, Severity::critical, 14, "2026-12-05"}, {kExploited, Severity::low, 14, "2026-12-05"}};
  for (const auto& [check, severity, deadline, due] : cases) {
    const auto one = finding(check, severity);
    EXPECT_EQ(deadline_of(check, severity), days{deadline}) << check;
    EXPECT_EQ(format_date(due_date(one)), due) << check;
    // One second earlier its whole days are not above the deadline.
    EXPECT_EQ(days_between(kFirst, overdue_from(one)), deadline + 1) << check;
    EXPECT_EQ(days_between(kFirst, overdue_from(one) - seconds{1}), deadline) << check;
    EXPECT_EQ(kFirst + seconds{overdue_after(check, severity)}, overdue_from(one)) << check;
  }
}

// One finding of each severity of a check that hurries, of one that does not, and of one whose name goes on
// after that of the first: in two organisations, first seen an hour apart.
class DeadlineTest : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    sql().write([&](Connection& connection) {
      auto first_seen = to_unix(kFirst);
      for (const std::string organisation : {"fjord", "vidda"}) {
        connection.execute("INSERT INTO organisation (id, name, kind) VALUES (?1, ?1, 'other')",
                           {organisation});
        for (const std::string_view check : {kExploited, kOther, kLonger})
          for (const auto severity :
               {Severity::info, Severity::low, Severity::medium, Severity::high, Severity::critical}) {
            const auto host = "h-" + word_of(severity);
            connection.execute(
                R"(INSERT INTO finding (organisation, id, asset, "check", outcome, severity, confidence, reason, state,
  first_seen, last_seen, closed, reopened, unseen)
VALUES (?1, ?2, ?3, ?4, 'fail', ?5, 'confirmed', 'missing', 'open', ?6, ?6, NULL, 0, 0))",
                {organisation, fmt::format("{}@{}", check, host), host, check, word_of(severity),
                 first_seen});
            first_seen += 3'600;
          }
      }
    });
  }

  // What the rule for one finding says of each, by organisation and id.
  std::map<std::string, UtcTime> expected() {
    std::map<std::string, UtcTime> out;
    sql().read([&](Connection& connection) {
      for (const std::string organisation : {"fjord", "vidda"})
        for (const auto& one : findings_now(connection, organisation, kFirst))
          out.emplace(organisation + " " + one.id, overdue_from(one));
    });
    return out;
  }
};
UTSYN_BOTH_DATABASES(DeadlineTest);

TEST_P(DeadlineTest, EveryFindingIsOfOnePace) {
  const auto rule = expected();
  ASSERT_EQ(rule.size(), 30U);
  std::map<std::string, UtcTime> found;
  sql().read([&](Connection& connection) {
    for (const auto& pace : paces())
      for (const auto& row :
           connection.query("SELECT f.organisation, f.id, f.first_seen, " + overdue_after_sql() +
                            " FROM finding f WHERE " + pace.condition)) {
        EXPECT_EQ(row.number(3), pace.overdue_after) << row.text(1);
        const auto once = found.emplace(row.text(0) + " " + row.text(1),
                                        from_unix(row.number(2)) + seconds{pace.overdue_after});
        EXPECT_TRUE(once.second) << row.text(1) << " is of two paces";
      }
  });
  EXPECT_EQ(found, rule);
}

TEST_P(DeadlineTest, ListsSayAndSortByIt) {
  const auto rule = expected();
  access::Access everybody;
  everybody.user = "reader";
  everybody.everywhere = access::Detail::findings;
  access::Access two = everybody;
  two.everywhere = access::Detail::none;
  two.organisations = {{"fjord", access::Detail::findings}, {"vidda", access::Detail::findings}};
  const auto now = kFirst + days{40};
  for (const auto& reader : {everybody, two})
    for (const auto order : {Order::due, Order::worst, Order::oldest, Order::newest})
      for (const auto overdue : {std::optional<bool>(), std::optional(true), std::optional(false)}) {
        Filter filter;
        filter.overdue = overdue;
        std::map<std::string, UtcTime> listed;
        UtcTime last{};
        ListQuestion question{filter, order, 4, {}, {}};
        do {
          const auto page = sql().read([&](Connection& connection) {
            return list_findings(connection, reader, question, now).value();
          });
          for (const auto& item : page.items) {
            EXPECT_EQ(item.overdue, item.due <= now);
            EXPECT_EQ(item.overdue, overdue.value_or(item.overdue));
            EXPECT_TRUE(listed.emplace(item.organisation + " " + item.finding.id, item.due).second);
            if (order == Order::due) EXPECT_LE(last, item.due);
            last = item.due;
          }
          question.after = page.next;
          ASSERT_LE(listed.size(), rule.size());
        } while (!question.after.empty());
        auto wanted = rule;
        std::erase_if(wanted, [&](const auto& one) { return overdue && (one.second <= now) != *overdue; });
        EXPECT_EQ(listed, wanted) << word_of(order);
        EXPECT_FALSE(wanted.empty());
      }
}

TEST_P(DeadlineTest, PassesOnceForEach) {
  const auto rule = expected();
  std::map<std::string, UtcTime> wanted = rule;  // `info` has no points and no deadline
  std::erase_if(wanted, [](const auto& one) { return one.first.ends_with("-info"); });
  std::map<std::string, UtcTime> told;
  std::map<std::string, UtcTime> soon;
  const auto step = std::chrono::hours{1};
  const auto sweep_at = [&](UtcTime now) {
    sql().write([&](Connection& connection) {
      const auto before = store::events_after(connection, 0, 1'000).size();
      sweep(connection, now);
      const auto events = store::events_after(connection, 0, 1'000);
      for (auto i = before; i < events.size(); ++i) {
        if (events[i].kind != "deadline-passed") continue;
        const auto data = boost::json::parse(events[i].data);
        const auto id = events[i].organisation + " " + std::string(data.at("finding").as_string());
        EXPECT_TRUE(told.emplace(id, now).second) << id;
      }
      for (const auto& due : due_soon(connection, now, 7))
        soon.emplace(due.organisation + " " + due.finding, due.due);
    });
  };
  sweep_at(kFirst - days{1});
  // Around each time at which something falls due; and what comes up within seven days is told before.
  std::set<UtcTime> moments;
  for (const auto& [id, due] : wanted) moments.insert({due - days{6}, due - step, due});
  for (const auto moment : moments) sweep_at(moment);
  EXPECT_EQ(told, wanted);
  EXPECT_EQ(soon, wanted);
}

}  // namespace
}  // namespace utsyn::followup
