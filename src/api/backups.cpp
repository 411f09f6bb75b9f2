#include "api/backups.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "api/log.h"
#include "base/text.h"
#include "store/backup.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::size_t kMostListed = 500;
constexpr std::size_t kHashBytes = 32;

// utsyn-20261120T100000Z.utsyn-backup
std::string name_of(UtcTime time) {
  auto stamp = format_time(time);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("utsyn-{}{}", stamp, kBackupEnding);
}

std::string last_bytes_hex(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, kHashBytes> bytes{};
  file.seekg(-static_cast<std::streamoff>(kHashBytes), std::ios::end);
  if (!file || !file.read(bytes.data(), kHashBytes)) return {};
  return to_hex(as_bytes(std::string_view(bytes.data(), bytes.size())));
}

}  // namespace

Backups::Backups(std::shared_ptr<store::Sql> sql, std::string folder, std::function<UtcTime()> now)
    : sql_(std::move(sql)), folder_(std::move(folder)), now_(std::move(now)) {}

bool Backups::start(const store::Actor& actor) {
  const std::lock_guard lock(mutex_);
  if (state_.running) return false;
  const auto now = now_();
  state_ = {now, name_of(now), 0, ""};
  thread_ = std::jthread([this, actor, name = state_.name, now] { make(actor, name, now); });
  return true;
}

void Backups::make(const store::Actor& actor, const std::string& name, UtcTime started) {
  std::string error;
  store::Backup done;
  try {
    // Hashes of passwords are in it: the folder is its owner's alone.
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
    const auto made =
        store::back_up(*sql_, (fs::path(folder_) / name).string(), started,
                       [this, now_at = std::string(), before = std::int64_t{0}, here = std::int64_t{0}](
                           std::string_view table, std::int64_t rows) mutable {
                         if (table != now_at) before += here;
                         now_at = table;
                         here = rows;
                         const std::lock_guard lock(mutex_);
                         state_.rows = before + here;
                       });
    if (made)
      done = *made;
    else
      error = made.error().message;
    sql_->write([&](store::Connection& connection) {
      json::object detail{{"file", name}};
      if (error.empty()) {
        detail["rows"] = done.rows;
        detail["sha256"] = done.sha256;
      } else {
        detail["error"] = printable(error, 500);
      }
      store::append_audit(connection, now_(), actor, error.empty() ? "backup.make" : "backup.fail", "", name,
                          json::serialize(detail));
    });
  } catch (const std::exception& failure) {
    error = failure.what();
  }
  if (!error.empty()) log_note("backup", error);
  const std::lock_guard lock(mutex_);
  state_.running.reset();
  state_.error = error;
  if (error.empty()) state_.rows = done.rows;
}

Backups::State Backups::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::vector<BackupFile> Backups::files() const {
  std::vector<BackupFile> out;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code broken;
    const auto name = entry->path().filename().string();
    if (!entry->is_regular_file(broken) || !name.ends_with(kBackupEnding)) continue;
    struct stat about{};
    if (::stat(entry->path().c_str(), &about) != 0) continue;
    out.push_back({name, from_unix(about.st_mtime), about.st_size, ""});
  }
  std::ranges::sort(out, [](const BackupFile& a, const BackupFile& b) {
    return a.changed != b.changed ? a.changed > b.changed : a.name > b.name;
  });
  if (out.size() > kMostListed) out.resize(kMostListed);
  for (auto& file : out) file.sha256 = last_bytes_hex(fs::path(folder_) / file.name);
  return out;
}

}  // namespace utsyn::api
