// How verdicts, findings and lists are written into a row, and read back.
#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace utsyn::store {

std::string list_json(const std::vector<std::string>& items);
std::vector<std::string> list_from_json(std::string_view text);

std::string finding_json(const Finding& finding);
std::optional<Finding> finding_from_json(std::string_view text);

// Of id, asset, check, outcome, severity, confidence, reason, state, first_seen, last_seen, closed, reopened,
// unseen.
Finding finding_of(const Row& row);

std::string detail_json(const std::vector<checks::Fact>& detail);
std::vector<checks::Fact> detail_from_json(std::string_view text);

}  // namespace utsyn::store
