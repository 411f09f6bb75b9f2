// Users, their identities at login providers, and their grants, as rows. All take the connection of the
// caller's transaction; every change writes its audit entry there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "access/roles.h"
#include "base/result.h"

namespace utsyn::access {

struct User {
  std::string id;
  std::string login;
  std::string name;
  std::string email;
  std::string language;
  Role role = Role::leader;
  std::string organisation;  // empty: none
  bool authority = false;
  UtcTime created{};
  std::string created_by;
  std::optional<UtcTime> disabled;
  std::optional<UtcTime> last_login;
  std::string password;  // encoded; empty: none
  std::string totp;      // sealed; empty: none
  bool totp_confirmed = false;
  std::int64_t totp_step = 0;
};

std::optional<User> user(store::Connection& connection, std::string_view id);
std::optional<User> user_by_login(store::Connection& connection, std::string_view login);
std::optional<User> user_by_identity(store::Connection& connection, std::string_view issuer,
                                     std::string_view subject);
bool any_user(store::Connection& connection);

struct UserFilter {
  std::string organisation;  // empty: all
  std::optional<Role> role;  // nothing: all
  std::string text;          // in login, name or e-mail
  std::string after;         // login to go on after
  std::size_t limit = 50;
};
std::vector<User> users(store::Connection& connection, const UserFilter& filter);  // by login

// 3 to 100 characters: letters, digits, and . _ - @ +, in lower case; or nothing.
std::optional<std::string> clean_login(std::string_view typed);

// A login is taken by another; an organisation is not in the register; the installation would be without an
// administrator.
enum class UserError { login_taken, no_such_organisation, last_administrator, no_such_user };

struct NewUser {
  std::string login;  // clean
  std::string name;
  std::string email;
  std::string language;
  Role role = Role::leader;
  std::string organisation;
  std::string password;  // encoded, or empty
};
Result<User, UserError> add_user(store::Connection& connection, UtcTime now, const store::Actor& actor,
                                 const NewUser& user);

struct UserChange {
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> language;
  std::optional<Role> role;
  std::optional<std::string> organisation;  // "" takes it away
  std::optional<bool> authority;
  std::optional<bool> disabled;
};
// A disabled user's sessions and tokens end at once. Invitations that wait are withdrawn with their inviter,
// and when the inviter gets another role or home.
Result<User, UserError> change_user(store::Connection& connection, UtcTime now, const store::Actor& actor,
                                    std::string_view id, const UserChange& change);
// Ends all sessions and takes back links for a reset; tokens stay (revoke_tokens).
void set_password(store::Connection& connection, UtcTime now, const store::Actor& actor, const User& user,
                  const std::string& encoded);
// Password, TOTP, recovery codes, sessions, API tokens and former links for a reset are gone; a one-time link
// lets the user choose anew.
void forget_secrets(store::Connection& connection, UtcTime now, const store::Actor& actor, const User& user);
void add_identity(store::Connection& connection, UtcTime now, const store::Actor& actor, const User& user,
                  std::string_view issuer, std::string_view subject);

struct Grant {
  std::string organisation;
  std::string organisation_name;
  std::string account;
  Detail detail = Detail::score;
  bool acts = false;
  std::string reason;
  UtcTime granted{};
  std::string granted_by;
  std::optional<UtcTime> until;
};
std::vector<Grant> grants_of(store::Connection& connection, std::string_view account);
// False when there is no such organisation or user.
bool put_grant(store::Connection& connection, UtcTime now, const store::Actor& actor, const Grant& grant);
bool remove_grant(store::Connection& connection, UtcTime now, const store::Actor& actor,
                  std::string_view organisation, std::string_view account);

// Who follows an organisation: those it delivers to, and those whose users hold a grant on it.
struct Follower {
  std::string organisation;  // id; empty: users of no organisation (the platform's own)
  std::string name;
  std::string why;  // "customer" or "grant"
  Detail detail = Detail::none;
  std::int64_t users = 0;
};
std::vector<Follower> followers(store::Connection& connection, std::string_view organisation, UtcTime now,
                                std::size_t limit);

// May the asker invite somebody in this role to this organisation? Administrators anybody; a supplier's users
// their colleagues; security, procurement and contract the first user of a supplier of their own
// organisation, when an administrator says that it is one. A token invites with manage_access only.
bool may_invite(store::Connection& connection, const Access& access, Role role,
                std::string_view organisation);

}  // namespace utsyn::access
