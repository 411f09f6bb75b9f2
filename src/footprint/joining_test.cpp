// How organisations come into the register: as suppliers, by their number, as measured before; on both
// databases.
#include "footprint/register.h"

#include <gtest/gtest.h>

#include "footprint/import.h"
#include "footprint/inventory.h"
#include "footprint/test_register.h"
#include "store/events.h"

namespace utsyn::footprint {
namespace {

using access::Access;
using access::Detail;
using access::Role;
using store::Connection;

TEST_P(Register, SuppliersAndWhoFollowsThem) {
  const auto fjord = make(named("Fjord"));
  const auto dal = make(named("Dal"));
  const auto add = [&](const std::string& customer, const std::string& supplier, std::int64_t weight,
                       const Access& by) {
    return sql().write(
        [&](Connection& c) { return supply(c, kNow, by, customer, supplier, "Drift AS", weight, "a note"); });
  };
  const auto buyer = reader({{fjord, Detail::evidence}});
  const auto supplier = add(fjord, "987 654 325", 2, buyer);
  EXPECT_EQ(supplier, "987654325");
  EXPECT_EQ(add(dal, "987654325", 4, administrator()), supplier);
  EXPECT_EQ(add(dal, "987654325", 4, administrator()), supplier);
  EXPECT_EQ(actions(), (std::vector<std::string>{"organisation.create", "organisation.create",
                                                 "organisation.create", "supplier.add", "supplier.add"}));
  sql().read([&](Connection& c) {
    const auto mine = suppliers_of(c, buyer, fjord, 10, {});
    ASSERT_EQ(mine.items.size(), 1U);
    EXPECT_EQ(mine.items[0].name, "Drift AS");
    EXPECT_EQ(mine.items[0].criticality, 2);
    // The supplier sees who follows it, all of them; another customer only sees itself.
    const auto seat = reader({{supplier, Detail::evidence}}, Role::supplier);
    const auto followers = customers_of(c, seat, supplier, 10, {});
    ASSERT_EQ(followers.items.size(), 2U);
    EXPECT_EQ(followers.items[0].name, "Dal");
    EXPECT_EQ(followers.items[0].note, "");
    EXPECT_EQ(customers_of(c, seat, supplier, 1, {}).next_after.size(), 2U);
    EXPECT_EQ(
        customers_of(c, seat, supplier, 1, customers_of(c, seat, supplier, 1, {}).next_after).items[0].name,
        "Fjord");
    const auto known = reader({{fjord, Detail::evidence}, {supplier, Detail::evidence}});
    ASSERT_EQ(customers_of(c, known, supplier, 10, {}).items.size(), 1U);
    EXPECT_EQ(customers_of(c, known, supplier, 10, {}).items[0].note, "a note");
  });
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { supply(c, kNow, buyer, fjord, dal, {}, 1, ""); }),
            "supplier:supplier");
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { supply(c, kNow, buyer, fjord, fjord, {}, 1, ""); }),
            "supplier:own-supplier");
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { supply(c, kNow, buyer, fjord, "987654325", {}, 3, ""); }),
            "criticality:criticality");
  sql().write([&](Connection& c) { end_supply(c, kNow, buyer, fjord, supplier); });
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { end_supply(c, kNow, buyer, fjord, supplier); }), ":supplier");
  EXPECT_EQ(sql()
                .read([&](Connection& c) { return customers_of(c, administrator(), supplier, 10, {}); })
                .items.size(),
            1U);
}

// What an administrator took out of the register is not a customer's to bring back, rename and point
// elsewhere.
TEST_P(Register, ACustomerBringsNothingBack) {
  const auto fjord = make(named("Fjord"));
  auto town = numbered("123456785", "Blåfjell kommune");
  town.population = 5000;
  make(town);
  sql().write([&](Connection& c) { remove(c, kNow, administrator(), "123456785", "merged"); });
  const auto buyer = reader({{fjord, Detail::evidence}}, Role::procurement);
  const auto name_it = [&](const Access& by) {
    return refusal(sql(), [&](Connection& c) { supply(c, kNow, by, fjord, "123 456 785", "Mine", 1, ""); });
  };
  const auto of_town = [&] {
    return sql().read([&](Connection& c) { return find(c, administrator(), "123456785"); });
  };
  EXPECT_EQ(name_it(buyer), "supplier:supplier-left");
  EXPECT_TRUE(of_town()->removed);
  EXPECT_EQ(of_town()->details.name, "Blåfjell kommune");
  EXPECT_TRUE(sql()
                  .read([&](Connection& c) { return suppliers_of(c, administrator(), fjord, 10, {}); })
                  .items.empty());
  EXPECT_EQ(name_it(administrator()), "done");
  EXPECT_FALSE(of_town()->removed);
  EXPECT_EQ(of_town()->details.name, "Blåfjell kommune");
  EXPECT_EQ(of_town()->details.kind, "municipality");
  EXPECT_EQ(of_town()->details.population, 5000);
}

// The id of an organisation is the number it had when it came, which may be another's by now, or nobody's.
TEST_P(Register, AnIdThatLooksLikeANumberIsNotTakenOver) {
  const auto fjord = make(named("Fjord"));
  const auto buyer = reader({{fjord, Detail::evidence}}, Role::procurement);
  const auto name_it = [&](const char* number) {
    return sql().write([&](Connection& c) { return supply(c, kNow, buyer, fjord, number, "Mine", 1, ""); });
  };
  const auto name_of = [&](const std::string& id) {
    return sql().read([&](Connection& c) { return *find(c, administrator(), id)->details.name; });
  };
  make(numbered("123456785", "Blåfjell kommune"));
  sql().write([&](Connection& c) {
    change(c, kNow, administrator(), "123456785", numbered("987654325", "Blåfjell kommune"));
  });
  const auto fresh = name_it("123456785");
  EXPECT_NE(fresh, "123456785");
  EXPECT_EQ(name_of(fresh), "Mine");
  EXPECT_EQ(name_of("123456785"), "Blåfjell kommune");
  EXPECT_EQ(name_it("987654325"), "123456785");

  sql().write([](Connection& c) {
    c.execute("INSERT INTO organisation (id, name, kind) VALUES ('811111112', 'Measured', 'other')");
    adopt_measured(c, kNow);
  });
  EXPECT_EQ(name_it("811111112"), "811111112");
  EXPECT_EQ(name_of("811111112"), "Measured");
}

TEST_P(Register, WhatWasMeasuredBeforeJoins) {
  sql().write([](Connection& c) {
    c.execute("INSERT INTO organisation (id, name, kind) VALUES ('fjord.example', 'Fjord', 'other')");
  });
  measured("fjord.example");
  EXPECT_TRUE(listed({}).items.empty());
  EXPECT_EQ(sql().write([](Connection& c) { return adopt_measured(c, kNow); }), 1);
  EXPECT_EQ(sql().write([](Connection& c) { return adopt_measured(c, kNow); }), 0);
  EXPECT_EQ(names(listed({})), (std::vector<std::string>{"Fjord"}));
  const auto target = sql().read([](Connection& c) { return target_of(c, "fjord.example", kNow); });
  ASSERT_TRUE(target);
  EXPECT_EQ(target->domains, (std::vector<std::string>{"fjord.example"}));
  EXPECT_TRUE(target->hosts.empty());
}

}  // namespace
}  // namespace utsyn::footprint
