// What a driver does to SQL text: our common tongue (sql.h) into PostgreSQL's, and a file of statements into
// its statements. Strings, quoted names and comments are left as they are.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace utsyn::store {

// ?1 becomes $1, INTEGER becomes BIGINT. Throws Failure for a `?` without a number.
std::string to_postgresql(std::string_view sql);
// The largest N of the parameters ?N.
std::size_t parameters_of(std::string_view sql);
// The same as to_postgresql() for a statement of a migration: TEXT columns compare as bytes, STRICT and
// WITHOUT ROWID go.
std::string schema_to_postgresql(std::string_view statement);

struct SchemaStatement {
  std::string sql;           // without the semicolon
  bool sqlite_only = false;  // marked by a comment before it: `-- SQLite only: why`
};
std::vector<SchemaStatement> statements_of(std::string_view sql);

// Adds the tables that the statements make, and takes away those that they drop.
void follow_tables(std::string_view migration, std::set<std::string>& tables);

}  // namespace utsyn::store
