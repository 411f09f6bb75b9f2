#include "access/users.h"

#include <algorithm>
#include <boost/json.hpp>

#include "access/links.h"
#include "access/tokens.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

namespace json = boost::json;
using store::Connection;
using store::Row;

constexpr std::string_view kUserColumns =
    "id, login, name, email, language, role, organisation, authority, created, created_by, disabled, "
    "last_login, "
    "password, totp, totp_confirmed, totp_step";

std::optional<UtcTime> maybe_time(const Row& row, std::size_t column) {
  const auto seconds = row.maybe_number(column);
  if (!seconds) return std::nullopt;
  return from_unix(*seconds);
}

User user_of(const Row& row) {
  User out;
  out.id = row.text(0);
  out.login = row.text(1);
  out.name = row.text(2);
  out.email = row.text(3);
  out.language = row.text(4);
  // A word that is no role opens nothing: the least of them.
  out.role = role_named(row.text(5)).value_or(Role::privacy);
  out.organisation = row.text(6);
  out.authority = row.truth(7);
  out.created = from_unix(row.number(8));
  out.created_by = row.text(9);
  out.disabled = maybe_time(row, 10);
  out.last_login = maybe_time(row, 11);
  out.password = row.text(12);
  out.totp = row.text(13);
  out.totp_confirmed = !row.null(14);
  out.totp_step = row.number(15);
  return out;
}

std::optional<User> one(Connection& connection, std::string_view where, std::string_view value) {
  const auto row = connection.first(
      "SELECT " + std::string(kUserColumns) + " FROM account WHERE " + std::string(where), {value});
  if (!row) return std::nullopt;
  return user_of(*row);
}

std::optional<std::string> null_when_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

bool has_organisation(Connection& connection, std::string_view id) {
  return connection.first("SELECT 1 FROM organisation WHERE id = ?1", {id}).has_value();
}

json::object described(const User& user) {
  return {{"login", user.login},
          {"name", user.name},
          {"email", user.email},
          {"role", word(user.role)},
          {"organisation", user.organisation},
          {"authority", user.authority},
          {"disabled", user.disabled.has_value()}};
}

bool another_administrator_can_log_in(Connection& connection, std::string_view than) {
  return connection
      .first(
          "SELECT 1 FROM account a WHERE a.role = 'administrator' AND a.disabled IS NULL AND a.id <> ?1 AND "
          "(a.password IS NOT NULL OR EXISTS (SELECT 1 FROM identity i JOIN login_provider p ON p.issuer = "
          "i.issuer WHERE i.account = a.id AND p.disabled IS NULL))",
          {than})
      .has_value();
}

// What somebody who is disabled, or is another by now, has promised to others.
void withdraw_invitations(Connection& connection, UtcTime now, const store::Actor& actor,
                          std::string_view by) {
  for (const auto& row : connection.query(
           "DELETE FROM one_time_link WHERE created_by = ?1 AND kind = 'invitation' AND used IS NULL "
           "RETURNING id, organisation",
           {by}))
    store::append_audit(connection, now, actor, "invitation.withdraw", row.text(1), row.text(0), "{}");
}

void end_sessions(Connection& connection, std::string_view account) {
  connection.execute("DELETE FROM session WHERE account = ?1", {account});
}

}  // namespace

std::optional<User> user(Connection& connection, std::string_view id) {
  return one(connection, "id = ?1", id);
}

std::optional<User> user_by_login(Connection& connection, std::string_view login) {
  return one(connection, "login = ?1", login);
}

std::optional<User> user_by_identity(Connection& connection, std::string_view issuer,
                                     std::string_view subject) {
  const auto row =
      connection.first("SELECT account FROM identity WHERE issuer = ?1 AND subject = ?2", {issuer, subject});
  if (!row) return std::nullopt;
  return user(connection, row->text(0));
}

bool any_user(Connection& connection) {
  return connection.first("SELECT 1 FROM account LIMIT 1").has_value();
}

std::vector<User> users(Connection& connection, const UserFilter& filter) {
  std::string pattern = "%";
  for (const auto c : lower(filter.text)) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  pattern += '%';
  const auto role = filter.role ? std::string(word(*filter.role)) : std::string();
  std::vector<User> out;
  for (const auto& row : connection.query(
           "SELECT " + std::string(kUserColumns) +
               " FROM account WHERE login > ?1 AND (?2 = '' OR organisation = ?2) AND (?3 = '' OR role = ?3) "
               "AND "
               "(lower(login) LIKE ?4 ESCAPE '\\' OR lower(name) LIKE ?4 ESCAPE '\\' OR lower(email) LIKE ?4 "
               "ESCAPE '\\') ORDER BY login LIMIT ?5",
           {filter.after, filter.organisation, role, pattern, static_cast<std::int64_t>(filter.limit)}))
    out.push_back(user_of(row));
  return out;
}

std::optional<std::string> clean_login(std::string_view typed) {
  auto out = lower(trim(typed));
  const bool good = std::ranges::all_of(out, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@' ||
           c == '+';
  });
  if (!good || out.size() < 3 || out.size() > 100) return std::nullopt;
  return out;
}

Result<User, UserError> add_user(Connection& connection, UtcTime now, const store::Actor& actor,
                                 const NewUser& wanted) {
  if (user_by_login(connection, wanted.login)) return unexpected(UserError::login_taken);
  if (!wanted.organisation.empty() && !has_organisation(connection, wanted.organisation))
    return unexpected(UserError::no_such_organisation);
  const auto id = new_id();
  const auto by = actor.id.empty() ? id : actor.id;  // who makes the first user is that user
  connection.execute(
      "INSERT INTO account (id, login, name, email, language, role, organisation, created, created_by, "
      "password, "
      "password_changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      {id, wanted.login, wanted.name, wanted.email, wanted.language, word(wanted.role),
       null_when_empty(wanted.organisation), to_unix(now), by, null_when_empty(wanted.password),
       wanted.password.empty() ? std::optional<std::int64_t>() : to_unix(now)});
  auto made = user(connection, id);
  store::append_audit(connection, now, {by, actor.address}, "user.create", wanted.organisation, id,
                      json::serialize(json::object{{"after", described(*made)}}));
  return *made;
}

Result<User, UserError> change_user(Connection& connection, UtcTime now, const store::Actor& actor,
                                    std::string_view id, const UserChange& change) {
  const auto before = user(connection, id);
  if (!before) return unexpected(UserError::no_such_user);
  auto after = *before;
  if (change.name) after.name = *change.name;
  if (change.email) after.email = *change.email;
  if (change.language) after.language = *change.language;
  if (change.role) after.role = *change.role;
  if (change.organisation) after.organisation = *change.organisation;
  if (change.authority) after.authority = *change.authority;
  if (change.disabled && !*change.disabled) after.disabled.reset();
  if (change.disabled && *change.disabled && !after.disabled) after.disabled = now;
  if (!after.organisation.empty() && !has_organisation(connection, after.organisation))
    return unexpected(UserError::no_such_organisation);

  const bool was_administrator = before->role == Role::administrator && !before->disabled;
  if (was_administrator && (after.role != Role::administrator || after.disabled) &&
      !another_administrator_can_log_in(connection, id))
    return unexpected(UserError::last_administrator);

  connection.execute(
      "UPDATE account SET name = ?2, email = ?3, language = ?4, role = ?5, organisation = ?6, authority = "
      "?7, "
      "disabled = ?8 WHERE id = ?1",
      {id, after.name, after.email, after.language, word(after.role), null_when_empty(after.organisation),
       after.authority, after.disabled ? std::optional(to_unix(*after.disabled)) : std::nullopt});
  if (after.disabled && !before->disabled) end_sessions(connection, id);
  if (after.disabled || after.role != before->role || after.organisation != before->organisation)
    withdraw_invitations(connection, now, actor, id);
  const auto was = described(*before);
  const auto is = described(after);
  if (was != is || before->language != after.language)
    store::append_audit(connection, now, actor, "user.change",
                        after.organisation.empty() ? before->organisation : after.organisation, id,
                        json::serialize(json::object{{"before", was}, {"after", is}}));
  return after;
}

void set_password(Connection& connection, UtcTime now, const store::Actor& actor, const User& of,
                  const std::string& encoded) {
  connection.execute("UPDATE account SET password = ?2, password_changed = ?3 WHERE id = ?1",
                     {of.id, encoded, to_unix(now)});
  end_sessions(connection, of.id);
  withdraw_resets(connection, of.id);
  store::append_audit(connection, now, actor, "user.password", of.organisation, of.id, "{}");
}

void forget_secrets(Connection& connection, UtcTime now, const store::Actor& actor, const User& of) {
  connection.execute(
      "UPDATE account SET password = NULL, password_changed = NULL, totp = NULL, totp_confirmed = NULL, "
      "totp_step = 0 WHERE id = ?1",
      {of.id});
  connection.execute("DELETE FROM recovery_code WHERE account = ?1", {of.id});
  end_sessions(connection, of.id);
  revoke_tokens(connection, now, actor, of.id);
  withdraw_resets(connection, of.id);
  store::append_audit(connection, now, actor, "user.reset", of.organisation, of.id, "{}");
}

void add_identity(Connection& connection, UtcTime now, const store::Actor& actor, const User& of,
                  std::string_view issuer, std::string_view subject) {
  connection.execute(
      "INSERT INTO identity (issuer, subject, account, added) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (issuer, "
      "subject) DO UPDATE SET account = excluded.account, added = excluded.added",
      {issuer, subject, of.id, to_unix(now)});
  store::append_audit(connection, now, actor, "user.identity", of.organisation, of.id,
                      json::serialize(json::object{{"issuer", issuer}, {"subject", subject}}));
}

std::vector<Grant> grants_of(Connection& connection, std::string_view account) {
  std::vector<Grant> out;
  for (const auto& row : connection.query(
           "SELECT g.organisation, o.name, g.account, g.detail, g.acts, g.reason, g.granted, g.granted_by, "
           "g.until "
           "FROM access_grant g JOIN organisation o ON o.id = g.organisation WHERE g.account = ?1 ORDER BY "
           "g.organisation",
           {account}))
    out.push_back({row.text(0), row.text(1), row.text(2), detail_named(row.text(3)).value_or(Detail::none),
                   row.truth(4), row.text(5), from_unix(row.number(6)), row.text(7), maybe_time(row, 8)});
  return out;
}

bool put_grant(Connection& connection, UtcTime now, const store::Actor& actor, const Grant& grant) {
  if (!has_organisation(connection, grant.organisation) || !user(connection, grant.account)) return false;
  connection.execute(
      "INSERT INTO access_grant (organisation, account, detail, acts, reason, granted, granted_by, until) "
      "VALUES "
      "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (organisation, account) DO UPDATE SET detail = "
      "excluded.detail, acts = excluded.acts, reason = excluded.reason, granted = excluded.granted, "
      "granted_by = "
      "excluded.granted_by, until = excluded.until",
      {grant.organisation, grant.account, word(grant.detail), grant.acts, grant.reason, to_unix(now),
       actor.id, grant.until ? std::optional(to_unix(*grant.until)) : std::nullopt});
  json::object detail{{"user", grant.account},
                      {"detail", word(grant.detail)},
                      {"acts", grant.acts},
                      {"reason", grant.reason}};
  if (grant.until) detail["until"] = format_time(*grant.until);
  store::append_audit(connection, now, actor, "grant.put", grant.organisation, grant.account,
                      json::serialize(detail));
  return true;
}

bool remove_grant(Connection& connection, UtcTime now, const store::Actor& actor,
                  std::string_view organisation, std::string_view account) {
  if (connection.execute("DELETE FROM access_grant WHERE organisation = ?1 AND account = ?2",
                         {organisation, account}) == 0)
    return false;
  store::append_audit(connection, now, actor, "grant.remove", organisation, account, "{}");
  return true;
}

std::vector<Follower> followers(Connection& connection, std::string_view organisation, UtcTime now,
                                std::size_t limit) {
  std::vector<Follower> out;
  const auto most = static_cast<std::int64_t>(limit);
  for (const auto& row : connection.query(
           "SELECT s.organisation, o.name, i.kind FROM supply s JOIN organisation o ON o.id = s.organisation "
           "JOIN organisation i ON i.id = s.supplier WHERE "
           "s.supplier = ?1 AND (s.ended IS NULL OR s.ended > ?2) ORDER BY o.name, o.id LIMIT ?3",
           {organisation, to_unix(now), most}))
    out.push_back(
        {row.text(0), row.text(1), "customer", row.text(2) == "supplier" ? Detail::score : Detail::none, 0});
  for (const auto& row : connection.query(
           "SELECT a.organisation, o.name, g.detail, count(*) FROM access_grant g JOIN account a ON a.id = "
           "g.account LEFT JOIN organisation o ON o.id = a.organisation WHERE g.organisation = ?1 AND "
           "a.disabled "
           "IS NULL AND (g.until IS NULL OR g.until > ?2) GROUP BY a.organisation, o.name, g.detail ORDER BY "
           "o.name, a.organisation, g.detail LIMIT ?3",
           {organisation, to_unix(now), most}))
    out.push_back(
        {row.text(0), row.text(1), "grant", detail_named(row.text(2)).value_or(Detail::none), row.number(3)});
  return out;
}

bool may_invite(Connection& connection, const Access& access, Role role, std::string_view organisation) {
  if (access.may(Permission::manage_access)) return true;
  // The account would be worth its role, whatever few scopes the token had that invited it.
  if (access.actor.id != access.user) return false;
  if (role != Role::supplier || organisation.empty() || access.home.empty()) return false;
  if (access.role == Role::supplier) return organisation == access.home;
  if (!access.may(Permission::manage_suppliers)) return false;
  return connection.first(
             "SELECT 1 FROM supply WHERE organisation = ?1 AND supplier = ?2 AND ended IS NULL "
             "AND vouched = 1",
             {access.home, organisation}) &&
         !connection.first("SELECT 1 FROM account WHERE organisation = ?1 AND disabled IS NULL LIMIT 1",
                           {organisation});
}

}  // namespace utsyn::access
