// A name becomes a target: the row, what left with it when it was removed once, the words it is found by, the
// audit entry and the event. Whether it may is asked before.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/time.h"
#include "store/sql.h"

namespace utsyn::footprint {

// False when it was one already. `detail` goes into the audit entry beside what it came to.
bool put_target(store::Connection& connection, UtcTime now, const access::Access& access,
                std::string_view organisation, std::string_view kind, std::string_view name,
                std::string_view added_by, boost::json::object detail);

// "example.no" -> "on.elpmaxe": the names under a domain begin alike.
std::string backwards(std::string_view name);

// The domains that measuring starts from.
std::vector<std::string> domains_of(store::Connection& connection, std::string_view organisation);

}  // namespace utsyn::footprint
