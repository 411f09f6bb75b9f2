// What people decide, in both databases: states, effects on the score, events, the audit log, the sweep, the
// lists and what a reader may see of them.
#include "followup/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "engine/judge.h"
#include "followup/deadline.h"
#include "followup/finding_list.h"
#include "followup/promises.h"
#include "followup/receipt_keys.h"
#include "followup/recheck.h"
#include "followup/rows.h"
#include "followup/saved_filters.h"
#include "score/json.h"
#include "store/store.h"
#include "store/test_database.h"

namespace utsyn::followup {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using store::Connection;
using store::FindingState;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const UtcTime kFirst = parse_time("2026-11-02T09:00:00Z").value();
const UtcTime kNow = parse_time("2026-11-16T09:00:00Z").value();  // a Monday
const UtcTime kAnswer = parse_time("2026-11-23T23:00:00Z").value();

const std::string kTls = "tls.protocol.tls10@www.example.no:443";
const std::string kHsts = "http.hsts.exists@www.example.no:443";
const std::string kDmarc = "email.dmarc.policy@example.no";

store::Judged judged(const std::string& id, checks::Severity severity, checks::Outcome outcome) {
  store::Judged out;
  out.check = id.substr(0, id.find('@'));
  out.asset = id.substr(id.find('@') + 1);
  out.verdict = {outcome, outcome == checks::Outcome::pass ? "fine" : "offered"};
  out.severity = severity;
  return out;
}

store::Asset asset(const std::string& id) {
  store::Asset out;
  out.id = id;
  out.host = id.substr(0, id.find(':'));
  out.domain = "example.no";
  out.why = {"given"};
  return out;
}

access::Access reader_of(std::vector<std::pair<std::string, access::Detail>> organisations) {
  access::Access out;
  out.user = "reader";
  out.organisations = std::move(organisations);
  std::ranges::sort(out.organisations);
  return out;
}

class DeskTest : public store::testing::DatabaseTest {
 protected:
  void measure(const std::string& organisation, UtcTime time, checks::Outcome tls = checks::Outcome::fail) {
    sql().write([&](Connection& connection) {
      store::Measurement m;
      m.organisation = {organisation, organisation + " kommune", "municipality"};
      m.time = time;
      m.profile = "core";
      const std::vector<store::Asset> assets = {asset("www.example.no:443"), asset("example.no")};
      for (const auto& one : assets) m.assets.push_back({one, {}});
      m.verdicts = {judged(kTls, checks::Severity::medium, tls),
                    judged(kHsts, checks::Severity::low, checks::Outcome::fail),
                    judged(kDmarc, checks::Severity::high, checks::Outcome::fail)};
      for (auto& verdict : m.verdicts)
        if (const auto now = gravity_.find(verdict.check + "@" + verdict.asset); now != gravity_.end())
          verdict.severity = now->second;
      auto advanced = store::advance(findings_now(connection, organisation, time), m.verdicts, time);
      m.findings = std::move(advanced.findings);
      m.events = std::move(advanced.events);
      auto input = engine::score_input(m.organisation, assets, m.verdicts, m.findings, time);
      input.coverage = score::full_coverage;  // three checks are enough here
      const auto score = score::score(input);
      m.method = score::method_id;
      m.input = score::write_organisation(input);
      m.output = score::write_score(score);
      m.score_cp = score.score_cp;
      m.grade = score::word(score.grade);
      store::save_measurement(connection, m);
    });
  }

  By by(const std::string& user, UtcTime now) const { return {{"token-of-" + user, "192.0.2.1"}, user, now}; }

  Desk::Answer ask(Request wanted, UtcTime now = kNow, const std::string& finding = kTls) {
    return sql().write([&](Connection& connection) {
      Desk desk(connection, by("anne", now));
      auto answer = desk.ask("fjord", finding, std::move(wanted));
      effects_ = desk.finish();
      return answer;
    });
  }
  Desk::Answer decide(const Treatment& treatment, Decision decision, const std::string& user, UtcTime now) {
    return sql().write([&](Connection& connection) {
      Desk desk(connection, by(user, now));
      auto answer = desk.decide("fjord", treatment.finding, treatment.id, decision, "looked at together");
      effects_ = desk.finish();
      return answer;
    });
  }
  FindingState stored_state(const std::string& finding = kTls) {
    return sql().read([&](Connection& connection) {
      const auto row =
          connection.first("SELECT state FROM finding WHERE organisation = 'fjord' AND id = ?1", {finding});
      return named<FindingState>(row->text(0)).value();
    });
  }
  std::int64_t score(UtcTime now) {
    return sql().read([&](Connection& connection) { return score_at(connection, "fjord", now)->score_cp; });
  }
  Swept sweep_at(UtcTime now) {
    return sql().write([&](Connection& connection) { return sweep(connection, now); });
  }
  std::vector<std::string> event_kinds() {
    return sql().read([&](Connection& connection) {
      std::vector<std::string> out;
      for (const auto& event : store::events_after(connection, 0, 1000)) out.push_back(event.kind);
      return out;
    });
  }
  ListAnswer list(const access::Access& reader, Filter filter = {}, Order order = Order::worst,
                  std::size_t limit = 50, std::vector<std::string> after = {}, UtcTime now = kNow) {
    return sql()
        .read([&](Connection& connection) {
          return list_findings(connection, reader, {std::move(filter), order, limit, std::move(after), {}},
                               now);
        })
        .value();
  }
  static std::vector<std::string> ids(const ListAnswer& answer) {
    std::vector<std::string> out;
    for (const auto& item : answer.items) out.push_back(item.organisation + " " + item.finding.id);
    return out;
  }

  std::map<std::string, Effect> effects_;
  std::map<std::string, checks::Severity> gravity_;  // what the next measurement finds otherwise than usual
};
UTSYN_BOTH_DATABASES(DeskTest);

Request acceptance(UtcTime until = kNow + days{100}) {
  return {Kind::acceptance, "Kari Nordmann", "replaced in May", "", until};
}
Request compensation() {
  return {Kind::compensation, "", "reachable from the office only", "", kNow + days{100}};
}
Request dispute(std::string evidence = "a letter") {
  return {Kind::dispute, "", "not ours", std::move(evidence), std::nullopt};
}

TEST_P(DeskTest, AnAcceptanceShowsBesideTheScoreAndEnds) {
  measure("fjord", kFirst);
  const auto before = score(kFirst);
  const auto answer = ask(acceptance());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->before, FindingState::open);
  EXPECT_EQ(answer->after, FindingState::accepted);
  EXPECT_EQ(stored_state(), FindingState::accepted);
  // P11 of the method: it moves neither the score nor its lines, only the managed score beside it.
  EXPECT_EQ(score(kNow), before);
  EXPECT_EQ(effects_.at("fjord"), (Effect{before, before}));
  EXPECT_THAT(event_kinds(), Contains("treatment-changed"));

  EXPECT_EQ(sweep_at(kNow + days{100} - 1s).treatments, 0);
  EXPECT_EQ(sweep_at(kNow + days{100}).treatments, 1);
  EXPECT_EQ(stored_state(), FindingState::open);
  EXPECT_EQ(sweep_at(kNow + days{100} + 1h).treatments, 0);
}

TEST_P(DeskTest, ACompensationTakesASecondPerson) {
  measure("fjord", kFirst);
  const auto asked = ask(compensation());
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(stored_state(), FindingState::open);
  const auto own = decide(asked->treatment, Decision::approved, "anne", kNow + 1h);
  ASSERT_FALSE(own.has_value());
  EXPECT_EQ(std::get<Refusal>(own.error()), Refusal::same_person);
  const auto second = decide(asked->treatment, Decision::approved, "bjorn", kNow + 1h);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(stored_state(), FindingState::compensated);
  EXPECT_GT(effects_.at("fjord").after_cp, effects_.at("fjord").before_cp);
  sweep_at(kNow + days{100});
  EXPECT_EQ(stored_state(), FindingState::open);
}

TEST_P(DeskTest, ADisputeBindsThePlatform) {
  measure("fjord", kFirst);
  const auto before = score(kFirst);
  const auto asked = ask(dispute());
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->treatment.answer, kAnswer);
  EXPECT_EQ(stored_state(), FindingState::disputed);
  EXPECT_EQ(score(kNow), before);
  sweep_at(kAnswer - 1s);
  EXPECT_EQ(stored_state(), FindingState::disputed);
  EXPECT_EQ(sweep_at(kAnswer).rescored, std::vector<std::string>{"fjord"});
  EXPECT_EQ(stored_state(), FindingState::dispute_overdue);
  EXPECT_GT(score(kAnswer), before);

  const auto answered = decide(asked->treatment, Decision::rejected, "bjorn", kAnswer + 1h);
  ASSERT_TRUE(answered.has_value());
  EXPECT_EQ(stored_state(), FindingState::open);
  EXPECT_LT(effects_.at("fjord").after_cp, effects_.at("fjord").before_cp);
  const auto again = ask(dispute(), kAnswer + 2h);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(std::get<Refusal>(again.error()), Refusal::same_evidence);
  EXPECT_TRUE(ask(dispute("a newer letter"), kAnswer + 2h).has_value());
}

TEST_P(DeskTest, OnlyAMeasurementClosesAndANewLifeIsUntreated) {
  measure("fjord", kFirst);
  ASSERT_TRUE(ask(acceptance()).has_value());
  measure("fjord", kNow + 1h);
  EXPECT_EQ(stored_state(), FindingState::accepted);  // measuring keeps it
  measure("fjord", kNow + 2h, checks::Outcome::pass);
  EXPECT_EQ(stored_state(), FindingState::fixed);
  const auto refused = ask(acceptance(), kNow + 3h);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(std::get<Refusal>(refused.error()), Refusal::closed);
  measure("fjord", kNow + 4h);
  EXPECT_EQ(stored_state(), FindingState::open);
}

TEST_P(DeskTest, EveryStepIsInTheAuditLog) {
  measure("fjord", kFirst);
  const auto asked = ask(dispute());
  ASSERT_TRUE(asked.has_value());
  decide(asked->treatment, Decision::upheld, "bjorn", kNow + 1h);
  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", kNow));
    EXPECT_TRUE(desk.assign("fjord", kTls, {"bjorn", parse_date("2026-12-01")}));
    EXPECT_TRUE(desk.comment("fjord", kTls, "Ordered.").has_value());
    EXPECT_FALSE(desk.assign("fjord", "no@such", {"bjorn", {}}));
    EXPECT_FALSE(desk.comment("other", kTls, "Ordered.").has_value());
    desk.finish();
  });
  sql().read([&](Connection& connection) {
    std::vector<std::string> actions;
    for (const auto& row :
         connection.query("SELECT action, actor, object, detail FROM audit ORDER BY number")) {
      actions.push_back(row.text(0) + " " + row.text(1) + " " + row.text(2));
      if (row.text(0) == "finding.answer") {
        const auto detail = boost::json::parse(row.text(3));
        EXPECT_EQ(detail.at("state_after").as_string(), "upheld");
        EXPECT_GT(detail.at("score_after_cp").as_int64(), detail.at("score_before_cp").as_int64());
      }
    }
    EXPECT_THAT(actions,
                ElementsAre("finding.dispute token-of-anne " + kTls, "finding.answer token-of-bjorn " + kTls,
                            "finding.assign token-of-anne " + kTls, "finding.comment token-of-anne " + kTls));
    EXPECT_EQ(store::first_broken_audit_entry(connection), std::nullopt);
    EXPECT_EQ(assignment_of(connection, "fjord", kTls).assignee, "bjorn");
    EXPECT_EQ(comments_of(connection, "fjord", kTls).at(0).text, "Ordered.");
  });
}

TEST_P(DeskTest, TheSweepTellsOfDeadlinesOnce) {
  measure("fjord", kFirst);
  sweep_at(kFirst + 1h);  // from here on deadlines are looked for
  const auto due = kFirst + deadline_of("email.dmarc.policy", checks::Severity::high) + days{1};
  EXPECT_EQ(sweep_at(due - 1s).deadlines, 0);
  const auto swept = sweep_at(due);
  EXPECT_EQ(swept.deadlines, 1);  // the high one
  EXPECT_EQ(swept.rescored, std::vector<std::string>{"fjord"});
  EXPECT_EQ(sweep_at(due + 1h).deadlines, 0);
  EXPECT_THAT(event_kinds(), Contains("deadline-passed"));

  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", due));
    desk.assign("fjord", kHsts, {"bjorn", oslo_date(due + days{3})});
    desk.finish();
  });
  EXPECT_EQ(sweep_at(due + days{2}).deadlines, 0);
  EXPECT_EQ(sweep_at(due + days{5}).deadlines, 1);
  EXPECT_EQ(sweep_at(due + days{6}).deadlines, 0);
}

// A finding that becomes graver has a sooner deadline; the mark of that pace may have gone past it long ago.
TEST_P(DeskTest, ADeadlineThatPassesByBecomingGraverIsToldOnce) {
  using checks::Severity;
  const auto told = [&] {
    return sql().read([&](Connection& connection) {
      std::vector<std::string> out;
      for (const auto& event : store::events_after(connection, 0, 1000))
        if (event.kind == "deadline-passed")
          out.push_back(event.organisation + " " +
                        std::string(boost::json::parse(event.data).at("finding").as_string()));
      return out;
    });
  };
  const auto find = [&](UtcTime time, const std::string& finding, Severity severity) {
    gravity_[finding] = severity;
    measure("fjord", time);
  };
  measure("fjord", kFirst);
  sweep_at(kFirst + 1h);
  measure("vidda", kFirst + 2h);
  EXPECT_EQ(sweep_at(kFirst + days{31} + 2h).deadlines, 2);  // the high ones: the mark is past all of fjord

  // Thirty days are over for what is high now, and ninety were not.
  find(kFirst + days{40}, kTls, Severity::high);
  EXPECT_EQ(sweep_at(kFirst + days{40}).deadlines, 1);
  const std::vector<std::string> once = {"fjord " + kDmarc, "vidda " + kDmarc, "fjord " + kTls};
  EXPECT_EQ(told(), once);
  EXPECT_EQ(sweep_at(kFirst + days{41}).deadlines, 0);
  // Up and down again, and graver still, where the mark has not come so far.
  find(kFirst + days{42}, kTls, Severity::medium);
  find(kFirst + days{43}, kTls, Severity::high);
  EXPECT_EQ(sweep_at(kFirst + days{43}).deadlines, 0);
  find(kFirst + days{44}, kTls, Severity::critical);
  find(kFirst + days{44} + 1h, kDmarc, Severity::critical);
  EXPECT_EQ(sweep_at(kFirst + days{45}).deadlines, 0);
  EXPECT_EQ(told(), once);
  // Somebody has set a date for this one: that one counts.
  sql().write([&](Connection& connection) {
    Desk desk(connection, by("anne", kNow));
    desk.assign("fjord", kHsts, {"bjorn", oslo_date(kFirst + days{300})});
    desk.finish();
  });
  find(kFirst + days{46}, kHsts, Severity::critical);
  EXPECT_EQ(sweep_at(kFirst + days{46}).deadlines, 0);
  // Back to what it was, its first deadline passes too: vidda hears of its own, and fjord has heard.
  find(kFirst + days{47}, kTls, Severity::medium);
  EXPECT_EQ(sweep_at(kFirst + days{91} + 2h).deadlines, 1);
  EXPECT_EQ(told().back(), "vidda " + kTls);

  // A new life begins anew, and what becomes graver in time is told of at its time.
  measure("fjord", kFirst + days{92}, checks::Outcome::pass);
  measure("fjord", kFirst + days{93});
  find(kFirst + days{94}, kTls, Severity::high);
  EXPECT_EQ(sweep_at(kFirst + days{93 + 31} - 1s).deadlines, 0);
  EXPECT_EQ(sweep_at(kFirst + days{93 + 31}).deadlines, 1);
  EXPECT_EQ(told().back(), "fjord " + kTls);
}

TEST_P(DeskTest, TheSweepDoesALittleAtATime) {
  measure("fjord", kFirst);
  ASSERT_TRUE(ask(acceptance(kNow + days{1}), kNow, kTls).has_value());
  ASSERT_TRUE(ask(acceptance(kNow + days{1}), kNow, kHsts).has_value());
  const auto most = [&](int n) {
    return sql().write([&](Connection& connection) { return sweep(connection, kNow + days{2}, n); });
  };
  const auto first = most(1);
  EXPECT_EQ(first.treatments, 1);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(most(1).treatments, 1);
  EXPECT_EQ(most(1).treatments, 0);
}

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

TEST_P(DeskTest, TheKeyOfReceiptsIsMadeOnce) {
  const access::Keys keys(Bytes(32, 7));
  const auto key = sql().write([&](Connection& connection) {
    EXPECT_FALSE(has_signing_key(connection));
    return signing_key(connection, keys, kNow);
  });
  sql().write([&](Connection& connection) {
    EXPECT_TRUE(has_signing_key(connection));
    const auto again = signing_key(connection, keys, kNow + 1h);
    EXPECT_EQ(again.id, key.id);
    EXPECT_EQ(again.secret, key.secret);
    EXPECT_THAT(published_keys(connection), ElementsAre(key.open));
  });
}

TEST_P(DeskTest, WhatSignsReceiptsIsSealed) {
  const access::Keys keys(Bytes(32, 7));
  const auto stored = [&](Connection& connection) {
    return connection.first("SELECT secret FROM receipt_key")->text(0);
  };
  const auto key = sql().write([&](Connection& connection) { return signing_key(connection, keys, kNow); });
  sql().write([&](Connection& connection) {
    EXPECT_EQ(stored(connection).find(to_base64(key.secret)), std::string::npos);
    // As an earlier version has written it.
    connection.execute("UPDATE receipt_key SET secret = ?1", {to_base64(key.secret)});
    seal_receipt_keys(connection, keys);
    EXPECT_TRUE(stored(connection).starts_with("1:"));
    const auto once = stored(connection);
    seal_receipt_keys(connection, keys);
    EXPECT_EQ(stored(connection), once);
    EXPECT_EQ(signing_key(connection, keys, kNow).secret, key.secret);
  });
  EXPECT_THROW(sql().read([&](Connection& connection) {
    return signing_key(connection, access::Keys(Bytes(32, 8)), kNow);
  }),
               std::runtime_error);
  sql().write([&](Connection& connection) {
    connection.execute("UPDATE receipt_key SET secret = ''");
    EXPECT_FALSE(has_signing_key(connection));
    EXPECT_NE(signing_key(connection, keys, kNow + 1h).id, key.id);
    EXPECT_EQ(published_keys(connection).size(), 2U);  // old receipts stay good
  });
}

TEST_P(DeskTest, PromisesAreCounted) {
  measure("fjord", kFirst);
  const auto kept = [&](UtcTime now) {
    return sql().read([&](Connection& connection) { return promises(connection, now); });
  };
  EXPECT_EQ(kept(kNow).disputes, 0);
  EXPECT_EQ(kept(kNow).median_recheck_s, std::nullopt);
  const auto right = ask(dispute(), kNow, kTls);
  const auto wrong = ask(dispute(), kNow, kHsts);
  ASSERT_TRUE(ask(dispute(), kNow, kDmarc).has_value());
  ASSERT_TRUE(right.has_value() && wrong.has_value());
  ASSERT_TRUE(decide(right->treatment, Decision::upheld, "bjorn", kNow + 1h).has_value());
  ASSERT_TRUE(decide(wrong->treatment, Decision::rejected, "bjorn", kAnswer + 1h).has_value());
  sql().write([&](Connection& connection) {
    for (int i = 0; i < 5; ++i) {
      const auto job = recheck(connection, kNow, {"anne", ""}, "fjord", "asset" + std::to_string(i), "");
      connection.execute("UPDATE job SET state = 'done', finished = created + ?1 WHERE id = ?2",
                         {10 * i, job->id});
    }
  });
  const auto early = kept(kAnswer - 1s);
  EXPECT_EQ(early.rechecks, 5);
  EXPECT_EQ(early.median_recheck_s, 20);
  const auto late = kept(kAnswer + 2h);
  EXPECT_EQ(late.disputes, 3);
  EXPECT_EQ(late.upheld, 1);
  EXPECT_EQ(late.rejected, 1);
  EXPECT_EQ(late.waiting, 1);
  EXPECT_EQ(late.late, 2);  // one answered too late, one not yet
  EXPECT_EQ(kept(kNow + days{120}).disputes, 0);
}

TEST_P(DeskTest, WhatOnlyActiveQuestionsSeeIsLookedForByThem) {
  measure("fjord", kFirst);
  const store::Actor actor{"anne", ""};
  sql().write([&](Connection& connection) {
    const std::string server = "ns1.example.no:53";
    const auto active = recheck(connection, kNow, actor, "fjord", server, "dns.axfr.open@" + server);
    ASSERT_TRUE(active.has_value());
    EXPECT_EQ(active->profile, "full");
    EXPECT_EQ(recheck(connection, kNow, actor, "fjord", server, "dns.axfr.open@" + server)->id, active->id);
    const auto core = recheck(connection, kNow, actor, "fjord", server, "dns.resolver.open@" + server);
    EXPECT_EQ(core->profile, "core");
    EXPECT_NE(core->id, active->id);
  });
}

TEST_P(DeskTest, RechecksAreBounded) {
  measure("fjord", kFirst);
  const store::Actor actor{"anne", ""};
  sql().write([&](Connection& connection) {
    const auto first = recheck(connection, kNow, actor, "fjord", "example.no", kDmarc);
    ASSERT_TRUE(first.has_value());
    // While it waits, asking again gives the same job and costs nothing.
    EXPECT_EQ(recheck(connection, kNow, actor, "fjord", "example.no", kDmarc)->id, first->id);
    int whole = 0;
    for (int i = 0; i < 10; ++i) {
      if (!recheck(connection, kNow, actor, "fjord", "", "")) break;
      ++whole;
      connection.execute("UPDATE job SET state = 'done' WHERE asset = ''");
    }
    EXPECT_EQ(whole, kWholeRechecksAnHour);
    int all = 1 + whole;
    for (int i = 0; i < 100; ++i) {
      if (!recheck(connection, kNow, actor, "fjord", "asset" + std::to_string(i), "")) break;
      ++all;
    }
    EXPECT_EQ(all, kRechecksAnHour);
    EXPECT_TRUE(recheck(connection, kNow + 61min, actor, "fjord", "", "").has_value());
  });
}

}  // namespace
}  // namespace utsyn::followup
