// Whether an organisation may be asked the active questions of the full profile: it has consented (a consent
// with the scope "active" that is in force) and has proved that it owns the domains (footprint::Ownership).
// Both are looked at when the measurement is queued and again when it begins; who opted out, the scope guard
// and the stop switch are the network's to keep, and win over both.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "footprint/inventory.h"
#include "store/sql.h"

namespace utsyn::engine {

// The scope of a portfolio::Consent, as the table `consent` has it.
inline constexpr std::string_view kActiveScope = "active";

struct FullGrant {
  bool consented = false;
  std::vector<footprint::Ownership> proved;  // whose proof holds

  bool given() const { return consented && !proved.empty(); }
  // Why not: "no-consent", "no-proof"; empty when it is given.
  std::string_view reason() const {
    if (!consented) return "no-consent";
    return proved.empty() ? "no-proof" : "";
  }
};

FullGrant full_grant(store::Connection& connection, std::string_view organisation, UtcTime now);

// When the next full measurement is due, for those who ask; nothing while it is not granted.
std::optional<UtcTime> next_full(store::Connection& connection, std::string_view organisation, UtcTime now);

}  // namespace utsyn::engine
