// The list of the register as the service answers it: filtered, searched and put in order in memory, within
// what the reader sees. It says what footprint::list() says of the database, item by item and cursor by
// cursor; a test holds the two against each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "footprint/register.h"
#include "portfolio/columns.h"
#include "portfolio/filter.h"

namespace utsyn::portfolio {

struct DirectoryPage {
  std::vector<std::string> ids;
  std::vector<std::string> next_after;  // empty: the end
  std::int64_t total = 0;
};
// Throws footprint::Refused for what is no cursor of this order.
DirectoryPage directory_page(const Table& table, const Seen& seen, const footprint::Filter& filter,
                             std::size_t limit, const std::vector<std::string>& after);

}  // namespace utsyn::portfolio
