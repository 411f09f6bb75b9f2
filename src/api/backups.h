// Backups that an administrator asks for while the service runs: one at a time, on a thread of its own, into
// the folder beside the store. The files themselves are the list: what was copied away or put there by
// `utsyn backup` is seen too.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "store/events.h"
#include "store/sql.h"

namespace utsyn::api {

inline constexpr std::string_view kBackupEnding = ".utsyn-backup";

struct BackupFile {
  std::string name;
  UtcTime changed{};
  std::int64_t size_bytes = 0;
  std::string sha256;  // as the end of the file says; utsyn restore holds the whole file against it
};

class Backups {
 public:
  Backups(std::shared_ptr<store::Sql> sql, std::string folder, std::function<UtcTime()> now);
  ~Backups() = default;  // waits for the one under way
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;

  // False while another is under way.
  bool start(const store::Actor& actor);

  struct State {
    std::optional<UtcTime> running;  // since
    std::string name;                // of the one under way, or the latest
    std::int64_t rows = 0;
    std::string error;  // of the latest; empty when it went well
  };
  State state() const;
  std::vector<BackupFile> files() const;  // newest first, at most 500
  const std::string& folder() const { return folder_; }

 private:
  void make(const store::Actor& actor, const std::string& name, UtcTime started);

  std::shared_ptr<store::Sql> sql_;
  std::string folder_;
  std::function<UtcTime()> now_;
  mutable std::mutex mutex_;
  State state_;
  std::jthread thread_;
};

}  // namespace utsyn::api
