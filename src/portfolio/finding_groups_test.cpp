// Findings counted by group in memory against the same asked of the database, on both kinds: random findings,
// treatments, assignments, readers and filters, while time goes on and things change.
#include "portfolio/finding_groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "followup/rows.h"
#include "portfolio/portfolios.h"
#include "store/events.h"
#include "store/test_database.h"

namespace utsyn::portfolio {
namespace {

using access::Access;
using access::Detail;
using followup::Grouping;
using store::Connection;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kStart = 1'800'000'000;

class FindingGroupsTest : public store::testing::DatabaseTest {
 protected:
  std::size_t upto(std::size_t most) { return chance_() % (most + 1); }
  bool one_in(std::size_t count) { return chance_() % count == 0; }
  template <class Items>
  auto any(const Items& items) {
    return items[chance_() % std::size(items)];
  }

  static constexpr const char* kChecks[] = {"tls.protocol.tls10", "tls.vuln.heartbleed", "dns.caa.exists",
                                            "email.dmarc.policy", "http.hsts.exists",    "http.xcto"};
  static constexpr const char* kSeverities[] = {"critical", "high", "medium", "low", "info"};
  static constexpr const char* kStates[] = {"accepted", "disputed", "dispute_overdue", "compensated",
                                            "upheld"};
  static constexpr const char* kPeople[] = {"ada", "rolf", ""};

  // As a measurement leaves it: new findings, closed ones, another severity.
  void measure(Connection& connection) {
    std::string id = "org" + std::to_string(upto(150));
    connection.execute(
        "INSERT INTO organisation (id, name, kind) VALUES (?1, ?1, 'other') ON CONFLICT DO NOTHING", {id});
    const auto findings = upto(4);
    for (std::size_t i = 0; i < findings; ++i) {
      const std::string check = any(kChecks);
      const std::string host = "h" + std::to_string(upto(2));
      // Deadlines of one day to half a year, so that some pass while the test lasts.
      const auto first_seen =
          kStart - static_cast<std::int64_t>(upto(200)) * kDay + static_cast<std::int64_t>(upto(40)) * 3'600;
      connection.execute(
          R"(INSERT INTO finding (organisation, id, asset, "check", outcome, severity, confidence, reason, state,
  first_seen, last_seen, closed, reopened, unseen)
VALUES (?1, ?2, ?3, ?4, 'fail', ?5, 'confirmed', 'missing', ?6, ?7, ?7, NULL, 0, 0)
ON CONFLICT (organisation, id) DO UPDATE SET severity = excluded.severity, state = excluded.state)",
          {id, check + "@" + host, host, check, any(kSeverities), one_in(4) ? "fixed" : "open", first_seen});
    }
    store::append_event(connection, from_unix(now_), "measured", id, "{}");
  }
  // As people leave it.
  void deal_with_one(Connection& connection) {
    const auto all = connection.query("SELECT organisation, id FROM finding WHERE state <> 'fixed'");
    if (all.empty()) return;
    const auto& one = all[chance_() % all.size()];
    const auto organisation = one.text(0);
    const auto id = one.text(1);
    if (one_in(2)) {
      connection.execute("UPDATE finding SET state = ?3 WHERE organisation = ?1 AND id = ?2",
                         {organisation, id, any(kStates)});
      connection.execute(
          R"(INSERT INTO treatment (organisation, finding, id, kind, owner, reason, evidence, evidence_sha256, created,
  created_by, decision, decided_by, decision_reason, withdrawn_by)
VALUES (?1, ?2, ?3, 'acceptance', 'x', 'x', '', '', 1, 'x', 'none', '', '', ''))",
          {organisation, id, "t" + std::to_string(++treatments_)});
      store::append_event(connection, from_unix(now_), "treatment-changed", organisation, "{}");
    } else {
      const auto due =
          one_in(2) ? std::optional<std::int64_t>() : now_ + static_cast<std::int64_t>(upto(100)) * 600;
      connection.execute(
          R"(INSERT INTO assignment (organisation, finding, assignee, due, changed, changed_by)
VALUES (?1, ?2, ?3, ?4, 1, 'x')
ON CONFLICT (organisation, finding) DO UPDATE SET assignee = excluded.assignee, due = excluded.due)",
          {organisation, id, any(kPeople), due});
      store::append_event(connection, from_unix(now_), "assigned", organisation, "{}");
    }
  }
  void change_something() {
    sql().write([&](Connection& connection) {
      if (one_in(3)) {
        deal_with_one(connection);
      } else {
        measure(connection);
      }
    });
  }
  Access some_reader() {
    Access access;
    access.user = "u";
    if (one_in(2)) {
      access.everywhere = any(std::array{Detail::findings, Detail::evidence});
      return access;
    }
    if (one_in(3)) access.everywhere = Detail::score;
    for (int i = 0; i <= 150; ++i)
      if (!one_in(5))
        access.organisations.emplace_back("org" + std::to_string(i), static_cast<Detail>(upto(3)));
    std::ranges::sort(access.organisations);
    return access;
  }
  followup::Filter some_filter() {
    followup::Filter filter;
    if (one_in(3)) filter.severities = {checks::Severity::high, checks::Severity::low};
    if (one_in(3)) filter.checks = {any(kChecks), any(kChecks), "no.such"};
    if (one_in(3)) filter.areas = {any(std::array{"tls", "http", "no", "t"})};
    if (one_in(4)) filter.states = {store::FindingState::open, store::FindingState::upheld};
    if (one_in(4)) filter.assignee = "none";
    if (one_in(3)) filter.overdue = one_in(2);
    return filter;
  }
  static std::string told(const followup::Counted& counted) {
    std::string out = counted.complete ? "" : "not all; ";
    for (const auto& group : counted.groups)
      out += group.key + " " + std::to_string(group.findings) + "/" + std::to_string(group.organisations) +
             "/" + std::to_string(group.overdue) + "; ";
    return out;
  }

  std::mt19937 chance_{20261121};
  std::int64_t now_ = kStart;
  int treatments_ = 0;
};
UTSYN_BOTH_DATABASES(FindingGroupsTest);

TEST_P(FindingGroupsTest, SayWhatTheDatabaseSays) {
  constexpr Grouping kAll[] = {Grouping::check, Grouping::severity,     Grouping::state,
                               Grouping::area,  Grouping::organisation, Grouping::assignee};
  for (int i = 0; i < 250; ++i) change_something();
  Portfolios portfolios(shared_sql());
  // The same questions come again and again, so that kept sums are brought up to date.
  std::vector<followup::Filter> filters(1);
  for (int i = 0; i < 8; ++i) filters.push_back(some_filter());
  std::size_t answered = 0;
  std::size_t groups = 0;
  std::size_t overdue = 0;
  for (int round = 0; round < 60; ++round) {
    const auto changes = upto(3);
    for (std::size_t i = 0; i < changes; ++i) change_something();
    now_ += one_in(10) ? 10 * 3'600 : static_cast<std::int64_t>(upto(3'000));
    if (one_in(20)) now_ -= 500;  // a clock that was set back
    if (one_in(20)) sql().read([&](Connection& connection) { portfolios.columns().load(connection); });
    const auto view = portfolios.view();
    for (int question = 0; question < 8; ++question) {
      const auto reader = some_reader();
      const auto& filter = filters[upto(filters.size() - 1)];
      const auto by = any(kAll);
      const auto answer = portfolios.count_findings(view, Seen(*view, reader), filter, by, from_unix(now_));
      if (!answer) continue;  // a reader of few
      const auto expected = sql().read([&](Connection& connection) {
        return followup::count_findings(connection, reader, filter, by, checks::Language::en,
                                        from_unix(now_));
      });
      ASSERT_EQ(told(*answer), told(expected))
          << "round " << round << " by " << followup::word_of(by) << " at " << now_ - kStart;
      ++answered;
      for (const auto& group : answer->groups) {
        ++groups;
        overdue += group.overdue > 0 ? 1 : 0;
      }
    }
  }
  // It was not all about nothing.
  EXPECT_GT(answered, 200U);
  EXPECT_GT(groups, 1'000U);
  EXPECT_GT(overdue, 300U);
}

TEST(FindingGroups, LeaveToTheDatabaseWhatTheyDoNotHold) {
  followup::Filter filter;
  EXPECT_TRUE(FindingGroups::answers(filter, Grouping::check));
  EXPECT_FALSE(FindingGroups::answers(filter, Grouping::asset));
  const auto with = [](auto change) {
    followup::Filter out;
    change(out);
    return FindingGroups::answers(out, Grouping::severity);
  };
  EXPECT_TRUE(with([](auto& one) { one.assignee = "none"; }));
  EXPECT_TRUE(with([](auto& one) { one.states = {store::FindingState::open}; }));
  EXPECT_FALSE(with([](auto& one) { one.states = {store::FindingState::open, store::FindingState::fixed}; }));
  EXPECT_FALSE(with([](auto& one) { one.organisations = {"a"}; }));
  EXPECT_FALSE(with([](auto& one) { one.asset = "a"; }));
  EXPECT_FALSE(with([](auto& one) { one.assignee = "ada"; }));
  EXPECT_FALSE(with([](auto& one) { one.supplier = "a"; }));
  EXPECT_FALSE(with([](auto& one) { one.customer = "a"; }));
  EXPECT_FALSE(with([](auto& one) { one.text = "a"; }));
}

}  // namespace
}  // namespace utsyn::portfolio
