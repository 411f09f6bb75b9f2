// Whom a consent opens what to, on both databases: one national body, any, or nobody; from a day until one.
#include "access/consents.h"

#include <gtest/gtest.h>

#include "access/accounts.h"
#include "access/users.h"
#include "store/session.h"
#include "store/test_database.h"

namespace utsyn::access {
namespace {

using store::Connection;
using Opened = std::vector<std::pair<std::string, Detail>>;

const UtcTime kNow = from_unix(1'800'000'000);
UtcTime day(int days) { return kNow + std::chrono::days(days); }
const store::Actor kActor{"admin", "127.0.0.1"};

class ConsentsTest : public store::testing::DatabaseTest {
 protected:
  void register_them() {
    sql().write([](Connection& connection) {
      connection.execute(
          "INSERT INTO organisation (id, name, kind, number, removed) VALUES ('north', 'Nordtilsynet', "
          "'state', "
          "'123456785', NULL), ('south', 'Sørtilsynet', 'state', NULL, NULL), ('gone', 'Borttilsynet', "
          "'state', "
          "NULL, 5), ('fjord', 'Fjord kommune', 'municipality', NULL, NULL), ('steinlia', 'Steinlia "
          "kommune', "
          "'municipality', NULL, NULL)");
    });
  }
  void consent(std::string_view organisation, std::string_view scope, std::string_view body,
               UtcTime from = kNow, std::optional<UtcTime> until = {}, bool withdrawn = false) {
    sql().write([&](Connection& connection) {
      std::optional<std::int64_t> end;
      if (until) end = to_unix(*until);
      std::optional<std::int64_t> ended;
      if (withdrawn) ended = to_unix(kNow);
      connection.execute(
          "INSERT INTO consent (organisation, id, scope, recipient, given_by, recorded_by, from_time, "
          "until_time, recorded, withdrawn, body) VALUES (?1, ?2, ?3, '', '', '', ?4, ?5, 1, ?6, ?7)",
          {organisation, std::to_string(++count_), scope, to_unix(from), end, ended, body});
    });
  }
  Opened opened(std::string_view body, UtcTime when = kNow) {
    return sql().read([&](Connection& connection) { return opened_by_consent(connection, body, when); });
  }
  std::string user(std::string login, Role role, std::string organisation) {
    return sql().write([&](Connection& connection) {
      NewUser wanted;
      wanted.login = std::move(login);
      wanted.role = role;
      wanted.organisation = std::move(organisation);
      return add_user(connection, kNow, kActor, wanted).value().id;
    });
  }
  Access access(const std::string& user) {
    return sql()
        .read([&](Connection& connection) { return access_of(connection, user, kNow, kActor, ~0U); })
        .value();
  }

 private:
  int count_ = 0;
};
UTSYN_BOTH_DATABASES(ConsentsTest);

TEST_P(ConsentsTest, OpenToTheBodyTheyAreFor) {
  register_them();
  consent("fjord", "findings", "north");
  consent("steinlia", "score", kAnyBody);
  EXPECT_EQ(opened("north"), (Opened{{"fjord", Detail::findings}, {"steinlia", Detail::score}}));
  EXPECT_EQ(opened("south"), (Opened{{"steinlia", Detail::score}})) << "a consent to another body";
  EXPECT_EQ(opened(""), (Opened{{"steinlia", Detail::score}})) << "who belongs to no body";
  // The widest counts.
  consent("steinlia", "findings", "south");
  EXPECT_EQ(opened("south"), (Opened{{"steinlia", Detail::findings}}));
  EXPECT_EQ(opened("north").back().second, Detail::score);
}

TEST_P(ConsentsTest, OpenNothingWhenNotInForce) {
  register_them();
  consent("fjord", "findings", "");  // words that fit no organisation
  consent("fjord", "comparison", kAnyBody);
  consent("fjord", "active", kAnyBody);
  consent("fjord", "findings", "north", kNow, {}, true);
  consent("fjord", "findings", "north", day(1), day(3));
  for (const auto* body : {"", "north", "south"}) EXPECT_TRUE(opened(body).empty()) << body;
  EXPECT_EQ(opened("north", day(1)).size(), 1U);
  EXPECT_EQ(opened("north", day(2)).size(), 1U);
  EXPECT_TRUE(opened("north", day(3)).empty());
}

TEST_P(ConsentsTest, AnAnalystSeesHomeGrantsAndWhoConsented) {
  register_them();
  const auto analyst = user("analyst", Role::analyst, "north");
  EXPECT_EQ(access(analyst).everywhere, Detail::none);
  EXPECT_EQ(access(analyst).organisations, (Opened{{"north", Detail::evidence}}));
  consent("fjord", "findings", "north");
  consent("north", "score", kAnyBody);
  consent("steinlia", "score", "south");
  auto seen = access(analyst);
  EXPECT_EQ(seen.organisations, (Opened{{"fjord", Detail::findings}, {"north", Detail::evidence}}));
  EXPECT_EQ(seen.read_only, std::vector<std::string>{"fjord"});
  EXPECT_FALSE(seen.sees("steinlia"));
  EXPECT_FALSE(seen.sees("fjord", Detail::evidence));

  // A grant beside it: the wider of the two counts, and a consent gives nobody anything to do.
  sql().write([&](Connection& connection) {
    Grant grant;
    grant.account = analyst;
    grant.organisation = "fjord";
    grant.detail = Detail::score;
    grant.acts = true;
    grant.reason = "test";
    ASSERT_TRUE(put_grant(connection, kNow, kActor, grant));
    grant.organisation = "steinlia";
    grant.detail = Detail::evidence;
    ASSERT_TRUE(put_grant(connection, kNow, kActor, grant));
  });
  consent("steinlia", "findings", "north");
  seen = access(analyst);
  EXPECT_EQ(
      seen.organisations,
      (Opened{{"fjord", Detail::findings}, {"north", Detail::evidence}, {"steinlia", Detail::evidence}}));
  EXPECT_EQ(seen.read_only, std::vector<std::string>{"fjord"});
}

TEST_P(ConsentsTest, OpenNothingToOtherRoles) {
  register_them();
  consent("fjord", "findings", "north");
  consent("steinlia", "findings", kAnyBody);
  for (const auto role :
       {Role::security, Role::leader, Role::procurement, Role::contract, Role::privacy, Role::supplier}) {
    const auto one = access(user("user-" + std::string(word(role)), role, "north"));
    EXPECT_EQ(one.organisations, (Opened{{"north", Detail::evidence}})) << word(role);
  }
  EXPECT_EQ(access(user("auditor", Role::auditor, "")).everywhere, Detail::evidence);
}

TEST_P(ConsentsTest, NationalBodiesAreWhereAnalystsAre) {
  register_them();
  const auto bodies = [&] {
    return sql().read([](Connection& connection) {
      std::vector<std::string> out;
      for (const auto& body : national_bodies(connection))
        out.push_back(body.organisation + " " + body.name + " " + body.number);
      return out;
    });
  };
  user("leader", Role::leader, "fjord");
  user("nobodys", Role::analyst, "");
  EXPECT_TRUE(bodies().empty());
  user("one", Role::analyst, "north");
  user("two", Role::analyst, "north");
  const auto south = user("three", Role::analyst, "south");
  EXPECT_EQ(bodies(), (std::vector<std::string>{"north Nordtilsynet 123456785", "south Sørtilsynet "}));
  sql().write([&](Connection& connection) {
    UserChange change;
    change.disabled = true;
    ASSERT_TRUE(change_user(connection, kNow, kActor, south, change));
  });
  EXPECT_EQ(bodies().size(), 1U);
}

// As version 15 left them: words alone.
TEST_P(ConsentsTest, WordsOfOldBecomeTheBodyThatTheyName) {
  const store::testing::EmptyStore place(GetParam());
  {
    const auto old = store::open_sql(place.where(), 15);
    ASSERT_TRUE(old.has_value()) << old.error().message;
    (*old)->write([](Connection& connection) {
      connection.execute(
          "INSERT INTO organisation (id, name, kind, number, removed) VALUES ('fjord', 'Fjord kommune', "
          "'municipality', NULL, NULL), ('north', 'Nordtilsynet', 'state', '123456785', NULL), ('a', "
          "'Tilsynet', "
          "'state', NULL, NULL), ('b', 'Tilsynet', 'state', NULL, NULL), ('gone', 'Borttilsynet', 'state', "
          "'987654325', 5)");
      for (const auto& [id, scope, recipient] : {std::tuple{"name", "findings", "Nordtilsynet"},
                                                 {"number", "score", "123 456 785"},
                                                 {"words", "findings", "the directorate"},
                                                 {"two", "findings", "Tilsynet"},
                                                 {"left", "findings", "Borttilsynet"},
                                                 {"left-number", "findings", "987654325"},
                                                 {"peers", "comparison", "Nordtilsynet"},
                                                 {"active", "active", "Nordtilsynet"}})
        connection.execute(
            "INSERT INTO consent VALUES ('fjord', ?1, ?2, ?3, 'x', 'x', 1, NULL, 1, NULL, NULL)",
            {id, scope, recipient});
    });
  }
  const auto now = store::open_sql(place.where());
  ASSERT_TRUE(now.has_value()) << now.error().message;
  std::vector<std::string> found;
  (*now)->read([&](Connection& connection) {
    for (const auto& row : connection.query("SELECT id, body, way FROM consent ORDER BY id"))
      found.push_back(row.text(0) + "=" + row.text(1) + " " + row.text(2));
  });
  std::ranges::sort(found);
  EXPECT_EQ(found, (std::vector<std::string>{"active= paper", "left-number= paper", "left= paper",
                                             "name=north paper", "number=north paper", "peers= paper",
                                             "two= paper", "words= paper"}));
}

}  // namespace
}  // namespace utsyn::access
