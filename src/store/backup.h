// Backup and restore. One file, the same for both databases, so that it also moves a site from SQLite to
// PostgreSQL or back.
//
// The file: "UTSYN-BACKUP 1\n", then frames, then SHA-256 of all before it. A frame is a letter, the size as
// it lies there and the size of its content (32 bits each, big-endian), and the content through zlib: h
// (JSON: schema, created), t (JSON: a table and its columns), r (rows of that table), e (JSON: the number of
// rows in all). A value in a row is 0 (NULL), 1 and 64 bits, or 2, a 32-bit size and UTF-8.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/error.h"
#include "store/sql.h"

namespace utsyn::store {

struct Backup {
  int schema = 0;
  UtcTime created{};
  std::int64_t tables = 0;
  std::int64_t rows = 0;
  std::string sha256;  // hex; the one at the end of the file
  bool operator==(const Backup&) const = default;
};

// Called with the name of each table when it is done, and now and then on the way through a large one.
using BackupProgress = std::function<void(std::string_view table, std::int64_t rows)>;

// While others read and write: everything as it was at one moment. The file must not exist yet; it has its
// name only when it is whole and has been read back.
Result<Backup, Error> back_up(Sql& sql, const std::string& file, UtcTime now,
                              const BackupProgress& progress = {});

// The same of a store as it is, of whatever version: it is not brought up to date for it.
Result<Backup, Error> back_up(const std::string& where, const std::string& file, UtcTime now,
                              const BackupProgress& progress = {});

// Reads the whole file and says what is in it, or why it is not to be trusted.
Result<Backup, Error> check_backup(const std::string& file);

// Into a store without any rows, which is made when there is none; all or nothing. A backup made by an older
// Utsyn is brought up to date.
Result<Backup, Error> restore(const std::string& where, const std::string& file,
                              const BackupProgress& progress = {});

}  // namespace utsyn::store
