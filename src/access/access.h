// The access value: what a request may see and do. Computed once from the session or token and handed to
// every query, list, total, export, event stream and error. Nothing else decides.
#pragma once

#include <algorithm>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/events.h"

namespace utsyn::access {

enum class Role {
  administrator,
  security,
  leader,
  procurement,
  contract,
  privacy,
  supplier,
  analyst,
  auditor
};
BOOST_DESCRIBE_ENUM(Role, administrator, security, leader, procurement, contract, privacy, supplier, analyst,
                    auditor)

// How much of an organisation is seen; each includes the one before.
enum class Detail { none, score, findings, evidence };
BOOST_DESCRIBE_ENUM(Detail, none, score, findings, evidence)

// What may be done. `act` permissions need Detail::findings at least on the organisation concerned.
enum class Permission {
  read,               // what is granted, at the detail granted
  follow_up,          // assign, comment, accept, dispute, plan
  approve,            // the second person: compensations, lowered values
  answer_disputes,    // decide disputes (the platform's side)
  recheck,            // ask for a new measurement
  manage_footprint,   // confirm, reject, add assets; value; proof of ownership
  manage_portfolios,  // named lists and filters, own alert rules and saved views
  manage_register,    // organisations, suppliers, imports, consents given on paper
  manage_access,      // users, grants, tokens of others, login providers
  manage_service,     // schedule, feeds, backups, opt-outs, channels, settings
  read_audit,         // the audit log
  read_nation,        // national figures and export
  manage_suppliers,   // who delivers to one's own organisation
  give_consent        // give and withdraw consents in the name of one's own organisation
};
BOOST_DESCRIBE_ENUM(Permission, read, follow_up, approve, answer_disputes, recheck, manage_footprint,
                    manage_portfolios, manage_register, manage_access, manage_service, read_audit,
                    read_nation, manage_suppliers, give_consent)

struct Access {
  store::Actor actor;  // user or token, and the client's address
  std::string user;    // id of the user behind it
  Role role = Role::leader;
  std::uint32_t permissions = 0;     // bit per Permission: the role's, cut by the token's scopes
  Detail everywhere = Detail::none;  // for every organisation (administrator, auditor)
  // Granted by name, or open to the analyst's national body by a consent (docs/decisions/0007); sorted by id.
  std::vector<std::pair<std::string, Detail>> organisations;
  // To be read, not to be acted on, sorted: a customer does not accept, dispute or reject in its supplier's
  // name. The suppliers of home are among them, at Detail::score (docs/decisions/0006), and who consented.
  std::vector<std::string> read_only;
  std::string home;        // the user's own organisation; empty: none
  bool authority = false;  // the sector authority sees groups smaller than five

  bool may(Permission permission) const {
    return (permissions >> static_cast<unsigned>(permission) & 1U) != 0;
  }
  Detail detail(std::string_view organisation) const {
    const auto at = std::ranges::lower_bound(
        organisations, organisation, {}, [](const auto& grant) -> std::string_view { return grant.first; });
    const auto granted = at != organisations.end() && at->first == organisation ? at->second : Detail::none;
    return std::max(granted, everywhere);
  }
  bool sees(std::string_view organisation, Detail wanted = Detail::score) const {
    return detail(organisation) >= wanted;
  }
  bool sees_all(Detail wanted = Detail::score) const { return everywhere >= wanted; }
  // May this be done to this organisation? Following up, approving and changing the footprint need findings
  // and an organisation that is the user's to act on; a recheck needs findings; the rest needs to see it.
  bool may(Permission permission, std::string_view organisation) const {
    if (!may(permission)) return false;
    switch (permission) {
      case Permission::follow_up:
      case Permission::approve:
      case Permission::manage_footprint:
      case Permission::manage_suppliers:
        return sees(organisation, Detail::findings) &&
               !std::ranges::binary_search(read_only, organisation, std::less<>{});
      case Permission::recheck:
        return sees(organisation, Detail::findings);
      // Nobody consents for another organisation, not even who acts there; the register's keeper writes down
      // what was given on paper.
      case Permission::give_consent:
        return (organisation == home || may(Permission::manage_register)) &&
               sees(organisation, Detail::findings);
      default:
        return sees(organisation);
    }
  }
};

}  // namespace utsyn::access
