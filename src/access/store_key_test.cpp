// The key that seals what the store keeps secret, and what happens when it is lost or another one.
#include "access/store_key.h"

#include <gtest/gtest.h>

#include "access/audit_reading.h"
#include "access/keys.h"
#include "access/oidc.h"
#include "access/second_factor.h"
#include "access/test_accounts.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

using store::Connection;

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
