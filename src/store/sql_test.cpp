// The promises of sql.h, kept by both databases alike.
#include "store/sql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "store/events.h"
#include "store/migrations.h"
#include "store/sql_text.h"
#include "store/store.h"
#include "store/test_database.h"

namespace utsyn::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SqlTest : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    sql().write([](Connection& connection) {
      connection.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT)");
    });
  }
  void put(std::int64_t id, std::string_view text) {
    sql().write(
        [&](Connection& connection) { connection.execute("INSERT INTO word VALUES (?1, ?2)", {id, text}); });
  }
  std::int64_t words() {
    return sql().read(
        [](Connection& connection) { return connection.query("SELECT count(*) FROM word").at(0).number(0); });
  }
};
UTSYN_BOTH_DATABASES(SqlTest);

TEST_P(SqlTest, ValuesComeBackAsTheyWere) {
  const std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  const std::string text = "Åse's \"?1\" \\ $1 -- ; 😀";
  sql().write([&](Connection& connection) {
    connection.execute("CREATE TABLE value_test (n INTEGER, t TEXT)");
    EXPECT_EQ(connection.execute("INSERT INTO value_test VALUES (?1, ?2), (?3, ?4)",
                                 {largest, text, nullptr, std::optional<std::string>()}),
              2);
  });
  sql().read([&](Connection& connection) {
    const auto rows = connection.query(
        "SELECT n, t, n IS NULL, '?1 '' $1', count(*) OVER (), sum(n) OVER () FROM value_test ORDER BY n "
        "NULLS LAST");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].number(0), largest);
    EXPECT_EQ(rows[0].text(1), text);
    EXPECT_FALSE(rows[0].truth(2));
    EXPECT_EQ(rows[0].text(3), "?1 ' $1");
    EXPECT_EQ(rows[0].number(4), 2);
    EXPECT_EQ(rows[0].number(5), largest);
    EXPECT_TRUE(rows[1].null(0));
    EXPECT_EQ(rows[1].maybe_text(1), std::nullopt);
    EXPECT_EQ(rows[1].maybe_number(0), std::nullopt);
    EXPECT_TRUE(rows[1].truth(2));
  });
}

TEST_P(SqlTest, TextComparesAsBytes) {
  for (const auto& [id, text] : {std::pair{1, "b"}, {2, "B"}, {3, "å"}, {4, "a"}, {5, "Z"}}) put(id, text);
  std::vector<std::string> order;
  sql().read([&](Connection& connection) {
    for (const auto& row : connection.query("SELECT text FROM word ORDER BY text"))
      order.push_back(row.text(0));
    EXPECT_FALSE(connection.first("SELECT 1 FROM word WHERE text LIKE 'z%'").has_value());
    EXPECT_TRUE(connection.first("SELECT 1 FROM word WHERE text LIKE ?1 ESCAPE '\\'", {"Z%"}).has_value());
    EXPECT_EQ(connection.query("SELECT greatest(?1, ?2), least(id, 9) FROM word WHERE id = 5", {3, 7})
                  .at(0)
                  .number(0),
              7);
  });
  EXPECT_THAT(order, ElementsAre("B", "Z", "a", "b", "å"));
}

TEST_P(SqlTest, WhatThrowsLeavesNothing) {
  EXPECT_THROW(sql().write([](Connection& connection) {
    connection.execute("INSERT INTO word VALUES (1, 'a')");
    throw std::runtime_error("changed my mind");
  }),
               std::runtime_error);
  EXPECT_EQ(words(), 0);
}

TEST_P(SqlTest, AfterAFailureTheUnitOfWorkIsOver) {
  put(1, "a");
  EXPECT_THROW(sql().write([](Connection& connection) {
    connection.execute("INSERT INTO word VALUES (2, 'b')");
    EXPECT_THROW(connection.execute("INSERT INTO word VALUES (1, 'again')"), Failure);
    EXPECT_THROW(connection.query("SELECT 1"), Failure);
  }),
               Failure);
  EXPECT_EQ(words(), 1);
  put(3, "c");
  EXPECT_EQ(words(), 2);
}

TEST_P(SqlTest, WrongStatementsSayWhatIsWrong) {
  struct Case {
    const char* name;
    const char* sql;
    std::vector<Value> values;
  };
  const Case cases[] = {{"no such table", "SELECT * FROM nowhere", {}},
                        {"too few values", "SELECT * FROM word WHERE id = ?1 AND text = ?2", {1}},
                        {"too many values", "SELECT * FROM word WHERE id = ?1", {1, 2}},
                        {"two statements", "SELECT 1; SELECT 2", {}},
                        {"not UTF-8", "SELECT * FROM word WHERE text = ?1", {"\xC3("}},
                        {"a NUL", "SELECT * FROM word WHERE text = ?1", {std::string_view("a\0b", 3)}}};
  for (const auto& one : cases) {
    EXPECT_THROW(sql().read([&](Connection& connection) {
      connection.query(one.sql, std::span<const Value>(one.values));
    }),
                 Failure)
        << one.name;
  }
  EXPECT_THROW(sql().read([](Connection& connection) { connection.execute("DELETE FROM word"); }), Failure)
      << "reading does not write";
  EXPECT_EQ(words(), 0);
}

TEST_P(SqlTest, ReadsSeeOneMoment) {
  put(1, "a");
  sql().read([&](Connection& connection) {
    EXPECT_EQ(connection.query("SELECT count(*) FROM word").at(0).number(0), 1);
    std::thread other([&] { put(2, "b"); });
    other.join();
    EXPECT_EQ(connection.query("SELECT count(*) FROM word").at(0).number(0), 1);
  });
  EXPECT_EQ(words(), 2);
}

TEST_P(SqlTest, ManyWritersTakeTurns) {
  std::vector<std::thread> threads;
  std::atomic<int> trouble = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        try {
          sql().write([](Connection& connection) {
            connection.execute("INSERT INTO word SELECT coalesce(max(id), 0) + 1, 'x' FROM word");
          });
          words();
        } catch (const Failure&) {
          ++trouble;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(trouble, 0);
  EXPECT_EQ(words(), 160);
  const auto second = open_sql(where());
  ASSERT_TRUE(second.has_value());
  EXPECT_THROW(sql().write([&](Connection&) { sql().write([](Connection&) {}); }), Failure);
}

TEST_P(SqlTest, EachMayAskMeanwhileAndStop) {
  sql().write([](Connection& connection) {
    for (int i = 0; i < 2500; ++i) connection.execute("INSERT INTO word VALUES (?1, 'x')", {i});
  });
  int seen = 0;
  sql().read([&](Connection& connection) {
    const Value from[] = {500};
    connection.each("SELECT id FROM word WHERE id >= ?1 ORDER BY id", from, [&](const Row& row) {
      EXPECT_EQ(row.number(0), 500 + seen);
      if (seen == 10) {
        int inner = 0;
        connection.each("SELECT id FROM word WHERE id >= ?1 ORDER BY id", from,
                        [&](const Row&) { return ++inner < 5; });
        EXPECT_EQ(inner, 5);
      }
      return ++seen < 1500;
    });
  });
  EXPECT_EQ(seen, 1500);
}

TEST_P(SqlTest, ManyRowsGoInAtOnce) {
  const std::vector<std::string> columns = {"id", "text"};
  const std::string odd = "tab\t line\n back\\slash \\N \r \\. å";
  const std::vector<std::vector<Row::Cell>> rows = {
      {std::int64_t{1}, odd}, {std::int64_t{2}, nullptr}, {std::int64_t{3}, std::string()}};
  sql().write([&](Connection& connection) { connection.insert("word", columns, rows); });
  sql().read([&](Connection& connection) {
    const auto read = connection.query("SELECT id, text FROM word ORDER BY id");
    ASSERT_EQ(read.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(read[i].cells(), rows[i]);
  });
  EXPECT_THROW(sql().write([&](Connection& connection) {
    connection.execute("DELETE FROM word WHERE id = 3");
    connection.insert("word", columns, rows);  // 1 and 2 are there
  }),
               Failure);
  const std::vector<std::vector<Row::Cell>> short_row = {{std::int64_t{9}}};
  EXPECT_THROW(sql().write([&](Connection& connection) { connection.insert("word", columns, short_row); }),
               Failure);
  EXPECT_THROW(sql().write([&](Connection& connection) { connection.insert("nowhere", columns, rows); }),
               Failure);
  EXPECT_EQ(words(), 3);
}

TEST_P(SqlTest, ManyStatementsAreForgottenInTime) {
  sql().read([](Connection& connection) {
    for (int i = 0; i < 1200; ++i)
      EXPECT_EQ(connection.query("SELECT " + std::to_string(i)).at(0).number(0), i);
  });
}

TEST_P(SqlTest, EventsAreNumberedWithoutGaps) {
  const auto now = from_unix(1'795'168'800);
  sql().write([&](Connection& connection) {
    EXPECT_EQ(last_event(connection), 0);
    EXPECT_EQ(append_event(connection, now, "measured", "fjord", "{}"), 1);
    EXPECT_EQ(append_event(connection, now, "score-changed", "fjord", R"({"after":9000})"), 2);
  });
  EXPECT_THROW(sql().write([&](Connection& connection) {
    append_event(connection, now, "measured", "", "{}");
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  sql().write(
      [&](Connection& connection) { EXPECT_EQ(append_event(connection, now, "job-changed", "", "{}"), 3); });
  sql().read([&](Connection& connection) {
    const auto events = events_after(connection, 1, 10);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].number, 2);
    EXPECT_EQ(events[0].kind, "score-changed");
    EXPECT_EQ(events[0].data, R"({"after":9000})");
    EXPECT_EQ(events[1].organisation, "");
    EXPECT_EQ(events_after(connection, 0, 1).size(), 1U);
    EXPECT_EQ(last_event(connection), 3);
  });
}

TEST_P(SqlTest, AuditChainShowsWhatWasTouched) {
  const auto fill = [&] {
    sql().write([&](Connection& connection) {
      connection.execute("DELETE FROM audit");
      for (int i = 0; i < 5; ++i)
        append_audit(connection, from_unix(1'795'168'800 + i), {"kari", "192.0.2.1"}, "finding.accept",
                     "fjord", "c@fjord.example", "{}");
    });
  };
  const auto broken = [&] {
    return sql().read([](Connection& connection) { return first_broken_audit_entry(connection); });
  };
  fill();
  EXPECT_EQ(broken(), std::nullopt);
  const std::pair<const char*, std::int64_t> tampering[] = {
      {"UPDATE audit SET detail = '{\"x\":1}' WHERE number = 3", 3},
      {"UPDATE audit SET actor = 'ola' WHERE number = 1", 1},
      {"UPDATE audit SET time = time + 1 WHERE number = 5", 5},
      {"UPDATE audit SET actor = 'kari1', address = '92.0.2.1' WHERE number = 4", 4},
      {"DELETE FROM audit WHERE number = 2", 2},
      {"DELETE FROM audit WHERE number = 1", 1},
      {"UPDATE audit SET previous = '' WHERE number = 2", 2}};
  for (const auto& [statement, expected] : tampering) {
    fill();
    sql().write([&](Connection& connection) { connection.execute(statement); });
    EXPECT_EQ(broken(), expected) << statement;
  }
}

// Put there as an earlier Utsyn left it, then opened by this one.
TEST_P(SqlTest, EveryEarlierVersionIsBroughtUpToDateWithItsData) {
  for (const auto& migration : migrations()) {
    const testing::EmptyStore place(GetParam());
    {
      const auto old = open_sql(place.where(), migration.version);
      ASSERT_TRUE(old.has_value()) << old.error().message;
      (*old)->write([&](Connection& connection) {
        connection.execute(
            "INSERT INTO organisation (id, name, kind) VALUES ('fjord', 'Fjord kommune', 'municipality')");
        if (migration.version > 1 || GetParam() == Dialect::postgresql) return;
        connection.execute(
            R"(INSERT INTO finding (organisation, id, data) VALUES ('fjord', 'c@fjord.example', '{"id":"c@fjord.example","asset":"fjord.example","check":"c","outcome":"warn","severity":"high","confidence":"inferred","reason":"none","state":"fixed","first_seen":10,"last_seen":20,"closed":30,"reopened":2,"unseen":true}'),
              ('fjord', 'd@fjord.example', '{"id":"d@fjord.example","asset":"fjord.example","check":"d","outcome":"fail","severity":"low","confidence":"confirmed","reason":"x","state":"open","first_seen":11,"last_seen":21,"reopened":0,"unseen":false}'))");
      });
    }
    const auto now = open_sql(place.where());
    ASSERT_TRUE(now.has_value()) << migration.name << ": " << now.error().message;
    (*now)->read([&](Connection& connection) {
      EXPECT_EQ(connection.query("SELECT name FROM organisation").at(0).text(0), "Fjord kommune");
      if (migration.version > 1 || GetParam() == Dialect::postgresql) return;
      const auto rows = connection.query(
          R"(SELECT asset, "check", outcome, severity, confidence, reason, state, first_seen, last_seen, closed, reopened, unseen FROM finding ORDER BY id)");
      ASSERT_EQ(rows.size(), 2U);
      std::string all;
      for (std::size_t i = 0; i < 12; ++i) all += rows[0].text(i) + " ";
      EXPECT_EQ(all, "fjord.example c warn high inferred none fixed 10 20 30 2 1 ");
      EXPECT_TRUE(rows[1].null(9));
      EXPECT_EQ(rows[1].number(11), 0);
    });
  }
}

TEST_P(SqlTest, WhatIsNotAWholeStoreIsRefused) {
  struct Case {
    const char* name;
    std::vector<const char*> sqlite;
    std::vector<const char*> postgresql;
    bool from_empty;
    ErrorKind kind;
    const char* word;
  };
  const Case cases[] = {
      {"another program's",
       {"CREATE TABLE recipe (name TEXT)"},
       {"CREATE TABLE recipe (name TEXT)"},
       true,
       ErrorKind::not_a_store,
       "another program"},
      {"newer",
       {"PRAGMA user_version = 999"},
       {"UPDATE utsyn_schema SET version = 999"},
       false,
       ErrorKind::newer_version,
       "Upgrade"},
      {"a table is gone",
       {"DROP TABLE setting"},
       {"DROP TABLE setting"},
       false,
       ErrorKind::corrupt,
       "backup"},
      {"the version is gone",
       {"PRAGMA user_version = 0"},
       {"UPDATE utsyn_schema SET version = 0"},
       false,
       ErrorKind::corrupt,
       "backup"},
      {"another mark",
       {"PRAGMA application_id = 7"},
       {"UPDATE utsyn_schema SET application = 7"},
       false,
       ErrorKind::not_a_store,
       "another program"},
      {"no mark",
       {"PRAGMA application_id = 0"},
       {"DELETE FROM utsyn_schema"},
       false,
       ErrorKind::not_a_store,
       "another program"},
  };
  for (const auto& one : cases) {
    const testing::EmptyStore place(GetParam());
    if (!one.from_empty) {
      ASSERT_TRUE(open_sql(place.where()).has_value());
    }
    if (GetParam() == Dialect::sqlite) {
      sqlite3* raw = nullptr;
      ASSERT_EQ(sqlite3_open(place.where().c_str(), &raw), SQLITE_OK);
      for (const auto* statement : one.sqlite)
        EXPECT_EQ(sqlite3_exec(raw, statement, nullptr, nullptr, nullptr), SQLITE_OK);
      sqlite3_close(raw);
    } else {
      const auto session = postgresql_session(place.where());
      session->transact(true, [&](Connection& connection) {
        for (const auto* statement : one.postgresql) connection.execute(statement);
      });
    }
    const auto opened = open_sql(place.where());
    ASSERT_FALSE(opened.has_value()) << one.name;
    EXPECT_EQ(opened.error().kind, one.kind) << one.name;
    EXPECT_THAT(opened.error().message, HasSubstr(one.word)) << one.name;
    EXPECT_THAT(opened.error().message, HasSubstr("opening the store")) << one.name;
  }
}

TEST_P(SqlTest, TwoMayOpenANewStoreAtOnce) {
  const testing::EmptyStore place(GetParam());
  std::atomic<int> opened = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      if (open_sql(place.where())) ++opened;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(opened, 3);
}

TEST_P(SqlTest, AnotherProcessThatWritesIsWaitedForThenNamed) {
  const auto other = open_sql(where());
  ASSERT_TRUE(other.has_value());
  (*other)->write([&](Connection& connection) {
    connection.execute("INSERT INTO word VALUES (1, 'theirs')");
    try {
      put(2, "ours");
      ADD_FAILURE() << "two wrote at once";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.error().kind, ErrorKind::locked);
      EXPECT_THAT(failure.error().message, HasSubstr("Another process"));
    }
  });
  put(2, "ours");
  EXPECT_EQ(words(), 2);
}

TEST(Postgres, LostConnectionIsSaidAndMadeAnew) {
  const auto where = testing::postgres_server().create_database();
  const auto sql = open_sql(where);
  ASSERT_TRUE(sql.has_value());
  const auto kill_others = [&] {
    const auto session = postgresql_session(where);
    session->transact(false, [](Connection& connection) {
      connection.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid "
          "<> pg_backend_pid()");
    });
  };
  const auto value = [&] {
    return (*sql)->read([](Connection& connection) {
      return connection.query("SELECT count(*) FROM setting").at(0).number(0);
    });
  };
  const auto put = [&](const std::string& name, bool die) {
    (*sql)->write([&](Connection& connection) {
      connection.execute("INSERT INTO setting VALUES (?1, 'x')", {name});
      if (die) kill_others();
      connection.execute("INSERT INTO setting VALUES (?1, 'y')", {name + "2"});
    });
  };
  put("a", false);
  EXPECT_EQ(value(), 2);
  try {
    put("b", true);
    ADD_FAILURE() << "a unit of work outlived its connection";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.error().message, HasSubstr("lost"));
  }
  EXPECT_EQ(value(), 2);
  kill_others();  // idle connections: nobody notices
  put("b", false);
  EXPECT_EQ(value(), 4);
}

TEST(Postgres, PasswordsStayUnsaid) {
  const std::string addresses[] = {
      "postgresql://kari:hemmelig@127.0.0.1:1/utsyn", "postgresql://kari:hemmelig@127.0.0.1:notaport/utsyn",
      "postgresql://kari:hemmelig@[::1/utsyn", "postgresql://kari@127.0.0.1:1/utsyn?password=hemmelig",
      "postgresql://kari:hemmelig@127.0.0.1/utsyn?nonsense=hemmelig"};
  for (const auto& address : addresses) {
    const auto opened = open_sql(address);
    ASSERT_FALSE(opened.has_value()) << address;
    EXPECT_EQ(opened.error().kind, ErrorKind::cannot_open);
    EXPECT_THAT(opened.error().message, Not(HasSubstr("hemmelig")));
    EXPECT_THAT(opened.error().message, HasSubstr("opening the store"));
  }
}

TEST(SqlText, BecomesPostgresql) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT ?1, '?2 INTEGER', \"?3\" -- ?4\n, ?12", "SELECT $1, '?2 INTEGER', \"?3\" -- ?4\n, $12"},
      {"CAST(?1 AS INTEGER)", "CAST($1 AS BIGINT)"},
      {"SELECT 'it''s ?1' || ?1", "SELECT 'it''s ?1' || $1"},
      {"SELECT /* ?1 */ 'open ?1", "SELECT /* ?1 */ 'open ?1"}};
  for (const auto& [ours, theirs] : cases) EXPECT_EQ(to_postgresql(ours), theirs);
  EXPECT_THROW(to_postgresql("SELECT ?"), Failure);
  EXPECT_EQ(schema_to_postgresql("CREATE TABLE a (b INTEGER, c TEXT DEFAULT 'TEXT (') STRICT, WITHOUT ROWID"),
            "CREATE TABLE a (b BIGINT, c TEXT COLLATE \"C\" DEFAULT 'TEXT (')");
  EXPECT_EQ(schema_to_postgresql("CREATE INDEX a ON b (c) WHERE d = 'TEXT'"),
            "CREATE INDEX a ON b (c) WHERE d = 'TEXT'");
  const auto statements = statements_of(
      "-- a;b\nCREATE TABLE a (b TEXT); -- after\n-- SQLite only: why\nUPDATE a SET b = ';';\n\n");
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].sql, "CREATE TABLE a (b TEXT)");
  EXPECT_FALSE(statements[0].sqlite_only);
  EXPECT_EQ(statements[1].sql, "UPDATE a SET b = ';'");
  EXPECT_TRUE(statements[1].sqlite_only);
}

TEST(Migrations, AreNumberedOneByOne) {
  int expected = 0;
  for (const auto& migration : migrations()) EXPECT_EQ(migration.version, ++expected) << migration.name;
  const auto tables = tables_of(schema_version());
  EXPECT_EQ(tables.front(), "organisation");
  EXPECT_THAT(tables, ::testing::Contains("audit"));
}

}  // namespace
}  // namespace utsyn::store
