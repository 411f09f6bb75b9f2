// One open connection of a driver, and the pool that hands connections to units of work. The drivers
// (sqlite_sql.cpp, postgres_sql.cpp) make sessions; everything about transactions is written once, here.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/sql.h"

namespace utsyn::store {

// What stands in a database before it is trusted.
struct Found {
  std::set<std::string> tables;  // without the database's own
  bool ours = false;             // it says that it is a store of Utsyn
  int version = 0;
};

class Session : public Connection {
 public:
  virtual void begin(bool writing) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  virtual bool usable() const = 0;  // false: the connection is lost, throw the session away

  virtual Found found() = 0;
  virtual void settle() {}  // once, when the database is known to be ours
  virtual void apply(std::string_view migration, int version) = 0;  // inside a transaction
  // A whole unit of work.
  void transact(bool writing, const std::function<void(Connection&)>& work);

 protected:
  // After a failure the unit of work is over, in both databases: whatever it goes on to ask fails the same
  // way.
  template <class Step>
  auto guarded(Step&& step) {
    if (failed_) throw Failure(*failed_);
    try {
      return step();
    } catch (const Failure& failure) {
      failed_ = failure.error();
      throw;
    }
  }
  std::optional<Error> failed_;
};

// Texts are UTF-8 without NUL: what one of the databases cannot keep, neither takes.
void check_text(std::string_view text);
void check_count(std::size_t given, std::size_t needed);
std::string quoted_list(std::span<const std::string> names);  // "a", "b"

class SessionPool final : public Sql {
 public:
  using Make = std::function<std::unique_ptr<Session>()>;
  SessionPool(Dialect dialect, Make make) : dialect_(dialect), make_(std::move(make)) {}
  Dialect dialect() const override { return dialect_; }

 protected:
  void run(bool writing, const std::function<void(Connection&)>& work) override;

 private:
  void run_on(std::unique_ptr<Session>& session, bool writing, const std::function<void(Connection&)>& work);

  Dialect dialect_;
  Make make_;
  std::mutex writing_;  // one writer, in order
  std::unique_ptr<Session> writer_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable returned_;
  std::thread::id writing_thread_;
  std::vector<std::unique_ptr<Session>> idle_;
  int reading_ = 0;
};

// How an error of the database reads before it is known during which step it came; during() says it.
inline constexpr std::string_view kSomeStep = "using the store";
Error during(std::string_view step, Error error);

// As open_sql(), up to an older version of the schema: for restoring a backup made by an older Utsyn.
Result<std::shared_ptr<Sql>, Error> open_sql(const std::string& where, int version);
std::unique_ptr<Session> sqlite_session(const std::string& path);
std::unique_ptr<Session> postgresql_session(const std::string& address);
bool is_postgresql(std::string_view where);
// For people: as it was given, without the password.
std::string shown(const std::string& where);

}  // namespace utsyn::store
