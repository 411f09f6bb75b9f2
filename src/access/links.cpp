#include "access/links.h"

#include "access/accounts.h"
#include "access/keys.h"
#include "access/roles.h"
#include "access/users.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

using store::Connection;
using store::Row;

constexpr std::string_view kLinkColumns =
    "id, kind, account, login, role, organisation, email, created, created_by, expires, used";

Link link_of(const Row& row) {
  Link out;
  out.id = row.text(0);
  for (const auto kind : {LinkKind::first_start, LinkKind::invitation, LinkKind::reset})
    if (word(kind) == row.text(1)) out.kind = kind;
  out.account = row.text(2);
  out.login = row.text(3);
  out.role = role_named(row.text(4)).value_or(Role::privacy);
  out.organisation = row.text(5);
  out.email = row.text(6);
  out.created = from_unix(row.number(7));
  out.created_by = row.text(8);
  out.expires = from_unix(row.number(9));
  if (const auto used = row.maybe_number(10)) out.used = from_unix(*used);
  return out;
}

std::optional<std::string_view> null_or_view(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

std::string_view word(LinkKind kind) {
  switch (kind) {
    case LinkKind::first_start:
      return "first-start";
    case LinkKind::invitation:
      return "invitation";
    case LinkKind::reset:
      return "reset";
  }
  return "?";
}

namespace {

// May who invited still do so? Much can happen in the days that an invitation waits.
bool still_invited(Connection& connection, const Link& link, UtcTime now) {
  if (link.created_by == kMachineItself) return true;
  const auto inviter = access_of(connection, link.created_by, now, {link.created_by, ""});
  return inviter && may_invite(connection, *inviter, link.role, link.organisation);
}

}  // namespace

NewLink make_link(Connection& connection, UtcTime now, const store::Actor& actor, Link link) {
  link.id = new_id();
  link.created = now;
  link.created_by = actor.id;
  if (link.kind == LinkKind::reset) withdraw_resets(connection, link.account);
  auto token = random_token();
  connection.execute(
      "INSERT INTO one_time_link (id, hash, kind, account, login, role, organisation, email, created, "
      "created_by, "
      "expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      {link.id, token_hash(token), word(link.kind), null_or_view(link.account), link.login, word(link.role),
       null_or_view(link.organisation), link.email, to_unix(now), actor.id, to_unix(link.expires)});
  return {std::move(link), std::move(token)};
}

std::optional<Link> usable_link(Connection& connection, LinkKind kind, std::string_view token, UtcTime now) {
  const auto row =
      connection.first("SELECT " + std::string(kLinkColumns) +
                           " FROM one_time_link WHERE hash = ?1 AND kind = ?2 AND used IS NULL AND "
                           "expires > ?3",
                       {token_hash(token), word(kind), to_unix(now)});
  if (!row) return std::nullopt;
  auto link = link_of(*row);
  if (kind == LinkKind::invitation && !still_invited(connection, link, now)) return std::nullopt;
  return link;
}

bool use_link(Connection& connection, const Link& link, UtcTime now) {
  return connection.execute("UPDATE one_time_link SET used = ?2 WHERE id = ?1 AND used IS NULL",
                            {link.id, to_unix(now)}) == 1;
}

std::vector<Link> open_invitations(Connection& connection, std::string_view created_by, UtcTime now) {
  std::vector<Link> out;
  for (const auto& row : connection.query("SELECT " + std::string(kLinkColumns) +
                                              " FROM one_time_link WHERE kind = 'invitation' AND used IS "
                                              "NULL AND expires > ?2 AND (?1 = '' OR "
                                              "created_by = ?1) ORDER BY created DESC, id LIMIT 500",
                                          {created_by, to_unix(now)}))
    out.push_back(link_of(row));
  return out;
}

std::optional<Link> invitation(Connection& connection, std::string_view id) {
  const auto row = connection.first(
      "SELECT " + std::string(kLinkColumns) + " FROM one_time_link WHERE id = ?1 AND kind = 'invitation'",
      {id});
  if (!row) return std::nullopt;
  return link_of(*row);
}

bool withdraw_invitation(Connection& connection, std::string_view id) {
  return connection.execute(
             "DELETE FROM one_time_link WHERE id = ?1 AND kind = 'invitation' AND used IS NULL", {id}) == 1;
}

void withdraw_resets(Connection& connection, std::string_view account) {
  connection.execute("DELETE FROM one_time_link WHERE kind = 'reset' AND account = ?1 AND used IS NULL",
                     {account});
}

std::string link_address(std::string_view public_address, LinkKind kind, std::string_view token) {
  return std::string(public_address) + "/" + std::string(word(kind)) + "#" + std::string(token);
}

}  // namespace utsyn::access
