// Columns, history, portfolios, consents and leanings in a database, on both kinds.
#include "portfolio/portfolios.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <thread>

#include "access/consents.h"
#include "portfolio/consent.h"
#include "portfolio/helping.h"
#include "portfolio/json.h"
#include "portfolio/leaning.h"
#include "portfolio/test_table.h"
#include "score/json.h"
#include "score/score.h"
#include "store/test_database.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Access;
using access::Detail;
using store::Connection;

const UtcTime kNow = from_unix(1'800'000'000);
UtcTime days_later(std::int64_t days) { return from_unix(to_unix(kNow) + days * 86'400); }

Access reader(std::string user, Detail everywhere = Detail::none) {
  Access access;
  access.user = std::move(user);
  access.actor.id = access.user;
  access.everywhere = everywhere;
  return access;
}

class PortfoliosTest : public store::testing::DatabaseTest {
 protected:
  // An organisation as the register, the measuring and the scoring leave it.
  void put(Connection& connection, const Fresh& one) {
    connection.execute(
        R"(INSERT INTO organisation (id, name, kind, county, kostra, sector, population, employees)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET name = excluded.name)",
        {one.id, one.name, one.kind, maybe(one.county), maybe(one.kostra), maybe(one.sector), one.population,
         one.employees});
    if (one.measured)
      connection.execute(
          R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate,
  assets, critical, high, medium, low, overdue_days, checks)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
ON CONFLICT (organisation) DO UPDATE SET score_cp = excluded.score_cp, grade = excluded.grade)",
          {one.id, one.measured_at, one.score_cp, one.grade, one.managed_cp, one.coverage, one.low_cp,
           one.high_cp, one.gate, one.assets, one.critical, one.high, one.medium, one.low, one.overdue_days,
           one.checks});
    store::append_event(connection, kNow, "measured", one.id, "{}");
  }
  static std::optional<std::string> maybe(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
  }
  void fill(std::size_t count, unsigned seed = 1) {
    std::mt19937 chance(seed);
    sql().write([&](Connection& connection) {
      for (std::size_t i = 0; i < count; ++i) put(connection, chance_organisation(chance, i));
    });
  }
  std::string answer(const View& view) {
    const Seen seen(*view, reader("u", Detail::evidence));
    const auto rows = matching(*view, seen, {});
    const auto members = equal_members(seen, rows);
    json::array out{figures_json(figures_of(*view, members, true)),
                    issues_json(issues_of(*view, seen, rows, 20)),
                    json::value(history_json(history_of(*view, members, true, 0, 40'000)))};
    for (const auto row : sorted_page(*view, seen, rows, {Order::id, false}, {}, 1'000))
      out.push_back(organisation_json(*view, seen, row));
    for (const auto kind : leaning_words)
      out.push_back(concentration_json(kind, concentration_of(*view, seen, rows, kind, 20)));
    return json::serialize(out);
  }
};
UTSYN_BOTH_DATABASES(PortfoliosTest);

TEST_P(PortfoliosTest, CatchingUpGivesWhatLoadingGives) {
  fill(60);
  Portfolios kept_up(shared_sql());
  EXPECT_EQ(kept_up.columns().catch_up(sql()), 0U);
  std::mt19937 chance(99);
  for (int round = 0; round < 4; ++round) {
    sql().write([&](Connection& connection) {
      for (std::size_t i = 0; i < 12; ++i) {
        // Some are new, some have another name or score, one leaves.
        auto one = chance_organisation(chance, chance() % 80);
        one.name = "Round " + std::to_string(round);
        put(connection, one);
        connection.execute(
            "INSERT INTO supply (organisation, supplier, criticality) VALUES (?1, ?1, 2) ON CONFLICT DO "
            "NOTHING",
            {one.id});
        connection.execute("INSERT INTO dependence VALUES (?1, 'host', ?2, 1) ON CONFLICT DO NOTHING",
                           {one.id, "192.0.2." + std::to_string(chance() % 4)});
      }
      connection.execute("UPDATE organisation SET removed = 1 WHERE id = ?1", {numbered(chance() % 60)});
      for (std::size_t i = 0; i < 60; ++i)
        store::append_event(connection, kNow, "organisation-changed", numbered(i), "{}");
      keep_history(connection, days_later(round));
    });
    Portfolios loaded(shared_sql());
    EXPECT_EQ(answer(kept_up.view()), answer(loaded.view())) << "round " << round;
  }
}

TEST_P(PortfoliosTest, HistoryIsKeptOnceADayAndThinned) {
  const auto score = [&](std::int64_t score_cp, std::int64_t day) {
    sql().write([&](Connection& connection) {
      auto one = fresh("a", score_cp);
      put(connection, one);
      keep_history(connection, days_later(day));
    });
  };
  const auto count = [&] {
    return sql().read([](Connection& connection) {
      return connection.first("SELECT count(*) FROM standing_past")->number(0);
    });
  };
  score(9'000, 0);
  score(8'500, 0);  // the last of a day counts
  EXPECT_EQ(count(), 1);
  score(8'500, 1);  // nothing moved
  EXPECT_EQ(count(), 1);
  for (std::int64_t day = 2; day <= 40; ++day) score(8'000 + day, day);
  EXPECT_EQ(count(), 40);
  for (std::int64_t day = 41; day <= 160; ++day)
    sql().write([&](Connection& connection) { keep_history(connection, days_later(day)); });
  EXPECT_LE(count(), 8);  // one for each of the weeks gone by
  Portfolios portfolios(shared_sql());
  const auto view = portfolios.view();
  const auto today = day_of(days_later(160));
  EXPECT_EQ(view->at_day(today)->score_cp[0], 8'040);
  EXPECT_EQ(view->at_day(today - 30)->score_cp[0], 8'040);
}

TEST_P(PortfoliosTest, AListIsItsOwnersAndThoseItIsSharedWith) {
  fill(10);
  const auto owner = reader("owner", Detail::score);
  const auto other = reader("other", Detail::score);
  const auto narrow = [] {
    auto access = reader("narrow");
    access.organisations = {{numbered(1), Detail::score}};
    return access;
  }();
  Portfolios portfolios(shared_sql());
  Portfolio draft;
  draft.name = "Ours";
  draft.weight_by = WeightBy::given;
  const auto made = sql().write([&](Connection& connection) {
    connection.execute(
        "INSERT INTO account (id, login, name, role, created, created_by) VALUES ('other', 'o', 'O', "
        "'leader', 1, 's')");
    return create(connection, kNow, owner, draft, {{numbered(1), 5}, {numbered(2), 7}});
  });
  ASSERT_TRUE(made);
  const auto read = [&](const Access& access) {
    return sql().read([&](Connection& connection) { return portfolio(connection, access, made->id); });
  };
  ASSERT_TRUE(read(owner));
  EXPECT_TRUE(read(owner)->may_edit);
  EXPECT_FALSE(read(other));
  EXPECT_TRUE(sql()
                  .read([&](Connection& connection) {
                    return utsyn::portfolio::portfolios(connection, other, "", 10);
                  })
                  .empty());

  sql().write([&](Connection& connection) {
    EXPECT_EQ(put_share(connection, kNow, owner, made->id, {"nobody", false, kNow}).error(),
              Refused::no_such_user);
    EXPECT_TRUE(put_share(connection, kNow, owner, made->id, {"other", true, kNow}));
    EXPECT_TRUE(put_share(connection, kNow, owner, made->id, {"*", false, kNow}));
  });
  EXPECT_TRUE(read(other)->may_edit);
  EXPECT_FALSE(read(narrow)->may_edit);
  EXPECT_EQ(sql().read([&](Connection& connection) { return shares(connection, made->id); }).size(), 2U);

  // The narrow reader sees one of the two members, and can neither add nor remove what is hidden.
  const auto listed = sql().read([&](Connection& connection) { return list_members(connection, made->id); });
  {
    const auto view = portfolios.view();
    const auto members = members_of(*view, Seen(*view, narrow), *made, listed);
    ASSERT_EQ(members.rows.size(), 1U);
    EXPECT_EQ(view->id[members.rows[0]], numbered(1));
    EXPECT_EQ(members.weight(0), 5);
    EXPECT_EQ(members_of(*view, Seen(*view, owner), *made, listed).weights,
              (std::vector<std::int64_t>{5, 7}));
  }
  sql().write([&](Connection& connection) {
    EXPECT_EQ(put_member(connection, kNow, narrow, made->id, {numbered(3), 1}).error(),
              Refused::no_such_organisation);
    EXPECT_EQ(put_member(connection, kNow, owner, made->id, {"absent", 1}).error(),
              Refused::no_such_organisation);
    EXPECT_FALSE(remove_member(connection, kNow, narrow, made->id, numbered(2)));
    EXPECT_TRUE(put_member(connection, kNow, narrow, made->id, {numbered(1), 9}));
    EXPECT_TRUE(remove_member(connection, kNow, owner, made->id, numbered(1)));
    EXPECT_TRUE(remove_share(connection, kNow, owner, made->id, "*"));
    EXPECT_FALSE(remove_share(connection, kNow, owner, made->id, "*"));
  });
  EXPECT_FALSE(read(narrow));
  sql().write([&](Connection& connection) { remove(connection, kNow, owner, made->id); });
  EXPECT_FALSE(read(owner));
  // Every change stands in the audit log, and the chain is whole.
  sql().read([&](Connection& connection) {
    EXPECT_FALSE(store::first_broken_audit_entry(connection));
    const auto entries =
        connection.query("SELECT action FROM audit WHERE object = ?1 ORDER BY number", {made->id});
    ASSERT_EQ(entries.size(), 7U);
    EXPECT_EQ(entries.front().text(0), "portfolio.create");
    EXPECT_EQ(entries.back().text(0), "portfolio.remove");
  });
}

TEST_P(PortfoliosTest, AFilterLivesOnAndComesBackAsItWas) {
  fill(40);
  const auto owner = reader("owner", Detail::findings);
  Portfolio draft;
  draft.name = "Largest";
  draft.form = Form::filter;
  draft.filter = *read_filter(json::parse(
      R"({"kinds":["municipality"],"counties":["11","12"],"population":{"least":0,"most":80000},
          "largest":{"by":"employees","count":3}})"));
  draft.weight_by = WeightBy::employees;
  const auto made =
      sql().write([&](Connection& connection) { return create(connection, kNow, owner, draft, {}); });
  ASSERT_TRUE(made);
  auto kept = sql().read([&](Connection& connection) { return portfolio(connection, owner, made->id); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->filter, draft.filter);
  EXPECT_EQ(kept->weight_by, WeightBy::employees);
  kept->name = "Fewer";
  kept->filter.largest_count = 1;
  sql().write([&](Connection& connection) { update(connection, kNow, owner, *kept); });
  EXPECT_EQ(sql()
                .read([&](Connection& connection) { return portfolio(connection, owner, made->id); })
                ->filter.largest_count,
            1U);
  Portfolios portfolios(shared_sql());
  auto big = fresh("zz-new", 9'000);
  big.county = "11";
  big.employees = 1'000'000;
  big.population = 1;
  sql().write([&](Connection& connection) { put(connection, big); });
  const auto view = portfolios.view();
  const auto members = members_of(*view, Seen(*view, owner), *kept, {});
  ASSERT_EQ(members.rows.size(), 1U);
  EXPECT_EQ(view->id[members.rows[0]], "zz-new");
  EXPECT_EQ(members.weight(0), 1'000'000);
}

TEST_P(PortfoliosTest, ConsentsHaveDatesAndStayOnRecord) {
  fill(3);
  const auto admin = reader("admin", Detail::evidence);
  const auto open = [&](UtcTime when) {
    return sql().read(
        [&](Connection& connection) { return access::opened_by_consent(connection, "directorate", when); });
  };
  const auto given = sql().write([&](Connection& connection) {
    Consent draft;
    draft.organisation = numbered(1);
    draft.scope = Scope::findings;
    draft.recipient = "the directorate";
    draft.body = "directorate";
    draft.given_by = "the chief executive";
    draft.way = Way::own;
    draft.from = days_later(1);
    draft.until = days_later(3);
    return give(connection, kNow, admin, draft);
  });
  EXPECT_TRUE(open(kNow).empty());
  ASSERT_EQ(open(days_later(1)).size(), 1U);
  EXPECT_EQ(open(days_later(2)).front(), std::pair(numbered(1), Detail::findings));
  EXPECT_TRUE(open(days_later(3)).empty());
  Portfolios portfolios(shared_sql());
  {
    const auto view = portfolios.view();
    const auto row = *view->find(numbered(1));
    EXPECT_TRUE(view->consents_to_comparison(row, days_later(2)));
    EXPECT_FALSE(view->consents_to_comparison(row, days_later(3)));
  }
  EXPECT_TRUE(sql().write(
      [&](Connection& connection) { return withdraw(connection, kNow, admin, numbered(1), given.id); }));
  EXPECT_FALSE(sql().write(
      [&](Connection& connection) { return withdraw(connection, kNow, admin, numbered(1), given.id); }));
  EXPECT_TRUE(open(days_later(2)).empty());
  {
    const auto view = portfolios.view();
    EXPECT_FALSE(view->consents_to_comparison(*view->find(numbered(1)), days_later(2)));
  }
  const auto all = sql().read([&](Connection& connection) { return consents(connection, numbered(1)); });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].withdrawn, kNow);
  EXPECT_EQ(all[0].who(), For::body);
  EXPECT_EQ(all[0].body, "directorate");
  EXPECT_EQ(all[0].way, Way::own);
  const auto audited = sql().read([](Connection& connection) {
    std::string out;
    for (const auto& row : connection.query("SELECT action, detail FROM audit ORDER BY number"))
      out += row.text(0) + " " + row.text(1) + "\n";
    return out;
  });
  EXPECT_NE(
      audited.find(R"(consent.give {"scope":"findings","recipient":"the directorate","body":"directorate",)"
                   R"("given_by":"the chief executive","way":"own")"),
      std::string::npos)
      << audited;
  EXPECT_NE(audited.find(R"(consent.withdraw {"scope":"findings")"), std::string::npos) << audited;
  EXPECT_FALSE(all[0].in_force(days_later(2)));
}

TEST_P(PortfoliosTest, LeaningsAreReadOutOfTheLatestEvidence) {
  sql().write([&](Connection& connection) {
    put(connection, fresh("town", 8'000));
    connection.execute("INSERT INTO measurement VALUES ('town', 100, 'core')");
    const auto see = [&](const char* id, const char* subject, const char* data, std::int64_t last,
                         const char* kind = "dns.answer") {
      connection.execute("INSERT INTO evidence VALUES ('town', ?1, ?2, ?3, ?4, 1, ?5)",
                         {id, kind, subject, data, last});
      connection.execute("INSERT INTO observation VALUES ('town', 'town.example', ?1, 1, ?2)", {id, last});
    };
    see("e1", "town.example/MX", R"({"type":"MX","records":["10 mx.mailhouse.example."]})", 100);
    see("e2", "town.example/NS", R"({"type":"NS","records":["ns1.town.example.","ns.names.example."]})", 100);
    see("e3", "town.example/MX", R"({"type":"MX","records":["10 mx.gone.example."]})", 50);
    see("e4", "town.example",
        R"({"domain":"town.example","answer":{"registered":true,"registrar":"Names Ltd"}})", 100,
        "rdap.domain");
    see("e5", "other.example", R"({"domain":"other.example","answer":{"registrar":"Somebody Else"}})", 100,
        "rdap.domain");
    see("e6", "www.town.example", R"({"seen":{"secure":{"hops":[
{"url":"https://www.town.example/","answer":{"status":302,"headers":[{"name":"server","value":"nginx/1.2"},
  {"name":"via","value":"squid"}]}},
{"url":"https://other.example/","answer":{"headers":[{"name":"server","value":"IIS"}]}}]}}})",
        100, "web.site");
    see("e7", "mx.mailhouse.example:25", R"({"talk":{"banner":"mx.mailhouse.example ESMTP Postfix"}})", 100,
        "smtp.server");
    connection.execute(
        R"(INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, by_provider,
  addresses, why) VALUES ('town', 'www', 1, 100, 'web', 'town.example', 'www.town.example', 443, 100, 0,
  '["192.0.2.77","2001:db8:1:2::3"]', '[]'))");
  });
  Portfolios portfolios(shared_sql());
  portfolios.tick(kNow);
  EXPECT_FALSE(leanings_wait(sql()) && follow_leanings(sql(), kNow, 10) != 0);
  const auto view = portfolios.view();
  const auto row = *view->find("town");
  std::vector<std::string> names;
  for (const auto name : view->dependences[row]) names.push_back(view->dependence_names.text(name));
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"address-prefix 192.0.2.0/24", "address-prefix 2001:db8:1::/48",
                                             "dns-operator names.example", "host 192.0.2.77",
                                             "host 2001:db8:1:2::3", "mail-operator mailhouse.example",
                                             "product Postfix", "product nginx", "registrar Names Ltd"}));
  // The tick has kept the first day too.
  EXPECT_FALSE(view->past.empty());
}

TEST_P(PortfoliosTest, OneRepairHelpsManyInTheirOrder) {
  // Two customers have a finding on the operator's host; one has another on a second operator's.
  const auto input = [](const char* second) {
    return std::string(
               R"({"assets":[{"id":"a","v":100}],"findings":[{"id":"c1@a","asset":"a","sev":"high"})") +
           second + "]}";
  };
  sql().write([&](Connection& connection) {
    for (const auto* town : {"east", "west"}) {
      put(connection, fresh(town, 8'000));
      const bool west = std::string_view(town) == "west";
      const auto host = [&](const char* id, const char* name) {
        connection.execute(
            R"(INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, by_provider,
  addresses, why) VALUES (?1, ?2, 1, 1, 'mail', ?3, ?4, 25, 100, 0, '[]', '[]'))",
            {town, id, std::string(town) + ".example", name});
      };
      host("a", "mx.big.example");
      host("b", "mx.small.example");
      connection.execute(
          "INSERT INTO finding (organisation, id, asset, \"check\") VALUES (?1, 'c1@a', 'a', 'c1')", {town});
      if (west)
        connection.execute(
            "INSERT INTO finding (organisation, id, asset, \"check\") VALUES (?1, 'c2@b', 'b', 'c2')",
            {town});
      connection.execute("INSERT INTO score VALUES (?1, 1, 1, 'utsyn-1.0', 8000, 'B', ?2, '{}')",
                         {town, input(west ? R"(,{"id":"c2@b","asset":"a","sev":"low"})" : "")});
    }
    auto supplier = fresh("bigco", 9'000);
    supplier.kind = "supplier";
    put(connection, supplier);
    connection.execute(
        "INSERT INTO target (organisation, kind, name, added, added_by) VALUES ('bigco', 'domain', "
        "'big.example', 1, 'u')");
  });
  const auto helps = sql().read(
      [&](Connection& connection) { return helps_for(connection, {{"west", 1'000}, {"east", 500}}, 10); });
  ASSERT_EQ(helps.size(), 2U);
  EXPECT_EQ(helps[0].operator_domain, "big.example");
  EXPECT_EQ(helps[0].supplier, "bigco");
  EXPECT_EQ(helps[0].customers, 2U);
  EXPECT_EQ(helps[0].inhabitants, 1'500);
  EXPECT_GT(helps[0].gain_cp_inhabitants, helps[1].gain_cp_inhabitants);
  EXPECT_EQ(helps[1].check, "c2");
  EXPECT_EQ(helps[1].supplier, "");
  EXPECT_EQ(helps[1].gain_cp_inhabitants, helps[1].gain_cp * 1'000);
  EXPECT_GT(helps[1].gain_cp, 0);
}

// Six towns of 1000, 2000 ... 6000 inhabitants. Four get their mail from one house, the last from another;
// half have a supplier in the register.
class Leaning_ : public testing::Test {
 protected:
  Leaning_() {
    for (int i = 1; i <= 6; ++i) {
      auto town = fresh("town" + std::to_string(i), 8'000);
      town.population = 1'000 * i;
      if (i <= 4) town.dependences.emplace_back("mail-operator", "mailhouse.example");
      if (i == 6) town.dependences.emplace_back("mail-operator", "post.example");
      town.dependences.emplace_back("dns-operator", i % 2 == 0 ? "names.example" : "zones.example");
      if (i >= 4) town.suppliers = {{"bigco", 4}};
      if (i == 6) town.suppliers.emplace_back("smallco", 1);
      table.put(town);
    }
    for (const auto* supplier : {"bigco", "smallco"}) {
      auto one = fresh(supplier, 9'000);
      one.name = std::string("The ") + supplier;
      one.kind = "supplier";
      table.put(one);
    }
  }
  Concentrations of(const Access& access, std::string_view kind, std::size_t most = 10) {
    const Seen seen(table, access);
    Filter towns;
    towns.kinds = {score::Kind::municipality};
    return concentration_of(table, seen, matching(table, seen, towns), kind, most);
  }
  Table table;
};

TEST_F(Leaning_, ManyOnOneAreCountedWithTheirInhabitants) {
  const auto all = reader("u", Detail::findings);
  const auto mail = of(all, "mail-operator");
  EXPECT_EQ(mail.members, 6U);
  EXPECT_FALSE(mail.suppressed);
  ASSERT_EQ(mail.most.size(), 2U);
  EXPECT_EQ(mail.most[0].name, "mailhouse.example");
  EXPECT_EQ(mail.most[0].organisations, 4U);
  EXPECT_EQ(mail.most[0].inhabitants, 10'000);  // 1000 + 2000 + 3000 + 4000
  EXPECT_EQ(mail.most[0].share, 6'666);         // 4 of 6
  EXPECT_EQ(mail.most[1].name, "post.example");
  EXPECT_EQ(mail.most[1].organisations, 1U);
  EXPECT_EQ(mail.most[1].inhabitants, 6'000);
  EXPECT_EQ(mail.most[1].share, 1'666);

  const auto names = of(all, "dns-operator", 1);  // three each: the name decides
  ASSERT_EQ(names.most.size(), 1U);
  EXPECT_EQ(names.most[0].name, "names.example");
  EXPECT_EQ(names.most[0].inhabitants, 12'000);
  EXPECT_TRUE(of(all, "host").most.empty());
}

TEST_F(Leaning_, SuppliersAreNamedByTheRegister) {
  const auto suppliers = of(reader("u", Detail::score), "supplier");
  EXPECT_EQ(suppliers.members, 6U);
  ASSERT_EQ(suppliers.most.size(), 2U);
  EXPECT_EQ(suppliers.most[0].name, "The bigco");
  EXPECT_EQ(suppliers.most[0].supplier, "bigco");
  EXPECT_EQ(suppliers.most[0].organisations, 3U);
  EXPECT_EQ(suppliers.most[0].inhabitants, 15'000);
  EXPECT_EQ(suppliers.most[0].share, 5'000);
  EXPECT_EQ(suppliers.most[1].supplier, "smallco");
}

TEST_F(Leaning_, OnlyWhatTheReaderSeesIsCounted) {
  // The score alone does not tell whom one leans on.
  const auto by_score = of(reader("u", Detail::score), "mail-operator");
  EXPECT_EQ(by_score.members, 0U);
  EXPECT_TRUE(by_score.suppressed);
  auto five = reader("u");
  for (int i = 1; i <= 5; ++i) five.organisations.emplace_back("town" + std::to_string(i), Detail::findings);
  const auto seen = of(five, "mail-operator");
  EXPECT_EQ(seen.members, 5U);
  ASSERT_EQ(seen.most.size(), 1U);
  EXPECT_EQ(seen.most[0].organisations, 4U);
  EXPECT_EQ(seen.most[0].share, 8'000);
  EXPECT_TRUE(of(five, "supplier").most.empty());  // the suppliers themselves are hidden
  five.organisations.pop_back();
  EXPECT_TRUE(of(five, "mail-operator").suppressed);  // four could be told apart
  five.authority = true;
  EXPECT_FALSE(of(five, "mail-operator").suppressed);
}

TEST_P(PortfoliosTest, WhatARepairGainsIsWhatTheScoreSays) {
  // Both towns have a finding at the big operator; the larger one has two there and one of its own.
  const std::string findings = R"({"id":"c1@mx","asset":"mx","sev":"high"})";
  const std::string more =
      R"(,{"id":"c1@mx2","asset":"mx","sev":"medium","domain":"tls"},{"id":"c1@own","asset":"mx","sev":"critical","domain":"dns"})";
  const auto document = [](const std::string& open) {
    return R"({"assets":[{"id":"mx","v":200},{"id":"www","v":100}],"findings":[)" + open + "]}";
  };
  sql().write([&](Connection& connection) {
    for (const auto* town : {"small", "large"}) {
      const bool large = std::string_view(town) == "large";
      put(connection, fresh(town, 8'000));
      const auto host = [&](const char* id, const std::string& name) {
        connection.execute(
            R"(INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, by_provider,
  addresses, why) VALUES (?1, ?2, 1, 1, 'mail', ?3, ?4, 25, 100, 0, '[]', '[]'))",
            {town, id, std::string(town) + ".example", name});
      };
      host("mx", "mx1.big.example");
      host("mx2", "mx2.big.example");
      host("own", std::string("mail.") + town + ".example");
      const auto find = [&](const char* id, const char* asset, const char* state) {
        connection.execute(
            "INSERT INTO finding (organisation, id, asset, \"check\", state) VALUES (?1, ?2, ?3, 'c1', ?4)",
            {town, id, asset, state});
      };
      find("c1@mx", "mx", "open");
      if (large) {
        find("c1@mx2", "mx2", "accepted");
        find("c1@own", "own", "open");
      } else {
        find("c1@mx2", "mx2", "fixed");  // nobody needs to mend it again
      }
      connection.execute("INSERT INTO score VALUES (?1, 1, 1, 'utsyn-1.0', 8000, 'B', ?2, '{}')",
                         {town, document(findings + (large ? more : ""))});
    }
  });
  const auto score_of = [&](const std::string& open) {
    return score::rate(*score::read_organisation(document(open))).score_cp;
  };
  const auto small_gain = score_of("") - score_of(findings);
  const auto large_gain = score_of(more.substr(more.find("},") + 2)) - score_of(findings + more);
  ASSERT_GT(small_gain, 0);
  ASSERT_GT(large_gain, 0);
  const auto helps = sql().read(
      [&](Connection& connection) { return helps_for(connection, {{"large", 7'000}, {"small", 30}}, 10); });
  ASSERT_EQ(helps.size(), 1U);  // what is mended at home helps nobody else
  EXPECT_EQ(helps[0].operator_domain, "big.example");
  EXPECT_EQ(helps[0].check, "c1");
  EXPECT_EQ(helps[0].supplier, "");
  EXPECT_EQ(helps[0].customers, 2U);
  EXPECT_EQ(helps[0].findings, 3U);
  EXPECT_EQ(helps[0].inhabitants, 7'030);
  EXPECT_EQ(helps[0].gain_cp, small_gain + large_gain);
  EXPECT_EQ(helps[0].gain_cp_inhabitants, small_gain * 30 + large_gain * 7'000);
  EXPECT_TRUE(sql()
                  .read([&](Connection& connection) { return helps_for(connection, {{"large", 7'000}}, 0); })
                  .empty());
}

TEST_P(PortfoliosTest, WhatIsRememberedIsWhatWouldBeComputed) {
  fill(80);
  Portfolios portfolios(shared_sql());
  std::mt19937 chance(8);
  auto narrow = reader("narrow", Detail::score);  // sees more of some: what holds for others does not for it
  for (std::size_t i = 0; i < 80; i += 2) narrow.organisations.emplace_back(numbered(i), Detail::findings);
  auto authority = reader("authority", Detail::score);
  authority.authority = true;
  const Access readers[] = {reader("a", Detail::score), reader("b", Detail::findings), narrow, authority,
                            reader("nobody")};
  const char* filters[] = {"{}", R"({"open_gate":true})", R"({"counties":["11","12","13"]})",
                           R"({"kinds":["municipality"]})"};
  for (int round = 0; round < 4; ++round) {
    sql().write([&](Connection& connection) {
      for (int i = 0; i < round; ++i) put(connection, chance_organisation(chance, chance() % 90));
    });
    const auto view = portfolios.view();
    for (int again = 0; again < 2; ++again)
      for (const auto& access : readers)
        for (const auto* text : filters)
          for (const auto dimension : {Dimension::county, Dimension::assets}) {
            const Seen seen(*view, access);
            const auto filter = *read_filter(json::parse(text));
            const auto members = equal_members(seen, matching(*view, seen, filter));
            const auto told = portfolios.breakdown(view, seen, filter, dimension);
            EXPECT_EQ(json::serialize(breakdown_json(dimension, *told)),
                      json::serialize(breakdown_json(
                          dimension, breakdown_of(*view, members, dimension, seen.authority()))))
                << access.user << ' ' << text;
            EXPECT_EQ(json::serialize(figures_json(told->total)),
                      json::serialize(figures_json(figures_of(*view, members, seen.authority()))));
          }
  }
  // Alike readers are given the very same, others are not.
  const auto view = portfolios.view();
  const auto of = [&](const Access& access) {
    return portfolios.breakdown(view, Seen(*view, access), {}, Dimension::kind).get();
  };
  const auto* first = of(readers[0]);
  EXPECT_EQ(of(reader("c", Detail::score)), first);
  EXPECT_NE(of(readers[1]), first);
  EXPECT_NE(of(narrow), first);
}

TEST_P(PortfoliosTest, ReadersAndWritersTogether) {
  fill(30);
  Portfolios portfolios(shared_sql());
  std::atomic<bool> stop = false;
  std::atomic<int> answers = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      while (!stop) {
        const auto view = portfolios.view();
        const Seen seen(*view, reader("u", Detail::evidence));
        const auto rows = matching(*view, seen, {});
        EXPECT_LE(30U, figures_of(*view, {rows, {}}, true).members);
        EXPECT_FALSE(issues_of(*view, seen, rows, 5).suppressed);
        ++answers;
      }
    });
  std::mt19937 chance(5);
  for (int round = 0; round < 15; ++round)
    sql().write([&](Connection& connection) {
      for (int i = 0; i < 5; ++i) put(connection, chance_organisation(chance, chance() % 60));
    });
  while (answers < 20) std::this_thread::yield();
  stop = true;
}

}  // namespace
}  // namespace utsyn::portfolio
