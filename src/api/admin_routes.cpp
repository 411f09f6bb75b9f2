// The installation, for those who run it: how it is doing, the switch that stops all probing, the schedule,
// backups.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/backups.h"
#include "api/context.h"
#include "api/details.h"
#include "api/followup_json.h"
#include "base/text.h"
#include "engine/full_grant.h"
#include "engine/measuring.h"
#include "engine/stop_switch.h"
#include "report/document.h"
#include "store/store.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using store::Connection;

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kMostError = 1000;

std::int64_t count(Connection& connection, std::string_view statement,
                   std::initializer_list<store::Value> values = {}) {
  const auto row = connection.first(statement, values);
  return row ? row->number(0) : 0;
}

json::object stop_json(Connection& connection) {
  const auto stop = engine::stop_of(connection);
  if (!stop) return {{"stopped", false}, {"since", nullptr}, {"by", nullptr}, {"reason", nullptr}};
  People people(connection);
  return {{"stopped", true},
          {"since", format_time(stop->since)},
          {"by", people.person(stop->by)},
          {"reason", stop->reason}};
}

json::object backup_state_json(const Context& context, const Request& request) {
  const auto state = context.backups ? context.backups->state() : Backups::State{};
  return {{"running", state.running.has_value()},
          {"since", maybe_time(state.running)},
          {"name", maybe_text(state.name)},
          {"rows", state.rows},
          {"error", maybe_text(printable(detail_in(language_told(request), state.error), kMostError))}};
}
json::object file_json(const BackupFile& file) {
  return {{"name", file.name},
          {"created", format_time(file.changed)},
          {"size_bytes", file.size_bytes},
          {"sha256", maybe_text(file.sha256)}};
}

// The lists of docs/reference-data.md. Nothing is fetched by the program, so their age is the operator's.
json::array feeds_json(const Context& context) {
  struct Feed {
    std::string_view name;
    std::string_view file;
    std::array<std::string_view, 2> checks;
  };
  static constexpr Feed kFeeds[] = {
      {"route-origins", "rpki/vrps.json", {"dns.rpki.roa-exists", "dns.rpki.valid"}},
      {"routing-table", "rpki/table.txt", {"dns.rpki.roa-exists", "dns.rpki.valid"}},
      {"compromised-keys", "keys/compromised.txt", {"cert.key.compromised", ""}},
      {"weak-debian-keys", "keys/debian-weak.txt", {"cert.key.weak-debian", ""}},
      {"cloud-ranges", "cloud/ranges.txt", {"dns.takeover.dangling-ip", ""}},
      {"logged-certificates", "ct/issued.jsonl", {"cert.ct.unexpected-issuance", ""}},
  };
  json::array out;
  const auto& folder = context.installation.reference_folder;
  for (const auto& feed : kFeeds) {
    struct stat about{};
    const bool present =
        !folder.empty() && ::stat(fmt::format("{}/{}", folder, feed.file).c_str(), &about) == 0;
    json::array checks;
    for (const auto check : feed.checks)
      if (!check.empty()) checks.push_back(json::value(check));
    const auto age = std::max<std::int64_t>(0, to_unix(context.now()) - about.st_mtime) / kDay;
    out.push_back(json::object{
        {"name", feed.name},
        {"file", feed.file},
        {"present", present},
        {"changed", present ? json::value(format_time(from_unix(about.st_mtime))) : json::value()},
        {"age_days", present ? json::value(age) : json::value()},
        {"checks", std::move(checks)}});
  }
  return out;
}

json::value free_bytes(const std::string& folder) {
  struct statvfs about{};
  if (folder.empty() || ::statvfs(folder.c_str(), &about) != 0) return nullptr;
  return static_cast<std::int64_t>(about.f_bavail) * static_cast<std::int64_t>(about.f_frsize);
}

std::int64_t size_of_store(Connection& connection) {
  if (connection.dialect() == store::Dialect::postgresql)
    return count(connection, "SELECT pg_database_size(current_database())");
  return count(connection, "PRAGMA page_count") * count(connection, "PRAGMA page_size");
}

Response get_system(Context& context, const Request& request) {
  const auto now = context.now();
  const auto& here = context.installation;
  json::object out{{"version", report::kVersion},
                   {"now", format_time(now)},
                   {"started", format_time(here.started)},
                   {"uptime_s", std::max<std::int64_t>(0, to_unix(now) - to_unix(here.started))}};
  context.sql->read([&](Connection& connection) {
    out["store"] =
        json::object{{"kind", connection.dialect() == store::Dialect::sqlite ? "sqlite" : "postgresql"},
                     {"schema", store::schema_version()},
                     {"size_bytes", size_of_store(connection)},
                     {"events", store::last_event(connection)},
                     {"audit_entries", count(connection, "SELECT coalesce(max(number), 0) FROM audit")}};
    out["organisations"] = count(connection, "SELECT count(*) FROM organisation WHERE removed IS NULL");
    out["users"] = count(connection, "SELECT count(*) FROM account WHERE disabled IS NULL");
    const auto next = connection.first("SELECT min(due) FROM schedule");
    out["queue"] = json::object{
        {"queued", count(connection, "SELECT count(*) FROM job WHERE state = 'queued'")},
        {"running", count(connection, "SELECT count(*) FROM job WHERE state = 'running'")},
        {"failed_today",
         count(connection, "SELECT count(*) FROM job WHERE state = 'failed' AND finished > ?1",
               {to_unix(now) - kDay})},
        {"scheduled", count(connection, "SELECT count(*) FROM schedule")},
        {"due_now", count(connection, "SELECT count(*) FROM schedule WHERE due <= ?1", {to_unix(now)})},
        {"failing", count(connection, "SELECT count(*) FROM schedule WHERE failures > 0")},
        {"next_due",
         next && !next->null(0) ? json::value(format_time(from_unix(next->number(0)))) : json::value()}};
    out["stop"] = stop_json(connection);
  });
  const auto figures = context.measuring ? context.measuring->figures() : engine::Measuring::Figures{};
  out["measuring"] = json::object{{"here", context.measuring != nullptr},
                                  {"running", figures.jobs_running},
                                  {"done", figures.jobs_done},
                                  {"failed", figures.jobs_failed},
                                  {"connections", figures.connections}};
  const auto files = context.backups ? context.backups->files() : std::vector<BackupFile>{};
  out["backup"] =
      json::object{{"folder", context.backups ? json::value(context.backups->folder()) : json::value()},
                   {"last", files.empty() ? json::value() : json::value(file_json(files.front()))},
                   {"state", backup_state_json(context, request)}};
  out["feeds"] = feeds_json(context);
  out["reference_folder"] = maybe_text(here.reference_folder);
  out["disk_free_bytes"] = free_bytes(here.data_folder);
  return json_response(out);
}

Response set_stop(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"stopped", "reason"});
  const auto stopped = optional_truth(body, "stopped");
  if (!stopped) wrong_field("/stopped", "stopped must be true or false.");
  const auto reason = required_text(body, "reason", 1000);
  json::object out;
  context.sql->write([&](Connection& connection) {
    if (*stopped)
      engine::stop_measuring(connection, context.now(), request.access.actor, request.access.user, reason);
    else
      engine::go_on_measuring(connection, context.now(), request.access.actor, reason);
    out = stop_json(connection);
  });
  if (context.installation.held) context.installation.held->store(*stopped);
  return json_response(out);
}

Response list_schedule(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto sort = request.query_value("sort").value_or("due");
  const auto failing = request.query_value("failing").value_or("false");
  const std::string text(request.query_value("q").value_or(""));
  if (failing != "true" && failing != "false") wrong_field("failing", "failing must be true or false.");
  if (text.size() > 100) wrong_field("q", "q has at most 100 characters.");
  // What is sorted by, and the rows behind the last one of the page before (?1, and ?2 its id).
  const bool by_name = sort == "name";
  std::string key = "s.due";
  std::string behind = "(s.due > ?1 OR (s.due = ?1 AND s.organisation > ?2))";
  if (sort == "-failures") {
    key = "s.failures DESC";
    behind = "(s.failures < ?1 OR (s.failures = ?1 AND s.organisation > ?2))";
  } else if (by_name) {
    key = "o.name";
    behind = "(o.name > ?1 OR (o.name = ?1 AND s.organisation > ?2))";
  } else if (sort != "due") {
    wrong_field("sort", "sort must be due, -failures or name.");
  }
  std::int64_t after_number = 0;
  if (!page.after.empty()) {
    const auto number = page.after.size() == 2 ? parse_uint(page.after[0]) : std::nullopt;
    if (page.after.size() != 2 || (!by_name && !number))
      wrong_field("cursor", "cursor belongs to another list; leave it out to begin anew.");
    if (number) after_number = static_cast<std::int64_t>(*number);
  }
  std::string like;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') like += '\\';
    like += c;
  }
  const auto statement = fmt::format(
      R"(SELECT s.organisation, o.name, s.due, s.failures FROM schedule s
         JOIN organisation o ON o.id = s.organisation
         WHERE o.removed IS NULL AND {} AND {} AND (?3 = '' OR s.organisation = ?3 OR o.name LIKE ?4 ESCAPE '\')
         ORDER BY {}, s.organisation LIMIT ?5)",
      page.after.empty() ? "(?1 = ?1 AND ?2 = ?2)" : behind, failing == "true" ? "s.failures > 0" : "1 = 1",
      key);
  const auto after_text = page.after.empty() ? std::string() : page.after[0];
  const auto after_id = page.after.empty() ? std::string() : page.after[1];
  json::array items;
  std::vector<std::string> next;
  context.sql->read([&](Connection& connection) {
    items.clear();
    next.clear();
    const auto rows = connection.query(
        statement, {by_name ? store::Value(after_text) : store::Value(after_number), after_id, text,
                    "%" + like + "%", static_cast<std::int64_t>(page.limit) + 1});
    for (const auto& row : rows) {
      if (items.size() == page.limit) {
        const auto& last = items.back().as_object();
        const auto at = sort == "due" ? std::to_string(to_unix(*parse_time(last.at("due").as_string())))
                        : sort == "-failures" ? std::to_string(last.at("failures").as_int64())
                                              : std::string(last.at("organisation_name").as_string());
        next = {at, std::string(last.at("organisation").as_string())};
        break;
      }
      const auto organisation = row.text(0);
      json::value last;
      if (const auto job = connection.first(
              R"(SELECT id, state, profile, started, finished, error FROM job WHERE organisation = ?1
                 AND state IN ('done', 'failed') ORDER BY finished DESC, id LIMIT 1)",
              {organisation}))
        last = json::object{
            {"id", job->text(0)},
            {"state", job->text(1)},
            {"profile", job->text(2)},
            {"started", job->null(3) ? json::value() : json::value(format_time(from_unix(job->number(3))))},
            {"finished", job->null(4) ? json::value() : json::value(format_time(from_unix(job->number(4))))},
            {"error", maybe_text(printable(detail_in(language_told(request), job->text(5)), 4000))}};
      const auto running = connection.first(
          "SELECT id FROM job WHERE organisation = ?1 AND state = 'running'", {organisation});
      // Nothing without consent and proof, whatever was planned before.
      const auto full = engine::next_full(connection, organisation, context.now());
      items.push_back(json::object{{"organisation", organisation},
                                   {"organisation_name", row.text(1)},
                                   {"due", format_time(from_unix(row.number(2)))},
                                   {"full_due", full ? json::value(format_time(*full)) : json::value()},
                                   {"failures", row.number(3)},
                                   {"last", std::move(last)},
                                   {"running", running ? json::value(running->text(0)) : json::value()}});
    }
  });
  return list_response(std::move(items), next);
}

Response list_backups(Context& context, const Request& request) {
  json::array items;
  if (context.backups)
    for (const auto& file : context.backups->files()) items.push_back(file_json(file));
  return json_response(
      json::object{{"items", std::move(items)},
                   {"next", nullptr},
                   {"folder", context.backups ? json::value(context.backups->folder()) : json::value()},
                   {"state", backup_state_json(context, request)}});
}

Response create_backup(Context& context, const Request& request) {
  if (!context.backups || !context.backups->start(request.access.actor))
    fail({.status = 409,
          .type = "backup-under-way",
          .title = "A backup is being made",
          .detail = "One is made at a time; look at the list, and ask again when it is done.",
          .field = ""});
  return json_response(backup_state_json(context, request), 202);
}

}  // namespace

void add_admin_routes(Router& router) {
  add_routes(router,
             {{"GET", "/system", "getSystem", Permission::manage_service, Detail::none, get_system},
              {"PUT", "/system/stop", "setStop", Permission::manage_service, Detail::none, set_stop},
              {"GET", "/schedule", "listSchedule", Permission::manage_service, Detail::none, list_schedule},
              {"GET", "/backups", "listBackups", Permission::manage_service, Detail::none, list_backups},
              {"POST", "/backups", "createBackup", Permission::manage_service, Detail::none, create_backup}});
}

}  // namespace utsyn::api
