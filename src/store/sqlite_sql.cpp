// SQLite behind sql.h: WAL, so that reads go on beside the one writer; synchronous FULL, so that what was
// acknowledged survives power loss too; STRICT tables and foreign keys.
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "store/migrations.h"
#include "store/session.h"
#include "store/sql_text.h"

namespace utsyn::store {
namespace {

constexpr int kBusyMilliseconds = 5000;
constexpr std::size_t kMostPrepared = 512;

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct Finalise {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalise>;

Error error_of(int code, const std::string& said, const std::string& path) {
  const auto say = [&](ErrorKind kind, const std::string& next) {
    return Error{kind, std::string(kSomeStep) + " (" + path + "): " + said + ". " + next};
  };
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return say(ErrorKind::locked,
                 "Another process is writing to the store; wait for it or end it, then try again.");
    case SQLITE_FULL:
      return say(ErrorKind::disk_full,
                 "The disk is full; free some space and try again. Nothing was half stored.");
    case SQLITE_NOTADB:
      return say(ErrorKind::not_a_store, "The file is not an Utsyn store; give another --db.");
    case SQLITE_CORRUPT:
      return say(ErrorKind::corrupt, "The store is damaged; restore it from a backup.");
    case SQLITE_CANTOPEN:
      return say(ErrorKind::cannot_open,
                 "Check that the folder exists and may be written to, or give another --db.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return say(ErrorKind::cannot_open,
                 "The file may not be written to; check its permissions, or give another --db.");
    case SQLITE_IOERR:
      // A full disk shows itself like this too, when there is no room for the file beside the store.
      return say(ErrorKind::failed,
                 "The disk is full or failing; free some space, look at its health, and try again.");
    default:
      return say(ErrorKind::failed, "Try again; if it comes back, restore the store from a backup.");
  }
}

// greatest(a, b) and least(a, b) as PostgreSQL has them: NULL counts for nothing.
void larger_or_smaller(sqlite3_context* context, int, sqlite3_value** given) {
  const bool greatest = sqlite3_user_data(context) != nullptr;
  const bool no_first = sqlite3_value_type(given[0]) == SQLITE_NULL;
  const bool no_second = sqlite3_value_type(given[1]) == SQLITE_NULL;
  if (no_first || no_second) return sqlite3_result_value(context, given[no_first ? 1 : 0]);
  const bool first_larger = sqlite3_value_int64(given[0]) > sqlite3_value_int64(given[1]);
  sqlite3_result_value(context, given[first_larger == greatest ? 0 : 1]);
}

class SqliteSession final : public Session {
 public:
  explicit SqliteSession(const std::string& path) : path_(path) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(raw);
    if (code != SQLITE_OK) fail(code);
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, kBusyMilliseconds);
    // Not a value: any address tells the two apart.
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    sqlite3_create_function(raw, "greatest", 2, flags, this, larger_or_smaller, nullptr, nullptr);
    sqlite3_create_function(raw, "least", 2, flags, nullptr, larger_or_smaller, nullptr, nullptr);
    script(
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA case_sensitive_like = ON;"
        "PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864");
  }

  void begin(bool writing) override {
    script(writing ? "PRAGMA query_only = OFF; BEGIN IMMEDIATE" : "PRAGMA query_only = ON; BEGIN");
  }
  void commit() override { script("COMMIT"); }
  // Nothing to do about a failed rollback: SQLite has rolled back by itself, or will when the file is next
  // opened.
  void rollback() noexcept override {
    if (sqlite3_get_autocommit(handle_.get()) == 0)
      sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  bool usable() const override { return sqlite3_get_autocommit(handle_.get()) != 0; }

  Found found() override {
    Found out;
    const auto number = [&](const char* sql) { return query_now(sql).at(0).number(0); };
    out.ours = number("PRAGMA application_id") == kApplicationId;
    out.version = static_cast<int>(number("PRAGMA user_version"));
    for (const auto& row : query_now("SELECT lower(name) FROM sqlite_schema WHERE type IN ('table', 'view') "
                                     "AND name NOT LIKE 'sqlite_%'"))
      out.tables.insert(row.text(0));
    return out;
  }
  void settle() override { script("PRAGMA journal_mode = WAL"); }
  void apply(std::string_view migration, int version) override {
    for (const auto& statement : statements_of(migration)) script(statement.sql.c_str());
    script(("PRAGMA user_version = " + std::to_string(version)).c_str());
    script(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
  }

  using Connection::execute;
  using Connection::query;
  std::vector<Row> query(std::string_view sql, std::span<const Value> values) override {
    std::vector<Row> out;
    each(sql, values, [&](const Row& row) {
      out.push_back(row);
      return true;
    });
    return out;
  }
  std::int64_t execute(std::string_view sql, std::span<const Value> values) override {
    return guarded([&] {
      const Use use(*this, sql, values);
      while (step(use.statement())) {
      }
      return sqlite3_stmt_readonly(use.statement()) != 0 ? std::int64_t{0} : sqlite3_changes64(handle_.get());
    });
  }
  void each(std::string_view sql, std::span<const Value> values,
            const std::function<bool(const Row&)>& each) override {
    guarded([&] {
      const Use use(*this, sql, values);
      while (step(use.statement())) {
        if (!each(row_of(use.statement()))) break;
      }
    });
  }
  Dialect dialect() const override { return Dialect::sqlite; }

 private:
  struct Kept {
    Prepared prepared;
    bool in_use = false;
  };
  // A statement for the time of one call, out of those kept or made anew.
  class Use {
   public:
    Use(SqliteSession& session, std::string_view sql, std::span<const Value> values) {
      auto found = session.kept_.find(sql);
      if (found == session.kept_.end()) {
        if (session.kept_.size() >= kMostPrepared)
          std::erase_if(session.kept_, [](const auto& kept) { return !kept.second.in_use; });
        found = session.kept_.emplace(std::string(sql), Kept{session.prepare(sql), false}).first;
      }
      if (found->second.in_use) {  // the same statement inside its own each()
        own_ = session.prepare(sql);
        statement_ = own_.get();
      } else {
        kept_ = &found->second;
        kept_->in_use = true;
        statement_ = kept_->prepared.get();
      }
      try {
        session.bind(statement_, values);
      } catch (...) {
        release();
        throw;
      }
    }
    ~Use() { release(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    sqlite3_stmt* statement() const { return statement_; }

   private:
    void release() {
      sqlite3_reset(statement_);
      sqlite3_clear_bindings(statement_);
      if (kept_ != nullptr) kept_->in_use = false;
    }
    Prepared own_;
    Kept* kept_ = nullptr;
    sqlite3_stmt* statement_ = nullptr;
  };

  [[noreturn]] void fail(int code) const {
    throw Failure(
        error_of(code & 0xFF, handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code), path_));
  }
  void script(const char* sql) const {
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
  }
  std::vector<Row> query_now(std::string_view sql) {
    std::vector<Row> out;
    const auto prepared = prepare(sql);
    while (step(prepared.get())) out.push_back(row_of(prepared.get()));
    return out;
  }
  Prepared prepare(std::string_view sql) const {
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, &rest);
    Prepared out(raw);
    if (code != SQLITE_OK) fail(code);
    const auto after = sql.substr(static_cast<std::size_t>(rest - sql.data()));
    if (raw == nullptr || after.find_first_not_of(" \t\r\n;") != std::string_view::npos)
      throw Failure({ErrorKind::failed, "one statement at a time"});
    return out;
  }
  void bind(sqlite3_stmt* statement, std::span<const Value> values) const {
    const int needed = sqlite3_bind_parameter_count(statement);
    check_count(values.size(), static_cast<std::size_t>(needed));
    for (int i = 1; i <= needed; ++i) {
      const auto& value = values[static_cast<std::size_t>(i - 1)].get();
      int code = SQLITE_OK;
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        code = sqlite3_bind_int64(statement, i, *number);
      } else if (const auto* text = std::get_if<std::string_view>(&value)) {
        check_text(*text);
        // The caller's text outlives the call; nothing is copied.
        code = sqlite3_bind_text64(statement, i, text->data() == nullptr ? "" : text->data(), text->size(),
                                   SQLITE_STATIC, SQLITE_UTF8);
      } else {
        code = sqlite3_bind_null(statement, i);
      }
      if (code != SQLITE_OK) fail(code);
    }
  }
  bool step(sqlite3_stmt* statement) const {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) fail(code);
    return false;
  }
  static Row row_of(sqlite3_stmt* statement) {
    const int columns = sqlite3_column_count(statement);
    std::vector<Row::Cell> cells;
    cells.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) {
      switch (sqlite3_column_type(statement, i)) {
        case SQLITE_NULL:
          cells.emplace_back(nullptr);
          break;
        case SQLITE_INTEGER:
        case SQLITE_FLOAT:
          cells.emplace_back(sqlite3_column_int64(statement, i));
          break;
        default:
          cells.emplace_back(std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, i)),
                                         static_cast<std::size_t>(sqlite3_column_bytes(statement, i))));
      }
    }
    return Row(std::move(cells));
  }

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, Kept, std::less<>> kept_;
};

}  // namespace

std::unique_ptr<Session> sqlite_session(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
      throw Failure({ErrorKind::cannot_open, "making the store's folder (" + folder.string() +
                                                 "): " + error.message() + ". Give another --db."});
    }
  }
  return std::make_unique<SqliteSession>(path);
}

}  // namespace utsyn::store
