// utsyn backup FILE and utsyn restore FILE: the whole store into one file, and back into an empty one.
#include <chrono>
#include <cstdio>

#include "app/options.h"
#include "app/restored.h"
#include "store/backup.h"
#include "store/existing.h"

namespace utsyn::app {
namespace {

std::string store_of(const Options& options) {
  return options.db.empty() ? default_store_path() : options.db;
}

store::BackupProgress progress_on_stderr() {
  return [](std::string_view table, std::int64_t rows) {
    if (rows > 0)
      std::fprintf(stderr, "%.*s: %lld rows\n", static_cast<int>(table.size()), table.data(),
                   static_cast<long long>(rows));
  };
}

int tell(const Options& options, const char* done, const store::Backup& backup) {
  if (options.json) {
    std::printf("{\"schema\":%d,\"created\":\"%s\",\"tables\":%lld,\"rows\":%lld,\"sha256\":\"%s\"}\n",
                backup.schema, format_time(backup.created).c_str(), static_cast<long long>(backup.tables),
                static_cast<long long>(backup.rows), backup.sha256.c_str());
  } else {
    std::printf("%s: %lld rows of %s, SHA-256 %s\n", done, static_cast<long long>(backup.rows),
                format_time(backup.created).c_str(), backup.sha256.c_str());
  }
  return 0;
}

// A token that was revoked after the backup is good again, and nobody else can know of it.
void warn(const Settled& settled, UtcTime backed_up) {
  if (settled.users == 0) return;
  std::fprintf(
      stderr,
      "utsyn: %lld sessions and %lld one-time links are ended; %lld messages that waited are shown as "
      "uncertain, %lld jobs are taken away.\n"
      "utsyn: %lld users and %lld API tokens are as they were at %s: disable and revoke again what was "
      "shut out since.\n",
      static_cast<long long>(settled.sessions), static_cast<long long>(settled.links),
      static_cast<long long>(settled.deliveries), static_cast<long long>(settled.jobs),
      static_cast<long long>(settled.users), static_cast<long long>(settled.tokens),
      format_time(backed_up).c_str());
}

}  // namespace

int backup(const Options& options) {
  if (options.db == "none") return refuse({"a backup needs a store: leave out --db none", 2});
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto made = store::back_up(store_of(options), options.backup_file, now, progress_on_stderr());
  if (!made) return refuse({made.error().message, 1});
  return tell(options, "backed up", *made);
}

int restore(const Options& options) {
  if (options.db == "none" || options.db.empty())
    return refuse({"name the store to restore into: --db PATH or --db postgresql://...", 2});
  const auto made = store::restore(options.db, options.backup_file, progress_on_stderr());
  if (!made) return refuse({made.error().message, 1});
  const auto sql = store::open_current(options.db);
  if (!sql) return refuse({sql.error().message, 1});
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  try {
    warn(settle_restored(**sql, now, made->created), made->created);
  } catch (const store::Failure& failure) {
    return refuse({failure.error().message, 1});
  }
  return tell(options, "restored", *made);
}

}  // namespace utsyn::app
