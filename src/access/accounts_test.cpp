// Login and what comes after, on both databases.
#include "access/accounts.h"

#include <gtest/gtest.h>

#include "access/audit_reading.h"
#include "access/keys.h"
#include "access/links.h"
#include "access/oidc.h"
#include "access/password.h"
#include "access/roles.h"
#include "access/second_factor.h"
#include "access/store_key.h"
#include "access/tokens.h"
#include "access/totp.h"
#include "access/users.h"
#include "base/id.h"
#include "store/test_database.h"

namespace utsyn::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using store::Connection;

constexpr std::string_view kPassword = "fire epler i kurven";
// Slow to make, so made once.
const std::string& encoded() {
  static const auto hash = hash_password(kPassword);
  return hash;
}

class AccountsTest : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    accounts = std::make_unique<Accounts>(
        shared_sql(), AccountSettings{.key = Bytes(32, 7), .public_address = "https://utsyn.example.no"});
    sql().write([&](Connection& connection) {
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
  static User make(Connection& connection, std::string_view login, Role role, std::string_view organisation) {
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
        [&](Connection& connection) { return access_of(connection, of.id, now, {of.id, ""}); });
  }

  static constexpr UtcTime kStart = UtcTime{seconds{1'800'000'000}};
  UtcTime now = kStart;
  std::unique_ptr<Accounts> accounts;
  User kari;
  User boss;
};
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

TEST_P(AccountsTest, TokensAreCutToTheirScopes) {
  auto of_kari = access(kari);
  ApiToken wanted;
  wanted.name = "siem";
  wanted.scopes = bits({Permission::read, Permission::manage_access});
  wanted.expires = now + hours{24};
  const auto made =
      sql().write([&](Connection& connection) { return add_token(connection, now, of_kari, wanted); });
  ASSERT_TRUE(made.has_value());
  Credentials credentials;
  credentials.token = made->secret;
  credentials.changes = true;  // no cookie, so nothing a foreign page could send along
  const auto known = accounts->authenticate(credentials, now);
  ASSERT_TRUE(known.has_value());
  EXPECT_TRUE(known->access.may(Permission::read));
  EXPECT_FALSE(known->access.may(Permission::follow_up)) << "not among the scopes";
  EXPECT_FALSE(known->access.may(Permission::manage_access)) << "the user has not got it";
  EXPECT_EQ(known->access.actor.id, made->token.id);
  EXPECT_EQ(known->access.user, kari.id);
  EXPECT_TRUE(known->session.empty());
  sql().read([&](Connection& connection) {
    EXPECT_EQ(tokens_of(connection, kari.id).at(0).used, now);
    EXPECT_FALSE(connection.first("SELECT 1 FROM api_token WHERE hash = ?1", {made->secret}));
  });

  for (const auto* text : {"utsyn_", "utsyn_aaaa", "x", "Bearer"}) {
    Credentials wrong;
    wrong.token = text;
    wrong.session = login("kari", kPassword)->session_token;
    EXPECT_EQ(denied(wrong), "token-refused") << "a good cookie does not help a bad token";
  }
  now += hours{24};
  EXPECT_EQ(denied(credentials), "token-refused") << "expired";
  now -= hours{1};
  EXPECT_EQ(denied(credentials), "");
  sql().write([&](Connection& connection) {
    EXPECT_FALSE(revoke_token(connection, now, {}, boss.id, made->token.id)) << "somebody else's";
    EXPECT_TRUE(revoke_token(connection, now, {}, kari.id, made->token.id));
  });
  EXPECT_EQ(denied(credentials), "token-refused");
}

TEST_P(AccountsTest, TokensEndWithTheirUser) {
  ApiToken wanted;
  wanted.scopes = bits({Permission::read});
  wanted.expires = now + hours{24};
  const auto of_kari = access(kari);
  Credentials credentials;
  credentials.token =
      sql()
          .write([&](Connection& connection) { return add_token(connection, now, of_kari, wanted); })
          ->secret;
  EXPECT_EQ(denied(credentials), "");
  sql().write([&](Connection& connection) {
    UserChange change;
    change.disabled = true;
    ASSERT_TRUE(change_user(connection, now, {}, kari.id, change));
  });
  EXPECT_EQ(denied(credentials), "token-refused");
}

TEST_P(AccountsTest, GrantsCountWhileTheyLast) {
  sql().write([&](Connection& connection) {
    EXPECT_TRUE(put_grant(
        connection, now, {boss.id, ""},
        {"supplier", "", kari.id, Detail::findings, false, "our supplier", {}, "", now + hours{1}}));
    EXPECT_TRUE(put_grant(connection, now, {boss.id, ""},
                          {"other", "", kari.id, Detail::score, true, "shared", {}, "", {}}));
    EXPECT_FALSE(put_grant(connection, now, {}, {"none", "", kari.id, Detail::score, false, "", {}, "", {}}));
    EXPECT_FALSE(put_grant(connection, now, {}, {"other", "", "none", Detail::score, false, "", {}, "", {}}));
  });
  auto seen = access(kari);
  EXPECT_EQ(seen.detail("supplier"), Detail::findings);
  EXPECT_EQ(seen.detail("other"), Detail::score);
  EXPECT_TRUE(seen.may(Permission::follow_up, "home"));
  EXPECT_FALSE(seen.may(Permission::follow_up, "supplier")) << "granted to read";
  now += hours{1};
  EXPECT_EQ(access(kari).detail("supplier"), Detail::none);
  sql().write([&](Connection& connection) {
    EXPECT_TRUE(remove_grant(connection, now, {}, "other", kari.id));
    EXPECT_FALSE(remove_grant(connection, now, {}, "other", kari.id));
  });
  EXPECT_EQ(access(kari).detail("other"), Detail::none);
}

// docs/decisions/0006.
TEST_P(AccountsTest, ACustomerSeesTheScoreOfItsSuppliersAndNothingElse) {
  sql().write([&](Connection& connection) {
    for (const auto* id : {"vendor", "former", "granted", "removed", "stranger"})
      connection.execute("INSERT INTO organisation (id, name, kind) VALUES (?1, ?1, 'supplier')", {id});
    connection.execute("UPDATE organisation SET removed = 1 WHERE id = 'removed'");
    for (const auto* id : {"vendor", "granted", "removed", "other"})
      connection.execute("INSERT INTO supply (organisation, supplier) VALUES ('home', ?1)", {id});
    connection.execute("INSERT INTO supply (organisation, supplier, ended) VALUES ('home', 'former', ?1)",
                       {to_unix(now)});
    connection.execute("INSERT INTO supply (organisation, supplier) VALUES ('other', 'stranger')");
    put_grant(connection, now, {boss.id, ""},
              {"granted", "", kari.id, Detail::findings, true, "works there", {}, "", now + hours{1}});
  });
  const auto seen = access(kari);
  EXPECT_EQ(seen.detail("vendor"), Detail::score);
  EXPECT_EQ(seen.detail("former"), Detail::none);
  EXPECT_EQ(seen.detail("removed"), Detail::none);
  EXPECT_EQ(seen.detail("stranger"), Detail::none) << "another's supplier";
  EXPECT_EQ(seen.detail("other"), Detail::none) << "of another kind: it takes a grant";
  EXPECT_EQ(seen.detail("granted"), Detail::findings) << "a grant says more";
  EXPECT_TRUE(seen.may(Permission::follow_up, "granted"));
  for (const auto permission : {Permission::follow_up, Permission::recheck, Permission::manage_footprint,
                                Permission::manage_suppliers})
    EXPECT_FALSE(seen.may(permission, "vendor"));
  EXPECT_TRUE(seen.may(Permission::read, "vendor"));
  EXPECT_TRUE(seen.may(Permission::manage_suppliers, "home"));
  EXPECT_TRUE(std::ranges::is_sorted(seen.organisations));
  // The grant ends: what is left is the customer's view.
  now += hours{1};
  EXPECT_EQ(access(kari).detail("granted"), Detail::score);
  EXPECT_FALSE(access(kari).may(Permission::follow_up, "granted"));
  sql().read([&](Connection& connection) {
    const auto all = followers(connection, "vendor", now, 100);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].detail, Detail::score) << "the supplier is told what is seen";
  });
}

TEST_P(AccountsTest, FirstStartWorksOnceAndForTheFirst) {
  EXPECT_EQ(accounts->first_start(now), std::nullopt) << "there are users";
  sql().write([](Connection& connection) { connection.execute("DELETE FROM account"); });
  const auto early = accounts->first_start(now);
  const auto late = accounts->first_start(now);
  ASSERT_TRUE(early && late);
  sql().write([&](Connection& connection) {
    EXPECT_FALSE(usable_link(connection, LinkKind::first_start, *early, now)) << "replaced by the second";
    EXPECT_FALSE(usable_link(connection, LinkKind::invitation, *late, now)) << "of another kind";
    EXPECT_FALSE(usable_link(connection, LinkKind::first_start, *late, now + kFirstStartTime));
    const auto link = usable_link(connection, LinkKind::first_start, *late, now);
    ASSERT_TRUE(link.has_value());
    EXPECT_EQ(link->role, Role::administrator);
    EXPECT_TRUE(use_link(connection, *link, now));
    EXPECT_FALSE(use_link(connection, *link, now));
    EXPECT_FALSE(usable_link(connection, LinkKind::first_start, *late, now));
  });
  EXPECT_TRUE(accounts->first_start_link(now)->starts_with("https://utsyn.example.no/first-start#"));
}

TEST_P(AccountsTest, TheLastAdministratorStays) {
  sql().write([&](Connection& connection) {
    UserChange change;
    change.role = Role::leader;
    EXPECT_EQ(change_user(connection, now, {}, boss.id, change).error(), UserError::last_administrator);
    UserChange away;
    away.disabled = true;
    EXPECT_EQ(change_user(connection, now, {}, boss.id, away).error(), UserError::last_administrator);
    // One who has neither a password nor a login provider cannot log in.
    const auto second = make(connection, "second", Role::administrator, "");
    forget_secrets(connection, now, {}, second);
    EXPECT_EQ(change_user(connection, now, {}, boss.id, away).error(), UserError::last_administrator);
    add_identity(connection, now, {}, second, "https://id.example", "subject");
    EXPECT_EQ(change_user(connection, now, {}, boss.id, away).error(), UserError::last_administrator);
    connection.execute(
        "INSERT INTO login_provider (id, name, issuer, client, secret, scopes, admits, created) VALUES ('p', "
        "'P', "
        "'https://id.example', 'c', '', 'openid', 'invited', 1)");
    EXPECT_TRUE(change_user(connection, now, {}, boss.id, away));
    UserChange back;
    back.disabled = false;
    EXPECT_TRUE(change_user(connection, now, {}, boss.id, back));
    connection.execute("UPDATE login_provider SET disabled = 1");
    EXPECT_EQ(change_user(connection, now, {}, boss.id, away).error(), UserError::last_administrator);
    set_password(connection, now, {}, second, encoded());
    EXPECT_TRUE(change_user(connection, now, {}, boss.id, away));
    EXPECT_EQ(change_user(connection, now, {}, "none", away).error(), UserError::no_such_user);
    UserChange moved;
    moved.organisation = "none";
    EXPECT_EQ(change_user(connection, now, {}, kari.id, moved).error(), UserError::no_such_organisation);
    NewUser twice;
    twice.login = "kari";
    EXPECT_EQ(add_user(connection, now, {}, twice).error(), UserError::login_taken);
  });
}

TEST_P(AccountsTest, SuppliersAreInvitedWithoutAnAdministrator) {
  sql().write([&](Connection& connection) {
    connection.execute("INSERT INTO supply (organisation, supplier) VALUES ('home', 'supplier')");
    connection.execute("INSERT INTO supply (organisation, supplier, ended) VALUES ('home', 'other', 1)");
    const auto of_kari = *access_of(connection, kari.id, now, {kari.id, ""});
    EXPECT_TRUE(may_invite(connection, of_kari, Role::supplier, "supplier"));
    EXPECT_FALSE(may_invite(connection, of_kari, Role::supplier, "other")) << "its supplier no more";
    EXPECT_FALSE(may_invite(connection, of_kari, Role::security, "supplier"));
    connection.execute("UPDATE supply SET vouched = 0 WHERE supplier = 'supplier'");
    EXPECT_FALSE(may_invite(connection, of_kari, Role::supplier, "supplier")) << "said by home alone";
    connection.execute("UPDATE supply SET vouched = 1 WHERE supplier = 'supplier'");
    EXPECT_FALSE(may_invite(connection, of_kari, Role::supplier, ""));
    const auto reader = make(connection, "reader", Role::privacy, "home");
    EXPECT_FALSE(may_invite(connection, *access_of(connection, reader.id, now, {reader.id, ""}),
                            Role::supplier, "supplier"));
    EXPECT_FALSE(may_invite(connection, *access_of(connection, kari.id, now, {"token", ""}), Role::supplier,
                            "supplier"))
        << "a token";
    EXPECT_FALSE(may_invite(connection,
                            *access_of(connection, kari.id, now, {kari.id, ""}, bits({Permission::read})),
                            Role::supplier, "supplier"))
        << "manages no suppliers";
    const auto ola = make(connection, "ola", Role::supplier, "supplier");
    EXPECT_FALSE(may_invite(connection, of_kari, Role::supplier, "supplier")) << "it has its own users now";
    const auto of_ola = *access_of(connection, ola.id, now, {ola.id, ""});
    EXPECT_TRUE(may_invite(connection, of_ola, Role::supplier, "supplier"));
    const auto by_token = [&](const User& of, Permission scope, Role role) {
      return may_invite(connection, *access_of(connection, of.id, now, {"token", ""}, bits({scope})), role,
                        "supplier");
    };
    EXPECT_FALSE(by_token(ola, Permission::read, Role::supplier));
    EXPECT_FALSE(by_token(boss, Permission::read, Role::supplier));
    EXPECT_TRUE(by_token(boss, Permission::manage_access, Role::security));
    EXPECT_FALSE(may_invite(connection, of_ola, Role::supplier, "home"));
    EXPECT_FALSE(may_invite(connection, of_ola, Role::administrator, "supplier"));
    EXPECT_EQ(of_ola.detail("supplier"), Detail::evidence);
    EXPECT_EQ(of_ola.detail("home"), Detail::none);

    put_grant(connection, now, {boss.id, ""},
              {"supplier", "", kari.id, Detail::findings, false, "r", {}, "", {}});
    const auto all = followers(connection, "supplier", now, 100);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].why, "customer");
    EXPECT_EQ(all[0].name, "The home");
    EXPECT_EQ(all[1].why, "grant");
    EXPECT_EQ(all[1].detail, Detail::findings);
    EXPECT_EQ(all[1].users, 1);
    EXPECT_TRUE(followers(connection, "other", now, 100).empty());
  });
}

class Invitations : public AccountsTest {
 protected:
  // The token of an invitation by this user.
  std::string invite(Connection& connection, const User& by, Role role = Role::supplier) {
    Link link;
    link.role = role;
    link.organisation = "supplier";
    link.expires = now + kInvitationTime;
    return make_link(connection, now, {by.id, ""}, link).token;
  }
  bool usable(Connection& connection, std::string_view token) {
    return usable_link(connection, LinkKind::invitation, token, now).has_value();
  }
  static UserChange disabled(bool truth) {
    UserChange change;
    change.disabled = truth;
    return change;
  }
};
UTSYN_BOTH_DATABASES(Invitations);

TEST_P(Invitations, OpenNothingOnceTheirInviterMayNot) {
  sql().write([&](Connection& connection) {
    connection.execute("INSERT INTO supply (organisation, supplier) VALUES ('home', 'supplier')");
    const auto one = invite(connection, kari);
    const auto two = invite(connection, kari);
    EXPECT_TRUE(usable(connection, one));
    EXPECT_TRUE(usable(connection, two));
    // The first user came by the one: what would be the second is its own users' to invite.
    const auto ola = make(connection, "ola", Role::supplier, "supplier");
    EXPECT_FALSE(usable(connection, one));
    EXPECT_FALSE(usable(connection, two));
    ASSERT_TRUE(change_user(connection, now, {}, ola.id, disabled(true)));
    EXPECT_TRUE(usable(connection, two));
    connection.execute("UPDATE supply SET ended = 1");
    EXPECT_FALSE(usable(connection, two)) << "its supplier no more";
    // Who disables behind the back of the register withdraws nothing, and yet nobody comes in.
    const auto by_boss = invite(connection, boss, Role::administrator);
    EXPECT_TRUE(usable(connection, by_boss));
    connection.execute("UPDATE account SET disabled = 1 WHERE id = ?1", {boss.id});
    EXPECT_FALSE(usable(connection, by_boss));
    Link of_machine;
    of_machine.role = Role::administrator;
    of_machine.expires = now + kInvitationTime;
    EXPECT_TRUE(
        usable(connection, make_link(connection, now, {std::string(kMachineItself), ""}, of_machine).token));
  });
}

TEST_P(Invitations, GoWithTheirInviter) {
  sql().write([&](Connection& connection) {
    make(connection, "second", Role::administrator, "");
    UserChange demoted;
    demoted.role = Role::leader;
    UserChange moved;
    moved.organisation = "other";
    UserChange renamed;
    renamed.name = "Another";
    const struct {
      const char* what;
      UserChange change;
      bool stays;
    } rows[] = {{"disabled", disabled(true), false},
                {"role", demoted, false},
                {"home", moved, false},
                {"name", renamed, true}};
    for (const auto& row : rows) {
      const auto ola = make(connection, std::string("ola.") + row.what, Role::administrator, "supplier");
      invite(connection, ola);
      ASSERT_TRUE(change_user(connection, now, {boss.id, ""}, ola.id, row.change)) << row.what;
      ASSERT_TRUE(change_user(connection, now, {boss.id, ""}, ola.id, disabled(false))) << row.what;
      EXPECT_EQ(open_invitations(connection, ola.id, now).size(), row.stays ? 1U : 0U) << row.what;
    }
    EXPECT_EQ(connection.query("SELECT 1 FROM audit WHERE action = 'invitation.withdraw'").size(), 3U);
  });
}

TEST_P(AccountsTest, OneLinkForAResetIsInForce) {
  sql().write([&](Connection& connection) {
    const auto reset = [&](const User& of) {
      Link link;
      link.kind = LinkKind::reset;
      link.account = of.id;
      link.expires = now + kResetTime;
      return make_link(connection, now, {boss.id, ""}, link).token;
    };
    const auto usable = [&](std::string_view token) {
      return usable_link(connection, LinkKind::reset, token, now).has_value();
    };
    const auto others = reset(boss);
    const auto old = reset(kari);
    const auto fresh = reset(kari);
    EXPECT_FALSE(usable(old));
    EXPECT_TRUE(usable(fresh));
    EXPECT_TRUE(usable(others));
    set_password(connection, now, {}, kari, encoded());
    EXPECT_FALSE(usable(fresh));
    EXPECT_TRUE(usable(others));
    forget_secrets(connection, now, {}, boss);
    EXPECT_FALSE(usable(others));
  });
}

TEST_P(AccountsTest, AResetEndsTokens) {
  ApiToken wanted;
  wanted.scopes = bits({Permission::read});
  wanted.expires = now + hours{24};
  const auto token = [&](const User& of) {
    const auto reader = access(of);
    Credentials out;
    out.token = sql().write([&](Connection& c) { return add_token(c, now, reader, wanted); })->secret;
    return out;
  };
  const auto of_kari = token(kari);
  const auto of_boss = token(boss);
  sql().write([&](Connection& connection) { set_password(connection, now, {}, kari, encoded()); });
  EXPECT_EQ(denied(of_kari), "") << "programs go on";
  sql().write([&](Connection& connection) { forget_secrets(connection, now, {boss.id, ""}, kari); });
  EXPECT_EQ(denied(of_kari), "token-refused");
  EXPECT_EQ(denied(of_boss), "");
  sql().read([&](Connection& connection) {
    EXPECT_EQ(tokens_of(connection, kari.id).at(0).revoked, now);
    EXPECT_EQ(connection.query("SELECT 1 FROM audit WHERE action = 'token.revoke'").size(), 1U);
  });
}

TEST_P(AccountsTest, AuditIsReadByWhoMay) {
  sql().write([&](Connection& connection) {
    store::append_audit(connection, now, {kari.id, "192.0.2.1"}, "finding.accept", "home", "f1", "{}");
    store::append_audit(connection, now, {"x", ""}, "finding.accept", "other", "f2", "{}");
    store::append_audit(connection, now + hours{1}, {"x", ""}, "findings", "", "f3", "{}");
  });
  const auto rows = [&](const Access& reader, const AuditFilter& filter) {
    std::vector<std::string> out;
    sql().read([&](Connection& connection) {
      for (const auto& row : audit_rows(connection, reader, filter, 0, true, 100))
        out.push_back(row.entry.object);
    });
    return out;
  };
  using Objects = std::vector<std::string>;
  AuditFilter accepted;
  accepted.action = "finding.";
  const auto of_kari = access(kari);
  const auto of_boss = access(boss);
  EXPECT_EQ(rows(of_boss, accepted), (Objects{"f2", "f1"}));
  EXPECT_EQ(rows(of_kari, accepted), (Objects{"f1"}));
  accepted.organisation = "other";
  EXPECT_EQ(rows(of_boss, accepted), (Objects{"f2"}));
  EXPECT_EQ(rows(of_kari, accepted), (Objects{}));
  AuditFilter by;
  by.actor = kari.id;
  EXPECT_EQ(rows(of_boss, by), (Objects{"f1"}));
  AuditFilter late;
  late.from = now + minutes{1};
  EXPECT_EQ(rows(of_boss, late), (Objects{"f3"}));
  EXPECT_FALSE(reads_whole_audit(of_kari));
  EXPECT_TRUE(reads_whole_audit(of_boss));
  auto homeless = of_kari;
  homeless.home.clear();
  EXPECT_EQ(rows(homeless, {}), (Objects{}));
  sql().read(
      [](Connection& connection) { EXPECT_EQ(store::first_broken_audit_entry(connection), std::nullopt); });
}

TEST_P(AccountsTest, ProvidersKeepTheirSecretSealed) {
  Provider wanted;
  wanted.id = new_id();
  wanted.name = "Entra";
  wanted.issuer = "https://login.example.no";
  wanted.client = "utsyn";
  wanted.secret = accounts->keys().seal("very secret", secret_purpose(wanted.id));
  sql().write([&](Connection& connection) {
    put_provider(connection, now, {boss.id, ""}, wanted);
    EXPECT_EQ(providers(connection).size(), 1U);
    const auto row = connection.first("SELECT secret FROM login_provider", {});
    EXPECT_EQ(row->text(0).find("very secret"), std::string::npos);
    wanted.disabled = now;
    put_provider(connection, now, {boss.id, ""}, wanted);
    EXPECT_TRUE(provider(connection, wanted.id)->disabled.has_value());
    for (const auto& row2 : connection.query("SELECT detail FROM audit WHERE object = ?1", {wanted.id}))
      EXPECT_EQ(row2.text(0).find(wanted.secret), std::string::npos);
    EXPECT_TRUE(remove_provider(connection, now, {boss.id, ""}, wanted.id));
    EXPECT_FALSE(remove_provider(connection, now, {boss.id, ""}, wanted.id));
    const auto nobody = user_by_identity(connection, "https://login.example.no", "s");
    EXPECT_FALSE(nobody.has_value());
    add_identity(connection, now, {boss.id, ""}, kari, "https://login.example.no", "s");
    EXPECT_EQ(user_by_identity(connection, "https://login.example.no", "s")->id, kari.id);
    EXPECT_FALSE(user_by_identity(connection, "https://other.example.no", "s"));
  });
}

TEST_P(AccountsTest, UsersAreFoundByText) {
  const auto logins = [&](const UserFilter& filter) {
    std::vector<std::string> out;
    sql().read([&](Connection& connection) {
      for (const auto& one : users(connection, filter)) out.push_back(one.login);
    });
    return out;
  };
  using Logins = std::vector<std::string>;
  EXPECT_EQ(logins({}), (Logins{"boss", "kari"}));
  UserFilter text;
  text.text = "AR";
  EXPECT_EQ(logins(text), (Logins{"kari"}));
  text.text = "%";
  EXPECT_EQ(logins(text), (Logins{}));
  UserFilter role;
  role.role = Role::administrator;
  EXPECT_EQ(logins(role), (Logins{"boss"}));
  UserFilter after;
  after.after = "boss";
  EXPECT_EQ(logins(after), (Logins{"kari"}));
}

struct LoginCase {
  std::string typed;
  std::optional<std::string> expected;
};
TEST(CleanLogin, LowersAndRefuses) {
  const LoginCase cases[] = {{" Kari@Example.NO ", "kari@example.no"}, {"ab", std::nullopt},
                             {"kari nordmann", std::nullopt},          {"kåre", std::nullopt},
                             {std::string(101, 'a'), std::nullopt},    {"a.b_c-d+e@f", "a.b_c-d+e@f"}};
  for (const auto& row : cases) EXPECT_EQ(clean_login(row.typed), row.expected) << row.typed;
}

TEST(KeyFile, IsMadeOnceAndGuarded) {
  const auto folder = store::testing::fresh_folder("utsyn-key-test");
  const auto path = (folder / "deep" / "store.key").string();
  const auto made = read_or_make_key(path);
  ASSERT_TRUE(made.has_value()) << made.error();
  EXPECT_EQ(made->size(), 32U);
  EXPECT_EQ(read_or_make_key(path), made);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write);
  std::filesystem::permissions(path, perms::owner_read | perms::group_read);
  EXPECT_FALSE(read_or_make_key(path).has_value());
  std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
  std::filesystem::resize_file(path, 20);
  EXPECT_FALSE(read_or_make_key(path).has_value());
  EXPECT_FALSE(read_or_make_key("/proc/utsyn/key").has_value());
  std::filesystem::remove_all(folder);
}

class StoreKey : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    folder_ = store::testing::fresh_folder("utsyn-key-test");
    path_ = (folder_ / "store.key").string();
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    DatabaseTest::TearDown();
  }
  Result<Bytes, std::string> key(bool forget = false) {
    return key_of_store(sql(), path_, forget, from_unix(1'800'000'000));
  }
  std::filesystem::path folder_;
  std::string path_;
};
UTSYN_BOTH_DATABASES(StoreKey);

TEST_P(StoreKey, AMissingKeyIsNotReplacedByANewOne) {
  const auto made = key();
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(key(), made);
  std::filesystem::remove(path_);
  const auto missing = key();
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().find("is not there"), std::string::npos) << missing.error();
  EXPECT_NE(missing.error().find("--forget-sealed"), std::string::npos) << missing.error();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_P(StoreKey, AnotherStoresKeyIsRefused) {
  ASSERT_TRUE(key());
  std::filesystem::remove(path_);
  ASSERT_TRUE(read_or_make_key(path_));
  const auto wrong = key();
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().find("another key"), std::string::npos) << wrong.error();
}

TEST_P(StoreKey, ALostKeyIsForgottenWithWhatItSealed) {
  ASSERT_TRUE(key());
  sql().write([](Connection& connection) {
    connection.execute(
        "INSERT INTO channel (id, owner, name, kind, address, format, secret, created) VALUES "
        "('c', 'kari', 'hook', 'webhook', 'https://hook.example', 'cloudevents', '1:abc', 0)");
    connection.execute(
        "INSERT INTO receipt_key (id, secret, open_part, created) VALUES ('r', '1:abc', 'b3Blbg==', 0)");
  });
  std::filesystem::remove(path_);
  const auto fresh = key(true);
  ASSERT_TRUE(fresh) << fresh.error();
  EXPECT_EQ(key(), fresh);
  sql().read([](Connection& connection) {
    const auto channel = connection.first("SELECT active, secret, last_error FROM channel");
    EXPECT_FALSE(channel->truth(0));
    EXPECT_EQ(channel->text(1), "");
    EXPECT_EQ(channel->text(2), R"({"code":"secret_forgotten"})");
    EXPECT_EQ(connection.first("SELECT secret FROM receipt_key")->text(0), "");
    EXPECT_EQ(connection.first("SELECT action FROM audit")->text(0), "service.forget-sealed");
  });
  EXPECT_EQ(key(true), fresh);  // the flag left on forgets nothing of what the new key seals
  EXPECT_EQ(sql().read([](Connection& connection) { return last_audit_number(connection); }), 1);
}

}  // namespace
}  // namespace utsyn::access
