// Reports on their days, on both databases: once for each due time, once for all that were missed, never to
// those who may no longer have them, and what could not be made says why.
#include "report/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/id.h"
#include "report/scheduled_report.h"
#include "store/test_database.h"

namespace utsyn::report {
namespace {

using namespace std::chrono_literals;
using access::Detail;
using store::Connection;
using testing::HasSubstr;
using testing::Not;
namespace outbox = followup::alerts;

const UtcTime kNow = *parse_time("2026-11-23T06:00:00Z");  // a Monday, 07:00 in Oslo

class Schedules : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    detail = Detail::findings;
    channel.id = new_id();
    channel.owner = "kari";
    channel.name = "post";
    channel.kind = "email";
    channel.address = "kari@fjordvik.example";
    channel.format = "text";
    channel.language = "nb";
    one.id = new_id();
    one.owner = "kari";
    one.organisation = "fjordvik";
    one.rhythm = {followup::Every::week, 1, 7};
    one.channel = channel.id;
    one.created = kNow - 24h;
    one.next_due = followup::next_due(one.rhythm, one.created);
    sql().write([&](Connection& c) {
      c.execute("INSERT INTO organisation (id, name, kind) VALUES ('fjordvik', 'Fjordvik', 'municipality')");
      outbox::put(c, channel);
      put(c, one);
    });
  }
  static inline Detail detail = Detail::findings;
  static std::optional<access::Access> access(Connection&, const std::string& owner) {
    if (owner != "kari" || detail == Detail::none) return std::nullopt;
    access::Access out;
    out.user = owner;
    out.permissions = 1U << static_cast<unsigned>(access::Permission::read);
    out.organisations = {{"fjordvik", detail}};
    return out;
  }
  void plan(UtcTime at) {
    sql().write([&](Connection& c) {
      if (any_report_due(c, at)) plan_reports(c, at, access);
    });
  }
  std::optional<outbox::Message> begin(UtcTime at) {
    return sql().write([&](Connection& c) { return outbox::begin(c, at, access); });
  }
  std::vector<outbox::Delivery> deliveries() {
    return sql().read([&](Connection& c) { return outbox::deliveries_of(c, "kari", 100); });
  }
  ReportSchedule now() {
    return sql().read([&](Connection& c) { return report_schedule(c, one.id).value(); });
  }
  void send(const outbox::Message& message, UtcTime at) {
    sql().write([&](Connection& c) {
      EXPECT_TRUE(outbox::leaving(c, message));
      outbox::sent(c, at, message);
      report_was_sent(c, at, one.id, 7904, "utsyn-1.0");
    });
  }
  outbox::Channel channel;
  ReportSchedule one;
};
UTSYN_BOTH_DATABASES(Schedules);

TEST_P(Schedules, WhatIsKeptComesBack) {
  const auto kept = now();
  EXPECT_EQ(kept.rhythm, one.rhythm);
  EXPECT_EQ(kept.next_due, kNow);
  EXPECT_EQ(kept.language, "nb");
  EXPECT_FALSE(kept.last_sent);
  EXPECT_EQ(kept.fault, ReportFault::none);
  sql().read([&](Connection& c) {
    EXPECT_EQ(report_schedules(c, "kari").size(), 1U);
    EXPECT_TRUE(report_schedules(c, "ola").empty());
  });
}

TEST_P(Schedules, EachDueTimeIsOneMessage) {
  plan(kNow - 1s);
  EXPECT_FALSE(begin(kNow - 1s));
  plan(kNow);
  plan(kNow);
  const auto message = begin(kNow);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->delivery.state, "making");
  EXPECT_EQ(message->delivery.schedule, one.id);
  EXPECT_EQ(message->channel.address, "kari@fjordvik.example");
  EXPECT_FALSE(begin(kNow));
  EXPECT_EQ(now().next_due, kNow + 24h * 7);
  send(*message, kNow + 3s);
  EXPECT_EQ(now().last_sent, kNow + 3s);
  EXPECT_EQ(now().last_cp, 7904);
  EXPECT_FALSE(begin(kNow + 24h));
  EXPECT_EQ(deliveries().size(), 1U);
}

TEST_P(Schedules, WhatWasMissedIsMadeUpForOnce) {
  const auto later = kNow + 24h * 40;
  plan(later);
  EXPECT_EQ(deliveries().size(), 1U);
  EXPECT_EQ(now().next_due, followup::next_due(one.rhythm, later));
  // And while that one still waits to be made, no second one is added.
  plan(now().next_due);
  EXPECT_EQ(deliveries().size(), 1U);
}

TEST_P(Schedules, ReportsAreMadeOneAtATimeAndLettersGoOn) {
  sql().write([&](Connection& c) {
    send_report_now(c, kNow, one);
    for (const auto* owner : {"ola", "per"}) {
      auto to = channel;
      to.id = new_id();
      to.owner = owner;
      outbox::put(c, to);
      if (to.owner == "per") outbox::try_out(c, kNow, to);
      auto other = one;
      other.id = new_id();
      other.owner = owner;
      other.channel = to.id;
      put(c, other);
      if (to.owner == "ola") send_report_now(c, kNow, other);
    }
  });
  int letters = 0;
  int reports = 0;
  std::optional<outbox::Message> making;
  while (auto message = begin(kNow)) {
    if (message->test) {
      ++letters;
    } else {
      ++reports;
      making = std::move(message);
    }
  }
  EXPECT_EQ(letters, 1);
  ASSERT_EQ(reports, 1);
  EXPECT_TRUE(sql().write([&](Connection& c) { return outbox::leaving(c, *making); }));
  EXPECT_TRUE(begin(kNow)) << "the next, while the first is on its way";
}

TEST_P(Schedules, AnEndInBetween) {
  plan(kNow);
  const auto making = begin(kNow);
  ASSERT_TRUE(making);
  const auto restart = [&] {
    sql().write([](Connection& c) {
      const auto later = kNow + 1s + outbox::kSendLease;
      mark_interrupted_reports(c, later);
      outbox::mark_interrupted(c, later);
    });
  };
  restart();  // nothing had left: it is made again
  EXPECT_EQ(now().fault, ReportFault::none);
  // Who was making it does not send it.
  EXPECT_FALSE(sql().write([&](Connection& c) { return outbox::leaving(c, *making); }));
  const auto again = begin(kNow + 1s);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->delivery.id, making->delivery.id);
  EXPECT_TRUE(sql().write([&](Connection& c) { return outbox::leaving(c, *again); }));
  restart();  // it may have arrived: a person decides
  EXPECT_FALSE(begin(kNow + 24h));
  EXPECT_EQ(deliveries()[0].state, "uncertain");
  EXPECT_EQ(now().fault, ReportFault::uncertain);
  EXPECT_TRUE(now().active);
}

TEST_P(Schedules, WithoutAccessItIsPausedAndSaysWhy) {
  one.pages = 5;
  sql().write([&](Connection& c) { put(c, one); });
  detail = Detail::score;  // of which five pages tell too much
  plan(kNow);
  EXPECT_TRUE(deliveries().empty());
  EXPECT_FALSE(now().active);
  EXPECT_TRUE(now().lost_access);
  EXPECT_EQ(now().fault, ReportFault::access);
  sql().read([&](Connection& c) {
    EXPECT_TRUE(
        c.first("SELECT 1 FROM audit WHERE action = 'report-schedule.pause' AND object = ?1", {one.id}));
  });
}

TEST_P(Schedules, WhoMayHaveWhat) {
  sql().write([&](Connection& c) {
    const auto may = [&](Detail of, ReportKind what, int pages, const std::string& organisation) {
      detail = of;
      auto wanted = one;
      wanted.what = what;
      wanted.pages = pages;
      wanted.organisation = organisation;
      wanted.portfolio = what == ReportKind::members ? organisation : "";
      return may_have(c, access(c, "kari").value(), wanted);
    };
    EXPECT_TRUE(may(Detail::score, ReportKind::board, 1, "fjordvik"));
    EXPECT_FALSE(may(Detail::score, ReportKind::board, 5, "fjordvik"));
    EXPECT_TRUE(may(Detail::findings, ReportKind::board, 5, "fjordvik"));
    EXPECT_FALSE(may(Detail::evidence, ReportKind::board, 1, "steinlia"));
    EXPECT_TRUE(may(Detail::score, ReportKind::members, 1, "all"));
    EXPECT_FALSE(may(Detail::score, ReportKind::members, 1, new_id()));
    c.execute("UPDATE organisation SET removed = 1 WHERE id = 'fjordvik'");
    EXPECT_FALSE(may(Detail::evidence, ReportKind::board, 1, "fjordvik"));
  });
}

TEST_P(Schedules, AChannelThatIsNotConfirmedHoldsItBack) {
  sql().write([&](Connection& c) { c.execute("UPDATE channel SET confirmed = 0"); });
  plan(kNow);
  EXPECT_TRUE(deliveries().empty());
  sql().write([&](Connection& c) { c.execute("UPDATE channel SET confirmed = 1, active = 0"); });
  plan(kNow + 24h * 8);
  EXPECT_TRUE(deliveries().empty());
  sql().write([&](Connection& c) { c.execute("UPDATE channel SET active = 1"); });
  plan(kNow + 24h * 8);
  EXPECT_EQ(deliveries().size(), 1U);
}

TEST_P(Schedules, NowIsOnceAMinuteAndWhatFailedIsTriedAtOnce) {
  const auto tried = [&](UtcTime at) {
    return sql().write([&](Connection& c) { return send_report_now(c, at, one); });
  };
  EXPECT_FALSE(tried(kNow - 1h).delivery.empty());
  EXPECT_GT(tried(kNow - 1h).wait_s, 0);
  const auto message = begin(kNow - 1h);
  ASSERT_TRUE(message);
  EXPECT_GT(tried(kNow - 1h + 5min).wait_s, 0) << "it is being made";
  sql().write([&](Connection& c) {
    outbox::not_made(c, kNow - 1h, *message, "no figures", false);
    report_was_not_sent(c, one.id, ReportFault::not_measured, "no figures");
  });
  EXPECT_EQ(now().fault, ReportFault::not_measured);
  EXPECT_EQ(now().fault_detail, "no figures");
  EXPECT_FALSE(begin(kNow - 1h + 30s));
  EXPECT_EQ(tried(kNow - 1h + 30s).delivery, message->delivery.id);
  const auto again = begin(kNow - 1h + 30s);
  ASSERT_TRUE(again);
  send(*again, kNow - 1h + 31s);
  EXPECT_EQ(now().fault, ReportFault::none);
  EXPECT_EQ(tried(kNow - 1h + 40s).wait_s, 20);
  EXPECT_FALSE(tried(kNow).delivery.empty());
  const auto latest = sql().read([&](Connection& c) { return latest_reports(c, "kari"); });
  ASSERT_EQ(latest.size(), 1U);
  EXPECT_EQ(latest[0].state, "pending");
  // The channel itself is not at fault for what could not be made.
  EXPECT_EQ(sql().read([&](Connection& c) { return outbox::channel(c, channel.id)->last_error; }), "");
}

TEST_P(Schedules, WhatIsRemovedIsNotSent) {
  plan(kNow);
  sql().write([&](Connection& c) { remove_report_schedule(c, one.id); });
  EXPECT_FALSE(begin(kNow));
  EXPECT_EQ(deliveries()[0].state, "dead");
  sql().write([&](Connection& c) {
    put(c, one);
    outbox::remove_channel(c, channel.id);
    EXPECT_FALSE(report_schedule(c, one.id));
  });
}

// --- what is in it

BoardReport sample() {
  BoardReport report;
  report.organisation = "fjordvik";
  report.name = "Fjordvik kommune";
  report.scored = true;
  report.measured = *parse_time("2026-11-22T05:12:00Z");
  report.score_cp = 7904;
  report.low_cp = 7840;
  report.high_cp = 8349;
  report.grade = "C";
  report.method = "utsyn-1.0";
  report.coverage = 9120;
  report.late_total = 7;
  report.serious_overdue = 3;
  return report;
}

TEST(ReportLetter, HasThreeNumbersALinkAndAWayOut) {
  ReportSchedule schedule;
  const auto letter = board_letter(sample(), schedule, "https://utsyn.example");
  EXPECT_EQ(letter.subject, "Utsyn: Fjordvik kommune har 79,0 poeng (karakter C)");
  EXPECT_THAT(letter.body, HasSubstr("Poeng: 79,0 av 100, karakter C. Usikkerhet 78,4–83,4, dekning 91,2"));
  EXPECT_THAT(letter.body, HasSubstr("den første rapporten"));
  EXPECT_THAT(letter.body, HasSubstr("Over frist: 7 funn, 3 av dem alvorlige."));
  EXPECT_THAT(letter.body, HasSubstr("Se https://utsyn.example/virksomhet/fjordvik/ledelse\n"));
  EXPECT_THAT(letter.body, HasSubstr("https://utsyn.example/varsler/rapporter\n"));
}

struct Changed {
  std::int64_t before_cp;
  const char* before_method;
  const char* said;
};
class ReportChange : public testing::TestWithParam<Changed> {};
TEST_P(ReportChange, IsBetweenWhatIsSeen) {
  ReportSchedule schedule;
  schedule.language = "en";
  schedule.last_cp = GetParam().before_cp;
  schedule.last_method = GetParam().before_method;
  EXPECT_THAT(board_letter(sample(), schedule, "").body, HasSubstr(GetParam().said));
}
INSTANTIATE_TEST_SUITE_P(Table, ReportChange,
                         testing::Values(Changed{7489, "utsyn-1.0",
                                                 "since the last report: +4.2 (from 74.8)."},
                                         Changed{8019, "utsyn-1.0",
                                                 "\xE2\x88\x92"
                                                 "1.1 (from 80.1)."},
                                         Changed{7909, "utsyn-1.0", "since the last report: none."},
                                         Changed{7000, "utsyn-0.9", "cannot be compared"}));

TEST(ReportLetter, InEveryLanguageAndForWhoSeesLess) {
  for (const auto* language : {"nb", "nn", "en"}) {
    ReportSchedule schedule;
    schedule.language = language;
    for (const auto every : {followup::Every::week, followup::Every::month, followup::Every::quarter}) {
      schedule.rhythm.every = every;
      auto report = sample();
      for (const bool findings : {true, false}) {
        for (const auto* grade : {"C", "U"}) {
          report.with_findings = findings;
          report.grade = grade;
          const auto letter = board_letter(report, schedule, "https://utsyn.example");
          EXPECT_THAT(letter.body, Not(HasSubstr("report_mail.")));
          EXPECT_THAT(letter.body, Not(HasSubstr("{")));
          EXPECT_EQ(letter.body.contains("7 f"), findings) << letter.body;
        }
      }
    }
    score::PortfolioAnswer answer;
    answer.members = 12;
    EXPECT_THAT(members_letter(answer, "Vestland", schedule, "").body, HasSubstr("12"));
    answer.figures.emplace();
    answer.figures->median_cp = 7311;
    EXPECT_THAT(members_letter(answer, "Vestland", schedule, "").body,
                HasSubstr(std::string(language) == "en" ? "73.1" : "73,1"));
    EXPECT_THAT(members_letter(answer, "Vestland", schedule, "").body, Not(HasSubstr("report_mail.")));
  }
}

TEST_P(Schedules, WhatCannotBeMadeSaysWhyAndWhetherToTryAgain) {
  ReportTools tools;
  const auto reader = sql().read([](Connection& c) { return access(c, "kari").value(); });
  const auto made = [&] { return make_report(tools, sql(), one, reader, kNow); };
  auto unmeasured = made();
  ASSERT_FALSE(unmeasured);
  EXPECT_EQ(unmeasured.error().fault, ReportFault::not_measured);
  EXPECT_FALSE(unmeasured.error().final);
  one.organisation = "steinlia";
  auto hidden = made();
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().fault, ReportFault::access);
  one.what = ReportKind::members;
  one.portfolio = "all";
  auto none = made();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, ReportFault::failed);
  EXPECT_TRUE(none.error().final);
}

}  // namespace
}  // namespace utsyn::report
