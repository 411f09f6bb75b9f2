// PostgreSQL 15 behind sql.h, through libpq. Values go out and come back as text; a write takes the one lock
// of the installation, a read one snapshot. What is shown to people never holds the password.
#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <map>

#include "base/text.h"
#include "store/migrations.h"
#include "store/session.h"
#include "store/sql_text.h"

namespace utsyn::store {
namespace {

constexpr int kOldestServer = 150'000;
constexpr std::size_t kMostPreparedByServer = 512;
constexpr std::string_view kFetchedRows = "1000";
// Types by their numbers in every PostgreSQL (pg_type.dat).
constexpr Oid kBool = 16;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kFloat8 = 701;
constexpr Oid kNumeric = 1700;

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

// What the address says, or nothing when it cannot be read. libpq's own words on a bad address repeat it,
// password and all, so nobody sees them.
struct Address {
  std::string shown;
  std::string password;
};
std::optional<Address> read_address(const std::string& text) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(PQconninfoParse(text.c_str(), &error));
  if (error != nullptr) PQfreemem(error);
  if (!options) return std::nullopt;
  std::map<std::string, std::string> given;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) given[option->keyword] = option->val;
  }
  const auto host = given.contains("host") ? given["host"] : given["hostaddr"];
  Address out{"postgresql://", given["password"]};
  if (!given["user"].empty()) out.shown += given["user"] + "@";
  out.shown += host;
  if (!given["port"].empty()) out.shown += ":" + given["port"];
  if (!given["dbname"].empty()) out.shown += "/" + given["dbname"];
  return out;
}

std::string first_line(std::string_view text) { return std::string(trim(cut(text, '\n'))); }

std::int64_t number_of(std::string_view text) {
  // The whole part of sums and averages, which come as numeric.
  text = cut(text, '.');
  std::int64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    throw Failure({ErrorKind::failed, "a number does not fit: " + std::string(text)});
  return out;
}

class PostgresSession final : public Session {
 public:
  explicit PostgresSession(const std::string& address) {
    const auto known = read_address(address);
    if (!known) {
      throw Failure({ErrorKind::cannot_open,
                     std::string(kSomeStep) +
                         ": the address cannot be read. Write it as postgresql://user@host:5432/database."});
    }
    shown_ = known->shown;
    password_ = known->password;
    // What stands after the address counts more than it.
    const std::array<const char*, 6> names = {
        "connect_timeout", "fallback_application_name", "dbname", "client_encoding", "options", nullptr};
    const std::array<const char*, 6> values = {"10", "utsyn", address.c_str(), "UTF8", nullptr, nullptr};
    connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
      throw Failure({ErrorKind::cannot_open,
                     std::string(kSomeStep) + " (" + shown_ + "): " + hidden(said()) +
                         ". Check that the server runs and lets this user in, or give another --db."});
    }
    PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
    if (PQserverVersion(connection_.get()) < kOldestServer) {
      throw Failure({ErrorKind::cannot_open, std::string(kSomeStep) + " (" + shown_ +
                                                 "): the server is older than PostgreSQL 15. Upgrade it."});
    }
    if (const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
        encoding == nullptr || std::string_view(encoding) != "UTF8") {
      throw Failure(
          {ErrorKind::cannot_open,
           std::string(kSomeStep) + " (" + shown_ +
               "): the database does not keep UTF-8. Make one with CREATE DATABASE ... ENCODING 'UTF8'."});
    }
    script(
        "SET synchronous_commit = on; SET standard_conforming_strings = on; SET lock_timeout = '5s';"
        "SET extra_float_digits = 1; SET DateStyle = ISO");
  }

  void begin(bool writing) override {
    if (!writing) return script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    script("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    try {
      // One writer in the whole installation; freed by the server when the transaction ends, however it ends.
      script(("SELECT pg_advisory_xact_lock(" + std::to_string(kApplicationId) + ")").c_str());
    } catch (...) {
      rollback();
      throw;
    }
  }
  void commit() override { script("COMMIT"); }
  void rollback() noexcept override {
    if (usable()) Answer(PQexec(connection_.get(), "ROLLBACK"));
  }
  bool usable() const override { return PQstatus(connection_.get()) == CONNECTION_OK; }

  Found found() override {
    Found out;
    for (const auto& row :
         query_now("SELECT lower(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON "
                   "n.oid = c.relnamespace "
                   "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"))
      out.tables.insert(row.text(0));
    if (!out.tables.contains(std::string(kSchemaTable))) return out;
    out.tables.erase(std::string(kSchemaTable));
    for (const auto& row : query_now("SELECT application, version FROM utsyn_schema")) {
      out.ours = row.number(0) == kApplicationId;
      out.version = static_cast<int>(row.number(1));
    }
    return out;
  }
  void apply(std::string_view migration, int version) override {
    for (const auto& statement : statements_of(migration)) {
      if (!statement.sqlite_only) script(schema_to_postgresql(statement.sql).c_str());
    }
    script("CREATE TABLE IF NOT EXISTS utsyn_schema (application BIGINT NOT NULL, version BIGINT NOT NULL)");
    script("DELETE FROM utsyn_schema");
    script(("INSERT INTO utsyn_schema VALUES (" + std::to_string(kApplicationId) + ", " +
            std::to_string(version) + ")")
               .c_str());
  }

  using Connection::execute;
  using Connection::query;
  std::vector<Row> query(std::string_view sql, std::span<const Value> values) override {
    return guarded([&] { return rows_of(ask(sql, values)); });
  }
  std::int64_t execute(std::string_view sql, std::span<const Value> values) override {
    return guarded([&] {
      const auto answer = ask(sql, values);
      if (PQresultStatus(answer.get()) == PGRES_TUPLES_OK &&
          std::string_view(PQcmdStatus(answer.get())).starts_with("SELECT"))
        return std::int64_t{0};
      const std::string_view changed = PQcmdTuples(answer.get());
      return changed.empty() ? 0 : number_of(changed);
    });
  }
  void each(std::string_view sql, std::span<const Value> values,
            const std::function<bool(const Row&)>& each) override {
    guarded([&] {
      // A cursor, so that `each` may ask for other things meanwhile.
      check_count(values.size(), parameters_of(sql));
      const auto name = "rows_" + std::to_string(++cursors_);
      const Arguments arguments(values);
      const auto declare = "DECLARE " + name + " NO SCROLL CURSOR FOR " + to_postgresql(sql);
      checked(PQexecParams(connection_.get(), declare.c_str(), arguments.count(), arguments.types.data(),
                           arguments.values.data(), nullptr, nullptr, 0));
      const auto fetch = "FETCH " + std::string(kFetchedRows) + " FROM " + name;
      for (bool more = true; more;) {
        const auto rows = rows_of(checked(PQexec(connection_.get(), fetch.c_str())));
        more = !rows.empty();
        for (const auto& row : rows) {
          more = each(row);
          if (!more) break;
        }
      }
      script(("CLOSE " + name).c_str());
    });
  }
  void insert(std::string_view table, std::span<const std::string> columns,
              std::span<const std::vector<Row::Cell>> rows) override {
    guarded([&] {
      std::string lines;
      for (const auto& row : rows) {
        check_count(row.size(), columns.size());
        for (std::size_t i = 0; i < row.size(); ++i) add_copied(lines, i == 0 ? "" : "\t", row[i]);
        lines += '\n';
      }
      const auto copy = "COPY " + std::string(table) + " (" + quoted_list(columns) + ") FROM STDIN";
      const Answer begun(PQexec(connection_.get(), copy.c_str()));
      if (PQresultStatus(begun.get()) != PGRES_COPY_IN) checked(PQexec(connection_.get(), copy.c_str()));
      constexpr std::size_t most_at_once = std::size_t{1} << 20U;
      for (std::string_view rest = lines; !rest.empty();) {
        const auto part = rest.substr(0, most_at_once);
        rest.remove_prefix(part.size());
        // A failure shows itself at the end, with its reason.
        if (PQputCopyData(connection_.get(), part.data(), static_cast<int>(part.size())) != 1) break;
      }
      PQputCopyEnd(connection_.get(), nullptr);
      checked(PQgetResult(connection_.get()));
      while (const Answer more{PQgetResult(connection_.get())}) {
      }
    });
  }
  Dialect dialect() const override { return Dialect::postgresql; }

 private:
  static constexpr std::string_view kSchemaTable = "utsyn_schema";

  // Values as libpq takes them: text with the type that the value has; a NULL takes the type of its place.
  struct Arguments {
    explicit Arguments(std::span<const Value> given) {
      texts.reserve(given.size());
      for (const auto& value : given) {
        const auto& one = value.get();
        if (const auto* number = std::get_if<std::int64_t>(&one)) {
          texts.push_back(std::to_string(*number));
          types.push_back(kInt8);
        } else if (const auto* text = std::get_if<std::string_view>(&one)) {
          check_text(*text);
          texts.emplace_back(*text);
          types.push_back(kText);
        } else {
          texts.emplace_back();
          types.push_back(0);
        }
        values.push_back(std::holds_alternative<std::nullptr_t>(one) ? nullptr : texts.back().c_str());
      }
    }
    int count() const { return static_cast<int>(values.size()); }
    std::vector<std::string> texts;
    std::vector<const char*> values;
    std::vector<Oid> types;
  };

  // As COPY reads it.
  static void add_copied(std::string& out, std::string_view before, const Row::Cell& cell) {
    out += before;
    if (const auto* number = std::get_if<std::int64_t>(&cell)) {
      out += std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      check_text(*text);
      for (const char c : *text) {
        if (c == '\\') {
          out += "\\\\";
        } else if (c == '\t') {
          out += "\\t";
        } else if (c == '\n') {
          out += "\\n";
        } else if (c == '\r') {
          out += "\\r";
        } else {
          out += c;
        }
      }
    } else {
      out += "\\N";
    }
  }

  struct Kept {
    std::string name;
    std::size_t parameters = 0;
  };

  Answer ask(std::string_view sql, std::span<const Value> given) {
    const Arguments arguments(given);
    std::string key(sql);
    for (const auto type : arguments.types) key += type == kInt8 ? 'i' : type == kText ? 't' : 'n';
    auto found = kept_.find(key);
    if (found == kept_.end()) {
      if (kept_.size() >= kMostPreparedByServer) {
        script("DEALLOCATE ALL");
        kept_.clear();
      }
      Kept kept{"s" + std::to_string(++prepared_), parameters_of(sql)};
      check_count(given.size(), kept.parameters);
      checked(PQprepare(connection_.get(), kept.name.c_str(), to_postgresql(sql).c_str(), arguments.count(),
                        arguments.types.data()));
      found = kept_.emplace(std::move(key), std::move(kept)).first;
    }
    check_count(given.size(), found->second.parameters);
    return checked(PQexecPrepared(connection_.get(), found->second.name.c_str(), arguments.count(),
                                  arguments.values.data(), nullptr, nullptr, 0));
  }
  void script(const char* sql) { checked(PQexec(connection_.get(), sql)); }
  std::vector<Row> query_now(const char* sql) { return rows_of(checked(PQexec(connection_.get(), sql))); }

  static std::vector<Row> rows_of(const Answer& answer) {
    const int columns = PQnfields(answer.get());
    const int count = PQntuples(answer.get());
    std::vector<Row> out;
    out.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      std::vector<Row::Cell> cells;
      cells.reserve(static_cast<std::size_t>(columns));
      for (int column = 0; column < columns; ++column) cells.push_back(cell_of(answer.get(), i, column));
      out.emplace_back(std::move(cells));
    }
    return out;
  }
  static Row::Cell cell_of(const PGresult* answer, int row, int column) {
    if (PQgetisnull(answer, row, column) != 0) return nullptr;
    const std::string_view text(PQgetvalue(answer, row, column),
                                static_cast<std::size_t>(PQgetlength(answer, row, column)));
    switch (PQftype(answer, column)) {
      case kInt2:
      case kInt4:
      case kInt8:
      case kFloat8:
      case kNumeric:
        return number_of(text);
      case kBool:
        return std::int64_t{text == "t" ? 1 : 0};
      default:
        return std::string(text);
    }
  }

  Answer checked(PGresult* raw) {
    Answer answer(raw);
    const auto status = PQresultStatus(raw);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return answer;
    const char* state = raw == nullptr ? nullptr : PQresultErrorField(raw, PG_DIAG_SQLSTATE);
    const char* message = raw == nullptr ? nullptr : PQresultErrorField(raw, PG_DIAG_MESSAGE_PRIMARY);
    throw Failure(error_of(state == nullptr ? "" : state, message == nullptr ? said() : first_line(message)));
  }
  std::string said() const { return first_line(PQerrorMessage(connection_.get())); }
  std::string hidden(std::string text) const {
    if (password_.empty()) return text;
    for (auto at = text.find(password_); at != std::string::npos; at = text.find(password_, at + 3))
      text.replace(at, password_.size(), "***");
    return text;
  }
  Error error_of(std::string_view state, const std::string& said) const {
    const auto say = [&](ErrorKind kind, const std::string& next) {
      return Error{kind, std::string(kSomeStep) + " (" + shown_ + "): " + hidden(said) + ". " + next};
    };
    if (!usable()) {
      return say(
          ErrorKind::failed,
          "The connection to the database was lost on the way, and it may not have been stored. See that "
          "the server runs, then try again.");
    }
    if (state == "55P03" || state == "40P01" || state == "40001") {
      return say(ErrorKind::locked,
                 "Another process is writing to the store; wait for it or end it, then try again.");
    }
    if (state == "53100") {
      return say(ErrorKind::disk_full,
                 "The disk of the database is full; free some space and try again. Nothing was half stored.");
    }
    if (state == "42501" || state == "25006" || state.starts_with("28")) {
      return say(ErrorKind::cannot_open,
                 "The store may not be written to; check the rights of the user, or give another --db.");
    }
    if (state == "XX001" || state == "XX002")
      return say(ErrorKind::corrupt, "The store is damaged; restore it from a backup.");
    return say(ErrorKind::failed, "Try again; if it comes back, look into the log of the database.");
  }

  std::string shown_;
  std::string password_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::map<std::string, Kept, std::less<>> kept_;
  std::uint64_t prepared_ = 0;
  std::uint64_t cursors_ = 0;
};

}  // namespace

std::unique_ptr<Session> postgresql_session(const std::string& address) {
  return std::make_unique<PostgresSession>(address);
}

std::string shown(const std::string& where) {
  if (!is_postgresql(where)) return where;
  const auto known = read_address(where);
  return known ? known->shown : "postgresql://...";
}

}  // namespace utsyn::store
