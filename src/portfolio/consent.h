// Consents: an organisation lets itself be counted among the peers of others (comparison), or lets a national
// body see its score or its findings. Each is a record with dates; it ends by itself or is withdrawn, and
// stays readable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/time.h"
#include "store/sql.h"

namespace utsyn::portfolio {

// Each of the first three includes the one before. `active` stands apart: it lets the service ask the active
// questions of the full profile, and shows nobody anything.
enum class Scope { comparison, score, findings, active };
inline constexpr std::array<std::string_view, 4> scope_words = {"comparison", "score", "findings", "active"};
std::optional<Scope> scope_named(std::string_view word);

struct Consent {
  std::string organisation;
  std::string id;
  Scope scope = Scope::comparison;
  std::string recipient;
  std::string given_by;
  std::string recorded_by;
  UtcTime from{};
  std::optional<UtcTime> until;
  UtcTime recorded{};
  std::optional<UtcTime> withdrawn;
  std::string withdrawn_by;

  bool in_force(UtcTime now) const { return !withdrawn && from <= now && (!until || now < *until); }
};

std::vector<Consent> consents(store::Connection& connection, std::string_view organisation);
std::optional<Consent> consent(store::Connection& connection, std::string_view organisation,
                               std::string_view id);
Consent give(store::Connection& connection, UtcTime now, const access::Access& access, Consent draft);
// False when there is none, or it was withdrawn before.
bool withdraw(store::Connection& connection, UtcTime now, const access::Access& access,
              std::string_view organisation, std::string_view id);

// The widest scope in force of each organisation that lets a national body see more than aggregates (score or
// findings), by organisation.
std::vector<std::pair<std::string, Scope>> open_to_the_nation(store::Connection& connection, UtcTime now);

}  // namespace utsyn::portfolio
