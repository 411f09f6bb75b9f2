// Consents: an organisation lets itself be counted among the peers of others (comparison), or lets a national
// body see its score or its findings. Each is a record with dates; it ends by itself or is withdrawn, and
// stays readable. What one opens to a reader: access/consents.h.
#pragma once

#include <array>
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

// Of score and findings, for whom: one national body (an organisation in the register), or any. The other
// scopes are for nobody by name; nor are words from before bodies were named, that fitted no organisation.
enum class For { words, body, any };
inline constexpr std::array<std::string_view, 3> for_words = {"words", "body", "any"};
// By a user of the organisation itself; or on paper, and written down by the register's keeper.
enum class Way { own, paper };
inline constexpr std::array<std::string_view, 2> way_words = {"own", "paper"};

struct Consent {
  std::string organisation;
  std::string id;
  Scope scope = Scope::comparison;
  std::string recipient;  // in words: of a body its name when the consent was given
  std::string given_by;
  std::string recorded_by;
  UtcTime from{};
  std::optional<UtcTime> until;
  UtcTime recorded{};
  std::optional<UtcTime> withdrawn;
  std::string withdrawn_by;
  std::string body;  // an organisation, access::kAnyBody, or nothing
  Way way = Way::paper;

  For who() const;
  bool in_force(UtcTime now) const { return !withdrawn && from <= now && (!until || now < *until); }
};

std::vector<Consent> consents(store::Connection& connection, std::string_view organisation);
std::optional<Consent> consent(store::Connection& connection, std::string_view organisation,
                               std::string_view id);
Consent give(store::Connection& connection, UtcTime now, const access::Access& access, Consent draft);
// False when there is none, or it was withdrawn before.
bool withdraw(store::Connection& connection, UtcTime now, const access::Access& access,
              std::string_view organisation, std::string_view id);

}  // namespace utsyn::portfolio
