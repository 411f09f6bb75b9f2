// Which browsers are known, and so not held up by others who guess in the same network, on both databases.
#include <gtest/gtest.h>

#include "access/accounts.h"
#include "access/keys.h"
#include "access/password.h"
#include "access/users.h"
#include "store/test_database.h"

namespace utsyn::access {
namespace {

constexpr std::string_view kPassword = "fire epler i kurven";
constexpr std::string_view kNetwork = "192.0.2.9";
const UtcTime kNow = from_unix(1'800'000'000);

class KnownBrowser : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    accounts = std::make_unique<Accounts>(
        shared_sql(), AccountSettings{.key = Bytes(32, 7), .public_address = "https://utsyn.example.no"});
    const auto hash = hash_password(kPassword);
    sql().write([&](store::Connection& connection) {
      for (const auto* login : {"kari", "nils"}) {
        NewUser wanted;
        wanted.login = login;
        wanted.name = login;
        wanted.role = Role::administrator;
        wanted.password = hash;
        kari = *add_user(connection, kNow, {"system", ""}, wanted);
      }
      kari = *user_by_login(connection, "kari");
    });
  }
  void TearDown() override {
    accounts.reset();
    DatabaseTest::TearDown();
  }
  std::string device_of(std::string_view way, bool half = false) {
    return sql().write([&](store::Connection& connection) {
      return accounts
          ->open_session(connection, kari, {way, std::string(kNetwork), "test", {}, {}, half}, kNow)
          .device;
    });
  }
  int login(std::string_view name, std::string_view device) {
    const auto in = accounts->login(
        {std::string(name), std::string(kPassword), std::string(device), std::string(kNetwork), "test"},
        kNow);
    return in ? 200 : in.error().status;
  }
  // Somebody guesses at many logins, one of them kari's.
  void guess() {
    Place place{"", "", accounts->keys().mac("place network", network_of(kNetwork))};
    place.place = place.network;
    sql().write([&](store::Connection& connection) {
      for (int i = 0; i < kFreeFailuresOfNetwork; ++i) {
        place.who = i < kFreeFailures ? accounts->keys().mac("who", "kari") : std::to_string(i);
        count_failure(connection, place, kNow);
      }
    });
  }
  std::unique_ptr<Accounts> accounts;
  User kari;
};
UTSYN_BOTH_DATABASES(KnownBrowser);

TEST_P(KnownBrowser, IsOneThatCameByALink) {
  const auto device = device_of("link");
  guess();
  EXPECT_EQ(login("kari", ""), 429);
  EXPECT_EQ(login("nils", ""), 429) << "the whole network waits";
  EXPECT_EQ(login("kari", device), 200);
  EXPECT_EQ(login("nils", device), 429) << "it is known for its own user only";
}

TEST_P(KnownBrowser, HasAWaitOfItsOwn) {
  const auto device = device_of("link");
  for (int i = 0; i < kFreeFailures; ++i)
    EXPECT_EQ(
        accounts->login({"kari", "a guess", device, std::string(kNetwork), "test"}, kNow).error().status,
        401);
  EXPECT_EQ(login("kari", device), 429);
}

TEST_P(KnownBrowser, IsNoneThatHasShownLess) {
  EXPECT_EQ(device_of("link", true), "") << "the second factor is still wanted";
  EXPECT_EQ(device_of("password"), "") << "login() says, which knows the browser";
  EXPECT_EQ(device_of("oidc"), "") << "another password than ours";
}

}  // namespace
}  // namespace utsyn::access
