// One way to SQL for every room that keeps something: SQLite and PostgreSQL 15 behind the same calls, the
// same statements and the same migrations (schema/*.sql).
//
// The common tongue: parameters are ?1, ?2... (a driver rewrites them); types are INTEGER (64 bits) and TEXT;
// truth is 0 or 1, time is Unix seconds, lists and objects are JSON in TEXT; ON CONFLICT ... DO
// UPDATE/NOTHING, RETURNING, WITH, window functions, partial indexes, greatest(a, b), least(a, b). Not:
// INSERT OR REPLACE, LIKE on user input without ESCAPE, ROWID, JSON functions, max(a, b), AUTOINCREMENT (take
// coalesce(max(n), 0) + 1 inside write()). Where NULL may stand in an order, say NULLS FIRST or LAST.
// TEXT compares as bytes, LIKE minds case, text is UTF-8 without NUL, sums and averages come as whole
// numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/error.h"

namespace utsyn::store {

// A parameter. Strings are borrowed for the time of the call.
class Value {
 public:
  Value(std::nullptr_t) {}
  Value(std::int64_t number) : value_(number) {}
  Value(int number) : value_(std::int64_t{number}) {}
  Value(bool truth) : value_(std::int64_t{truth ? 1 : 0}) {}
  Value(std::string_view text) : value_(text) {}
  Value(const std::string& text) : value_(std::string_view(text)) {}
  Value(const char* text) : value_(std::string_view(text)) {}
  template <class T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value(*maybe);
  }
  const std::variant<std::nullptr_t, std::int64_t, std::string_view>& get() const { return value_; }

 private:
  std::variant<std::nullptr_t, std::int64_t, std::string_view> value_ = nullptr;
};

// One row of an answer; columns from 0. text() of NULL is empty, number() of NULL is 0.
class Row {
 public:
  using Cell = std::variant<std::nullptr_t, std::int64_t, std::string>;
  explicit Row(std::vector<Cell> cells) : cells_(std::move(cells)) {}
  bool null(std::size_t column) const { return std::holds_alternative<std::nullptr_t>(cells_.at(column)); }
  std::string text(std::size_t column) const;
  std::int64_t number(std::size_t column) const;
  bool truth(std::size_t column) const { return number(column) != 0; }
  std::optional<std::string> maybe_text(std::size_t column) const;
  std::optional<std::int64_t> maybe_number(std::size_t column) const;
  const std::vector<Cell>& cells() const { return cells_; }

 private:
  std::vector<Cell> cells_;
};

enum class Dialect { sqlite, postgresql };

// What a unit of work is handed. Statements are prepared once per connection. Throws Failure; after that the
// unit of work is over: everything it goes on to ask fails too, and nothing of it is stored.
class Connection {
 public:
  virtual ~Connection() = default;
  using Values = std::initializer_list<Value>;
  std::vector<Row> query(std::string_view sql, Values values = {}) { return query(sql, span_of(values)); }
  std::int64_t execute(std::string_view sql, Values values = {}) { return execute(sql, span_of(values)); }
  std::optional<Row> first(std::string_view sql, Values values = {});  // the first row, if any

  virtual std::vector<Row> query(std::string_view sql, std::span<const Value> values) = 0;
  virtual std::int64_t execute(std::string_view sql, std::span<const Value> values) = 0;  // rows changed
  // Row by row, for answers too large to hold; `each` returns false to stop.
  virtual void each(std::string_view sql, std::span<const Value> values,
                    const std::function<bool(const Row&)>& each) = 0;
  // Many new rows at once, in the fastest way the database has.
  virtual void insert(std::string_view table, std::span<const std::string> columns,
                      std::span<const std::vector<Row::Cell>> rows);
  virtual Dialect dialect() const = 0;

 private:
  static std::span<const Value> span_of(Values values) { return {values.begin(), values.size()}; }
};

// The database, shared by all threads. read() works on one consistent snapshot, side by side with others;
// write() is one transaction, one at a time in the whole installation (a lock in the database), committed
// when the function returns and rolled back when it throws. What write() returned from survives kill -9.
class Sql {
 public:
  virtual ~Sql() = default;
  template <class Work>
  auto read(Work&& work) {
    return within(false, std::forward<Work>(work));
  }
  template <class Work>
  auto write(Work&& work) {
    return within(true, std::forward<Work>(work));
  }
  virtual Dialect dialect() const = 0;

 protected:
  virtual void run(bool writing, const std::function<void(Connection&)>& work) = 0;

 private:
  template <class Work>
  auto within(bool writing, Work&& work) {
    using Answer = decltype(work(std::declval<Connection&>()));
    if constexpr (std::is_void_v<Answer>) {
      run(writing, [&](Connection& connection) { work(connection); });
    } else {
      std::optional<Answer> answer;
      run(writing, [&](Connection& connection) { answer.emplace(work(connection)); });
      return std::move(*answer);
    }
  }
};

// `where` is a path of an SQLite file or postgresql://...; creates and migrates. What is wrong with it comes
// back as a value, since a person gave it.
Result<std::shared_ptr<Sql>, Error> open_sql(const std::string& where);

}  // namespace utsyn::store
