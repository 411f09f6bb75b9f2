// Which role may do what, and how much it sees of organisations that are not its own: the one table. The
// role's permissions count on the organisations the user sees (own, granted); docs/access.md prints it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "access/access.h"

namespace utsyn::access {

struct RoleRow {
  Role role;
  std::uint32_t permissions;
  Detail everywhere;       // of every organisation in the register
  bool reads_whole_audit;  // with read_audit: all entries, not only those of the user's own organisation
};

constexpr std::uint32_t bits(std::initializer_list<Permission> permissions) {
  std::uint32_t out = 0;
  for (const auto permission : permissions) out |= 1U << static_cast<unsigned>(permission);
  return out;
}

// clang-format off
inline constexpr RoleRow kRoles[] = {
    // Runs the installation. Sees and may do everything; whatever it does stands in the audit log.
    {Role::administrator, bits({Permission::read, Permission::follow_up, Permission::approve, Permission::answer_disputes,
                                Permission::recheck, Permission::manage_footprint, Permission::manage_portfolios,
                                Permission::manage_register, Permission::manage_access, Permission::manage_service,
                                Permission::read_audit, Permission::read_nation, Permission::manage_suppliers,
                                Permission::give_consent}),
                          Detail::evidence, true},
    // The IT security officer: follows up at home, reads the audit entries of home.
    {Role::security,      bits({Permission::read, Permission::follow_up, Permission::approve, Permission::recheck,
                                Permission::manage_footprint, Permission::manage_portfolios, Permission::read_audit,
                                Permission::manage_suppliers, Permission::give_consent}),
                          Detail::none, false},
    // The top manager: reads, is the second person for compensations, consents in the organisation's name.
    {Role::leader,        bits({Permission::read, Permission::approve, Permission::manage_portfolios, Permission::give_consent}),
                          Detail::none, false},
    {Role::procurement,   bits({Permission::read, Permission::manage_portfolios, Permission::manage_suppliers}),
                          Detail::none, false},
    // The contract manager: follows what suppliers promised, asks for a new measurement.
    {Role::contract,      bits({Permission::read, Permission::recheck, Permission::manage_portfolios,
                                Permission::manage_suppliers}), Detail::none, false},
    // The data protection officer.
    {Role::privacy,       bits({Permission::read, Permission::manage_portfolios}), Detail::none, false},
    // A free seat: sees its own organisation whole, answers for it, disputes.
    {Role::supplier,      bits({Permission::read, Permission::follow_up, Permission::recheck, Permission::manage_footprint,
                                Permission::manage_portfolios, Permission::give_consent}), Detail::none, false},
    // The national analyst: aggregates of all; by name only home, what is granted, and who has consented.
    {Role::analyst,       bits({Permission::read, Permission::manage_portfolios, Permission::read_nation}),
                          Detail::none, false},
    // Reads everything, changes nothing.
    {Role::auditor,       bits({Permission::read, Permission::read_audit, Permission::read_nation}), Detail::evidence, true},
};
// clang-format on

constexpr const RoleRow& row_of(Role role) { return kRoles[static_cast<std::size_t>(role)]; }
static_assert([] {
  for (const auto& row : kRoles)
    if (row_of(row.role).role != row.role) return false;
  return true;
}());

std::string_view word(Role role);
std::string_view word(Detail detail);
std::string_view word(Permission permission);
std::optional<Role> role_named(std::string_view word);
std::optional<Detail> detail_named(std::string_view word);
std::optional<Permission> permission_named(std::string_view word);

std::vector<std::string_view> words(std::uint32_t permissions);

}  // namespace utsyn::access
