// Login and what comes after, on both databases.
#include "access/accounts.h"

#include <gtest/gtest.h>

#include "access/second_factor.h"
#include "access/test_accounts.h"
#include "access/totp.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using store::Connection;

UTSYN_BOTH_DATABASES(AccountsTest);

TEST_P(AccountsTest, LoginOpensASession) {
  const auto in = login(" Kari ", kPassword);
  ASSERT_TRUE(in.has_value()) << in.error().detail;
  EXPECT_FALSE(in->second_factor);
  EXPECT_FALSE(in->device.empty());
  const auto known = accounts->authenticate(with(*in), now);
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->access.user, kari.id);
  EXPECT_EQ(known->access.actor.id, kari.id);
  EXPECT_EQ(known->access.detail("home"), Detail::evidence);
  EXPECT_EQ(known->access.detail("supplier"), Detail::none);
  // The token is nowhere in the store.
  sql().read([&](Connection& connection) {
    EXPECT_FALSE(connection.first("SELECT 1 FROM session WHERE hash = ?1", {in->session_token}));
    EXPECT_TRUE(connection.first("SELECT 1 FROM session WHERE hash = ?1", {token_hash(in->session_token)}));
  });
  EXPECT_NE(login("kari", kPassword)->session_token, in->session_token);
}

TEST_P(AccountsTest, WrongLoginsAllGetTheSameAnswer) {
  sql().write([&](Connection& connection) {
    make(connection, "away", Role::leader, "home");
    UserChange change;
    change.disabled = true;
    ASSERT_TRUE(change_user(connection, now, {}, user_by_login(connection, "away")->id, change));
    connection.execute("UPDATE account SET password = NULL WHERE login = 'boss'");
  });
  const auto wrong = login("kari", "another password", "192.0.2.1");
  ASSERT_FALSE(wrong.has_value());
  for (const auto* name : {"nobody", "away", "boss", "", "kari'--", "%"}) {
    const auto answer = login(name, kPassword, "198.51.100." + std::to_string(std::string_view(name).size()));
    ASSERT_FALSE(answer.has_value()) << name;
    EXPECT_EQ(answer.error().type, "wrong-login");
    EXPECT_EQ(answer.error().detail, wrong.error().detail);
    EXPECT_EQ(answer.error().status, 401);
  }
}

TEST_P(AccountsTest, ChangesNeedTheProofOfTheSession) {
  const auto in = login("kari", kPassword);
  auto credentials = with(*in);
  credentials.changes = true;
  EXPECT_EQ(denied(credentials), "");
  credentials.origin = "https://utsyn.example.no";
  EXPECT_EQ(denied(credentials), "");
  for (const auto* origin :
       {"https://evil.example", "http://utsyn.example.no", "https://utsyn.example.no.evil.example", "null",
        "https://utsyn.example.no:444"}) {
    credentials.origin = origin;
    EXPECT_EQ(denied(credentials), "wrong-origin") << origin;
  }
  credentials.origin.clear();
  credentials.csrf = login("boss", kPassword)->csrf;
  EXPECT_EQ(denied(credentials), "csrf");
  credentials.csrf.clear();
  EXPECT_EQ(denied(credentials), "csrf");
  credentials.changes = false;
  EXPECT_EQ(denied(credentials), "");
}

TEST_P(AccountsTest, SessionsEnd) {
  const auto in = login("kari", kPassword);
  now += kSessionIdle - seconds{1};
  EXPECT_EQ(denied(with(*in)), "");
  now += kSessionIdle - seconds{1};  // was used in between
  EXPECT_EQ(denied(with(*in)), "");
  now += kSessionIdle;
  EXPECT_EQ(denied(with(*in)), "session-ended");

  now = kStart;
  const auto worked = login("kari", kPassword);
  for (; now < kStart + kSessionLongest - hours{1}; now += hours{6}) ASSERT_EQ(denied(with(*worked)), "");
  now = kStart + kSessionLongest;
  EXPECT_EQ(denied(with(*worked)), "session-ended");
  EXPECT_EQ(denied({}), "login-needed");
  Credentials made_up;
  made_up.session = random_token();
  EXPECT_EQ(denied(made_up), "session-ended");
}

TEST_P(AccountsTest, DisabledUsersAndNewPasswordsEndSessions) {
  const auto in = login("kari", kPassword);
  sql().write([&](Connection& connection) { set_password(connection, now, {}, kari, encoded()); });
  EXPECT_EQ(denied(with(*in)), "session-ended");
  const auto again = login("kari", kPassword);
  sql().write([&](Connection& connection) {
    UserChange change;
    change.disabled = true;
    ASSERT_TRUE(change_user(connection, now, {}, kari.id, change));
  });
  EXPECT_EQ(denied(with(*again)), "session-ended");
}

TEST_P(AccountsTest, GuessingIsSlowedInItsPlaceOnly) {
  const auto device = login("kari", kPassword, "192.0.2.1")->device;
  for (int i = 0; i < kFreeFailures; ++i) EXPECT_EQ(login("kari", "guess", "192.0.2.9").error().status, 401);
  const auto held = login("kari", "guess", "192.0.2.9");
  ASSERT_FALSE(held.has_value());
  EXPECT_EQ(held.error().status, 429);
  EXPECT_EQ(held.error().retry_after_s, 1);
  // The right password does not help there either, or guessing would go on.
  EXPECT_EQ(login("kari", kPassword, "192.0.2.77").error().status, 429);
  // The owner elsewhere, and in a known browser in the same network, is not held up.
  EXPECT_TRUE(login("kari", kPassword, "198.51.100.1").has_value());
  EXPECT_TRUE(login("kari", kPassword, "192.0.2.9", device).has_value());
  // Nor are others in that network.
  EXPECT_TRUE(login("boss", kPassword, "192.0.2.9").has_value());
  // A device cookie is good for its login alone, and cannot be made up.
  EXPECT_EQ(
      login("kari", kPassword, "192.0.2.9", login("boss", kPassword, "192.0.2.1")->device).error().status,
      429);
  EXPECT_EQ(login("kari", kPassword, "192.0.2.9", "aaaa.9999999999.bbbb").error().status, 429);
  now += seconds{2};
  EXPECT_TRUE(login("kari", kPassword, "192.0.2.9").has_value());
}

TEST_P(AccountsTest, UnknownLoginsAreSlowedAlike) {
  for (int i = 0; i < kFreeFailures; ++i) EXPECT_EQ(login("nobody", "guess").error().status, 401);
  EXPECT_EQ(login("nobody", "guess").error().status, 429);
}

TEST_P(AccountsTest, OnePasswordForManyLoginsIsSlowed) {
  for (int i = 0; i < kFreeFailuresOfNetwork; ++i)
    sql().write([&](Connection& connection) {
      count_failure(connection, {"who" + std::to_string(i), "p", "net"}, now);
    });
  sql().read([&](Connection& connection) {
    EXPECT_EQ(seconds_to_wait(connection, {"fresh", "p2", "net"}, now), 1);
    EXPECT_EQ(seconds_to_wait(connection, {"fresh", "p2", "other net"}, now), 0);
    EXPECT_EQ(seconds_to_wait(connection, {"fresh", "known device", ""}, now), 0);
    EXPECT_EQ(seconds_to_wait(connection, {"fresh", "p2", "net"}, now + kFailuresForgotten), 0);
  });
}

TEST(Backoff, WaitsDouble) {
  EXPECT_EQ(wait_after(0, 5).count(), 0);
  EXPECT_EQ(wait_after(4, 5).count(), 0);
  EXPECT_EQ(wait_after(5, 5).count(), 1);
  EXPECT_EQ(wait_after(8, 5).count(), 8);
  EXPECT_EQ(wait_after(100, 5), kLongestWait);
}

TEST(Backoff, NetworksAreWiderThanAddresses) {
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.0/24");
  EXPECT_EQ(network_of("2001:db8:1:2::3"), "2001:db8:1::/48");
  EXPECT_EQ(network_of("somewhere"), "somewhere");
}

TEST_P(AccountsTest, SecondFactorIsAskedFor) {
  std::vector<std::string> codes;
  std::string secret;
  sql().write([&](Connection& connection) {
    ASSERT_TRUE(start_totp(connection, accounts->keys(), kari));
    kari = *user(connection, kari.id);
    secret = *accounts->keys().open(kari.totp, "totp:" + kari.id);
    EXPECT_FALSE(confirm_totp(connection, now, {kari.id, ""}, accounts->keys(), kari, "000000") &&
                 totp_code(as_bytes(secret), now) != "000000");
    const auto made = confirm_totp(connection, now, {kari.id, ""}, accounts->keys(), kari,
                                   totp_code(as_bytes(secret), now));
    ASSERT_TRUE(made.has_value());
    codes = *made;
    kari = *user(connection, kari.id);
    EXPECT_FALSE(start_totp(connection, accounts->keys(), kari)) << "a confirmed one is not overwritten";
  });
  now += minutes{2};
  const auto half = login("kari", kPassword);
  ASSERT_TRUE(half.has_value());
  EXPECT_TRUE(half->second_factor);
  EXPECT_TRUE(half->device.empty());
  EXPECT_EQ(denied(with(*half)), "session-ended") << "half a login opens nothing";

  const auto step = [&](const LoggedIn& of, const std::string& code) {
    return accounts->second_factor({of.session_token, code, "", "192.0.2.1"}, now);
  };
  EXPECT_EQ(step(*half, "12345").error().type, "wrong-code");
  const auto code = totp_code(as_bytes(secret), now);
  const auto whole = step(*half, code);
  ASSERT_TRUE(whole.has_value()) << whole.error().detail;
  EXPECT_NE(whole->session_token, half->session_token) << "rotated";
  EXPECT_EQ(denied(with(*whole)), "");
  EXPECT_EQ(step(*half, code).error().type, "session-ended");

  // The same code again, and a recovery code twice.
  EXPECT_EQ(step(*login("kari", kPassword), code).error().type, "wrong-code");
  EXPECT_TRUE(step(*login("kari", kPassword), codes[0]).has_value());
  EXPECT_EQ(step(*login("kari", kPassword), codes[0]).error().type, "wrong-code");
  sql().read([&](Connection& connection) { EXPECT_EQ(recovery_codes_left(connection, kari.id), 9); });

  // Too late, and too many guesses (the code used twice was the first of them).
  const auto late = login("kari", kPassword);
  now += kSecondFactorTime;
  EXPECT_EQ(step(*late, totp_code(as_bytes(secret), now)).error().type, "session-ended");
  const auto guessing = login("kari", kPassword);
  for (int i = 1; i < kFreeFailures; ++i) EXPECT_EQ(step(*guessing, "00000x").error().status, 401);
  EXPECT_EQ(step(*guessing, totp_code(as_bytes(secret), now)).error().status, 429);
}

}  // namespace
}  // namespace utsyn::access
