// What the database does for one request must not grow with the store. No clock: the steps of SQLite's
// virtual machine are counted, for each kind of request with 2,000 organisations and with 20,000, and the
// second number may be half as much again as the first. Whoever adds a query that goes through a table that
// grows fails here, and is told which statement it was. The passes over the columns in memory are not
// counted: they grow by their nature (bench/portfolio_bench.cpp).
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>

#include "api/route_test.h"
#include "checks/catalogue.h"
#include "score/json.h"
#include "score/score.h"

namespace utsyn::api {
namespace {

using namespace testing;

constexpr std::int64_t kFew = 2'000;
constexpr std::int64_t kTimes = 10;
constexpr std::int64_t kSlack = 300;  // steps: a deeper tree, a page that is fuller

std::map<std::string, std::int64_t>& steps_of_statements() {
  static std::map<std::string, std::int64_t> steps;
  return steps;
}

extern "C" int statement_has_ended(unsigned, void*, void* statement, void*) {
  auto* const ended = static_cast<sqlite3_stmt*>(statement);
  if (const auto* sql = sqlite3_sql(ended))
    steps_of_statements()[sql] += sqlite3_stmt_status(ended, SQLITE_STMTSTATUS_VM_STEP, 1);
  return 0;
}
extern "C" int watch_connection(sqlite3* connection, char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(connection, SQLITE_TRACE_PROFILE, statement_has_ended, nullptr);
}

// Every connection to SQLite that is opened meanwhile tells what its statements
// cost.
class Watch {
 public:
  Watch() { sqlite3_auto_extension(entry()); }
  ~Watch() { sqlite3_cancel_auto_extension(entry()); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  using Entry = void (*)();
  static Entry entry() { return reinterpret_cast<Entry>(watch_connection); }
};

// A store of so many organisations, each with what it gathers in some months of
// service. Written by the database itself: twenty thousand take a second or
// two.
void fill_store(store::Connection& connection, std::int64_t organisations) {
  const auto now = to_unix(kNow);
  const auto run = [&](std::string_view statement, store::Connection::Values values = {}) {
    connection.execute(
        "WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < " +
            std::to_string(organisations) +
            "), one AS (SELECT i, 'org' || substr('0000000' || i, -8, 8) AS id FROM counted), four (k) AS "
            "(VALUES (0), (1), (2), (3)) " +
            std::string(statement),
        values);
  };
  run(R"(INSERT INTO organisation (id, name, kind, number, municipality, county, kostra, sector, population,
           employees, created, sort_name)
         SELECT id, 'Fjord ' || i, CASE i % 4 WHEN 0 THEN 'municipality' WHEN 1 THEN 'supplier' ELSE 'state' END,
           '' || (100000000 + i), '' || (30 + i % 15) || '01', '' || (30 + i % 15), 'EKG1' || i % 8, '6500',
           i % 70000, i % 5000, ?1, 'fjord ' || substr('0000000' || i, -8, 8) FROM one)",
      {now});
  run("INSERT INTO organisation_word SELECT id, '' || (100000000 + i) FROM one UNION ALL SELECT id, 'fjord' "
      "FROM one UNION ALL SELECT id, 'number' || i FROM one");
  run("INSERT INTO target (organisation, kind, name, added, added_by) SELECT id, 'domain', id || '.example', "
      "?1, 'ada' FROM one",
      {now});
  run("INSERT INTO schedule SELECT id, ?1 + i, NULL, i % 20 = 0 FROM one", {now});
  run("INSERT INTO measurement SELECT id, ?1 - k * 86400, 'core' FROM one, four", {now});
  run(R"(INSERT INTO asset SELECT id, 'host' || k, ?1 - 864000, ?1, 'web', id || '.example', 'host' || k, 443, 100,
           0, '[]', '["given"]' FROM one, four)",
      {now});
  run(R"(INSERT INTO verdict SELECT id, 'host' || k, 'http.hsts.exists', ?1 - 864000, ?1, 'fail', 'missing',
           'medium', 'confirmed', '{}', '[]' FROM one, four)",
      {now});
  // Of checks of each severity, and of one that is due sooner as it is
  // exploited.
  run(R"(INSERT INTO finding (organisation, id, asset, "check", reason, severity, state, first_seen, last_seen,
           closed)
         SELECT one.id, c.id || '@host' || k, 'host' || k, c.id, 'missing', c.severity,
           CASE WHEN i % 9 = 0 THEN 'fixed' WHEN i % 9 = 1 THEN 'accepted' ELSE 'open' END,
           ?1 - (i * 37 + k) % 150 * 86400, ?1, CASE WHEN i % 9 = 0 THEN ?1 END
         FROM one, four JOIN (SELECT 0 AS at, 'tls.heartbleed' AS id, 'critical' AS severity
           UNION ALL SELECT 1, 'email.dmarc.exists', 'high' UNION ALL SELECT 2, 'http.hsts.exists', 'medium'
           UNION ALL SELECT 3, 'dns.caa.exists', 'low') c ON c.at = k)",
      {now});
  run(R"(INSERT INTO finding_event SELECT organisation, id, first_seen, 'opened', '', '{}' FROM finding)");
  run(R"(INSERT INTO event (number, time, kind, organisation, data)
         SELECT i * 4 + k, ?1 - k * 86400, CASE k WHEN 0 THEN 'measured' ELSE 'finding-opened' END, id, '{}'
         FROM one, four)",
      {now});
  run(R"(INSERT INTO audit SELECT i, ?1, 'ada', '127.0.0.1', 'organisation.change', id, id, '{}', '', '' FROM one)",
      {now});
  run(R"(INSERT INTO standing SELECT id, ?1, i * 37 % 10000, 'C', 5000, 10000, 4000, 6000, '', 4, 1, 1, 1, 1,
           i % 90, 'dns.caa.exists,email.dmarc.exists,http.hsts.exists,tls.heartbleed' FROM one)",
      {now});
  run("INSERT INTO standing_past SELECT id, ?1 - k * 9, i * 31 % 10000, 'C', 10000 FROM one, four",
      {now / 86'400 - 1});
  run("INSERT INTO trouble_past SELECT id, ?1, 0, i % 40 FROM one", {now / 86'400 - 1});
  run("INSERT INTO supply (organisation, supplier) SELECT id, 'org' || substr('0000000' || (i - 1), -8, 8) "
      "FROM one WHERE i > 1");
  run("INSERT INTO dependence SELECT id, 'registrar', 'registrar ' || i % 9, ?1 FROM one", {now});
  // Decisions, talk and jobs: of one organisation in ten.
  run(R"(INSERT INTO assignment SELECT f.organisation, f.id, CASE WHEN i <= 200 THEN 'ada' ELSE 'user' || i END,
           CASE WHEN i <= 2000 AND i % 40 = 0 THEN ?1 - i END, ?1, 'ada' FROM one CROSS JOIN finding f ON f.organisation = one.id
         WHERE i % 10 = 0 AND f."check" = 'dns.caa.exists')",
      {now});
  run(R"(INSERT INTO treatment (organisation, finding, id, kind, owner, reason, evidence, evidence_sha256, created,
           created_by, decision, decided_by, decision_reason, withdrawn_by)
         SELECT f.organisation, f.id, 'treatment' || i, 'dispute', 'ada', 'we differ', '', '', ?1 - i, 'ada', 'none',
           '', '', '' FROM one CROSS JOIN finding f ON f.organisation = one.id
         WHERE i % 10 = 2 AND f."check" = 'http.hsts.exists')",
      {now});
  run(R"(INSERT INTO finding_comment SELECT f.organisation, f.id, 'comment' || i, ?1, 'ada', 'seen' FROM one CROSS JOIN
           finding f ON f.organisation = one.id WHERE i % 10 = 3 AND f."check" = 'http.hsts.exists')",
      {now});
  run(R"(INSERT INTO asset_decision SELECT id, 'host1', 1, 'rejected', 'not ours at all', 'see the letter', ?1 - i,
           'ada', NULL, NULL FROM one WHERE i % 10 = 4)",
      {now});
  run(R"(INSERT INTO job (organisation, id, asset, finding, profile, priority, state, wanted_by, created, started,
           finished) SELECT id, 'job' || i, '', '', 'core', 1, CASE i % 10 WHEN 0 THEN 'failed' ELSE 'done' END,
           'ada', ?1 - i, ?1, ?1 FROM one)",
      {now});
  // Other people, and what they keep.
  run("INSERT INTO account (id, login, name, role, created, created_by) SELECT 'user' || i, 'user' || i, "
      "'User', 'security', ?1, 'ada' FROM one WHERE i % 10 = 0 UNION ALL SELECT 'ada', 'ada', 'Ada', "
      "'administrator', ?1, '' UNION ALL SELECT 'rolf', 'rolf', 'Rolf', 'security', ?1, 'ada'",
      {now});
  run("INSERT INTO access_grant SELECT id, 'user' || i, 'findings', 1, 'theirs', ?1, 'ada', NULL FROM one "
      "WHERE i % 10 = 0",
      {now});
  run("INSERT INTO saved_filter SELECT 'user' || i, 'filter' || i, 1, 'Mine', '{}', ?1, NULL FROM one WHERE "
      "i % 10 = 0 OR i < 5",
      {now});
  run(R"(INSERT INTO portfolio SELECT 'portfolio' || i, CASE WHEN i <= 20 THEN 'ada' ELSE 'user' || i END, 'Theirs',
           '', 'filter', '{"counties":["33"]}', 'one', ?1, ?1 FROM one WHERE i % 10 = 0)",
      {now});
  run("INSERT INTO portfolio SELECT 'list', 'ada', 'List', '', 'list', '', 'one', ?1, ?1 FROM one WHERE i = "
      "1",
      {now});
  run("INSERT INTO portfolio_member SELECT id, 'list', 1, ?1, 'ada' FROM one WHERE i <= 100", {now});
  run("INSERT INTO channel (id, owner, name, kind, address, format, secret, created) SELECT 'user' || i, "
      "'user' || i, 'Mail', 'email', 'x@example.no', 'text', '', ?1 FROM one WHERE i % 10 = 0 UNION ALL "
      "SELECT 'ada', 'ada', 'Mail', 'email', 'ada@example.no', 'text', '', ?1",
      {now});
  run("INSERT INTO alert_rule SELECT 'user' || i, 'user' || i, 'score-fell', '', 100, 'user' || i, 'daily', "
      "1, ?1 FROM one WHERE i % 10 = 0 UNION ALL SELECT 'ada', 'ada', 'score-fell', '', 100, 'ada', 'daily', "
      "1, ?1",
      {now});
  run(R"(INSERT INTO delivery (id, channel, owner, state, created, next_try, alerts) SELECT 'letter' || i, 'ada',
           'ada', 'sent', ?1 - i, 0, 1 FROM one)",
      {now});
  run(R"(INSERT INTO alert SELECT id, 'alert' || i, 'ada', id, 'score-fell', ?1 - i, '{"from_cp":7000,"to_cp":5000}',
           'letter' || i FROM one)",
      {now});
}

// The documents of some scores; the first three organisations are asked about.
void fill_scores(store::Connection& connection) {
  for (const auto* id : {"org00000001", "org00000002", "org00000003"}) {
    score::Organisation input;
    input.id = id;
    input.method_named = true;
    input.assets = {{"host0", 100}, {"host1", 100}};
    const auto scored = score::score(input);
    connection.execute("INSERT INTO score VALUES (?1, ?2, ?2, ?3, ?4, 'A', ?5, ?6)",
                       {id, to_unix(kNow), score::method_id, scored.score_cp,
                        score::write_organisation(input), score::write_score(scored)});
  }
}

struct Kind {
  const char* target;     // below /api/v1
  bool granted = true;    // asked by the reader of some organisations, too
  std::int64_t most = 0;  // what no index answers looks at 2,000 rows at most: so many steps, in all
};
const Kind kKinds[] = {
    {"/organisations?limit=50"},
    {"/organisations?limit=50&sort=-name"},
    {"/organisations?limit=50&sort=score"},
    {"/organisations?limit=50&sort=-score&county=33"},
    {"/organisations?limit=50&kind=municipality&population_from=1000"},
    {"/organisations?limit=50&q=fjord"},
    {"/organisations?limit=50&q=number17&sort=score"},
    {"/organisations/org00000002"},
    {"/organisations/org00000002/targets"},
    {"/organisations/org00000002/assets"},
    {"/organisations/org00000002/assets/host1"},
    {"/organisations/org00000002/suppliers"},
    {"/organisations/org00000002/customers"},
    {"/organisations/org00000002/followers"},
    {"/organisations/org00000002/score"},
    {"/organisations/org00000002/score/history"},
    {"/organisations/org00000002/findings?limit=50"},
    {"/organisations/org00000002/findings?limit=50&sort=due&text=hsts"},
    {"/organisations/org00000002/findings/http.hsts.exists%40host2"},
    {"/organisations/org00000002/findings/ages"},
    {"/organisations/org00000002/news"},
    {"/organisations/org00000002/acceptances"},
    {"/organisations/org00000002/peers"},
    {"/organisations/org00000002/consents"},
    {"/organisations/org00000002/ownership"},
    {"/organisations/org00000002/jobs"},
    {"/organisations/org00000002/people"},
    {"/findings?limit=50"},
    {"/findings?limit=50&sort=oldest"},
    {"/findings?limit=50&sort=newest"},
    {"/findings?limit=50&sort=due"},
    {"/findings?limit=50&sort=check"},
    {"/findings?limit=50&sort=asset"},
    {"/findings?limit=50&severity=high"},
    {"/findings?limit=50&severity=high&sort=due"},
    {"/findings?limit=50&check=email.dmarc.exists"},
    {"/findings?limit=50&check=email.dmarc.exists&sort=check"},
    {"/findings?limit=50&check=email.dmarc.exists,dns.caa.exists"},
    {"/findings?limit=50&check=no.such.check"},
    {"/findings?limit=50&area=dns"},
    {"/findings?limit=50&area=dns&sort=newest"},
    {"/findings?limit=50&area=dns&sort=due"},
    {"/findings?limit=50&area=dns&sort=check"},
    {"/findings?limit=50&area=dns,http&sort=check"},
    {"/findings?limit=50&area=dns&severity=critical"},
    {"/findings?limit=50&area=dns&overdue=true"},
    {"/findings?limit=50&state=upheld"},
    {"/findings?limit=50&state=accepted,disputed"},
    {"/findings?limit=50&state=fixed&sort=newest"},
    {"/findings?limit=50&state=accepted&area=http", true, 60'000},
    {"/findings?limit=50&overdue=false"},
    {"/findings?limit=50&overdue=true"},
    {"/findings?limit=50&assignee=me"},
    {"/findings?limit=50&organisation=org00000002,org00000003"},
    {"/findings?limit=50&text=hsts"},
    {"/findings?limit=50&text=no-such-word"},
    {"/findings/groups?by=severity"},
    {"/findings/groups?by=check&severity=high"},
    {"/findings/groups?by=organisation&overdue=true"},
    {"/portfolios"},
    {"/portfolios/portfolio10"},
    {"/portfolios/portfolio10/members?limit=50&sort=-score"},
    {"/portfolios/portfolio10/figures"},
    {"/portfolios/portfolio10/history"},
    {"/portfolios/list/members?limit=50"},
    {"/portfolios/list/figures"},
    {"/portfolios/list/shares"},
    {"/portfolios/all/figures"},
    {"/portfolios/all/issues"},
    {"/portfolios/all/issues/history"},
    {"/exposure?product=nginx"},
    {"/exposure/products?q=ng"},
    {"/waiting-targets", false},
    {"/national-bodies", false},
    {"/portfolios/all/movers"},
    {"/portfolios/all/history"},
    {"/portfolios/all/breakdown?by=kostra"},
    {"/portfolios/all/concentration"},
    {"/nation", false},
    {"/nation/tiles", false},
    {"/nation/history", false},
    {"/alerts"},
    {"/alert-rules"},
    {"/channels"},
    {"/deliveries"},
    {"/treatments?kind=dispute", false},  // for readers of some: docs/limits.md
    {"/saved-filters"},
    {"/ownerless-assets", false},
    {"/users?limit=50", false},
    {"/users/rolf/grants", false},
    {"/audit?limit=50", false},
    {"/schedule", false},
};

class Growth : public RouteTest {
 protected:
  void fill(std::int64_t organisations) {
    context.sql->write([&](store::Connection& connection) {
      fill_store(connection, organisations);
      fill_scores(connection);
    });
    context.portfolios = std::make_shared<portfolio::Portfolios>(shared_sql());
  }
  static Access reader_of(std::int64_t organisations) {
    std::vector<std::pair<std::string, Detail>> some;
    for (std::int64_t i = 1; i <= organisations; ++i) {
      auto digits = std::to_string(i);
      some.emplace_back("org" + std::string(8 - digits.size(), '0') + digits, i < 10 ? Detail::evidence
                                                                              : i % 5 == 0
                                                                                  ? Detail::score
                                                                                  : Detail::findings);
    }
    auto access = granted(std::move(some));
    access.actor.id = access.user = "ada";
    return access;
  }
  // What the second question of this kind costs, by statement: the first may
  // make what is remembered.
  std::map<std::string, std::int64_t> cost(const std::string& target) {
    for (int turn = 0; turn < 2; ++turn) {
      steps_of_statements().clear();
      const auto response = send("GET", "/api/v1" + target);
      EXPECT_EQ(response.status, 200) << target << " " << response.body;
    }
    return steps_of_statements();
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, Growth, ::testing::Values(store::Dialect::sqlite),
                         store::testing::database_name);

std::int64_t sum_of(const std::map<std::string, std::int64_t>& steps) {
  std::int64_t sum = 0;
  for (const auto& [sql, of_it] : steps) sum += of_it;
  return sum;
}

TEST_P(Growth, TheWorkOfARequestDoesNotGrowWithTheStore) {
  const Watch watch;
  std::map<std::string, std::map<std::string, std::int64_t>> few;
  for (const auto organisations : {kFew, kFew * kTimes}) {
    TearDown();
    SetUp();  // the connections of this store are watched
    fill(organisations);
    for (const auto& kind : kKinds) {
      for (const auto granted : {false, true}) {
        if (granted && !kind.granted) continue;
        caller = granted ? reader_of(400) : everything();
        const auto steps = cost(kind.target);
        const auto name = std::string(kind.target) + (granted ? ", granted" : ", all");
        if (organisations == kFew) {
          few[name] = steps;
          continue;
        }
        std::string worse;
        for (const auto& [sql, of_it] : steps)
          if (of_it > few[name][sql] * 3 / 2 + kSlack / 3)
            worse += "\n  " + std::to_string(few[name][sql]) + " -> " + std::to_string(of_it) + ": " + sql;
        EXPECT_LT(sum_of(steps), std::max(kind.most, sum_of(few[name]) * 3 / 2 + kSlack))
            << name << ": " << sum_of(few[name]) << " steps with " << kFew << " organisations, "
            << sum_of(steps) << " with " << organisations << worse;
      }
    }
  }
}

}  // namespace
}  // namespace utsyn::api
