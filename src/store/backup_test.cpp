// A backup holds everything, says when it does not, and goes back into either database.
#include "store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "base/hash.h"
#include "store/events.h"
#include "store/migrations.h"
#include "store/store.h"
#include "store/test_database.h"

namespace utsyn::store {
namespace {

using ::testing::HasSubstr;

const auto kNow = from_unix(1'795'168'800);

std::string bytes_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(out).str();
}
void put_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// Every row of every table, sorted, as text.
std::string everything_in(Sql& sql) {
  std::string out;
  sql.read([&](Connection& connection) {
    for (const auto& table : tables_of(schema_version())) {
      std::vector<std::string> rows;
      connection.each("SELECT * FROM " + table, {}, [&](const Row& row) {
        std::string line;
        for (std::size_t i = 0; i < row.cells().size(); ++i)
          line += row.null(i) ? "NULL|" : row.text(i) + "|";
        rows.push_back(line);
        return true;
      });
      std::sort(rows.begin(), rows.end());
      for (const auto& row : rows) out += table + ": " + row + "\n";
    }
  });
  return out;
}

class BackupTest : public testing::DatabaseTest {
 protected:
  std::string file() const { return (folder() / "utsyn.backup").string(); }
  void fill(int organisations = 20) {
    sql().write([&](Connection& connection) {
      for (int i = 0; i < organisations; ++i) {
        const auto id = "org" + std::to_string(i);
        connection.execute(
            "INSERT INTO organisation (id, name, kind, population) VALUES (?1, ?2, 'other', ?3)",
            {id, "Å\n\t\\N '\"; " + id, i % 2 == 0 ? Value(nullptr) : Value(-i)});
        connection.execute("INSERT INTO evidence VALUES (?1, 'e', 'k', 's', ?2, 1, 9223372036854775807)",
                           {id, std::string(10'000, 'x')});
        connection.execute("INSERT INTO observation VALUES (?1, 'a', 'e', 1, 2)", {id});
        append_event(connection, kNow, "measured", id, "{}");
        append_audit(connection, kNow, {"kari", "192.0.2.1"}, "organisation.create", id, id, "{}");
      }
    });
  }
};
UTSYN_BOTH_DATABASES(BackupTest);

TEST_P(BackupTest, GoesIntoBothDatabasesWhole) {
  fill();
  std::int64_t told = 0;
  const auto made = back_up(sql(), file(), kNow, [&](std::string_view, std::int64_t rows) { told += rows; });
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(made->rows, 20 * 5);
  EXPECT_EQ(told, made->rows);
  EXPECT_EQ(made->schema, schema_version());
  EXPECT_EQ(made->sha256, sha256_hex(bytes_of(file()).substr(0, bytes_of(file()).size() - 32)));
  EXPECT_EQ(*check_backup(file()), *made);
  for (const auto dialect : {Dialect::sqlite, Dialect::postgresql}) {
    const testing::EmptyStore place(dialect);
    const auto restored = restore(place.where(), file());
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
    EXPECT_EQ(*restored, *made);
    const auto other = *open_sql(place.where());
    EXPECT_EQ(everything_in(*other), everything_in(sql()));
    EXPECT_EQ(other->read([](Connection& connection) { return first_broken_audit_entry(connection); }),
              std::nullopt);
    // And it goes on from there.
    other->write([](Connection& connection) {
      EXPECT_EQ(append_event(connection, kNow, "measured", "org1", "{}"), 21);
    });
    const auto again = restore(place.where(), file());
    ASSERT_FALSE(again.has_value()) << "into a store with rows";
    EXPECT_THAT(again.error().message, HasSubstr("not empty"));
  }
}

TEST_P(BackupTest, IsOfOneMomentWhileOthersWrite) {
  fill();
  std::atomic<bool> done = false;
  std::thread writer([&] {
    while (!done) {
      sql().write([](Connection& connection) {
        append_event(connection, kNow, "measured", "org1", "{}");
        append_audit(connection, kNow, {}, "x", "org1", "", "{}");
      });
    }
  });
  const auto made = back_up(sql(), file(), kNow);
  done = true;
  writer.join();
  ASSERT_TRUE(made.has_value()) << made.error().message;
  const testing::EmptyStore place(Dialect::sqlite);
  ASSERT_TRUE(restore(place.where(), file()).has_value());
  (*open_sql(place.where()))->read([](Connection& connection) {
    EXPECT_EQ(last_event(connection), connection.query("SELECT max(number) FROM audit").at(0).number(0));
    EXPECT_EQ(first_broken_audit_entry(connection), std::nullopt);
  });
}

TEST_P(BackupTest, DamagedFileIsRefusedAndNothingTouched) {
  fill(3);
  ASSERT_TRUE(back_up(sql(), file(), kNow).has_value());
  const auto good = bytes_of(file());
  const auto changed = [&](std::size_t at) {
    auto out = good;
    out[at] = static_cast<char>(out[at] ^ 1);
    return out;
  };
  const std::pair<std::string, ErrorKind> cases[] = {
      {"", ErrorKind::not_a_store},
      {"SQLite format 3 and then some more bytes, enough for a header and a hash", ErrorKind::not_a_store},
      {good.substr(0, 20), ErrorKind::not_a_store},
      {good.substr(0, good.size() - 1), ErrorKind::corrupt},
      {good.substr(0, good.size() / 2), ErrorKind::corrupt},
      {good.substr(0, good.size() - 100), ErrorKind::corrupt},
      {good + "x", ErrorKind::corrupt},
      {changed(16), ErrorKind::corrupt},
      {changed(20), ErrorKind::corrupt},
      {changed(good.size() / 2), ErrorKind::corrupt},
      {changed(good.size() - 1), ErrorKind::corrupt}};
  const testing::EmptyStore place(GetParam());
  for (const auto& [bytes, kind] : cases) {
    put_bytes(file(), bytes);
    const auto refused = restore(place.where(), file());
    ASSERT_FALSE(refused.has_value()) << bytes.size();
    EXPECT_EQ(refused.error().kind, kind) << bytes.size() << refused.error().message;
    EXPECT_THAT(refused.error().message, HasSubstr(file()));
  }
  if (GetParam() == Dialect::sqlite) {
    EXPECT_FALSE(std::filesystem::exists(place.where()));
  }
  put_bytes(file(), good);
  EXPECT_TRUE(restore(place.where(), file()).has_value());
}

TEST_P(BackupTest, WhatStandsInTheWayIsSaid) {
  fill(1);
  put_bytes(file(), "mine");
  const auto there = back_up(sql(), file(), kNow);
  ASSERT_FALSE(there.has_value());
  EXPECT_THAT(there.error().message, HasSubstr("another name"));
  EXPECT_EQ(bytes_of(file()), "mine");
  const auto nowhere = back_up(sql(), (folder() / "no" / "folder").string(), kNow);
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_EQ(nowhere.error().kind, ErrorKind::cannot_open);
  const auto absent = restore(where(), (folder() / "absent").string());
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().kind, ErrorKind::cannot_open);
  const testing::EmptyStore empty(GetParam());
  const auto nothing = back_up(empty.where(), (folder() / "b").string(), kNow);
  ASSERT_FALSE(nothing.has_value());
  EXPECT_THAT(nothing.error().message, HasSubstr("no store"));
}

// Of an older Utsyn: its backup is taken without touching the store, and comes back up to date.
TEST_P(BackupTest, OfEveryEarlierVersionComesBackUpToDate) {
  for (const auto& migration : migrations()) {
    const testing::EmptyStore old(GetParam());
    (*open_sql(old.where(), migration.version))->write([](Connection& connection) {
      connection.execute("INSERT INTO organisation (id, name, kind) VALUES ('fjord', 'Fjord', 'other')");
    });
    const auto path = file() + std::to_string(migration.version);
    const auto made = back_up(old.where(), path, kNow);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    EXPECT_EQ(made->schema, migration.version);
    const testing::EmptyStore place(GetParam());
    const auto restored = restore(place.where(), path);
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
    const auto sql = *open_sql(place.where());
    EXPECT_EQ(sql->read([](Connection& c) { return c.query("SELECT name FROM organisation").at(0).text(0); }),
              "Fjord");
  }
}

}  // namespace
}  // namespace utsyn::store
