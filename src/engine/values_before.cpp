#include "engine/values_before.h"

namespace utsyn::engine {

std::map<std::string, int> values_before(store::Connection& connection, std::string_view organisation) {
  std::map<std::string, int> out;
  for (const auto& row : connection.query(
           "SELECT id, value FROM asset WHERE organisation = ?1 ORDER BY last_seen", {organisation}))
    out.insert_or_assign(row.text(0), static_cast<int>(row.number(1)));
  return out;
}

}  // namespace utsyn::engine
