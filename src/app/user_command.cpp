// utsyn user add|list|reset|disable|enable: users, from the machine itself. A password never stands on the
// command line: add and reset print a one-time link.
#include <boost/json.hpp>
#include <cstdio>

#include "access/links.h"
#include "access/roles.h"
#include "access/users.h"
#include "app/options.h"
#include "base/text.h"
#include "store/existing.h"
#include "store/sql.h"

namespace utsyn::app {
namespace {

namespace json = boost::json;
using store::Connection;

const store::Actor kActor{std::string(access::kMachineItself), ""};

UtcTime clock_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::string address_of(const Options& options) {
  auto out = options.public_address.empty() ? std::string("http://127.0.0.1:8480") : options.public_address;
  while (out.ends_with('/')) out.pop_back();
  return out;
}

void print_link(const Options& options, const access::NewLink& made) {
  const auto link = access::link_address(address_of(options), made.link.kind, made.token);
  const auto until = format_time(made.link.expires);
  if (options.json) {
    std::printf("%s\n", json::serialize(json::object{{"link", link}, {"expires", until}}).c_str());
  } else {
    std::printf("%s\n", link.c_str());
    std::fprintf(stderr, "utsyn: the link works once, until %s\n", until.c_str());
  }
}

Result<access::NewLink, Refusal> invite(const Options& options, Connection& connection) {
  const auto login = access::clean_login(options.user_login);
  if (!login)
    return unexpected(Refusal{"'" + printable(options.user_login, 100) +
                                  "' is no login: 3 to 100 letters a-z, digits and . _ - @ +",
                              2});
  const auto role = access::role_named(options.user_role);
  if (!role)
    return unexpected(
        Refusal{"give --role: administrator, security, leader, procurement, contract, privacy, supplier, "
                "analyst or auditor",
                2});
  if (access::user_by_login(connection, *login))
    return unexpected(
        Refusal{"the login " + *login + " is taken; utsyn user reset gives its owner a new link", 1});
  if (*role == access::Role::supplier && options.user_organisation.empty())
    return unexpected(Refusal{"a supplier's user belongs to an organisation: give --organisation ID", 2});
  if (!options.user_organisation.empty() &&
      !connection.first("SELECT 1 FROM organisation WHERE id = ?1", {options.user_organisation}))
    return unexpected(
        Refusal{"there is no organisation '" + options.user_organisation + "' in the register", 1});
  access::Link link;
  link.kind = access::LinkKind::invitation;
  link.login = *login;
  link.role = *role;
  link.organisation = options.user_organisation;
  link.expires = clock_now() + access::kInvitationTime;
  auto made = access::make_link(connection, clock_now(), kActor, link);
  store::append_audit(connection, clock_now(), kActor, "invitation.create", link.organisation, made.link.id,
                      json::serialize(json::object{{"role", access::word(*role)}, {"login", *login}}));
  return made;
}

Result<access::User, Refusal> find(const Options& options, Connection& connection) {
  auto user = access::user_by_login(connection, lower(options.user_login));
  if (!user)
    return unexpected(Refusal{
        "there is no user '" + printable(options.user_login, 100) + "'; utsyn user list shows them", 1});
  return *user;
}

int list(const Options& options, store::Sql& sql) {
  return sql.read([&](Connection& connection) {
    json::array all;
    access::UserFilter filter;
    filter.limit = 500;
    for (auto page = access::users(connection, filter); !page.empty();
         page = access::users(connection, filter)) {
      for (const auto& user : page) {
        const std::string state = user.disabled         ? "disabled"
                                  : user.totp_confirmed ? "two factors"
                                                        : "one factor";
        if (options.json) {
          all.push_back(json::object{{"id", user.id},
                                     {"login", user.login},
                                     {"name", user.name},
                                     {"role", access::word(user.role)},
                                     {"organisation", user.organisation},
                                     {"state", state}});
        } else {
          std::printf("%-30s %-14s %-26s %-12s %s\n", user.login.c_str(),
                      std::string(access::word(user.role)).c_str(), user.organisation.c_str(), state.c_str(),
                      printable(user.name).c_str());
        }
      }
      filter.after = page.back().login;
    }
    if (options.json) std::printf("%s\n", json::serialize(all).c_str());
    return 0;
  });
}

int disable(const Options& options, store::Sql& sql, bool disabled) {
  const auto refusal = sql.write([&](Connection& connection) -> std::optional<Refusal> {
    const auto user = find(options, connection);
    if (!user) return user.error();
    access::UserChange change;
    change.disabled = disabled;
    if (!access::change_user(connection, clock_now(), kActor, user->id, change))
      return Refusal{user->login + " is the last administrator that can log in; add another one first", 1};
    return std::nullopt;
  });
  if (refusal) return refuse(*refusal);
  return 0;
}

}  // namespace

int user(const Options& options) {
  if (options.user_action != "list" && options.user_login.empty())
    return refuse({"utsyn user " + options.user_action + " needs a LOGIN", 2});
  const auto where = options.db.empty() ? default_store_path() : options.db;
  if (where == "none") return refuse({"users are kept in a store: give --db PATH or postgresql://...", 2});
  const auto sql = store::open_current(where);
  if (!sql) return refuse({sql.error().message, 1});
  if (options.user_action == "list") return list(options, **sql);
  if (options.user_action == "disable" || options.user_action == "enable")
    return disable(options, **sql, options.user_action == "disable");

  const auto made = (*sql)->write([&](Connection& connection) -> Result<access::NewLink, Refusal> {
    if (options.user_action == "add") return invite(options, connection);
    const auto found = find(options, connection);
    if (!found) return unexpected(found.error());
    access::forget_secrets(connection, clock_now(), kActor, *found);
    access::Link link;
    link.kind = access::LinkKind::reset;
    link.account = found->id;
    link.role = found->role;
    link.expires = clock_now() + access::kResetTime;
    return access::make_link(connection, clock_now(), kActor, link);
  });
  if (!made) return refuse(made.error());
  print_link(options, *made);
  return 0;
}

}  // namespace utsyn::app
