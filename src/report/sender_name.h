// The name of a process among all that send on a database, by which another one on the same machine can tell
// that it has ended: what it was sending then need not wait for its lease.
#pragma once

#include <string>
#include <string_view>

namespace utsyn::report {

std::string sender_name();

// False also when that cannot be told: it runs on another machine, or in another container.
bool has_ended(std::string_view sender_name);

}  // namespace utsyn::report
