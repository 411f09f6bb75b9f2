// What consents open: an organisation lets one national body, or any, see its score or its findings, from a
// day and as a rule until one. The record is portfolio::Consent; this is what it means to a reader.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "base/time.h"
#include "store/sql.h"

namespace utsyn::access {

inline constexpr std::string_view kAnyBody = "*";  // as consent.body

// The widest detail that consents in force open to this body (an organisation's id; empty: a reader who
// belongs to none, for whom only the consents for any body count), by organisation.
std::vector<std::pair<std::string, Detail>> opened_by_consent(store::Connection& connection,
                                                              std::string_view body, UtcTime now);

// Does a reader in this role see by consents? Who reads the nation without seeing everybody by name.
bool sees_by_consent(Role role);

// National bodies: organisations in the register that analysts belong to. They are no secret to who may
// consent, whatever else of the register is hidden.
struct NationalBody {
  std::string organisation;
  std::string name;
  std::string number;  // empty: none
};
inline constexpr std::size_t kMostNationalBodies = 200;
std::vector<NationalBody> national_bodies(store::Connection& connection);

}  // namespace utsyn::access
