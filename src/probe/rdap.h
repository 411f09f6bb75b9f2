// Reads what a registration data server says of a domain (RFC 9083).
#pragma once

#include <string>
#include <string_view>

#include "evidence/services.h"

namespace utsyn::probe {

// `body` is the JSON of a domain object; nesting is bounded. Members that cannot be read are left out.
Observed<Registration> registration_of(const std::string& domain, std::string_view body);

}  // namespace utsyn::probe
