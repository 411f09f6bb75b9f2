// Who there is, who is the first and who the last; on both databases.
#include "access/users.h"

#include <gtest/gtest.h>

#include "access/audit_reading.h"
#include "access/links.h"
#include "access/test_accounts.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using store::Connection;

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

}  // namespace
}  // namespace utsyn::access
