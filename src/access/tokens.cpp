#include "access/tokens.h"

#include <boost/json.hpp>

#include "access/keys.h"
#include "access/roles.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

namespace json = boost::json;
using store::Connection;

constexpr std::string_view kTokenColumns =
    "id, account, name, scopes, created, expires, revoked, used, used_from";

std::string scopes_json(std::uint32_t scopes) {
  json::array out;
  for (const auto name : words(scopes)) out.emplace_back(name);
  return json::serialize(out);
}

ApiToken token_of(const store::Row& row) {
  ApiToken out;
  out.id = row.text(0);
  out.account = row.text(1);
  out.name = row.text(2);
  boost::system::error_code wrong;
  const auto scopes = json::parse(row.text(3), wrong);
  if (!wrong && scopes.is_array())
    for (const auto& scope : scopes.get_array())
      if (scope.is_string())
        if (const auto permission = permission_named(std::string_view(scope.get_string())))
          out.scopes |= bits({*permission});
  out.created = from_unix(row.number(4));
  out.expires = from_unix(row.number(5));
  if (const auto revoked = row.maybe_number(6)) out.revoked = from_unix(*revoked);
  if (const auto used = row.maybe_number(7)) out.used = from_unix(*used);
  out.used_from = row.text(8);
  return out;
}

}  // namespace

std::optional<NewToken> add_token(Connection& connection, UtcTime now, const Access& access,
                                  const ApiToken& wanted) {
  const auto count = connection.first(
      "SELECT count(*) FROM api_token WHERE account = ?1 AND revoked IS NULL AND expires > ?2",
      {access.user, to_unix(now)});
  if (count && count->number(0) >= static_cast<std::int64_t>(kMostTokens)) return std::nullopt;
  NewToken out{wanted, std::string(kTokenPrefix) + random_token()};
  out.token.id = new_id();
  out.token.account = access.user;
  out.token.scopes &= access.permissions;
  out.token.created = now;
  connection.execute(
      "INSERT INTO api_token (id, hash, account, name, scopes, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, "
      "?6, "
      "?7)",
      {out.token.id, token_hash(out.secret), access.user, wanted.name, scopes_json(out.token.scopes),
       to_unix(now), to_unix(wanted.expires)});
  store::append_audit(connection, now, access.actor, "token.create", access.home, out.token.id,
                      json::serialize(json::object{{"name", wanted.name},
                                                   {"scopes", json::parse(scopes_json(out.token.scopes))},
                                                   {"expires", format_time(wanted.expires)}}));
  return out;
}

std::vector<ApiToken> tokens_of(Connection& connection, std::string_view account) {
  std::vector<ApiToken> out;
  for (const auto& row :
       connection.query("SELECT " + std::string(kTokenColumns) +
                            " FROM api_token WHERE account = ?1 ORDER BY created DESC, id LIMIT 500",
                        {account}))
    out.push_back(token_of(row));
  return out;
}

std::optional<ApiToken> token_by_secret(Connection& connection, std::string_view secret) {
  const auto row = connection.first(
      "SELECT " + std::string(kTokenColumns) + " FROM api_token WHERE hash = ?1", {token_hash(secret)});
  if (!row) return std::nullopt;
  return token_of(*row);
}

bool revoke_token(Connection& connection, UtcTime now, const store::Actor& actor, std::string_view account,
                  std::string_view id) {
  if (connection.execute(
          "UPDATE api_token SET revoked = ?3 WHERE id = ?1 AND account = ?2 AND revoked IS NULL",
          {id, account, to_unix(now)}) == 0)
    return false;
  const auto home = connection.first("SELECT organisation FROM account WHERE id = ?1", {account});
  store::append_audit(connection, now, actor, "token.revoke", home ? home->text(0) : "", id, "{}");
  return true;
}

void revoke_tokens(Connection& connection, UtcTime now, const store::Actor& actor, std::string_view account) {
  for (const auto& row : connection.query(
           "SELECT id FROM api_token WHERE account = ?1 AND revoked IS NULL AND expires > ?2 ORDER BY id",
           {account, to_unix(now)}))
    revoke_token(connection, now, actor, account, row.text(0));
}

}  // namespace utsyn::access
