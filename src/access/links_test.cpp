// One-time links: invitations and resets, and what ends them; on both databases.
#include "access/links.h"

#include <gtest/gtest.h>

#include "access/test_accounts.h"
#include "access/tokens.h"

namespace utsyn::access {
namespace {

using std::chrono::hours;
using store::Connection;

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

}  // namespace
}  // namespace utsyn::access
