#include "access/second_factor.h"

#include "access/totp.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

using store::Connection;

std::string purpose_of(const User& user) { return "totp:" + user.id; }

std::vector<std::string> write_codes(Connection& connection, const User& user) {
  connection.execute("DELETE FROM recovery_code WHERE account = ?1", {user.id});
  auto codes = new_recovery_codes();
  for (const auto& code : codes)
    connection.execute("INSERT INTO recovery_code (account, hash) VALUES (?1, ?2)",
                       {user.id, token_hash(recovery_code(code).value_or(""))});
  return codes;
}

}  // namespace

std::optional<Enrolment> start_totp(Connection& connection, const Keys& keys, const User& user) {
  if (user.totp_confirmed) return std::nullopt;
  const auto secret = new_totp_secret();
  connection.execute("UPDATE account SET totp = ?2, totp_confirmed = NULL, totp_step = 0 WHERE id = ?1",
                     {user.id, keys.seal(as_text(secret), purpose_of(user))});
  return Enrolment{to_base32(secret), otpauth_uri(secret, user.login, "Utsyn")};
}

std::optional<std::vector<std::string>> confirm_totp(Connection& connection, UtcTime now,
                                                     const store::Actor& actor, const Keys& keys,
                                                     const User& user, std::string_view code) {
  if (user.totp_confirmed || user.totp.empty()) return std::nullopt;
  const auto secret = keys.open(user.totp, purpose_of(user));
  const auto step = secret ? totp_step(as_bytes(*secret), code, now, 0) : std::nullopt;
  if (!step) return std::nullopt;
  connection.execute("UPDATE account SET totp_confirmed = ?2, totp_step = ?3 WHERE id = ?1",
                     {user.id, to_unix(now), *step});
  store::append_audit(connection, now, actor, "user.totp-added", user.organisation, user.id, "{}");
  return write_codes(connection, user);
}

void remove_totp(Connection& connection, UtcTime now, const store::Actor& actor, const User& user) {
  connection.execute("UPDATE account SET totp = NULL, totp_confirmed = NULL, totp_step = 0 WHERE id = ?1",
                     {user.id});
  connection.execute("DELETE FROM recovery_code WHERE account = ?1", {user.id});
  store::append_audit(connection, now, actor, "user.totp-removed", user.organisation, user.id, "{}");
}

std::vector<std::string> replace_recovery_codes(Connection& connection, UtcTime now,
                                                const store::Actor& actor, const User& user) {
  store::append_audit(connection, now, actor, "user.recovery-codes", user.organisation, user.id, "{}");
  return write_codes(connection, user);
}

std::int64_t recovery_codes_left(Connection& connection, std::string_view user) {
  const auto row =
      connection.first("SELECT count(*) FROM recovery_code WHERE account = ?1 AND used IS NULL", {user});
  return row ? row->number(0) : 0;
}

}  // namespace utsyn::access
