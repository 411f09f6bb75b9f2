// The schema as numbered migrations, schema/000N_name.sql: N brings a store from version N - 1 to N. Never
// changed once released; add a new one.
#pragma once

#include <set>
#include <span>
#include <string>

#include "store/session.h"

namespace utsyn::store {

struct Migration {
  int version = 0;
  std::string name;
  std::string sql;
};
std::span<const Migration> migrations();  // in order

// "Utsy", so that no other database is taken for a store.
inline constexpr int kApplicationId = 0x55747379;

// Brings the database to `version`, one transaction each step, or says why it is none of ours to touch.
void migrate(Session& session, const std::string& where, int version);

// The tables of a store of this version, in an order in which each stands after those it refers to.
std::vector<std::string> tables_of(int version);

}  // namespace utsyn::store
