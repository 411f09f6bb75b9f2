// What a token may do, what a grant opens, and when both end; on both databases.
#include "access/tokens.h"

#include <gtest/gtest.h>

#include "access/links.h"
#include "access/test_accounts.h"

namespace utsyn::access {
namespace {

using std::chrono::hours;
using store::Connection;

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

}  // namespace
}  // namespace utsyn::access
