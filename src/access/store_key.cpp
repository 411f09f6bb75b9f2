#include "access/store_key.h"

#include <filesystem>

#include "access/accounts.h"
#include "access/keys.h"
#include "store/events.h"

namespace utsyn::access {
namespace {

constexpr std::string_view kMark = "key.mark";

void remember(store::Connection& connection, const std::string& mark) {
  connection.execute(
      "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = "
      "excluded.value",
      {kMark, mark});
}

void forget_sealed(store::Connection& connection, UtcTime now) {
  connection.execute(
      "DELETE FROM recovery_code WHERE account IN (SELECT id FROM account WHERE totp IS NOT NULL)");
  const auto factors = connection.execute(
      "UPDATE account SET totp = NULL, totp_confirmed = NULL, totp_step = 0 WHERE totp IS NOT NULL");
  const auto providers = connection.execute("UPDATE login_provider SET secret = '' WHERE secret <> ''");
  // The code as followup/alerts/fault.h reads it.
  const auto channels = connection.execute(
      R"(UPDATE channel SET active = 0, secret = '', last_error = '{"code":"secret_forgotten"}'
         WHERE secret <> '')");
  const auto receipts = connection.execute("UPDATE receipt_key SET secret = '' WHERE secret <> ''");
  connection.execute("DELETE FROM setting WHERE name = 'audit.end'");  // sealed anew with the new key
  store::append_audit(connection, now, {"command-line", ""}, "service.forget-sealed", "", "",
                      R"({"second_factors":)" + std::to_string(factors) + R"(,"login_providers":)" +
                          std::to_string(providers) + R"(,"channels":)" + std::to_string(channels) +
                          R"(,"receipt_keys":)" + std::to_string(receipts) + "}");
}

}  // namespace

Result<Bytes, std::string> key_of_store(store::Sql& sql, const std::string& path, bool forget, UtcTime now) {
  const std::string way_out =
      " Put the right one back from where it is kept beside the backups; if it is lost for good, start once "
      "with --forget-sealed: second factors and the secrets of login providers and webhooks are then set "
      "anew.";
  const auto known = sql.read([](store::Connection& connection) -> std::optional<std::string> {
    const auto row = connection.first("SELECT value FROM setting WHERE name = ?1", {kMark});
    if (!row) return std::nullopt;
    return row->text(0);
  });
  std::error_code ignored;
  if (known && !forget && !std::filesystem::exists(path, ignored))
    return unexpected("the key file " + path +
                      " is not there, and only its key opens the secrets in this store." + way_out);
  auto key = read_or_make_key(path);
  if (!key) return key;
  const auto mark = Keys(*key).mac("store", "mark");
  if (known && *known != mark) {
    if (!forget)
      return unexpected("the key file " + path + " holds another key than the one that seals this store." +
                        way_out);
    sql.write([&](store::Connection& connection) {
      forget_sealed(connection, now);
      remember(connection, mark);
    });
  } else if (!known) {
    sql.write([&](store::Connection& connection) { remember(connection, mark); });
  }
  return key;
}

}  // namespace utsyn::access
