#include "store/existing.h"

#include <filesystem>

#include "store/migrations.h"
#include "store/session.h"
#include "store/sql_text.h"
#include "store/store.h"

namespace utsyn::store {

namespace {

Error no_store(const std::string& where) {
  return {ErrorKind::cannot_open,
          "opening the store (" + shown(where) +
              "): there is no store. Check --db; utsyn serve or utsyn measure makes one."};
}

}  // namespace

Result<Existing, Error> open_existing(const std::string& where) {
  std::error_code error;
  if (!is_postgresql(where) && !std::filesystem::exists(where, error)) return unexpected(no_store(where));
  try {
    const auto found = (is_postgresql(where) ? postgresql_session(where) : sqlite_session(where))->found();
    auto sql = open_sql(where, 0);
    if (!sql) return unexpected(sql.error());
    if (found.version == 0) return unexpected(no_store(where));
    return Existing{std::move(*sql), found.version};
  } catch (const Failure& failure) {
    return unexpected(failure.error());
  }
}

Result<std::shared_ptr<Sql>, Error> open_current(const std::string& where) {
  auto existing = open_existing(where);
  if (!existing) return unexpected(existing.error());
  if (existing->schema < schema_version()) {
    return unexpected(Error{ErrorKind::failed, "opening the store (" + shown(where) + "): it has schema " +
                                                   std::to_string(existing->schema) + ", this program " +
                                                   std::to_string(schema_version()) +
                                                   ". Make a backup, then start utsyn serve of this version, "
                                                   "which upgrades it; nothing was touched."});
  }
  return std::move(existing->sql);
}

}  // namespace utsyn::store
