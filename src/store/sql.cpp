// What both databases share: rows, units of work and the pool of connections.
#include "store/sql.h"

#include <algorithm>

#include "base/text.h"
#include "store/migrations.h"
#include "store/session.h"
#include "store/store.h"

namespace utsyn::store {
namespace {

// Reads under way at once; more wait for their turn.
constexpr int kMostReaders = 16;

}  // namespace

std::string Row::text(std::size_t column) const {
  const auto& cell = cells_.at(column);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  return {};
}

std::int64_t Row::number(std::size_t column) const {
  const auto* number = std::get_if<std::int64_t>(&cells_.at(column));
  return number != nullptr ? *number : 0;
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
  if (null(column)) return std::nullopt;
  return text(column);
}

std::optional<std::int64_t> Row::maybe_number(std::size_t column) const {
  if (null(column)) return std::nullopt;
  return number(column);
}

std::optional<Row> Connection::first(std::string_view sql, Values values) {
  std::optional<Row> out;
  auto rows = query(sql, values);
  if (!rows.empty()) out = std::move(rows.front());
  return out;
}

void Connection::insert(std::string_view table, std::span<const std::string> columns,
                        std::span<const std::vector<Row::Cell>> rows) {
  std::string places;
  for (std::size_t i = 1; i <= columns.size(); ++i) places += (i == 1 ? "?" : ", ?") + std::to_string(i);
  const auto sql =
      "INSERT INTO " + std::string(table) + " (" + quoted_list(columns) + ") VALUES (" + places + ")";
  std::vector<Value> values;
  for (const auto& row : rows) {
    values.clear();
    for (const auto& cell : row)
      values.push_back(std::visit([](const auto& content) { return Value(content); }, cell));
    execute(sql, values);
  }
}

void check_text(std::string_view text) {
  if (text.find('\0') != std::string_view::npos || !valid_utf8(text)) {
    throw Failure(
        {ErrorKind::failed,
         std::string(kSomeStep) + ": a text is not UTF-8, or has a NUL byte in it. Nothing was stored."});
  }
}

void check_count(std::size_t given, std::size_t needed) {
  if (given == needed) return;
  throw Failure({ErrorKind::failed, "a statement takes " + std::to_string(needed) + " values and was given " +
                                        std::to_string(given)});
}

std::string quoted_list(std::span<const std::string> names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "\"" : ", \"") + name + "\"";
  return out;
}

Error during(std::string_view step, Error error) {
  if (error.message.starts_with(kSomeStep)) error.message.replace(0, kSomeStep.size(), step);
  return error;
}

void Session::transact(bool writing, const std::function<void(Connection&)>& work) {
  failed_.reset();
  begin(writing);
  try {
    work(*this);
    if (failed_) throw Failure(*failed_);  // somebody caught it and went on
    commit();
  } catch (...) {
    rollback();
    failed_.reset();
    throw;
  }
}

void SessionPool::run_on(std::unique_ptr<Session>& session, bool writing,
                         const std::function<void(Connection&)>& work) {
  const bool kept = session != nullptr;
  if (!kept) session = make_();
  bool begun = false;
  const auto noting = [&](Connection& connection) {
    begun = true;
    work(connection);
  };
  try {
    session->transact(writing, noting);
  } catch (...) {
    if (session->usable()) throw;
    session.reset();
    // A connection that died while it lay idle has cost nothing yet.
    if (begun || !kept) throw;
  }
  if (session == nullptr) run_on(session, writing, work);
}

void SessionPool::run(bool writing, const std::function<void(Connection&)>& work) {
  const auto self = std::this_thread::get_id();
  if (writing) {
    {
      const std::scoped_lock lock(mutex_);
      if (writing_thread_ == self)
        throw Failure({ErrorKind::failed, "a unit of work writes inside another that writes"});
    }
    const std::scoped_lock turn(writing_);
    const auto mark = [&](std::thread::id id) {
      const std::scoped_lock lock(mutex_);
      writing_thread_ = id;
    };
    mark(self);
    try {
      run_on(writer_, true, work);
    } catch (...) {
      mark({});
      throw;
    }
    mark({});
    return;
  }
  std::unique_ptr<Session> session;
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return reading_ < kMostReaders; });
    ++reading_;
    if (!idle_.empty()) {
      session = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  const auto put_back = [&] {
    {
      const std::scoped_lock lock(mutex_);
      --reading_;
      if (session) idle_.push_back(std::move(session));
    }
    returned_.notify_one();
  };
  try {
    run_on(session, false, work);
  } catch (...) {
    put_back();
    throw;
  }
  put_back();
}

bool is_postgresql(std::string_view where) {
  return where.starts_with("postgresql://") || where.starts_with("postgres://");
}

Result<std::shared_ptr<Sql>, Error> open_sql(const std::string& where) {
  return open_sql(where, schema_version());
}

Result<std::shared_ptr<Sql>, Error> open_sql(const std::string& where, int version) {
  try {
    const bool postgresql = is_postgresql(where);
    const auto make = [where, postgresql] {
      return postgresql ? postgresql_session(where) : sqlite_session(where);
    };
    auto first = make();
    migrate(*first, shown(where), version);
    return std::make_shared<SessionPool>(postgresql ? Dialect::postgresql : Dialect::sqlite, make);
  } catch (const Failure& failure) {
    return unexpected(during("opening the store", failure.error()));
  }
}

}  // namespace utsyn::store
