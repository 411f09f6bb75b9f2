#include "store/backup.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "store/migrations.h"
#include "store/session.h"
#include "store/store.h"

namespace utsyn::store {
namespace {

namespace json = boost::json;

constexpr std::string_view kMark = "UTSYN-BACKUP 1\n";
constexpr std::size_t kBlock = std::size_t{1} << 20U;      // rows are packed when they come to so much
constexpr std::size_t kLargest = std::size_t{512} << 20U;  // content of a frame; no row comes near
constexpr std::size_t kMostUnpacked = 1100;                // zlib makes of one byte at most about 1032
constexpr std::size_t kHashSize = 32;
constexpr std::size_t kRowsAtOnce = 5000;
constexpr std::int64_t kTellEvery = 1'000'000;  // rows

[[noreturn]] void refuse(ErrorKind kind, const std::string& message) { throw Failure({kind, message}); }

// SHA-256 of what streams by.
class Hash {
 public:
  Hash() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
  }
  void add(ByteView bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  Bytes end() {
    Bytes out(kHashSize);
    EVP_DigestFinal_ex(context_.get(), out.data(), nullptr);
    return out;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct Frame {
  char kind = 0;
  Bytes content;
};

class Writer {
 public:
  explicit Writer(const std::string& path) : path_(path) {
    // Hashes of passwords are in it: for its owner alone.
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor >= 0) file_.reset(fdopen(descriptor, "wb"));
    if (!file_) fail();
    put(as_bytes(kMark));
  }
  void frame(char kind, ByteView content) {
    if (content.size() > kLargest)
      refuse(ErrorKind::failed, "writing the backup: a row is too large to be kept");
    uLongf packed_size = compressBound(content.size());
    Bytes packed(packed_size);
    if (compress2(packed.data(), &packed_size, content.data(), content.size(), Z_DEFAULT_COMPRESSION) != Z_OK)
      refuse(ErrorKind::failed, "writing the backup: packing failed");
    ByteWriter head;
    head.u8(static_cast<unsigned char>(kind));
    head.u32(static_cast<std::uint32_t>(packed_size));
    head.u32(static_cast<std::uint32_t>(content.size()));
    put(head.view());
    put(ByteView(packed).first(packed_size));
  }
  void frame(char kind, const json::object& content) { frame(kind, as_bytes(json::serialize(content))); }
  std::string end() {
    const auto hash = hash_.end();
    if (std::fwrite(hash.data(), 1, hash.size(), file_.get()) != hash.size() ||
        std::fflush(file_.get()) != 0 || fsync(fileno(file_.get())) != 0)
      fail();
    file_.reset();
    return to_hex(hash);
  }

 private:
  void put(ByteView bytes) {
    hash_.add(bytes);
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail();
  }
  [[noreturn]] void fail() const {
    const int error = errno;
    refuse(error == ENOSPC ? ErrorKind::disk_full : ErrorKind::cannot_open,
           "writing the backup (" + path_ + "): " + std::strerror(error) +
               ". See that the folder exists, may be written to and has room.");
  }
  std::string path_;
  File file_;
  Hash hash_;
};

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "rbe")) {
    std::error_code error;
    const auto size =
        std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
    if (!file_ || error) {
      refuse(ErrorKind::cannot_open,
             "reading the backup (" + path + "): it cannot be opened. Check the path and its permissions.");
    }
    if (size < kMark.size() + kHashSize || as_text(take(kMark.size())) != kMark)
      refuse(ErrorKind::not_a_store,
             "reading the backup (" + path + "): this is no backup of Utsyn. Give another file.");
    left_ = size - kMark.size() - kHashSize;
  }
  // Nothing at the end, once the hash there is found to be right.
  std::optional<Frame> next() {
    if (left_ == 0) {
      const auto expected = hash_.end();
      Bytes found(kHashSize);
      if (std::fread(found.data(), 1, found.size(), file_.get()) != found.size() || found != expected)
        damaged();
      sha256_ = to_hex(expected);
      return std::nullopt;
    }
    constexpr std::size_t head_size = 9;
    if (left_ < head_size) damaged();
    const auto head_bytes = take(head_size);
    ByteReader head(head_bytes);
    Frame out;
    out.kind = static_cast<char>(*head.u8());
    const std::size_t packed_size = *head.u32();
    const std::size_t size = *head.u32();
    left_ -= head_size;
    if (packed_size > left_ || size > kLargest || size > packed_size * kMostUnpacked + head_size) damaged();
    const auto packed = take(packed_size);
    left_ -= packed_size;
    out.content.resize(size);
    uLongf unpacked = size;
    if (uncompress(out.content.data(), &unpacked, packed.data(), packed.size()) != Z_OK || unpacked != size)
      damaged();
    return out;
  }
  const std::string& sha256() const { return sha256_; }
  [[noreturn]] void damaged() const {
    refuse(ErrorKind::corrupt,
           "reading the backup (" + path_ +
               "): it is cut off or was altered. Nothing was restored; use another backup.");
  }

 private:
  Bytes take(std::size_t size) {
    Bytes out(size);
    if (std::fread(out.data(), 1, size, file_.get()) != size) damaged();
    hash_.add(out);
    return out;
  }
  std::string path_;
  File file_;
  Hash hash_;
  std::uintmax_t left_ = 0;
  std::string sha256_;
};

void write_cell(ByteWriter& out, const Row::Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    const auto bits = static_cast<std::uint64_t>(*number);
    out.u8(1);
    out.u32(static_cast<std::uint32_t>(bits >> 32U));
    out.u32(static_cast<std::uint32_t>(bits & 0xFFFFFFFFU));
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    out.u8(2);
    out.u32(static_cast<std::uint32_t>(text->size()));
    out.text(*text);
  } else {
    out.u8(0);
  }
}

std::optional<Row::Cell> read_cell(ByteReader& in) {
  const auto kind = in.u8();
  if (!kind) return std::nullopt;
  if (*kind == 0) return Row::Cell(nullptr);
  if (*kind == 1) {
    const auto high = in.u32();
    const auto low = in.u32();
    if (!low) return std::nullopt;
    return Row::Cell(static_cast<std::int64_t>(std::uint64_t{*high} << 32U | *low));
  }
  if (*kind != 2) return std::nullopt;
  const auto size = in.u32();
  if (!size) return std::nullopt;
  const auto text = in.take(*size);
  if (!text) return std::nullopt;
  return Row::Cell(std::string(as_text(*text)));
}

std::vector<std::string> columns_of(Connection& connection, const std::string& table) {
  std::vector<std::string> out;
  const bool sqlite = connection.dialect() == Dialect::sqlite;
  for (const auto& row : connection.query(sqlite ? "SELECT name FROM pragma_table_info(?1) ORDER BY cid"
                                                 : R"(SELECT column_name FROM information_schema.columns
                       WHERE table_schema = current_schema() AND table_name = ?1 ORDER BY ordinal_position)",
                                          {table}))
    out.push_back(row.text(0));
  return out;
}

int version_of(Connection& connection) {
  const bool sqlite = connection.dialect() == Dialect::sqlite;
  if (!sqlite && connection.query("SELECT to_regclass('utsyn_schema') IS NULL").at(0).truth(0)) return 0;
  const auto row = connection.first(sqlite ? "SELECT user_version FROM pragma_user_version"
                                           : "SELECT version FROM utsyn_schema");
  return row ? static_cast<int>(row->number(0)) : 0;
}

// A damaged SQLite file is found before it is taken for a good backup; PostgreSQL sees to its own pages.
void check_pages(Connection& connection) {
  if (connection.dialect() != Dialect::sqlite) return;
  const auto said = connection.query("SELECT * FROM pragma_integrity_check").at(0).text(0);
  if (said != "ok") {
    refuse(ErrorKind::corrupt,
           "checking the store: it is damaged (" + said + "). Restore it from an earlier backup.");
  }
  if (connection.first("SELECT 1 FROM pragma_foreign_key_check"))
    refuse(ErrorKind::corrupt,
           "checking the store: rows refer to others that are gone. Restore it from a backup.");
}

std::int64_t write_table(Connection& connection, Writer& writer, const std::string& table,
                         const BackupProgress& progress) {
  const auto columns = columns_of(connection, table);
  writer.frame('t', json::object{{"table", table}, {"columns", json::array(columns.begin(), columns.end())}});
  std::int64_t rows = 0;
  ByteWriter block;
  connection.each("SELECT " + quoted_list(columns) + " FROM " + table, {}, [&](const Row& row) {
    for (const auto& cell : row.cells()) write_cell(block, cell);
    if (block.size() >= kBlock) writer.frame('r', block.take()), block = {};
    if (++rows % kTellEvery == 0 && progress) progress(table, rows);
    return true;
  });
  if (block.size() > 0) writer.frame('r', block.view());
  if (progress) progress(table, rows);
  return rows;
}

// What each part of a backup is given to. Both calls may throw.
struct Taker {
  std::function<void(const std::string& table, std::vector<std::string> columns)> table;
  std::function<void(std::vector<std::vector<Row::Cell>> rows)> rows;
};

json::object object_in(const Reader& reader, const Bytes& content) {
  boost::system::error_code error;
  auto value = json::parse(as_text(content), error);
  if (error || !value.is_object()) reader.damaged();
  return std::move(value.get_object());
}

Backup read_backup(const std::string& file, const Taker& taker) {
  Reader reader(file);
  Backup out;
  bool ended = false;
  std::size_t width = 0;
  while (const auto frame = reader.next()) {
    if (ended || (out.schema == 0) != (frame->kind == 'h')) reader.damaged();
    if (frame->kind == 'r') {
      if (width == 0) reader.damaged();
      ByteReader in(frame->content);
      std::vector<std::vector<Row::Cell>> rows;
      while (!in.empty()) {
        auto& row = rows.emplace_back();
        row.reserve(width);
        for (std::size_t i = 0; i < width; ++i) {
          auto cell = read_cell(in);
          if (!cell) reader.damaged();
          row.push_back(std::move(*cell));
        }
        ++out.rows;
        if (rows.size() < kRowsAtOnce || !taker.rows) continue;
        taker.rows(std::move(rows));
        rows.clear();
      }
      if (taker.rows && !rows.empty()) taker.rows(std::move(rows));
      continue;
    }
    const auto content = object_in(reader, frame->content);
    const auto whole = [&](std::string_view name) -> std::int64_t {
      const auto* value = content.if_contains(name);
      if (value == nullptr || !value->is_int64() || value->get_int64() < 0) reader.damaged();
      return value->get_int64();
    };
    if (frame->kind == 'h') {
      out.schema = static_cast<int>(std::min<std::int64_t>(whole("schema"), 1'000'000));
      out.created = from_unix(whole("created"));
      if (out.schema == 0) reader.damaged();
      if (out.schema > schema_version()) {
        refuse(ErrorKind::newer_version, "reading the backup (" + file +
                                             "): it was made by a newer Utsyn (schema " +
                                             std::to_string(out.schema) + ", this one knows " +
                                             std::to_string(schema_version()) + "). Upgrade Utsyn first.");
      }
    } else if (frame->kind == 't') {
      const auto* name = content.if_contains("table");
      const auto* list = content.if_contains("columns");
      if (name == nullptr || !name->is_string() || list == nullptr || !list->is_array()) reader.damaged();
      std::vector<std::string> columns;
      for (const auto& column : list->get_array()) {
        if (!column.is_string()) reader.damaged();
        columns.emplace_back(column.get_string());
      }
      width = columns.size();
      ++out.tables;
      if (taker.table) taker.table(std::string(name->get_string()), std::move(columns));
    } else if (frame->kind == 'e') {
      if (whole("rows") != out.rows) reader.damaged();
      ended = true;
    } else {
      reader.damaged();
    }
  }
  if (!ended) reader.damaged();
  out.sha256 = reader.sha256();
  return out;
}

// As values, for people; what went wrong inside the database is said to have happened during `step`.
template <class Step>
Result<Backup, Error> guarded(std::string_view what, Step step) {
  try {
    return step();
  } catch (const Failure& failure) {
    return unexpected(during(what, failure.error()));
  }
}

void check_empty(const std::string& where, int schema) {
  const auto session = is_postgresql(where) ? postgresql_session(where) : sqlite_session(where);
  const auto found = session->found();
  const auto taken = [&](const std::string& why) {
    refuse(ErrorKind::failed, "restoring into the store (" + shown(where) + "): " + why +
                                  ". Give a new --db; nothing was touched.");
  };
  if (found.tables.empty() && found.version == 0) return;
  if (!found.ours) taken("it is a database of another program");
  if (found.version != schema) taken("it is in use already");
  session->transact(false, [&](Connection& connection) {
    for (const auto& table : found.tables) {
      if (connection.first("SELECT 1 FROM " + quoted_list(std::span(&table, 1)) + " LIMIT 1"))
        taken("it is not empty");
    }
  });
}

}  // namespace

Result<Backup, Error> back_up(Sql& sql, const std::string& file, UtcTime now,
                              const BackupProgress& progress) {
  return guarded("backing up the store", [&] {
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
      refuse(ErrorKind::cannot_open,
             "writing the backup (" + file +
                 "): there is such a file already, and it is kept. Give another name.");
    }
    const auto unfinished = file + ".unfinished";
    Backup written;
    try {
      sql.read([&](Connection& connection) {
        check_pages(connection);
        Writer writer(unfinished);
        written.schema = version_of(connection);
        written.created = now;
        writer.frame('h', json::object{{"schema", written.schema}, {"created", to_unix(now)}});
        for (const auto& table : tables_of(written.schema)) {
          written.rows += write_table(connection, writer, table, progress);
          ++written.tables;
        }
        writer.frame('e', json::object{{"rows", written.rows}});
        written.sha256 = writer.end();
      });
      if (read_backup(unfinished, {}) != written) {
        refuse(ErrorKind::corrupt, "reading the backup back (" + file +
                                       "): it is not what was written. Look at the health of the disk.");
      }
    } catch (...) {
      std::filesystem::remove(unfinished, error);
      throw;
    }
    std::filesystem::rename(unfinished, file, error);
    if (error)
      refuse(ErrorKind::cannot_open,
             "writing the backup (" + file + "): " + error.message() + ". Check the folder.");
    return written;
  });
}

Result<Backup, Error> back_up(const std::string& where, const std::string& file, UtcTime now,
                              const BackupProgress& progress) {
  return guarded("backing up the store", [&] {
    const auto none = [&] {
      refuse(ErrorKind::cannot_open,
             "backing up the store (" + shown(where) + "): there is no store. Check --db.");
    };
    std::error_code error;
    if (!is_postgresql(where) && !std::filesystem::exists(where, error)) none();
    auto opened = open_sql(where, 0);
    if (!opened) throw Failure(opened.error());
    if ((*opened)->read([](Connection& connection) { return version_of(connection); }) == 0) none();
    auto made = back_up(**opened, file, now, progress);
    if (!made) throw Failure(made.error());
    return *made;
  });
}

Result<Backup, Error> check_backup(const std::string& file) {
  return guarded("reading the backup", [&] { return read_backup(file, {}); });
}

Result<Backup, Error> restore(const std::string& where, const std::string& file,
                              const BackupProgress& progress) {
  return guarded("restoring into the store", [&] {
    // All of it is read once before the store is touched, for its hash.
    const auto known = read_backup(file, {});
    check_empty(where, known.schema);
    auto opened = open_sql(where, known.schema);
    if (!opened) throw Failure(opened.error());
    const auto tables = tables_of(known.schema);
    (*opened)->write([&](Connection& connection) {
      if (connection.dialect() == Dialect::sqlite) connection.execute("PRAGMA defer_foreign_keys = ON");
      std::string table;
      std::vector<std::string> columns;
      std::int64_t rows = 0;
      const auto tell = [&] {
        if (progress && !table.empty()) progress(table, rows);
      };
      const auto odd = [&](const std::string& why) {
        refuse(ErrorKind::corrupt, "reading the backup (" + file + "): " + why);
      };
      Taker taker;
      taker.table = [&](const std::string& name, std::vector<std::string> given) {
        tell();
        if (std::find(tables.begin(), tables.end(), name) == tables.end())
          odd("it has a table that no store has");
        const auto expected = columns_of(connection, name);
        if (!std::is_permutation(given.begin(), given.end(), expected.begin(), expected.end()))
          odd("its table " + name + " has other columns than a store of its version");
        table = name;
        columns = std::move(given);
        rows = 0;
      };
      taker.rows = [&](std::vector<std::vector<Row::Cell>> some) {
        connection.insert(table, columns, some);
        const auto before = rows;
        rows += static_cast<std::int64_t>(some.size());
        if (before / kTellEvery != rows / kTellEvery) tell();
      };
      if (read_backup(file, taker) != known) odd("it changed while it was read");
      tell();
      check_pages(connection);
    });
    opened->reset();
    // Reopened as the service will open it, and brought up to date.
    if (const auto again = open_sql(where); !again) throw Failure(again.error());
    return known;
  });
}

}  // namespace utsyn::store
