#include "store/migrations.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "store/sql_text.h"
#include "store/store.h"

namespace utsyn::data {
std::string_view schema_json();  // generated from schema/*.sql
}

namespace utsyn::store {
namespace {

std::vector<Migration> read_migrations() {
  std::vector<Migration> out;
  const auto files = boost::json::parse(data::schema_json());
  for (const auto& file : files.as_object()) {
    const std::string_view name = file.key();
    const auto number = parse_uint(name.substr(0, 4));
    if (!number || *number == 0) throw std::logic_error("a migration without a number: " + std::string(name));
    out.push_back({static_cast<int>(*number), std::string(name), std::string(file.value().as_string())});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.version < b.version; });
  return out;
}

std::set<std::string> expected_tables(int version) {
  std::set<std::string> out;
  for (const auto& migration : migrations()) {
    if (migration.version <= version) follow_tables(migration.sql, out);
  }
  return out;
}

void check(const Found& found, const std::string& where) {
  const auto refuse = [&](ErrorKind kind, const std::string& why) {
    throw Failure({kind, "opening the store (" + where + "): " + why});
  };
  if (!found.ours && !found.tables.empty())
    refuse(ErrorKind::not_a_store, "it is a database of another program. Give another --db.");
  if (found.version > schema_version()) {
    refuse(ErrorKind::newer_version,
           "it was written by a newer Utsyn (schema " + std::to_string(found.version) + ", this one knows " +
               std::to_string(schema_version()) + "). Upgrade Utsyn; the store was not touched.");
  }
  for (const auto& table : expected_tables(found.version)) {
    if (!found.tables.contains(table))
      refuse(ErrorKind::corrupt, "the table " + table + " is missing. Restore the store from a backup.");
  }
  if (found.version == 0 && !found.tables.empty())
    refuse(ErrorKind::corrupt, "it has tables but no version. Restore the store from a backup.");
}

}  // namespace

std::span<const Migration> migrations() {
  static const auto all = read_migrations();
  return all;
}

int schema_version() { return migrations().back().version; }

void migrate(Session& session, const std::string& where, int version) {
  const auto found = session.found();
  check(found, where);
  session.settle();
  if (found.version >= version) return;
  for (const auto& migration : migrations()) {
    if (migration.version > version) break;
    session.transact(true, [&](Connection&) {
      // Another process may have done it while we waited for the lock.
      const auto now = session.found();
      check(now, where);
      if (now.version < migration.version) session.apply(migration.sql, migration.version);
    });
  }
}

std::vector<std::string> tables_of(int version) {
  std::vector<std::string> out;
  std::set<std::string> known;
  for (const auto& migration : migrations()) {
    if (migration.version > version) break;
    for (const auto& statement : statements_of(migration.sql)) {
      const auto before = known;
      follow_tables(statement.sql, known);
      std::erase_if(out, [&](const auto& table) { return !known.contains(table); });
      for (const auto& table : known) {
        if (!before.contains(table)) out.push_back(table);
      }
    }
  }
  return out;
}

}  // namespace utsyn::store
