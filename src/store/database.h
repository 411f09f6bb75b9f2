// A thin, typed cover over the SQLite C API: statements that reset themselves, errors as exceptions inside
// this room.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "store/store.h"

struct sqlite3;
struct sqlite3_stmt;

namespace utsyn::store {

// Caught at the edge of the store (sqlite_store.cpp) and turned into a store::Error.
struct DatabaseFailure {
  int code = 0;
  std::string message;
};

class Database {
 public:
  explicit Database(const std::string& path);  // throws DatabaseFailure
  sqlite3* handle() const { return handle_.get(); }
  void run(const char* sql) const;  // one or more statements without results
  std::int64_t number(const char* sql) const;
  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement: bind in order, then step through rows or execute.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql);
  template <class... Values>
  Statement& with(const Values&... values) {
    reset();
    int at = 0;
    (bind(++at, values), ...);
    return *this;
  }
  bool next();             // true while there is a row
  std::int64_t execute();  // to the end; rows changed
  std::string text(int column) const;
  std::int64_t number(int column) const;

 private:
  void reset();
  void bind(int at, std::int64_t value);
  void bind(int at, int value) { bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, std::string_view value);
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };
  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

// Rolled back unless commit() was reached.
class Transaction {
 public:
  explicit Transaction(const Database& database, const char* begin = "BEGIN IMMEDIATE");
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  const Database& database_;
  bool open_ = true;
};

}  // namespace utsyn::store
