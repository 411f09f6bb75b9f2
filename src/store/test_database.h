// For tests only: empty stores in both databases. A test of class DatabaseTest (or derived from it) that is
// written with TEST_P runs twice:
//
//   UTSYN_BOTH_DATABASES(MyTest);
//   TEST_P(MyTest, Keeps) { sql().write([](store::Connection& connection) { ... }); }
//
// SQLite is a file in a temporary folder. PostgreSQL 15 is started once for the test program, when first
// needed: in a temporary folder, listening on a Unix socket there and nowhere else, as the user `postgres`
// when the tests run as root; each test gets a database of its own. When the package is absent the tests
// fail.
#pragma once

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sql.h"

namespace utsyn::store::testing {

inline std::filesystem::path fresh_folder(const std::string& name) {
  auto pattern = (std::filesystem::temp_directory_path() / (name + "-XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  return pattern;
}

// A PostgreSQL server of our own, ended (by its process id) with the object.
class PostgresServer {
 public:
  enum class Sync { fast, durable };  // durable: as in service, for tests that kill it
  explicit PostgresServer(Sync sync = Sync::fast)
      : sync_(sync), folder_(fresh_folder("utsyn-postgres")), owner_(getpid()) {
    if (!std::filesystem::exists(program("initdb"))) {
      std::filesystem::remove_all(folder_);
      throw std::runtime_error(
          program("initdb") +
          " is missing: these tests need PostgreSQL 15. Install it: apt-get install postgresql-15");
    }
    if (geteuid() == 0) {
      const auto* user = getpwnam("postgres");
      if (user == nullptr) throw std::runtime_error("there is no user postgres to run PostgreSQL as");
      user_ = user->pw_uid;
      group_ = user->pw_gid;
      if (chown(folder_.c_str(), user_, group_) != 0)
        throw std::runtime_error("cannot give " + folder_.string() + " away");
    }
    const auto data = (folder_ / "data").string();
    const auto made = spawn({program("initdb"), "-D", data, "-U", "utsyn", "-A", "trust", "-E", "UTF8",
                             "--no-locale", "--no-sync", "--no-instructions"});
    int status = 0;
    waitpid(made, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed; see " + log());
    start();
  }
  ~PostgresServer() {
    if (getpid() != owner_) return;  // a child of a test must not end its parent's server
    end(SIGQUIT);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  void start() {
    std::vector<std::string> command = {program("postgres"),   "-D", (folder_ / "data").string(), "-k",
                                        folder_.string(),      "-c", "listen_addresses=",         "-c",
                                        "max_connections=100", "-c", "shared_buffers=16MB"};
    if (sync_ == Sync::fast) {
      for (const auto* setting : {"fsync=off", "full_page_writes=off"})
        command.insert(command.end(), {"-c", setting});
    }
    process_ = spawn(command);
    for (int i = 0; i < 300; ++i) {
      if (connect("postgres")) return;
      // After a crash the processes of the old server may still be ending.
      if (waitpid(process_, nullptr, WNOHANG) == process_) process_ = spawn(command);
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    throw std::runtime_error("PostgreSQL did not start; see " + log());
  }
  // Ends the server with this signal and waits until it is gone: SIGQUIT at once, SIGKILL as a crash does.
  void end(int with) {
    if (process_ <= 0) return;
    kill(process_, with);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  pid_t process() const { return process_; }

  std::string address(const std::string& database) const {
    std::string host;
    for (const char c : folder_.string()) host += c == '/' ? std::string("%2F") : std::string(1, c);
    return "postgresql://utsyn@" + host + "/" + database;
  }
  // An empty database; its address.
  std::string create_database() {
    const auto name = "test_" + std::to_string(++databases_);
    const auto connection = connect("postgres");
    const std::unique_ptr<PGresult, decltype(&PQclear)> made(
        connection ? PQexec(connection.get(), ("CREATE DATABASE " + name).c_str()) : nullptr, &PQclear);
    if (PQresultStatus(made.get()) != PGRES_COMMAND_OK)
      throw std::runtime_error("cannot make a database; see " + log());
    return address(name);
  }
  // For tests that look behind the store's back; nothing when there is no server.
  using Raw = std::unique_ptr<PGconn, decltype(&PQfinish)>;
  Raw connect(const std::string& database) const {
    Raw raw(PQconnectdb(address(database).c_str()), &PQfinish);
    if (PQstatus(raw.get()) != CONNECTION_OK) raw.reset();
    return raw;
  }

 private:
  static std::string program(const std::string& name) { return "/usr/lib/postgresql/15/bin/" + name; }
  std::string log() const { return (folder_ / "log").string(); }
  pid_t spawn(const std::vector<std::string>& command) const {
    std::vector<char*> arguments;
    for (const auto& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
    arguments.push_back(nullptr);
    const auto log_file = log();
    const auto child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child > 0) return child;
    // Ends with the tests, however they end.
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (group_ != 0 && (setgroups(1, &group_) != 0 || setgid(group_) != 0 || setuid(user_) != 0)) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int out = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (out < 0 || chdir("/") != 0) _exit(126);
    dup2(out, 1);
    dup2(out, 2);
    close(0);
    for (int i = 3; i < 256; ++i) close(i);
    execv(arguments[0], arguments.data());
    _exit(127);
  }

  Sync sync_;
  std::filesystem::path folder_;
  pid_t owner_;
  pid_t process_ = -1;
  int databases_ = 0;
  uid_t user_ = 0;
  gid_t group_ = 0;
};

// The one server of this test program.
inline PostgresServer& postgres_server() {
  static PostgresServer server;
  return server;
}

// A place for one empty store of either kind; gone with the object.
class EmptyStore {
 public:
  explicit EmptyStore(Dialect dialect) : folder_(fresh_folder("utsyn-store-test")) {
    where_ =
        dialect == Dialect::sqlite ? (folder_ / "store.db").string() : postgres_server().create_database();
  }
  ~EmptyStore() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  EmptyStore(const EmptyStore&) = delete;
  EmptyStore& operator=(const EmptyStore&) = delete;
  const std::string& where() const { return where_; }  // as open_sql() and --db take it
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::string where_;
};

// A fresh, migrated store for each test.
class DatabaseTest : public ::testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    place_ = std::make_unique<EmptyStore>(GetParam());
    auto opened = open_sql(place_->where());
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    sql_ = std::move(*opened);
  }
  void TearDown() override {
    sql_.reset();
    place_.reset();
  }
  Sql& sql() { return *sql_; }
  const std::shared_ptr<Sql>& shared_sql() { return sql_; }
  const std::string& where() const { return place_->where(); }
  const std::filesystem::path& folder() const { return place_->folder(); }

 private:
  std::unique_ptr<EmptyStore> place_;
  std::shared_ptr<Sql> sql_;
};

inline std::string database_name(const ::testing::TestParamInfo<Dialect>& parameter) {
  return parameter.param == Dialect::sqlite ? "SQLite" : "PostgreSQL";
}

}  // namespace utsyn::store::testing

#define UTSYN_BOTH_DATABASES(test)                                                             \
  INSTANTIATE_TEST_SUITE_P(                                                                    \
      Databases, test,                                                                         \
      ::testing::Values(::utsyn::store::Dialect::sqlite, ::utsyn::store::Dialect::postgresql), \
      ::utsyn::store::testing::database_name)
