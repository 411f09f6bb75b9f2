// A store that is there is looked at without a change, on both databases.
#include "store/existing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/migrations.h"
#include "store/store.h"
#include "store/test_database.h"

namespace utsyn::store {
namespace {

class ExistingStore : public ::testing::TestWithParam<Dialect> {};
UTSYN_BOTH_DATABASES(ExistingStore);

TEST_P(ExistingStore, IsOpenedAsItStands) {
  const testing::EmptyStore place(GetParam());
  const auto empty = open_existing(place.where());
  ASSERT_FALSE(empty.has_value());
  EXPECT_EQ(empty.error().kind, ErrorKind::cannot_open);
  EXPECT_THAT(empty.error().message, ::testing::HasSubstr("there is no store"));

  const int older = schema_version() - 1;
  ASSERT_TRUE(open_sql(place.where(), older).has_value());
  for (int i = 0; i < 2; ++i) {
    const auto found = open_existing(place.where());
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ(found->schema, older) << "the one before did not upgrade it";
    EXPECT_EQ(found->sql->read([](Connection& c) { return c.query("SELECT 1 FROM organisation").size(); }),
              0U);
    const auto current = open_current(place.where());
    ASSERT_FALSE(current.has_value());
    EXPECT_THAT(current.error().message, ::testing::HasSubstr("utsyn serve"));
  }

  ASSERT_TRUE(open_sql(place.where()).has_value());
  EXPECT_EQ(open_existing(place.where())->schema, schema_version());
  EXPECT_TRUE(open_current(place.where()).has_value());
}

}  // namespace
}  // namespace utsyn::store
