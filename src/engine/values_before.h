// The value that each asset of an organisation had when it was last measured, by the asset's id.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "store/sql.h"

namespace utsyn::engine {

std::map<std::string, int> values_before(store::Connection& connection, std::string_view organisation);

}  // namespace utsyn::engine
