// utsyn doctor: is everything as it should be? One line each; exit status 1 when something must be done.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "access/accounts.h"
#include "access/audit_reading.h"
#include "access/audit_seal.h"
#include "access/keys.h"
#include "access/users.h"
#include "app/options.h"
#include "base/id.h"
#include "store/existing.h"
#include "store/sql.h"
#include "store/store.h"
#include "wire/dns/message.h"

namespace utsyn::app {
namespace {

namespace json = boost::json;
using store::Connection;

constexpr std::uint64_t kLeastFreeBytes = 1024ULL * 1024 * 1024;

enum class State { good, note, bad };

// What was looked at, and what to do when it is not good.
class Report {
 public:
  explicit Report(bool as_json) : as_json_(as_json) {}
  void add(State state, std::string_view what, const std::string& words) {
    constexpr const char* kWords[] = {"ok", "note", "BAD"};
    const auto* word = kWords[static_cast<std::size_t>(state)];
    if (state == State::bad) bad_ = true;
    if (as_json_)
      lines_.push_back(json::object{{"state", lower(word)}, {"what", what}, {"words", words}});
    else
      std::printf("%-5s %-10s %s\n", word, std::string(what).c_str(), words.c_str());
  }
  int end() const {
    if (as_json_) std::printf("%s\n", json::serialize(lines_).c_str());
    return bad_ ? 1 : 0;
  }

 private:
  bool as_json_;
  bool bad_ = false;
  json::array lines_;
};

bool is_server(const std::string& where) {
  return where.starts_with("postgresql://") || where.starts_with("postgres://");
}

// Without the password that may stand in it.
std::string shown(const std::string& where) {
  if (!is_server(where)) return where;
  const auto at = where.rfind('@');
  return at == std::string::npos ? where : "postgresql://..." + where.substr(at);
}

UtcTime clock_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

void look_at_audit(Report& report, store::Sql& sql) {
  sql.read([&](Connection& connection) {
    const auto entries = access::last_audit_number(connection);
    if (const auto broken = store::first_broken_audit_entry(connection)) {
      report.add(
          State::bad, "audit",
          "the chain is broken at entry " + std::to_string(*broken) +
              ": what stands there is not what was written. Keep this store, and compare it with a backup.");
    } else {
      report.add(State::good, "audit", "the chain of " + std::to_string(entries) + " entries is whole");
    }
    const auto row = connection.first("SELECT time FROM audit ORDER BY number DESC LIMIT 1");
    if (row && from_unix(row->number(0)) > clock_now() + std::chrono::minutes{1})
      report.add(State::bad, "clock",
                 "the latest audit entry is from " + format_time(from_unix(row->number(0))) +
                     ", which is in the future: the clock was set back, or was wrong then. Check it.");
  });
}

// What was cut off the end of the log, which its chain cannot tell.
void look_at_audit_end(Report& report, store::Sql& sql, const access::Keys& keys) {
  sql.read([&](Connection& connection) {
    const auto end = access::sealed_audit_end(connection, keys);
    const auto entries = access::last_audit_number(connection);
    switch (end.state) {
      case access::AuditEnd::whole:
        report.add(State::good, "audit",
                   "its sealed end, entry " + std::to_string(end.number) + ", is there");
        return;
      case access::AuditEnd::unsealed:
        report.add(
            State::note, "audit",
            "its end is not sealed yet; utsyn serve does so. What was cut off before cannot be told (" +
                std::to_string(entries) + " entries are there)");
        return;
      case access::AuditEnd::cut:
        report.add(State::bad, "audit",
                   "entries are missing from " + std::to_string(end.first_gone.value_or(0)) + " on: entry " +
                       std::to_string(end.number) +
                       " was sealed as the last one. Keep this store, and compare it with a backup.");
        return;
      case access::AuditEnd::other_seal:
        report.add(
            State::bad, "audit",
            "the seal of its end was changed, or made with another key. Keep this store, and compare it "
            "with a backup.");
    }
  });
}

void look_at_file(Report& report, store::Sql& sql) {
  if (sql.dialect() != store::Dialect::sqlite) return;
  sql.read([&](Connection& connection) {
    const auto row = connection.first("PRAGMA quick_check(1)");
    if (row && row->text(0) == "ok")
      report.add(State::good, "file", "the database file is whole");
    else
      report.add(State::bad, "file",
                 "SQLite finds the file damaged (" + (row ? printable(row->text(0), 200) : "no answer") +
                     "). Restore it from a backup.");
  });
}

void look_at_users(Report& report, store::Sql& sql) {
  sql.read([&](Connection& connection) {
    const auto count = [&](std::string_view where) {
      const auto row = connection.first("SELECT count(*) FROM account WHERE " + std::string(where));
      return row ? row->number(0) : 0;
    };
    const auto administrators = count("role = 'administrator' AND disabled IS NULL");
    const auto bare = count(
        "role = 'administrator' AND disabled IS NULL AND password IS NOT NULL AND totp_confirmed IS NULL");
    if (administrators == 0)
      report.add(State::note, "users",
                 "there is no administrator; utsyn serve prints a one-time link at its start");
    else
      report.add(State::good, "users", std::to_string(administrators) + " administrators");
    if (bare > 0)
      report.add(State::note, "users",
                 std::to_string(bare) +
                     " administrators have a password and no second factor; each adds one under "
                     "the own account");
  });
}

void look_at_key(Report& report, store::Sql& sql, const std::string& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) {
    report.add(State::note, "key",
               path + " is not there yet; utsyn serve makes it, or name it with --key-file");
    return;
  }
  const auto key = access::read_or_make_key(path);
  if (!key) {
    report.add(State::bad, "key", key.error());
    return;
  }
  const access::Keys keys(*key);
  look_at_audit_end(report, sql, keys);
  std::int64_t closed = 0;
  std::int64_t sealed = 0;
  sql.read([&](Connection& connection) {
    for (const auto& row : connection.query("SELECT id, totp FROM account WHERE totp IS NOT NULL")) {
      ++sealed;
      if (!keys.open(row.text(1), "totp:" + row.text(0))) ++closed;
    }
    for (const auto& [table, purpose] :
         {std::pair{"login_provider", "client:"}, std::pair{"channel", "channel:"},
          std::pair{"receipt_key", "receipt:"}}) {
      const auto query = std::string("SELECT id, secret FROM ") + table + " WHERE secret LIKE '%:%'";
      for (const auto& row : connection.query(query)) {
        ++sealed;
        if (!keys.open(row.text(1), purpose + row.text(0))) ++closed;
      }
    }
  });
  if (closed > 0)
    report.add(
        State::bad, "key",
        path + " does not open " + std::to_string(closed) + " of " + std::to_string(sealed) +
            " sealed secrets: it is not the key they were sealed with. Restore the right one; if it is lost, "
            "utsyn serve --forget-sealed begins anew.");
  else
    report.add(State::good, "key", path + " opens all " + std::to_string(sealed) + " sealed secrets");
}

void look_at_clock(Report& report) {
  timex about{};
  const auto state = adjtimex(&about);
  const auto now = format_time(clock_now());
  if (clock_now() < from_unix(1'767'225'600))  // 2026: before this program was made
    report.add(State::bad, "clock", "it says " + now + ", which cannot be. Set it, and keep it by NTP.");
  else if (state == TIME_ERROR || (about.status & STA_UNSYNC) != 0)
    report.add(State::note, "clock",
               now + "; nothing keeps it synchronised. Codes and tokens need the right time.");
  else
    report.add(State::good, "clock", now + ", synchronised");
}

void look_at_disk(Report& report, const std::string& where) {
  auto folder = std::filesystem::path(where).parent_path();
  if (folder.empty()) folder = ".";
  struct statvfs about{};
  if (statvfs(folder.c_str(), &about) != 0) {
    report.add(State::bad, "disk", folder.string() + ": " + std::strerror(errno));
    return;
  }
  const auto free = static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
  const auto words = std::to_string(free / (1024 * 1024)) + " MiB free in " + folder.string();
  if (free < kLeastFreeBytes)
    report.add(State::bad, "disk", words + ": make room; below 1024 MiB a busy day fills it");
  else
    report.add(State::good, "disk", words);
}

// One question (the name servers of the root) that every resolver answers in some way.
std::optional<std::string> ask_resolver(const probe::Endpoint& server) {
  wire::QueryOptions query;
  query.name = ".";
  query.type = wire::RecordType::ns;
  query.recursion_desired = true;
  const auto id = random_bytes(2);
  query.id = static_cast<std::uint16_t>(id[0] << 8U | id[1]);
  const auto message = wire::build_query(query);
  if (!message) return "the question could not be built";
  sockaddr_storage address{};
  socklen_t size = 0;
  if (server.address.is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(server.port);
    std::memcpy(&v4->sin_addr, server.address.bytes().data(), 4);
    size = sizeof *v4;
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(server.port);
    std::memcpy(&v6->sin6_addr, server.address.bytes().data(), 16);
    size = sizeof *v6;
  }
  const int socket = ::socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || ::connect(socket, reinterpret_cast<sockaddr*>(&address), size) != 0) {
    std::string why = std::strerror(errno);
    if (socket >= 0) ::close(socket);
    return why;
  }
  std::optional<std::string> wrong = "no answer within 6 seconds";
  for (int tries = 0; tries < 3 && wrong; ++tries) {
    if (::send(socket, message->data(), message->size(), 0) < 0) wrong = std::strerror(errno);
    pollfd wait{socket, POLLIN, 0};
    if (::poll(&wait, 1, 2000) != 1) continue;
    Bytes answer(4096);
    const auto got = ::recv(socket, answer.data(), answer.size(), 0);
    if (got < 0) wrong = std::strerror(errno);
    if (got >= 12 && answer[0] == id[0] && answer[1] == id[1] && (answer[2] & 0x80U) != 0) {
      const auto code = answer[3] & 0x0FU;
      wrong.reset();
      if (code != 0 && code != 3) wrong = "it answers with the error " + std::to_string(code);
      break;
    }
  }
  ::close(socket);
  return wrong;
}

void look_at_resolver(Report& report, const Options& options) {
  const auto settings = run_settings(options);
  if (!settings) {
    report.add(State::bad, "resolver", settings.error().message);
    return;
  }
  const auto& server = settings->resolver.resolver;
  const auto where = server.address.str() + " port " + std::to_string(server.port);
  if (const auto wrong = ask_resolver(server))
    report.add(State::bad, "resolver", where + ": " + *wrong + ". Name another with --resolver.");
  else
    report.add(State::good, "resolver", where + " answers");
}

}  // namespace

int doctor(const Options& options) {
  Report report(options.json);
  const auto where = options.db.empty() ? default_store_path() : options.db;
  if (where == "none") return refuse({"doctor looks at a store: give --db PATH or postgresql://...", 2});
  look_at_clock(report);
  look_at_resolver(report, options);
  if (!is_server(where) && !std::filesystem::exists(where)) {
    report.add(State::bad, "store", where + " is not there; utsyn serve or utsyn measure makes it");
    return report.end();
  }
  if (!is_server(where)) look_at_disk(report, where);
  // As it stands: the service that uses it may be of an older version.
  const auto store = store::open_existing(where);
  if (!store) {
    report.add(State::bad, "store", store.error().message);
    return report.end();
  }
  const auto ours = std::to_string(store::schema_version());
  if (store->schema < store::schema_version()) {
    report.add(State::note, "store",
               shown(where) + " opens, schema " + std::to_string(store->schema) + "; this program has " +
                   ours +
                   ". utsyn serve of this version upgrades it: make a backup first. What is in it can be "
                   "looked at then.");
    return report.end();
  }
  report.add(State::good, "store", shown(where) + " opens, schema " + ours);
  auto& sql = *store->sql;
  look_at_file(report, sql);
  look_at_audit(report, sql);
  look_at_users(report, sql);
  look_at_key(report, sql, options.key_file.empty() ? access::default_key_path(where) : options.key_file);
  return report.end();
}

}  // namespace utsyn::app
