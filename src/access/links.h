// One-time links: the first start, invitations, and choosing a new password. The token stands in the
// fragment of the link (after #), so it is not sent to any server's log; it is stored hashed and works once.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"

namespace utsyn::access {

inline constexpr std::chrono::hours kFirstStartTime{24};
inline constexpr std::chrono::hours kInvitationTime{24 * 14};
inline constexpr std::chrono::hours kResetTime{24};

// Who makes links on the command line of the machine: it needs nobody's leave.
inline constexpr std::string_view kMachineItself = "command-line";

enum class LinkKind { first_start, invitation, reset };
std::string_view word(LinkKind kind);

struct Link {
  std::string id;
  LinkKind kind = LinkKind::invitation;
  std::string account;  // reset: whose password
  std::string login;    // invitation: fixed beforehand, or empty for the invited to choose
  Role role = Role::leader;
  std::string organisation;
  std::string email;
  UtcTime created{};
  std::string created_by;
  UtcTime expires{};
  std::optional<UtcTime> used;
};

struct NewLink {
  Link link;
  std::string token;  // this once; not stored
};
// id, created and created_by are filled in. A link for a reset takes the place of those before it. Not
// audited here: the caller says what it means.
NewLink make_link(store::Connection& connection, UtcTime now, const store::Actor& actor, Link link);

// The link of this kind when it is unused and in time; an invitation as long as who made it may invite so.
// Asked again in the transaction of what the link gives.
std::optional<Link> usable_link(store::Connection& connection, LinkKind kind, std::string_view token,
                                UtcTime now);
// Inside the transaction of what the link gives; false when another was faster.
bool use_link(store::Connection& connection, const Link& link, UtcTime now);

std::vector<Link> open_invitations(store::Connection& connection, std::string_view created_by, UtcTime now);
std::optional<Link> invitation(store::Connection& connection, std::string_view id);
bool withdraw_invitation(store::Connection& connection, std::string_view id);

void withdraw_resets(store::Connection& connection, std::string_view account);

// "https://utsyn.example.no/first-start#TOKEN"
std::string link_address(std::string_view public_address, LinkKind kind, std::string_view token);

}  // namespace utsyn::access
