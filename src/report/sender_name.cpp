// "machine/process/began/chance": the machine is its start (boot_id) and the space its process numbers are
// of, since containers have their own; numbers of processes are used again, the moment one began is not.
#include "report/sender_name.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <optional>

#include "base/id.h"
#include "base/text.h"

namespace utsyn::report {
namespace {

std::string machine() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string boot;
  std::getline(file, boot);
  struct stat space{};
  if (boot.empty() || ::stat("/proc/self/ns/pid", &space) != 0) return {};
  return fmt::format("{}:{}", boot, space.st_ino);
}

// In clock ticks since the machine started (proc(5), the 22nd field of stat). The name of the program, which
// is the second, may hold anything, so that fields are counted from its closing bracket.
std::optional<std::string> began(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const auto name_ends = line.rfind(") ");
  if (name_ends == std::string::npos) return std::nullopt;
  const auto fields = split(std::string_view(line).substr(name_ends + 2), ' ');
  constexpr std::size_t kBegan = 22 - 3;
  if (fields.size() <= kBegan) return std::nullopt;
  return std::string(fields[kBegan]);
}

}  // namespace

std::string sender_name() {
  return fmt::format("{}/{}/{}/{}", machine(), ::getpid(), began(::getpid()).value_or(""), new_id());
}

bool has_ended(std::string_view sender_name) {
  const auto parts = split(sender_name, '/');
  if (parts.size() != 4 || parts[0].empty() || parts[0] != machine()) return false;
  const auto number = parse_uint(parts[1]);
  if (!number || *number == 0 || *number > 0x7fffffff) return false;
  const auto process = static_cast<pid_t>(*number);
  if (::kill(process, 0) != 0 && errno == ESRCH) return true;
  const auto now_there = began(process);
  return now_there && !parts[2].empty() && *now_there != parts[2];
}

}  // namespace utsyn::report
