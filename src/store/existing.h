// A store that is there, opened as it stands: nothing is made, nothing is migrated. For programs that look at
// a store beside the service, which may be older than they are.
#pragma once

#include <memory>
#include <string>

#include "store/sql.h"

namespace utsyn::store {

struct Existing {
  std::shared_ptr<Sql> sql;
  int schema = 0;  // below schema_version(): its tables are those of then
};
// Errors as open_sql() has them, and cannot_open where there is no store.
Result<Existing, Error> open_existing(const std::string& where);

// The same, but refused when it is older: says who upgrades it.
Result<std::shared_ptr<Sql>, Error> open_current(const std::string& where);

}  // namespace utsyn::store
