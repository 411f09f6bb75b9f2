// For tests: a store with two people and three organisations, and what they log in with.
#pragma once

#include <memory>
#include <string>

#include "access/accounts.h"
#include "access/password.h"
#include "access/roles.h"
#include "access/users.h"
#include "store/test_database.h"

namespace utsyn::access {

inline constexpr std::string_view kPassword = "fire epler i kurven";
// Slow to make, so made once.
inline const std::string& encoded() {
  static const auto hash = hash_password(kPassword);
  return hash;
}

class AccountsTest : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    accounts = std::make_unique<Accounts>(
        shared_sql(), AccountSettings{.key = Bytes(32, 7), .public_address = "https://utsyn.example.no"});
    sql().write([&](store::Connection& connection) {
      for (const auto* id : {"home", "supplier", "other"})
        connection.execute("INSERT INTO organisation (id, name, kind) VALUES (?1, ?2, 'other')",
                           {id, std::string("The ") + id});
      kari = make(connection, "kari", Role::security, "home");
      boss = make(connection, "boss", Role::administrator, "");
    });
  }
  void TearDown() override {
    accounts.reset();
    DatabaseTest::TearDown();
  }
  static User make(store::Connection& connection, std::string_view login, Role role,
                   std::string_view organisation) {
    NewUser wanted;
    wanted.login = login;
    wanted.name = login;
    wanted.role = role;
    wanted.organisation = organisation;
    wanted.password = encoded();
    return *add_user(connection, kStart, {"system", ""}, wanted);
  }
  Result<LoggedIn, Denied> login(std::string_view name, std::string_view password,
                                 std::string_view address = "192.0.2.1", std::string_view device = "") {
    return accounts->login(
        {std::string(name), std::string(password), std::string(device), std::string(address), "test"}, now);
  }
  Credentials with(const LoggedIn& logged_in) const {
    Credentials out;
    out.session = logged_in.session_token;
    out.csrf = logged_in.csrf;
    out.address = "192.0.2.1";
    return out;
  }
  std::string denied(const Credentials& credentials) {
    const auto known = accounts->authenticate(credentials, now);
    return known ? "" : known.error().type;
  }
  Access access(const User& of) {
    return *sql().read(
        [&](store::Connection& connection) { return access_of(connection, of.id, now, {of.id, ""}); });
  }

  static constexpr UtcTime kStart = UtcTime{std::chrono::seconds{1'800'000'000}};
  UtcTime now = kStart;
  std::unique_ptr<Accounts> accounts;
  User kari;
  User boss;
};

}  // namespace utsyn::access
