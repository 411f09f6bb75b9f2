// Who may be given an organisation's findings: its own people, those who hold a grant that shows findings,
// and administrators.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/sql.h"

namespace utsyn::followup {

struct PersonHere {
  std::string id;
  std::string name;
  bool home = false;  // of the organisation itself
  bool operator==(const PersonHere&) const = default;
};

// Those of the organisation first, then by name. `text` is in the name, without regard to case; empty: all.
std::vector<PersonHere> people_of(store::Connection& connection, std::string_view organisation,
                                  std::string_view text, UtcTime now, std::size_t limit);

bool may_be_given(store::Connection& connection, std::string_view organisation, std::string_view user,
                  UtcTime now);

}  // namespace utsyn::followup
