// The store as a file: other versions, other files, locks, folders that cannot be made, a full disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "store/store.h"
#include "store/test_database.h"
#include "store/test_measurement.h"

namespace utsyn::store {
namespace {

using testing::day;
using testing::measurement;
using testing::record;

class FileTest : public ::testing::Test {
 protected:
  std::string path() const { return place_.where(); }
  const std::filesystem::path& folder() const { return place_.folder(); }
  std::shared_ptr<Store> open() const {
    auto store = open_store(path());
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
    return store ? std::move(*store) : nullptr;
  }
  void raw(const char* sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
    sqlite3_close(handle);
  }
  std::int64_t number(const char* sql) const {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &handle), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr), SQLITE_OK) << sql;
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << sql;
    const auto out = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return out;
  }

 private:
  testing::EmptyStore place_{Dialect::sqlite};
};

TEST_F(FileTest, NewerVersionIsRefusedUntouched) {
  open();
  raw("PRAGMA user_version = 999");
  const auto refused = open_store(path());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::newer_version);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("Upgrade"));
  EXPECT_EQ(number("PRAGMA user_version"), 999);
}

TEST_F(FileTest, OtherFilesAreNotTakenForStores) {
  std::ofstream(path()) << "this is a letter, not a database, and it is longer than a hundred bytes so "
                           "that a header would fit";
  const auto text = open_store(path());
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().kind, ErrorKind::not_a_store);
}

TEST_F(FileTest, LockedStoreSaysSo) {
  const auto store = open();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto saved = store->save(measurement(day(0), {}, {}));
  sqlite3_close(other);
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(saved.error().kind, ErrorKind::locked);
  EXPECT_THAT(saved.error().message, ::testing::HasSubstr("Another process"));
  EXPECT_THAT(saved.error().message, ::testing::StartsWith("storing the measurement of fjord"));
}

TEST_F(FileTest, FolderThatCannotBeMade) {
  {
    std::ofstream(folder() / "file") << "x";
  }
  const auto refused = open_store((folder() / "file" / "below" / "store.db").string());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::cannot_open);
}

// A store grown to its page limit behaves like a full disk: SQLITE_FULL, and the transaction leaves nothing
// behind.
TEST_F(FileTest, FullDiskStoresNothingByHalves) {
  const auto store = open();
  ASSERT_TRUE(store->save(measurement(day(0), {record("a/A", "{}")}, {})));
  const auto before = *store->counts();
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{std::filesystem::file_size(path()) + 8192, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tight);
  std::vector<Record> many;
  for (int i = 0; i < 2000; ++i) many.push_back(record("r" + std::to_string(i), std::string(2000, 'x')));
  const auto saved = store->save(measurement(day(1), many, {}));
  setrlimit(RLIMIT_FSIZE, &old);
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(*store->counts(), before);
  ASSERT_TRUE(store->save(measurement(day(1), {record("a/A", "{}")}, {})));
}

}  // namespace
}  // namespace utsyn::store
