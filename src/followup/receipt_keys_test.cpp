// The keys that sign receipts, on both databases.
#include "followup/receipt_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "followup/test_desk.h"

namespace utsyn::followup {
namespace {

using namespace std::chrono_literals;
using store::Connection;
using testing::ElementsAre;

TEST_P(DeskTest, TheKeyOfReceiptsIsMadeOnce) {
  const access::Keys keys(Bytes(32, 7));
  const auto key = sql().write([&](Connection& connection) {
    EXPECT_FALSE(has_signing_key(connection));
    return signing_key(connection, keys, kNow);
  });
  sql().write([&](Connection& connection) {
    EXPECT_TRUE(has_signing_key(connection));
    const auto again = signing_key(connection, keys, kNow + 1h);
    EXPECT_EQ(again.id, key.id);
    EXPECT_EQ(again.secret, key.secret);
    EXPECT_THAT(published_keys(connection), ElementsAre(key.open));
  });
}

TEST_P(DeskTest, WhatSignsReceiptsIsSealed) {
  const access::Keys keys(Bytes(32, 7));
  const auto stored = [&](Connection& connection) {
    return connection.first("SELECT secret FROM receipt_key")->text(0);
  };
  const auto key = sql().write([&](Connection& connection) { return signing_key(connection, keys, kNow); });
  sql().write([&](Connection& connection) {
    EXPECT_EQ(stored(connection).find(to_base64(key.secret)), std::string::npos);
    // As an earlier version has written it.
    connection.execute("UPDATE receipt_key SET secret = ?1", {to_base64(key.secret)});
    seal_receipt_keys(connection, keys);
    EXPECT_TRUE(stored(connection).starts_with("1:"));
    const auto once = stored(connection);
    seal_receipt_keys(connection, keys);
    EXPECT_EQ(stored(connection), once);
    EXPECT_EQ(signing_key(connection, keys, kNow).secret, key.secret);
  });
  EXPECT_THROW(sql().read([&](Connection& connection) {
    return signing_key(connection, access::Keys(Bytes(32, 8)), kNow);
  }),
               std::runtime_error);
  sql().write([&](Connection& connection) {
    connection.execute("UPDATE receipt_key SET secret = ''");
    EXPECT_FALSE(has_signing_key(connection));
    EXPECT_NE(signing_key(connection, keys, kNow + 1h).id, key.id);
    EXPECT_EQ(published_keys(connection).size(), 2U);  // old receipts stay good
  });
}

}  // namespace
}  // namespace utsyn::followup
