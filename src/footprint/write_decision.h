// What people decide about an asset, as it is written down: the row, the audit entry and the event, together.
#pragma once

#include "footprint/inventory.h"

namespace utsyn::footprint {

// Refuses with `code` what says less than a few words.
void must_say(std::string_view field, std::string_view said, std::string_view code);
void write_decision(store::Connection& connection, UtcTime now, const access::Access& access,
                    std::string_view organisation, std::string_view asset, const Decision& decision);

}  // namespace utsyn::footprint
