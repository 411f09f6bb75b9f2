// The Public Suffix List, by libpsl with the list built into it. Names are lower case A-labels without final
// dot (base/name.h). An unknown top level follows the default rule: it is a public suffix itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace utsyn::wire {

std::string public_suffix(std::string_view name);  // "a.example.kommune.no" -> "kommune.no"
// The suffix and one label more; nothing when the name is a public suffix itself, or is no name.
std::optional<std::string> registrable_domain(std::string_view name);
bool is_public_suffix(std::string_view name);
// Two hosts of one registrable domain (or equal, when there is none).
bool same_site(std::string_view a, std::string_view b);

}  // namespace utsyn::wire
