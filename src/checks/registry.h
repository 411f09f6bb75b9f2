// Every check there is. The list is generated from the folder (cmake/generate_checks.py).
#pragma once

#include <span>
#include <string_view>

#include "checks/check.h"

namespace utsyn::checks {

// Sorted by symbol, which is by area and then by name.
std::span<const Check* const> all_checks();

// data/checks/*.json as one JSON array: severity, references and texts of every check.
std::string_view catalogue_json();

}  // namespace utsyn::checks
