// The opt-out list of the service: names, globs, addresses and networks that are never contacted, whoever
// wants it. It wins over every other decision; the network refuses what it names (probe::Settings::opt_out).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "base/time.h"
#include "footprint/refused.h"
#include "store/sql.h"

namespace utsyn::footprint {

struct OptOut {
  std::string pattern;
  std::string reason;
  UtcTime added{};
  std::string added_by;
};

// "*.Blåfjell.example" -> "*.xn--blfjell-fxa.example", "192.0.2.0/24", or why it is none of the four.
Result<std::string, Fault> opt_out_pattern(std::string_view typed);

std::vector<OptOut> opt_out_list(store::Connection& connection);
std::vector<std::string> opt_outs(store::Connection& connection);  // the patterns alone
// Whether a name is on the list, as the network will see it: who objects by name objects for what lies under
// it too.
bool opted_out(const std::vector<std::string>& patterns, std::string_view host);

// False when it was there already; `pattern` becomes what is kept.
bool add_opt_out(store::Connection& connection, UtcTime now, const access::Access& access,
                 std::string& pattern, std::string_view reason);
void remove_opt_out(store::Connection& connection, UtcTime now, const access::Access& access,
                    std::string_view pattern, std::string_view reason);

}  // namespace utsyn::footprint
